#!/usr/bin/env bash
# torch 2.13.0, one thread.
#
# x.add_(x[0]) is refused: "some elements of the input tensor and the written-to tensor refer to a
# single memory location". x.add_(x[:, 0]) is not: it adds numbers that it has just written. Of a
# matrix of ones the sum is 2 in the first row and 3 and 4 in the others, where x + x[:, 0] is 2
# everywhere. The order in which elements are written shows, and no warning is given.
#
# Why one would not guess it: there is a check for exactly this, and it works for a row, for
# shifted slices and for x.mul_(x.T). It looks at tensors that fill a piece of memory without gaps
# only. A column has gaps, and so have every second element and a diagonal.
#
# Seen; run without refimpl:
#| x.add_(x[0])         RuntimeError
#| x.add_(x.T)          RuntimeError
#| x.add_(x[:, 0])      [[2.0, 2.0, 2.0], [3.0, 4.0, 2.0], [3.0, 4.0, 4.0]]
#| x + x[:, 0]          [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]
#| x.add_(x.diagonal()) [[2.0, 2.0, 2.0], [3.0, 2.0, 2.0], [3.0, 3.0, 2.0]]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

torch.set_num_threads(1)


def show(title, change):
    try:
        text = change(torch.ones(3, 3)).tolist()
    except RuntimeError:
        text = "RuntimeError"
    print(f"{title:20} {text}")


show("x.add_(x[0])", lambda x: x.add_(x[0]))
show("x.add_(x.T)", lambda x: x.add_(x.T))
show("x.add_(x[:, 0])", lambda x: x.add_(x[:, 0]))
show("x + x[:, 0]", lambda x: x + x[:, 0])
show("x.add_(x.diagonal())", lambda x: x.add_(x.diagonal()))
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: in-place sums of a tensor and a part of it that has gaps" >&2
    exit 1
}
