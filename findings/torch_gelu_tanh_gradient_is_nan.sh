#!/usr/bin/env bash
# torch 2.13.0 on a CPU.
#
# The gradient of F.gelu(x, approximate="tanh") is nan for every |x| of 1.85e19 or more, in float32
# and in bfloat16, although x, the value of the function and the true gradient (1 or 0) are all
# finite. The exact GELU has the right gradient at the same points.
#
# Why one would not guess it: tanh is flat out there, and the value is right. The gradient squares
# x by itself; the square overflows, and infinity times a slope of 0 is nan. One large entry is
# enough to turn a whole gradient to nan.
#
# Seen (no part of it depends on the kind of CPU); run without refimpl:
#| float32      x       value   gradient   gradient of the exact GELU
#|  1.84e+19   1.84e+19      1      1
#|  1.85e+19   1.85e+19    nan      1
#| -1.85e+19         -0    nan      0
#| bfloat16     x       value   gradient   gradient of the exact GELU
#|  1.84e+19  1.837e+19      1      1
#|  1.85e+19  1.845e+19    nan      1
#| -1.85e+19         -0    nan      0
#| float64      x       value   gradient   gradient of the exact GELU
#|  1.84e+19   1.84e+19      1      1
#|  1.85e+19   1.85e+19      1      1
#| -1.85e+19         -0      0      0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import torch
from torch.nn.functional import gelu


def value_and_gradient(number, dtype, approximate):
    x = torch.tensor(number, dtype=dtype, requires_grad=True)
    y = gelu(x, approximate=approximate)
    y.backward()
    return y.item(), x.grad.item()


for dtype in (torch.float32, torch.bfloat16, torch.float64):
    name = str(dtype).removeprefix("torch.")
    print(f"{name:8}     x       value   gradient   gradient of the exact GELU")
    for number in (1.84e19, 1.85e19, -1.85e19):
        value, gradient = value_and_gradient(number, dtype, "tanh")
        exact = value_and_gradient(number, dtype, "none")[1]
        print(f"{number:9.3g} {value:10.4g} {gradient:6g} {exact:6g}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the gradient of torch's tanh GELU at large finite numbers" >&2
    exit 1
}
