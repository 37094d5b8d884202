"""The run itself: a session of cosmic-ray, from which it goes on after it was stopped."""

import difflib
import random
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code, use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult
from tqdm import tqdm

from evidence.mutation import trial
from evidence.mutation.record import place
from evidence.mutation.sample import PATHS, sample

PATIENCE = 30  # seconds of processor time beyond three times what coverage measured


def modules():
    """Return the files whose code is changed."""
    found = [
        p for path in map(Path, PATHS) for p in ([path] if path.is_file() else path.rglob("*.py"))
    ]
    return sorted(found)


def operator_of(mutation):
    """Return the operator of cosmic-ray that makes a mutation."""
    return get_operator(mutation.operator_name)(**mutation.operator_args)


def compiles(mutation):
    """Say whether the changed code is Python: cosmic-ray takes a bare ``*`` for a product.

    It fails itself at an exception with a dot in a tuple (findings/cosmic_ray_kills_no_python.sh).
    """
    code = mutation.module_path.read_text("utf-8")
    try:
        compile(mutate_code(code, operator_of(mutation), mutation.occurrence), "changed", "exec")
    except (SyntaxError, AttributeError):
        return False
    return True


def open_session(path, size, seed):
    """Return the session, with a fresh sample where there is none."""
    if path.exists():
        return WorkDB(path, WorkDB.Mode.open)
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    session = WorkDB(aside, WorkDB.Mode.create)
    init(modules(), session, {})
    every = [item.mutations[0] for item in session.work_items]
    session.clear()
    drawn = sample(every, size, seed, compiles)
    random.Random(seed).shuffle(drawn)
    items = [WorkItem.single(f"{number:04}", drawn) for number, drawn in enumerate(drawn)]
    session.add_work_items(items)
    session.close()
    aside.rename(path)
    return WorkDB(path, WorkDB.Mode.open)


def waiting(session, reasons, revision):
    """Return the mutants to try: those without a result, then survivors of other tests.

    A survivor that has its reason is not tried again.
    """
    found = sorted(session.pending_work_items, key=lambda item: item.job_id)
    for item, result in session.completed_work_items:
        explained = place(item.mutations[0], result) in reasons
        again = not explained and result.output.split()[1] != revision
        found += [item] * (again and not result.is_killed)
    return found


def change(before, after):
    """Write down what a mutation changed by the lines that differ, which outlives other changes."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0))[2:]
    parts = [" ".join(line[1:] for line in lines if line[0] == sign) for sign in "-+"]
    was, now = (" ".join(text.split()) or "nothing" for text in parts)
    return f"{was} → {now}"


def run_tests(rounds, lines, output):
    """Run tests in rounds until one fails; return how it ended."""
    for tests in rounds:
        seconds = PATIENCE + int(3 * sum(lines.seconds[test] for test in tests))
        ended = trial.outcome(tests, seconds, output)
        if ended != "passed":
            return ended
    return "passed"


def tests_of(mutation, lines):
    """Return the rounds of tests that execute the lines of a mutation."""
    return lines.tests(str(mutation.module_path), mutation.start_pos[0], mutation.end_pos[0])


def check_unchanged(session, lines, output):
    """Stop where tests fail on the code as it is; of a part of the sample, the first rounds."""
    for item in tqdm(session.work_items[::20], desc="unchanged code"):
        if run_tests(tests_of(item.mutations[0], lines)[:1], lines, output) != "passed":
            said = output.read_text("utf-8", "replace")[-4000:]
            raise SystemExit(f"{said}\nTests fail on the code as it is: mend them first.")


def attempt(mutation, lines, output, revision):
    """Try one mutant; return its result."""
    operator = operator_of(mutation)
    rounds = tests_of(mutation, lines)
    output.write_text("", encoding="utf-8")
    with use_mutation(mutation.module_path, operator, mutation.occurrence) as (before, after):
        ended = run_tests(rounds, lines, output)
    said = output.read_text("utf-8", "replace")[-4000:]
    return WorkResult(
        worker_outcome=WorkerOutcome.NORMAL,
        output=f"{ended} {revision} {sum(map(len, rounds))}\n{said}",
        test_outcome=TestOutcome.SURVIVED if ended == "passed" else TestOutcome.KILLED,
        diff=change(before, after),
    )


def go_on(session, items, lines, output, revision):
    """Try some mutants of a session, and keep each result as soon as it is there."""
    total = session.num_work_items
    with tqdm(items, initial=total - len(items), total=total, unit="mutant") as bar:
        for item in bar:
            result = attempt(item.mutations[0], lines, output, revision)
            session.set_result(item.job_id, result)
            if not result.is_killed:
                bar.write("survived: " + ": ".join(place(item.mutations[0], result)))
