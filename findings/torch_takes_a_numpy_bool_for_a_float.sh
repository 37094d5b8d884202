#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# In an operation with a tensor torch takes numpy.bool for the float 1.0: a count of integers becomes
# float32, `&` with a tensor of bool is not implemented, full and where return floats. torch.tensor
# makes a bool of the same object, and refuses it beside an int in a list. A comparison of NumPy's
# numbers returns such an object.
#
# Why one would not guess it: True and numpy.int64(1) keep the integers integers, numpy.array([1, 2])
# + numpy.bool(True) does, and `counts + (a > b)` looks the same whatever a and b are.
#
# Seen; run without refimpl:
#| counts + True               tensor([2, 3])
#| counts + numpy.int64(1)     tensor([2, 3])
#| counts + true               tensor([2., 3.])
#| counts.numpy() + true       [2 3]
#| counts * true               tensor([1., 2.])
#| mask & True                 tensor([ True, False])
#| mask & true                 NotImplementedError: "bitwise_and_cpu" not implemented for 'Float'
#| torch.full((2,), true)      tensor([1., 1.])
#| torch.where(mask, true, 0)  tensor([1., 0.])
#| torch.arange(true, 3)       tensor([1., 2.])
#| torch.tensor(true)          tensor(True)
#| torch.tensor([true, 1])     TypeError: 'numpy.bool' object cannot be interpreted as an integer

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch

counts, mask, true = torch.tensor([1, 2]), torch.tensor([True, False]), numpy.float64(3) > 2

CALLS = (
    "counts + True",
    "counts + numpy.int64(1)",
    "counts + true",
    "counts.numpy() + true",
    "counts * true",
    "mask & True",
    "mask & true",
    "torch.full((2,), true)",
    "torch.where(mask, true, 0)",
    "torch.arange(true, 3)",
    "torch.tensor(true)",
    "torch.tensor([true, 1])",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:27} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what torch makes of a bool of NumPy" >&2
    exit 1
}
