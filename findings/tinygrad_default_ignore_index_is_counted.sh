#!/usr/bin/env bash
# tinygrad 0.14.0, in its interpreter in Python.
#
# sparse_categorical_crossentropy ignores the label -1 by default, but divides the mean by all
# labels. With any other ignore_index it divides by those that count; so does nll_loss, whatever
# the number.
#
# Why one would not guess it: the number that marks a label also chooses the divisor, and the
# default is the one that is not like the rest.
#
# Seen; run without refimpl:
#| ignore_index=  -1   sparse 0.2085   nll_loss 0.4170
#| ignore_index=-100   sparse 0.4170   nll_loss 0.4170
#| ignore_index=   2   sparse 0.4170   nll_loss 0.4170

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tinygrad==0.14.0

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import os

os.environ["DEV"] = "PYTHON"
from tinygrad import Tensor

x = Tensor([[2.0, 1.0, 0.1], [2.0, 1.0, 0.1]])
for ignored in (-1, -100, 2):
    loss = x.sparse_categorical_crossentropy(Tensor([0, ignored]), ignore_index=ignored)
    picked = x.log_softmax().nll_loss(Tensor([0, ignored]), ignore_index=ignored)
    print(f"ignore_index={ignored:4}   sparse {loss.item():.4f}   nll_loss {picked.item():.4f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: by what tinygrad divides the mean" >&2
    exit 1
}
