#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# The sum of [1, 2, 3] that is written over the 1 is 5, and mv(x, x[0], out=x[0]) returns zeros:
# `out` is set to 0 before the operands are read. Nothing is said. cat, gather and exp look whether
# `out` shares memory with what they read, and refuse it with a clear text; softmax gets it right.
# Whether matmul(x, x, out=x) is right depends on the processor: zeros where it has AVX2, the product
# where it has AVX-512 (seen on an AMD EPYC and an Intel Xeon; not checked below).
#
# Why one would not guess it: the check is there, and its text names the remedy, so its silence
# reads as a promise. NumPy computes all of these as if `out` lay apart.
#
# Seen; run without refimpl:
#| torch mv(x, x[0], out=x[0])           [0.0, 0.0]
#| torch sum(v, 0, out=v[0])             5.0
#| torch mean(v, 0, out=v[0])            1.6666666269302368
#| torch cumsum(v, 0, out=v)             [1.0, 3.0, 6.0]
#| torch exp(v[:2], out=v[1:])           RuntimeError: unsupported operation: some elements of the input tensor and the
#| torch cat([v[:1], v[1:]], out=v)      RuntimeError: unsupported operation: some elements of the input tensor and the
#| numpy matmul(x, x, out=x)             [[7.0, 10.0], [15.0, 22.0]]
#| numpy sum(v, 0, keepdims, out=v[:1])  [6.0]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch

T, N = torch.tensor, numpy.array
for name, make, library, call in (
    ("torch mv(x, x[0], out=x[0])", T, torch, "mv(x, x[0], out=x[0])"),
    ("torch sum(v, 0, out=v[0])", T, torch, "sum(v, 0, out=v[0])"),
    ("torch mean(v, 0, out=v[0])", T, torch, "mean(v, 0, out=v[0])"),
    ("torch cumsum(v, 0, out=v)", T, torch, "cumsum(v, 0, out=v)"),
    ("torch exp(v[:2], out=v[1:])", T, torch, "exp(v[:2], out=v[1:])"),
    ("torch cat([v[:1], v[1:]], out=v)", T, torch, "cat([v[:1], v[1:]], out=v)"),
    ("numpy matmul(x, x, out=x)", N, numpy, "matmul(x, x, out=x)"),
    ("numpy sum(v, 0, keepdims, out=v[:1])", N, numpy, "sum(v, 0, keepdims=True, out=v[:1])"),
):
    x, v = make([[1.0, 2.0], [3.0, 4.0]]), make([1.0, 2.0, 3.0])
    try:
        seen = eval(f"library.{call}").tolist()
    except RuntimeError as error:
        seen = f"RuntimeError: {str(error)[:64]}"
    print(f"{name:36}  {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what torch makes of an out that is an operand" >&2
    exit 1
}
