#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# x.to(2.5) is taken, and returns x in float64; x.to(True) returns it in bool. A number stands for a
# tensor of that number, whose dtype is taken: float64, whatever the default dtype, although
# torch.tensor(2.5) is float32. x.to(2) is another call: 2 is the number of a device.
#
# Why one would not guess it: the documented forms of `to` take a dtype, a device or a tensor. A
# slip such as x.to(scale) for x * scale doubles the memory of a model or makes truth values of its
# weights, in silence, and with an int it speaks of an accelerator.
#
# Seen; run without refimpl:
#| torch.tensor(2.5).dtype         torch.float32
#| x.to(2.5)                       tensor([0.5000, 3.0000], dtype=torch.float64)
#| x.to(True)                      tensor([True, True])
#| torch.ones(2).int().to(0.5)     tensor([1., 1.], dtype=torch.float64)
#| x.to(2)                         RuntimeError: Cannot access accelerator device when none is available.
#| x.to('2.5')                     RuntimeError: Invalid device string: '2.5'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

x = torch.tensor([0.5, 3.0])
for text in (
    "torch.tensor(2.5).dtype",
    "x.to(2.5)",
    "x.to(True)",
    "torch.ones(2).int().to(0.5)",
    "x.to(2)",
    "x.to('2.5')",
):
    try:
        seen = eval(text)
    except RuntimeError as error:
        seen = f"RuntimeError: {error}"
    print(f"{text:30}  {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what a number means to Tensor.to" >&2
    exit 1
}
