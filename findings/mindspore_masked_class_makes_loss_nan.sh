#!/usr/bin/env bash
# MindSpore 2.10.0 on the CPU.
#
# cross_entropy of logits (0, -inf, 1) and label 0 is nan: another class than the target is
# masked. log_softmax is right in all three places, nll_loss of it is nan as well. With -10000
# in the place of -inf the loss is right.
#
# Why one would not guess it: masking by -inf is what attention and action masks do, the loss
# needs one entry of log_softmax alone, and that entry is finite. The target becomes a row of
# zeros and a one that is multiplied with all of them, and 0 times -inf is nan.
#
# Seen; run without refimpl:
#| -10000.0   log_softmax (-1.313, -1e+04, -0.3133)   cross_entropy 1.3133   nll_loss 1.3133
#|     -inf   log_softmax (-1.313, -inf, -0.3133)   cross_entropy nan   nll_loss nan

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check mindspore==2.10.0 numpy==1.26.4

"$work/venv/bin/python" -W ignore -I - > "$work/seen" <<'PROGRAM'
import numpy as np
from mindspore import Tensor, int32, ops

label = Tensor([0], int32)
for masked in (-10000.0, -np.inf):
    x = Tensor(np.array([[0.0, masked, 1.0]], np.float32))
    log_p = ops.log_softmax(x)
    row = ", ".join(f"{v:.4g}" for v in log_p.asnumpy()[0])
    loss, picked = ops.cross_entropy(x, label).item(), ops.nll_loss(log_p, label).item()
    print(f"{masked:8}   log_softmax ({row})   cross_entropy {loss:.4f}   nll_loss {picked:.4f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the loss of MindSpore beside a masked class" >&2
    exit 1
}
