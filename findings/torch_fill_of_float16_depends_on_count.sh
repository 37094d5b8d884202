#!/usr/bin/env bash
# torch 2.13.0
#
# Whether a number fits into a float16 tensor depends on how many elements are to be filled: with
# one element `full`, `full_like` and `fill_` give inf (and 65519 becomes 65504), with none or with
# two they raise "value cannot be converted to type c10::Half without overflow". A batch that shrinks
# to a single element therefore turns an error into an inf.
#
# Why one would not guess it: an elementwise function should not ask how many elements there are,
# and other ways into float16 (tensor(), .to(), x[:] = 70000.0) give inf for any number of them.
#
# Seen; run without refimpl:
#| 0 elements  full error  full_like error  fill_ error  x[:] inf
#| 1 element   full inf  full_like inf  fill_ inf  x[:] inf
#| 2 elements  full error  full_like error  fill_ error  x[:] inf

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch


def assign(x):
    x[:] = 70000.0
    return x


def seen(function):
    try:
        found = function()
    except RuntimeError as error:
        assert "without overflow" in str(error)
        return "error"
    return "inf" if found.isinf().all() else "a number"


for n, title in enumerate(("0 elements ", "1 element  ", "2 elements ")):
    x = torch.zeros(n, dtype=torch.float16)
    ways = {
        "full": lambda: torch.full((n,), 70000.0, dtype=torch.float16),
        "full_like": lambda: torch.full_like(x, 70000.0),
        "fill_": lambda: x.clone().fill_(70000.0),
        "x[:]": lambda: assign(x.clone()),
    }
    print(title + "".join(f" {name} {seen(way)} " for name, way in ways.items()).rstrip())
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what fits into float16, by the number of elements" >&2
    exit 1
}
