#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6; 2.14.1 does the same.
#
# torch.min(x, torch.tensor(1)) is the lesser of each element and 1. Write out the default keepdim=False,
# and the same call goes along dimension 1 and returns values and indices. The method does so too,
# and so does max.
#
# Why one would not guess it: an argument that has its default value changes which function is
# called, and with it the meaning of another argument. A dim that is computed as a tensor, such as
# lengths.argmax(), is taken as dim by argmax, sum or softmax, and by min as long as keepdim is
# there; whoever deletes the keepdim=False gets a tensor of the input's shape.
#
# Seen; run without refimpl:
#| torch.min(x, torch.tensor(1))                 [[1.0, 0.0], [1.0, 1.0]]
#| torch.min(x, torch.tensor(1), keepdim=False)  values [0.0, 2.0], indices [1, 0]
#| torch.min(x, torch.tensor(1), False)          values [0.0, 2.0], indices [1, 0]
#| torch.min(x, dim=torch.tensor(1))             values [0.0, 2.0], indices [1, 0]
#| torch.min(x, 1)                               values [0.0, 2.0], indices [1, 0]
#| torch.argmin(x, torch.tensor(1))              [1, 0]
#| x.max(torch.tensor(1))                        [[3.0, 1.0], [2.0, 5.0]]
#| x.max(torch.tensor(1), keepdim=False)         values [3.0, 5.0], indices [0, 1]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

x = torch.tensor([[3.0, 0.0], [2.0, 5.0]])
for text in (
    "torch.min(x, torch.tensor(1))",
    "torch.min(x, torch.tensor(1), keepdim=False)",
    "torch.min(x, torch.tensor(1), False)",
    "torch.min(x, dim=torch.tensor(1))",
    "torch.min(x, 1)",
    "torch.argmin(x, torch.tensor(1))",
    "x.max(torch.tensor(1))",
    "x.max(torch.tensor(1), keepdim=False)",
):
    seen = eval(text)
    if isinstance(seen, tuple):
        seen = f"values {seen.values.tolist()}, indices {seen.indices.tolist()}"
    else:
        seen = seen.tolist()
    print(f"{text:44}  {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what torch.min makes of a tensor behind its input" >&2
    exit 1
}
