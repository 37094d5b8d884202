"""Change the code at sampled places, one at a time: the tests must notice.

    python -m evidence.mutation

works in a clone of what is committed, in build/mutation, and goes on where it was stopped. It first
runs all tests once to learn which of them executes which line (selection.py), draws the sample
(sample.py) and tries each mutant (run.py). A mutant that no test notices needs its reason in
evidence/mutation/survivors.toml, or the run fails. `--record` writes docs/_data/mutation.json, from
which the page of the tests takes its numbers.

After a commit that leaves the changed files as they are, what was noticed stays noticed: only the
others are tried again.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from evidence.mutation import record, run, trial
from evidence.mutation.sample import PATHS
from evidence.mutation.selection import Lines, measure

FOLDER = Path("build/mutation")


def git(*arguments):
    """Return what a command of git prints."""
    done = subprocess.run(["git", *arguments], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def clone(tree, revision):
    """Bring a clone to the revision; whatever a killed run left in it is gone."""
    if not tree.exists():
        git("clone", "--quiet", ".", str(tree))
    git("-C", str(tree), "fetch", "--quiet", "origin", revision)
    git("-C", str(tree), "checkout", "--quiet", "--force", revision)


def try_all(options):
    """Run the session in the clone, which is the current folder; return its record."""
    revision = git("rev-parse", "--short", "HEAD")
    code = hashlib.sha256(git("rev-parse", *(f"HEAD:{path}" for path in PATHS)).encode())
    folder = Path.cwd().parent
    lines = folder / f"lines-{revision}"
    if not (lines / "seconds.json").exists():
        measure(lines)
    name = f"session-{options.size}-{options.seed}-{code.hexdigest()[:8]}.sqlite"
    session = run.open_session(folder / name, options.size, options.seed)
    items = run.waiting(session, record.reasons(), revision)
    trial.preload()
    found, output = Lines(lines), folder / "output"
    run.check_unchanged(session, found, output)
    run.go_on(session, items, found, output, revision)
    return record.made(session, options.seed, revision)


def main():
    """Try the sample, show what survived; return whether a survivor lacks its reason."""
    parser = argparse.ArgumentParser(prog="python -m evidence.mutation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--size", type=int, default=600, help="how many mutants (600)")
    parser.add_argument("--seed", type=int, default=11, help="of the sample (11)")
    parser.add_argument("--record", action="store_true", help="renew the page")
    parser.add_argument("--in-clone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_clone:
        return record.show(try_all(options), options.record)
    if git("status", "--porcelain"):
        sys.exit("There are changes that are not committed; mutants are made of what is committed.")
    tree = FOLDER / "tree"
    clone(tree, git("rev-parse", "HEAD"))
    command = [sys.executable, "-m", "evidence.mutation", "--in-clone", *sys.argv[1:]]
    environment = os.environ | {"PYTHONPATH": str(tree.resolve())}
    code = subprocess.run(command, cwd=tree, env=environment).returncode
    if options.record and (tree / record.FILE).exists():
        shutil.copy(tree / record.FILE, record.FILE)
    return code


if __name__ == "__main__":
    sys.exit(main())
