#!/usr/bin/env bash
# SciPy 1.17.1, mpmath 1.3.0 and the math module of Python.
#
# scipy.special.erfc in float64 is 0 from about 26.64 on, scipy.special.ndtr from about -37.68 on.
# The exact values go on as subnormal numbers to 27.22 and -38.48, over thirteen powers of ten.
# math.erfc has them, and so has the exponential of SciPy's own log_ndtr.
#
# Why one would not guess it: SciPy does return subnormal numbers just before, so it is not that
# they are flushed to 0; the functions stop where exp(x * x) would overflow, which is not where
# exp(-x * x) underflows. The function known for its tails leaves them to the standard library.
#
# Seen; run without refimpl:
#| erfc of 26.6: SciPy 1.0885e-309, math 1.0885e-309, exact 1.0885e-309
#| erfc of 26.65: SciPy 0.0000e+00, math 7.5807e-311, exact 7.5807e-311
#| erfc of 27: SciPy 0.0000e+00, math 5.2370e-319, exact 5.2370e-319
#| ndtr of -37.6: SciPy 1.0748e-309, exp(log_ndtr) 1.0748e-309, exact 1.0748e-309
#| ndtr of -37.7: SciPy 0.0000e+00, exp(log_ndtr) 2.4835e-311, exact 2.4835e-311
#| ndtr of -38: SciPy 0.0000e+00, exp(log_ndtr) 2.8854e-316, exact 2.8854e-316

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check scipy==1.17.1 mpmath==1.3.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import math

import mpmath
from scipy.special import erfc, log_ndtr, ndtr

for x in (26.6, 26.65, 27.0):
    seen = f"SciPy {erfc(x):.4e}, math {math.erfc(x):.4e}, exact {float(mpmath.erfc(x)):.4e}"
    print(f"erfc of {x:g}: {seen}")
for x in (-37.6, -37.7, -38.0):
    other = math.exp(log_ndtr(x))
    exact = float(mpmath.ncdf(x))
    print(f"ndtr of {x:g}: SciPy {ndtr(x):.4e}, exp(log_ndtr) {other:.4e}, exact {exact:.4e}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the last numbers of SciPy's erfc and ndtr" >&2
    exit 1
}
