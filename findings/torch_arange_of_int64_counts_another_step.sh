#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6; torch 2.14.1 counts as for the other dtypes.
#
# torch.arange(0, 9, 1.9, dtype=torch.int64) has 9 numbers, and in int32 it has 5: 0 to 4. Both cut
# the step to 1. Beside int64 it is cut before the numbers are counted, so that they reach the end;
# beside the other integer dtypes after, so that they stop half way. A step below 1 is refused as
# zero in int64, and in int32 it gives the first number again and again.
#
# Why one would not guess it: the width of an integer decides how many numbers there are. NumPy
# takes such a step too, and counts before it cuts in every dtype.
#
# Seen; run without refimpl:
#| torch int64  arange(0, 9, 1.9)    [0, 1, 2, 3, 4, 5, 6, 7, 8]
#| torch int32  arange(0, 9, 1.9)    [0, 1, 2, 3, 4]
#| torch int8   arange(0, 9, 1.9)    [0, 1, 2, 3, 4]
#| NumPy int64  arange(0, 9, 1.9)    [0, 1, 2, 3, 4]
#| torch int64  arange(1, 2.5, 0.5)  ValueError: step must be nonzero
#| torch int32  arange(1, 2.5, 0.5)  [1, 1, 1]
#| NumPy int64  arange(1, 2.5, 0.5)  [1, 1, 1]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch


def show(library, name, dtype, *bounds):
    try:
        seen = library.arange(*bounds, dtype=dtype).tolist()
    except ValueError as error:
        seen = f"ValueError: {error}"
    print(f"{name:11}  {f'arange{bounds}':19}  {seen}")


for bounds in ((0, 9, 1.9), (1, 2.5, 0.5)):
    show(torch, "torch int64", torch.int64, *bounds)
    show(torch, "torch int32", torch.int32, *bounds)
    if bounds[0] == 0:
        show(torch, "torch int8", torch.int8, *bounds)
    show(numpy, "NumPy int64", numpy.int64, *bounds)
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: how many numbers torch.arange has in int64" >&2
    exit 1
}
