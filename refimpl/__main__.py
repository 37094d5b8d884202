"""``python -m refimpl script.py``: run a script with refimpl in torch's place."""

import sys

from refimpl.standin import run

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m refimpl script.py [arguments]")
    run(sys.argv[1], sys.argv[2:])
