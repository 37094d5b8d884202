#!/usr/bin/env bash
# SciPy 1.17.1 with NumPy 2.4.6.
#
# softmax of 65520 equal float16 numbers is 0 in every place, with a warning of overflow in
# reduce; log_softmax of them is -inf. Of 60000 numbers both are right. The sum of the
# exponentials is kept in float16, whose largest number is 65504, though each probability,
# 1.5e-5, has a place in float16.
#
# Why one would not guess it: subtracting the maximum is said to make softmax safe, and no logit
# is large. NumPy's own mean takes float16 up in float32, its sum does not.
#
# Seen; run without refimpl:
#|  60000 classes   sum 1.001   log_softmax -11.0   no warning
#|  65519 classes   sum 1.000   log_softmax -11.1   no warning
#|  65520 classes   sum 0.000   log_softmax -inf   overflow encountered in reduce
#| 100000 classes   sum 0.000   log_softmax -inf   overflow encountered in reduce

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check scipy==1.17.1 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import warnings

import numpy as np
from scipy.special import log_softmax, softmax

for classes in (60000, 65519, 65520, 100000):
    x = np.zeros(classes, np.float16)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        p, log_p = softmax(x), log_softmax(x)
    said = ", ".join(sorted({str(each.message) for each in caught})) or "no warning"
    total = p.sum(dtype=np.float64)
    print(f"{classes:6} classes   sum {total:.3f}   log_softmax {log_p[0]:.1f}   {said}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the softmax of SciPy for many classes in float16" >&2
    exit 1
}
