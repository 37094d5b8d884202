#!/usr/bin/env bash
# MLX 0.32.4 on the CPU of Linux.
#
# softmax of 5000 standard normal bfloat16 logits adds up to 2.58, of 1000 to 1.39; float16 to
# 1.17 and 1.005. With precise=True all are 1.000, with the same dtypes of input and result.
# precise=False is the default.
#
# Why one would not guess it: sums in other libraries are taken in float32 whatever the dtype,
# so that "precise" sounds like last digits; here a probability is off by a factor of two.
#
# Seen; run without refimpl:
#| mlx.core.bfloat16  100 classes   sum 0.999   precise 1.000
#| mlx.core.bfloat16 1000 classes   sum 1.393   precise 1.000
#| mlx.core.bfloat16 5000 classes   sum 2.581   precise 1.000
#| mlx.core.float16   100 classes   sum 1.001   precise 1.000
#| mlx.core.float16  1000 classes   sum 1.005   precise 1.000
#| mlx.core.float16  5000 classes   sum 1.167   precise 1.000

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check mlx==0.32.4 mlx-cpu==0.32.4 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import mlx.core as mx
import numpy as np

for dtype in (mx.bfloat16, mx.float16):
    for classes in (100, 1000, 5000):
        logits = np.random.default_rng(0).normal(size=classes).astype(np.float32)
        x = mx.array(logits).astype(dtype)
        sums = [
            mx.softmax(x, axis=-1, precise=precise).astype(mx.float32).sum().item()
            for precise in (False, True)
        ]
        print(f"{str(dtype):17} {classes:4} classes   sum {sums[0]:.3f}   precise {sums[1]:.3f}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what the softmax of MLX adds up to in 16 bits" >&2
    exit 1
}
