"""Which seed printed this? Find the seeds of torch that print a tensor.

``torch.manual_seed`` knows 2**32 streams on the CPU. Few printed digits tell them apart, and all of
them can be tried in less than a minute on two cores. ``python -m refimpl.seeds`` is the command.

This package needs numba and tqdm, the extra ``seeds`` of refimpl; the rest of refimpl does not.
"""

from refimpl.seeds.answers import Answer, check_enough
from refimpl.seeds.printed import SeedError
from refimpl.seeds.questions import Session, alternatives, ask
from refimpl.seeds.search import ALL, Hit, Stopped, try_all

__all__ = ["Answer", "Hit", "SeedError", "Stopped", "find"]


def find(
    printed,
    draw=None,
    *,
    before="",
    seeds=ALL,
    earlier=0,
    modules=(),
    numpy=False,
    first=False,
    threads=None,
    state=None,
    show=False,
    tell=None,
):
    """Find every seed that prints a tensor.

    Parameters
    ----------
    printed : str
        What torch printed; a question mark stands for a number that is not known. Without `draw`:
        a program with prompts ``>>>`` and what it printed.
    draw : str, optional
        The call that drew it, such as ``"randn(2, 3)"``; the shape may be left to the print.
    before : str
        Statements that draw before it.
    seeds : range
        Which seeds are tried.
    earlier : int
        Try also up to so many words of the stream as drawn before.
    modules : sequence of str
        Try each of these as made before, such as ``"nn.Linear(4, 3)"``.
    numpy : bool
        Try NumPy's legacy generator, too.
    first : bool
        End at the first hit.
    threads : int, optional
        By default one for each core.
    state : str or Path, optional
        A file that keeps how far the search came; where it is there, the search goes on from it.
    show : bool
        Show a progress bar where the output is a terminal.
    tell : function of a Hit, optional
        Called with each hit as soon as it is found.

    Returns
    -------
    Answer

    Raises
    ------
    SeedError
        For a print or a draw that cannot be understood, or cannot tell a seed; for a state file
        that is damaged or belongs to another search.
    Stopped
        Where it is interrupted by Ctrl-C.

    Examples
    --------
    >>> from refimpl.seeds import find
    >>> answer = find("tensor([0.4963, 0.7682, 0.0885])", "rand(3)", seeds=range(1000))
    >>> [hit.seed for hit in answer.hits]
    [0]
    """
    check_counts(threads, earlier)
    question = Session(printed) if draw is None else ask(printed, draw, before)
    questions = [question, *alternatives(question, earlier, modules, numpy)]
    check_seeds(seeds)
    check_enough(question, seeds)
    hits = try_all(
        questions, seeds, first=first, threads=threads, state=state, show=show, tell=tell
    )
    return Answer(questions, seeds, hits, whole=not (first and hits))


def check_counts(threads, earlier):
    """Refuse numbers of threads and of words that are none."""
    if threads is not None and threads < 1:
        raise SeedError(f"{threads} threads can do nothing; give 1 or more")
    if earlier < 0:
        raise SeedError(f"{earlier} words cannot be drawn before; give 0 or more")


def check_seeds(seeds):
    """Refuse a range that is empty or leaves the 32 bits."""
    if not (seeds.step == 1 and 0 <= seeds.start < seeds.stop <= 2**32):
        raise SeedError(
            f"the seeds go from 0 to {2**32 - 1} in steps of 1; torch takes the low 32 bits of "
            f"others. Got {seeds}"
        )
