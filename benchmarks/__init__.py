"""Measurements of the formulas against other libraries: how fast, how exact.

python -m benchmarks              time ratios and the goals they are held to
python -m benchmarks.accuracy     errors in units of the last place

With --record either writes the dated file in docs/_data that its page shows.
"""
