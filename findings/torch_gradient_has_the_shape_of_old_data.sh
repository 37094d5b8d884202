#!/usr/bin/env bash
# torch 2.13.0.
#
# w.data is set to a tensor of another shape between the forward pass and backward(). Whether that is
# refused, and which shape w.grad has, depends on the operator that used w: a gradient of the old shape
# is kept beside the new w, in silence, and the step of the optimizer broadcasts it; of w * w it even has the
# sum over the new elements. sum() gives one of the new shape.
#
# Why one would not guess it: w.grad = ... refuses any shape but that of w, and everywhere else backward()
# checks the shapes of gradients. "w.grad has the shape of w" is what optimizers are written for.
#
# Seen, w of 1 before and 3 elements after, learning rate 1; run without refimpl:
#| (w * 2).sum(): grad [2.0], after the step [-1.0, -1.0, -1.0]
#| (w * w).sum(): grad [6.0], after the step [-5.0, -5.0, -5.0]
#| w.sum(): grad [1.0, 1.0, 1.0], after the step [0.0, 0.0, 0.0]
#| w.grad = torch.ones(1): RuntimeError: attempting to assign a gradient of size '[1]' to a tensor of size '[3]'.

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

LOSSES = {
    "(w * 2).sum()": lambda w: (w * 2).sum(),
    "(w * w).sum()": lambda w: (w * w).sum(),
    "w.sum()": lambda w: w.sum(),
}
for name, loss_of in LOSSES.items():
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    loss = loss_of(w)
    w.data = torch.ones(3)
    loss.backward()
    grad = w.grad.tolist()
    optimizer.step()
    print(f"{name}: grad {grad}, after the step {w.tolist()}")
try:
    w.grad = torch.ones(1)
except RuntimeError as error:
    first = str(error).partition(" Please")[0]
    print(f"w.grad = torch.ones(1): {type(error).__name__}: {first}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the gradient of a tensor whose data was set" >&2
    exit 1
}
