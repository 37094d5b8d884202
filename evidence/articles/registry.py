"""The decorator that ties a check to a claim of the ledger."""

from refimpl.articles import LedgerError

CHECKS = {}


def check(claim_id, study=None):
    """Register a function of the engine as the check of a claim.

    The function asserts what the claim says and returns a dictionary of the values that the
    ledger lists, or nothing when it lists none. With `study`, the name of a script of the gallery,
    it is given what that script prints on the engine, too.
    """

    def register(function):
        if claim_id in CHECKS:
            raise LedgerError(
                f"{claim_id}: checked twice, by {CHECKS[claim_id].__qualname__} and "
                f"{function.__qualname__}; keep one"
            )
        function.study = study
        CHECKS[claim_id] = function
        return function

    return register
