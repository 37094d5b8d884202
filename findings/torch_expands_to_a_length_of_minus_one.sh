#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# A tensor of rank 0 expanded to (-1, 0), or to any negative length beside a 0, is returned with that
# shape: size() says torch.Size([-1, 0]). It can be printed and summed; clone refuses its own input.
# Beside other lengths expand refuses -1 for a new dimension, with words about an overflow.
#
# Why one would not guess it: -1 in expand means "as it is", and zeros(-1, 0) is refused with a clear
# text; code that reads shapes relies on no length being negative.
#
# Seen; run without refimpl:
#| x.expand(-1, 0).shape                 torch.Size([-1, 0])
#| x.expand(0, -1).shape                 torch.Size([0, -1])
#| x.expand(-2, 0)                       tensor([], size=(-2, 0))
#| torch.broadcast_to(x, (-1, 0)).shape  torch.Size([-1, 0])
#| x.expand(-1, 0).sum()                 tensor(0.)
#| x.expand(-1, 0).clone()               RuntimeError: Trying to create tensor with negative dimension -1: [-1, 0]
#| x.expand(-1, 2)                       RuntimeError: numel: integer multiplication overflow
#| torch.ones(3).expand(-1, 0, 3)        RuntimeError: The expanded size of the tensor (-1) isn't allowed in a lead
#| torch.zeros(-1, 0)                    RuntimeError: zeros: Dimension size must be non-negative.

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

x = torch.tensor(1.0)

CALLS = (
    "x.expand(-1, 0).shape",
    "x.expand(0, -1).shape",
    "x.expand(-2, 0)",
    "torch.broadcast_to(x, (-1, 0)).shape",
    "x.expand(-1, 0).sum()",
    "x.expand(-1, 0).clone()",
    "x.expand(-1, 2)",
    "torch.ones(3).expand(-1, 0, 3)",
    "torch.zeros(-1, 0)",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:37} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what torch expands to" >&2
    exit 1
}
