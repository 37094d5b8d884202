#!/usr/bin/env bash
# MindSpore 2.10.0 on the CPU.
#
# logsigmoid in float32 is -inf from -89 on, and its gradient nan; the values are -89 and 1. At
# -88 both are right.
#
# Why one would not guess it: there is a function of this name so that nobody writes
# log(sigmoid(x)), which ends there because exp(89) is no float32.
#
# Seen; run without refimpl:
#| x =   -80   logsigmoid  -80.000   gradient 1.0
#| x =   -88   logsigmoid  -88.000   gradient 1.0
#| x =   -89   logsigmoid     -inf   gradient nan
#| x = -1000   logsigmoid     -inf   gradient nan

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check mindspore==2.10.0 numpy==1.26.4

"$work/venv/bin/python" -W ignore -I - > "$work/seen" <<'PROGRAM'
import mindspore
import numpy as np
from mindspore import Tensor, ops

slope = mindspore.grad(lambda x: ops.logsigmoid(x).sum())
for v in (-80, -88, -89, -1000):
    x = Tensor(np.array([v], np.float32))
    print(f"x = {v:5}   logsigmoid {ops.logsigmoid(x).item():8.3f}   gradient {slope(x).item()}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: where logsigmoid of MindSpore ends" >&2
    exit 1
}
