#!/usr/bin/env bash
# torch 2.13.0
#
# With `weight`, the mean of mse_loss and l1_loss can be larger than every single loss. Where the
# target has more rows than the input, the losses are broadcast, and the sum runs over all of them;
# but it is divided by the sum of the weights of the input alone. Two rows of squared errors of 1,
# with weights of 1, have the mean 2. huber_loss divides rightly, and weights in the shape of the
# losses are refused.
#
# Why one would not guess it: without `weight` the mean is 1, and weights of 1 should change nothing.
#
# Seen; run without refimpl:
#| mse_loss    without 1.0  with weights of 1 2.0
#| l1_loss     without 1.0  with weights of 1 2.0
#| huber_loss  without 0.5  with weights of 1 0.5
#| in the shape of the losses: Weights and input must have the same size.

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import warnings

import torch
from torch.nn.functional import huber_loss, l1_loss, mse_loss

warnings.simplefilter("ignore")  # of different sizes, which are broadcast
x, target = torch.ones(2), torch.zeros(2, 2)
for loss in (mse_loss, l1_loss, huber_loss):
    plain = loss(x, target).item()
    weighted = loss(x, target, weight=torch.ones(2)).item()
    print(f"{loss.__name__:11} without {plain}  with weights of 1 {weighted}")
try:
    mse_loss(x, target, weight=torch.ones(2, 2))
except ValueError as error:
    print("in the shape of the losses:", error)
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the weighted mean of losses that are broadcast" >&2
    exit 1
}
