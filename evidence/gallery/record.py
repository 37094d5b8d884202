"""Write the text that each gallery script prints on torch into the file beside it.

Usage: ``python -m evidence.gallery.record [part of a name ...]``; look at the change with git diff
before you commit it. Where refimpl rightly prints another text (`NAME.refimpl.out` exists), that
one is written too.
"""

import os
import sys
import warnings

os.environ["MPLBACKEND"] = "Agg"

from evidence.gallery.scripts import SCRIPTS, expected, name, printed


def record(script):
    script.with_suffix(".out").write_text(printed(script, "torch"), encoding="utf-8")
    departure = expected(script, "refimpl")
    if departure != script.with_suffix(".out"):
        departure.write_text(printed(script, "refimpl"), encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("error")
    for script in SCRIPTS:
        if any(part in name(script) for part in sys.argv[1:] or [""]):
            record(script)
            print(script.with_suffix(".out"))
