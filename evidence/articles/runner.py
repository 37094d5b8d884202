"""Run every check of the ledger on torch and on refimpl, once per fingerprint.

    python -m evidence.articles.runner          compute what is missing, say what holds
    python -m evidence.articles.runner A1 A5    compute these articles only, and keep no record

The tests, the pages of the articles, the errata and claims.json read the file that this writes.
"""

import hashlib
import importlib
import importlib.util
import sys
import traceback
import warnings
from collections import Counter
from pathlib import Path

import refimpl
from evidence.articles.registry import CHECKS
from evidence.command import in_names, parser
from evidence.fingerprint import ROOT
from evidence.gallery import scripts
from evidence.kept import kept
from refimpl.articles import LedgerError, load

ENGINES = ("torch", "refimpl")


def checked(articles, checks):
    """Refuse a machine claim without a check, and a check without a machine claim."""
    claims = {claim.id: claim for article in articles for claim in article.claims}
    for claim in claims.values():
        where = f"evidence/articles/{claim.id[:2].lower()}.py"
        if claim.check == "machine" and claim.id not in checks:
            raise LedgerError(
                f'{claim.id}: the check is missing; write a function with @check("{claim.id}") '
                f'in {where}, or say check = "reading"'
            )
        if claim.check == "reading" and claim.id in checks:
            raise LedgerError(
                f'{claim.id}: has a check although the ledger says "reading"; say "machine"'
            )
    for claim_id, function in checks.items():
        if claim_id not in claims:
            raise LedgerError(
                f"{claim_id}: {function.__qualname__} checks a claim that is not in the ledger; "
                f"write its entry or correct the id"
            )
    return [claim for claim in claims.values() if claim.check == "machine"]


def engine(name):
    """Import torch or refimpl; torch may be absent."""
    if name == "refimpl":
        return refimpl
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def outcome(claim, name, function):
    """Run one check on one engine and say what came of it."""
    if name == "refimpl" and claim.refimpl:
        return {"outcome": "torch only", "message": claim.refimpl.removeprefix("torch only: ")}
    if engine(name) is None:
        return {"outcome": "not run", "message": f"{name} is not installed"}
    if claim.images and not scripts.images():
        return {"outcome": "without images", "message": scripts.NO_IMAGES}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = function(engine(name), *printed(function, name)) or {}
            values = {key: str(value) for key, value in found.items()}
    except Exception as error:  # whatever a check raises is its result
        return {"outcome": "failed", "message": report(error, function)}
    wrong = difference(claim, name, values)
    if wrong:
        return {"outcome": "failed", "message": wrong, "values": values}
    return {"outcome": "passed", "values": values}


def printed(function, name):
    """Return what the script prints that a check reads, if it reads one."""
    study = getattr(function, "study", None)
    return [scripts.printed(scripts.script_of(study), name)] if study else []


def read_script(function):
    """Return a hash of the script that a check reads, or nothing."""
    if not getattr(function, "study", None):
        return ""
    return hashlib.sha256(scripts.script_of(function.study).read_bytes()).hexdigest()


def report(error, function):
    """Say which exception arose, and where: in the check, or in a file beside it."""
    folder = Path(function.__code__.co_filename).parent
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)[1:]
        if Path(frame.filename).parent == folder
    ]
    lines = [f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}" for frame in frames]
    return "\n".join(lines + traceback.format_exception_only(error)).strip()


def difference(claim, name, values):
    """Compare the computed texts with the ledger's; return what differs, or nothing."""
    expected = {value.name: value.expected(name) for value in claim.value}
    if set(values) != set(expected):
        return f"the check gives the values {sorted(values)}, the ledger has {sorted(expected)}"
    wrong = [key for key in expected if values[key] != expected[key]]
    return "\n".join(
        f"{key!r} is in the ledger\n{expected[key]}\nand was computed as\n{values[key]}"
        for key in wrong
    )


def run(articles, folder=ROOT):
    """Return the outcome of every machine claim of `articles` on every engine."""
    claims = checked(articles, CHECKS)
    results = {}
    for claim in claims:
        function = CHECKS[claim.id]
        code = function.__code__
        results[claim.id] = {
            "check": {
                "name": function.__qualname__,
                "path": Path(code.co_filename).relative_to(folder).as_posix(),
                "line": code.co_firstlineno,
                "script": read_script(function),
            },
            **{name: outcome(claim, name, function) for name in ENGINES},
        }
    return results


def failures(results):
    """Return a line for every check that failed, with the id of its claim."""
    return [
        f"{claim_id} on {name}: {result[name]['message']}"
        for claim_id, result in results.items()
        for name in ENGINES
        if result[name]["outcome"] == "failed"
    ]


def import_checks(articles):
    """Import the module of checks of each article, which registers them."""
    for article in articles:
        importlib.import_module(f"evidence.articles.{article.id.lower()}")


def compute():
    """Return the outcome of every machine claim of the ledger on every engine."""
    articles = load()
    import_checks(articles)
    return run(articles)


def current(found):
    """Tell whether no check failed and no script that one reads has changed since."""
    import_checks(load())
    unchanged = all(
        claim_id in CHECKS and result["check"]["script"] == read_script(CHECKS[claim_id])
        for claim_id, result in found.items()
    )
    return unchanged and not failures(found)


def results():
    """Return the outcomes of this fingerprint; as long as a check fails, all are run again."""
    return kept("claims", compute, holds=current)


def main(arguments):
    """Print how many checks passed on each engine and every failure; return the exit code."""
    articles = {article.id: article for article in load()}
    command = parser("python -m evidence.articles.runner", __doc__)
    chosen = in_names(command, articles, "article", arguments)
    if chosen:
        articles = [articles[each] for each in chosen]
        import_checks(articles)
        computed = run(articles)
    else:
        computed = results()
    for name in ENGINES:
        counts = Counter(result[name]["outcome"] for result in computed.values())
        print(f"{name}: " + ", ".join(f"{n} {word}" for word, n in sorted(counts.items())))
    failed = failures(computed)
    print("\n".join(failed), end="\n" if failed else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
