"""python -m benchmarks.elsewhere: see recorder.py."""

import sys

from benchmarks.elsewhere.recorder import main

main(sys.argv[1:])
