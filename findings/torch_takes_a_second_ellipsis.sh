#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# x[..., 0, ...] reads as "entry 0 of a dimension in the middle". torch takes it, and picks from the
# last dimension: the first ellipsis stands for all dimensions that are not named, the second for
# none. x[..., 0, ...] = 1 writes there, too. Nothing is said, and where the sizes allow it the
# program runs on with the wrong numbers. Where an index follows the second one, torch speaks of a
# dimension of size 0, which the tensor does not have.
#
# Why one would not guess it: NumPy, whose indexing torch follows, refuses two ellipses. A program
# that NumPy has stopped runs on torch.
#
# Seen; run without refimpl:
#| x of shape (2, 3, 4)
#| torch x[:, 0, :].shape      (2, 4)
#| torch x[..., 0].shape       (2, 3)
#| torch x[..., 0, ...].shape  (2, 3)
#| torch x[0, ..., ...].shape  (3, 4)
#| torch written by x[..., 0, ...] = 1: 6 numbers, as by x[..., 0] = 1: True
#| torch x[..., ..., 0]        IndexError: index 0 is out of bounds for dimension 2 with size 0
#| numpy x[..., 0, ...]        IndexError: an index can only have a single ellipsis ('...')

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch

x = torch.zeros(2, 3, 4)
print("x of shape", tuple(x.shape))
for text, part in {
    "x[:, 0, :]": x[:, 0, :],
    "x[..., 0]": x[..., 0],
    "x[..., 0, ...]": x[..., 0, ...],
    "x[0, ..., ...]": x[0, ..., ...],
}.items():
    print(f"torch {text + '.shape':20}  {tuple(part.shape)}")
y = x.clone()
x[..., 0, ...] = 1
y[..., 0] = 1
print(f"torch written by x[..., 0, ...] = 1: {int(x.sum())} numbers, as by x[..., 0] = 1:", x.equal(y))

for name, array, index in (
    ("torch x[..., ..., 0]", x, (..., ..., 0)),
    ("numpy x[..., 0, ...]", numpy.zeros((2, 3, 4)), (..., 0, ...)),
):
    try:
        print(f"{name:26}  {array[index].shape}")
    except IndexError as error:
        print(f"{name:26}  IndexError: {error}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what a second ellipsis in an index of torch stands for" >&2
    exit 1
}
