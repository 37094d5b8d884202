#!/usr/bin/env bash
# torch 2.13.0 on an x86-64 CPU with AVX2 (ATEN_CPU_CAPABILITY=avx2 below picks that code).
#
# torch.maximum(0., -0.) is 0. in a short float32 tensor and -0. in one that is long enough to be
# computed several elements at once. In one tensor both stand side by side: of 19 equal pairs the
# first 16 give -0. and the last three 0. minimum, clamp by a tensor and float64 do the same.
# 1 / maximum(a, b) is then -inf for some elements and inf for the others.
#
# Why one would not guess it: IEEE 754 leaves the sign open, but an elementwise function should
# not know where in its tensor an element stands; and both answers come from one call.
#
# Seen; run without refimpl:
#| maximum float32  1 +
#| maximum float32 16 ----------------
#| maximum float32 19 ----------------+++
#| maximum float64 19 ----------------+++
#| minimum float32 19 ----------------+++
#| clamp float32 19 ----------------+++

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch


def signs(function, n, dtype):
    found = function(torch.zeros(n, dtype=dtype), -torch.zeros(n, dtype=dtype))
    return "".join("-" if each else "+" for each in torch.signbit(found).tolist())


def by_tensor(a, b):
    return torch.clamp(a, min=b)


for function, dtype, n in (
    (torch.maximum, torch.float32, 1),
    (torch.maximum, torch.float32, 16),
    (torch.maximum, torch.float32, 19),
    (torch.maximum, torch.float64, 19),
    (torch.minimum, torch.float32, 19),
    (by_tensor, torch.float32, 19),
):
    name = {"by_tensor": "clamp"}.get(function.__name__, function.__name__)
    print(f"{name} {str(dtype)[6:]} {n:2} {signs(function, n, dtype)}")
PROGRAM

ATEN_CPU_CAPABILITY=avx2 "$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the sign of maximum(0., -0.) by place and length" >&2
    exit 1
}
