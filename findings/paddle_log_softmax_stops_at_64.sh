#!/usr/bin/env bash
# PaddlePaddle 3.3.1 on the CPU.
#
# log_softmax of (0, v) never goes below -64, in float32 and in float64: from there on every
# class has the same logarithm, also one that is masked with -inf. So a cross entropy is at most
# 64, and the probability of a masked class is exp(-64), not 0.
#
# Why one would not guess it: log_softmax exists so that such numbers stay exact, and float64
# has room down to -1e308. Every score from -64 to -inf looks alike.
#
# Seen; run without refimpl:
#| float32 v =  -63.0   log_softmax   -63   softmax 4.36e-28   loss 63
#| float32 v =  -65.0   log_softmax   -64   softmax 1.60e-28   loss 64
#| float32 v = -200.0   log_softmax   -64   softmax 1.60e-28   loss 64
#| float32 v =   -inf   log_softmax   -64   softmax 1.60e-28   loss 64
#| float64 v =  -63.0   log_softmax   -63   softmax 4.36e-28   loss 63
#| float64 v =  -65.0   log_softmax   -64   softmax 1.60e-28   loss 64
#| float64 v = -200.0   log_softmax   -64   softmax 1.60e-28   loss 64
#| float64 v =   -inf   log_softmax   -64   softmax 1.60e-28   loss 64

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check paddlepaddle==3.3.1 numpy==2.4.6 setuptools==80.9.0

"$work/venv/bin/python" -W ignore -I - > "$work/seen" <<'PROGRAM'
import paddle
import paddle.nn.functional as F

for dtype in ("float32", "float64"):
    for v in (-63.0, -65.0, -200.0, float("-inf")):
        x = paddle.to_tensor([[0.0, v]], dtype)
        log_p, p = F.log_softmax(x)[0, 1].item(), F.softmax(x)[0, 1].item()
        loss = F.cross_entropy(x, paddle.to_tensor([1])).item()
        print(f"{dtype} v = {v:6}   log_softmax {log_p:5.0f}   softmax {p:.2e}   loss {loss:.0f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: where log_softmax of paddle ends" >&2
    exit 1
}
