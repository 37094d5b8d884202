#!/usr/bin/env bash
# torch 2.13.0 on a CPU.
#
# One step of torch.optim.Adam with its defaults moves a float16 parameter from 1 to -inf, where its
# gradient is 0.005. A gradient of 0.006 moves it to 0.999, as it should; so does 0.005 in float32.
#
# Why one would not guess it: the first step of Adam is as long as the learning rate, here 0.001,
# however long the gradient is; that is what it is known for. But the mean of the squares is kept in
# float16, too: 0.001 times 0.005 squared is below half of its least number, so the root is 0. What
# guards the division then, eps = 1e-8, is 0 in float16 as well, and 0.0005 is divided by 0.
# No warning, and no error: the next forward pass gives nan.
#
# Seen; run without refimpl:
#| float16, gradient 0.006: 1 becomes 0.9990, mean of the squares 5.96e-08
#| float16, gradient 0.005: 1 becomes -inf, mean of the squares 0
#| float32, gradient 0.005: 1 becomes 0.9990, mean of the squares 2.5e-08

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import torch

for dtype, gradient in ((torch.float16, 0.006), (torch.float16, 0.005), (torch.float32, 0.005)):
    w = torch.ones(1, dtype=dtype, requires_grad=True)
    w.grad = torch.full_like(w, gradient)
    optimizer = torch.optim.Adam([w])
    optimizer.step()
    squares = optimizer.state[w]["exp_avg_sq"].item()
    name = str(dtype).removeprefix("torch.")
    print(
        f"{name}, gradient {gradient}: 1 becomes {w.item():.4f},",
        f"mean of the squares {squares:.3g}",
    )
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: a step of torch's Adam in float16" >&2
    exit 1
}
