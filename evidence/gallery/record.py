"""Write the text that each gallery script prints on torch into the file beside it.

Usage: ``python -m evidence.gallery.record [part of a name ...]``; look at the change with git diff
before you commit it. Where refimpl rightly prints another text (`NAME.refimpl.out` exists), that
one is written too. A script that trains on pictures has a second text, of its run on digits; the
first can only be written where Fashion-MNIST is on the machine.

    python -m evidence.gallery.record --full [part of a name ...]

runs the scripts that train on pictures with all of them, on both engines, and writes what they
print, dated, into docs/_data/studies.json. That takes minutes.
"""

import json
import os
import sys
import time

os.environ["MPLBACKEND"] = "Agg"
if "--full" in sys.argv:
    os.environ |= {"REFIMPL_FULL": "1", "TQDM_DISABLE": ""}  # all pictures, with progress bars

from datetime import UTC, datetime
from importlib import metadata

from evidence.command import parser, part_of, with_parts
from evidence.gallery import scripts
from evidence.gallery.scripts import ENGINES, ROOT, SCRIPTS, expected, name, run_now
from evidence.kept import write_whole

STUDIES = ROOT / "docs/_data/studies.json"


def record(script):
    """Write the texts of one script."""
    if scripts.trains_on_pictures(script):
        if scripts.images():
            write(script, "torch")
        write(script, "torch", digits=True)
        return
    write(script, "torch")
    if expected(script, "refimpl") != expected(script, "torch"):
        write(script, "refimpl")


def write(script, engine, digits=False):
    """Run a script and write what it prints."""
    path = expected(script, engine, digits)
    write_whole(path, run_now(script, engine, digits)["text"])
    print(path)


def study(script):
    """Run a script with all pictures on both engines, which have to print the same."""
    texts, seconds = {}, {}
    for engine in ENGINES:
        start = time.perf_counter()
        texts[engine] = run_now(script, engine)["text"]
        seconds[engine] = round(time.perf_counter() - start)
    if texts["torch"] != texts["refimpl"]:
        sys.exit(f"{name(script)}: the engines differ\n{texts['torch']}\n{texts['refimpl']}")
    packages = ("torch", "numpy")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {package: metadata.version(package) for package in packages},
        "seconds": seconds,
        "text": texts["torch"],
    }


def record_studies(chosen):
    """Run what is chosen with all pictures, and keep each result as soon as it is there."""
    if not scripts.images():
        sys.exit(scripts.NO_IMAGES)
    for script in filter(scripts.trains_on_pictures, chosen):
        kept = json.loads(STUDIES.read_text(encoding="utf-8")) if STUDIES.exists() else {}
        kept[name(script)] = study(script)
        ordered = {name(each): kept[name(each)] for each in SCRIPTS if name(each) in kept}
        write_whole(STUDIES, json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
        print(name(script), kept[name(script)]["seconds"])


if __name__ == "__main__":
    named = {name(script): script for script in SCRIPTS}
    command = parser("python -m evidence.gallery.record", __doc__)
    command.add_argument("--full", action="store_true")
    command.add_argument("parts", nargs="*", type=part_of(named, "script"))
    given = command.parse_args()
    chosen = [named[each] for each in with_parts(named, given.parts)]
    if given.full:
        record_studies(chosen)
    else:
        for script in chosen:
            record(script)
