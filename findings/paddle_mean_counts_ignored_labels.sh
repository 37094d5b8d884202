#!/usr/bin/env bash
# PaddlePaddle 3.3.1 on the CPU.
#
# With the default ignore_index=-100 the mean of cross_entropy divides by the number of all
# labels, the ignored ones too; with an ignore_index of 0 or more it divides by the number of
# labels that count. The same two samples, one of them ignored, give half the loss with one
# number and the whole loss with another.
#
# Why one would not guess it: which number marks a label should not matter, the default -100 and
# the name are those of PyTorch, whose mean divides by what counts, and with a weight of ones
# the loss is the whole one again.
#
# Seen; run without refimpl:
#| ignore_index=-100   mean 0.2085   weighted by ones 0.4170
#| ignore_index=  -1   mean 0.2085   weighted by ones 0.4170
#| ignore_index=   2   mean 0.4170   weighted by ones 0.4170

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6 setuptools==80.9.0

"$work/venv/bin/python" -W ignore -I - > "$work/seen" <<'PROGRAM'
import paddle
import paddle.nn.functional as F

logits = paddle.to_tensor([[2.0, 1.0, 0.1], [2.0, 1.0, 0.1]])
ones = paddle.to_tensor([1.0, 1.0, 1.0])
for ignored in (-100, -1, 2):
    labels = paddle.to_tensor([0, ignored], "int64")
    mean = F.cross_entropy(logits, labels, ignore_index=ignored).item()
    weighted = F.cross_entropy(logits, labels, ignore_index=ignored, weight=ones).item()
    print(f"ignore_index={ignored:4}   mean {mean:.4f}   weighted by ones {weighted:.4f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: by what paddle divides the mean" >&2
    exit 1
}
