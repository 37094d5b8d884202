#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# x.split(numpy.int64(2)) is refused as no "tuple of ints", while chunk, unfold and tensor_split take
# the same number, and split itself takes a list of such numbers, a tensor, and even the tensor 2.7,
# which it cuts to 2.
#
# Why one would not guess it: numpy.int64 comes out of every length that NumPy computes, and all other
# methods take it where they want an int.
#
# Seen; run without refimpl:
#| x.split(2)[0].shape                  torch.Size([2])
#| x.split(two)                         TypeError: split_with_sizes(): argument 'split_sizes' (position 2) must
#| x.split([two, two])[0].shape         torch.Size([2])
#| x.chunk(two)[0].shape                torch.Size([2])
#| x.unfold(0, two, 1).shape            torch.Size([3, 2])
#| torch.tensor_split(x, two)[0].shape  torch.Size([2])
#| x.split(torch.tensor(2))[0].shape    torch.Size([2])
#| x.split(torch.tensor(2.7))[0].shape  torch.Size([2])

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch

x, two = torch.ones(4), numpy.int64(2)

CALLS = (
    "x.split(2)[0].shape",
    "x.split(two)",
    "x.split([two, two])[0].shape",
    "x.chunk(two)[0].shape",
    "x.unfold(0, two, 1).shape",
    "torch.tensor_split(x, two)[0].shape",
    "x.split(torch.tensor(2))[0].shape",
    "x.split(torch.tensor(2.7))[0].shape",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:36} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: which integers torch.Tensor.split takes" >&2
    exit 1
}
