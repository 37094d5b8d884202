#!/usr/bin/env bash
# torch 2.13.0.
#
# torch.tensor([[], [1]]) is a tensor of shape (2, 0): the 1 is gone, without a word. Lists of two
# lengths are an error as soon as the first of them is not empty. Beside an empty first list
# anything is dropped, a number without brackets and a matrix too, and with a dtype given even a
# dict or None.
#
# Why one would not guess it: ragged lists are what torch.tensor refuses, NumPy refuses the same
# list, and torch.tensor([[1], []]), the same rows in the other order, is refused as well.
# The shape is read off the first list at each depth, and of a tensor without elements no list is
# looked at any more. The first batch of a loader that is empty loses the rest.
#
# Seen; run without refimpl:
#| [[], [1]]            (2, 0) torch.float32
#| [[1], []]            ValueError: expected sequence of length 1 at dim 1 (got 0)
#| [[], [1, 2], [3]]    (3, 0) torch.float32
#| [[], 7]              (2, 0) torch.float32
#| [[], [[7, 8]]]       (2, 0) torch.float32
#| [[[]], [[1, 2]]]     (2, 1, 0) torch.float32
#| [[], {}] as int64    (2, 0) torch.int64
#| numpy.array([[], [1]])  ValueError

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy
import torch


def show(data, dtype=None, title=None):
    try:
        found = torch.tensor(data, dtype=dtype)
        text = f"{tuple(found.shape)} {found.dtype}"
    except ValueError as error:
        text = f"ValueError: {error}"
    print(f"{title or data!s:20} {text}")


show([[], [1]])
show([[1], []])
show([[], [1, 2], [3]])
show([[], 7])
show([[], [[7, 8]]])
show([[[]], [[1, 2]]])
show([[], {}], torch.int64, "[[], {}] as int64")
try:
    numpy.array([[], [1]])
except ValueError:
    print("numpy.array([[], [1]])  ValueError")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what torch.tensor makes of lists beside an empty one" >&2
    exit 1
}
