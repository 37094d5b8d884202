#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# numpy.round of a float16 array multiplies by 10**decimals in float16: 1000 to two decimals is inf,
# and to five decimals every number is nan, since 10**5 is inf in float16 itself. There is a warning
# of an overflow. torch.round computes 16 bits in float32 and gets them right.
#
# Why one would not guess it: numbers from 656 on are everyday numbers in float16, two decimals an
# everyday wish, and rounding is expected to leave what has no decimals as it is.
#
# Seen; run without refimpl:
#| numpy.round(x, 1)                                  [1.00e-01 6.55e+02 6.56e+02 1.00e+03]
#| numpy.round(x, 2)                                  [1.20e-01 6.55e+02      inf      inf]
#| numpy.round(x, 4)                                  [0.1235    inf    inf    inf]
#| numpy.round(x, 5)                                  [nan nan nan nan]
#| numpy.round(x.astype(numpy.float32), 5)            [1.2347e-01 6.5500e+02 6.5600e+02 1.0000e+03]
#| torch.round(torch.tensor(x), decimals=2).tolist()  [0.1199951171875, 655.0, 656.0, 1000.0]
#| torch.round(torch.tensor(x), decimals=5).tolist()  [0.12347412109375, 655.0, 656.0, 1000.0]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import warnings

import numpy
import torch

warnings.simplefilter("ignore")
x = numpy.float16([0.12345, 655.0, 656.0, 1000.0])

CALLS = (
    "numpy.round(x, 1)",
    "numpy.round(x, 2)",
    "numpy.round(x, 4)",
    "numpy.round(x, 5)",
    "numpy.round(x.astype(numpy.float32), 5)",
    "torch.round(torch.tensor(x), decimals=2).tolist()",
    "torch.round(torch.tensor(x), decimals=5).tolist()",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:50} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: how NumPy rounds float16" >&2
    exit 1
}
