"""Measurements: how fast and how exact the formulas are, and how long the way through the code is.

python -m benchmarks              time ratios to other libraries, and the goals they are held to
python -m benchmarks.builds OLD   time ratios to an older checkout
python -m benchmarks.seeds        how fast all seeds are tried, beside the same in C
python -m benchmarks.accuracy     errors in units of the last place
python -m benchmarks.digest       whether the numbers moved between two versions
python -m benchmarks.frames       the Python functions and files that a call goes through

With --record the first four write the dated file in docs/_data that a page shows or a note cites.
"""
