#!/usr/bin/env bash
# torch 2.13.0 on an x86-64 CPU with AVX2 (ATEN_CPU_CAPABILITY=avx2 below picks that code).
#
# torch.erf of a bfloat16 tensor is 0 for 26,758 of the 65,280 finite inputs where the exact value
# is a number that bfloat16 holds: every x but 0 itself from -1.8e-7 to 1.8e-7. It is wrong for
# 28,690 in all. In float16 it is wrong for 6,584 of 63,488. torch.erf of the same numbers as
# float32, rounded afterwards, is right for every one of them.
#
# Why one would not guess it: erf(x) is about 1.128 x near 0, so a relative error of 1 is not to be
# expected, least of all in a format that has the range of float32; and 16-bit functions are
# usually their float32 functions rounded. Here they are not: the 16-bit code takes a short
# formula of the shape "1 - almost 1", which loses all digits near 0; float32 takes another way.
# Without AVX2 (ATEN_CPU_CAPABILITY=default) the float16 function is right everywhere.
#
# Seen; run without refimpl:
#| bfloat16: 65280 finite inputs, wrong 28690, zero where it should not be 26758, float32 rounded wrong 0
#|   erf(1e-10) = 0, right 1.128e-10
#|   erf(1e-07) = 0, right 1.132e-07
#|   erf(1e-06) = 1.192e-06, right 1.125e-06
#| float16: 63488 finite inputs, wrong 6584, zero where it should not be 6, float32 rounded wrong 0
#|   erf(1e-07) = 0, right 1.192e-07
#|   erf(1e-06) = 1.192e-06, right 1.132e-06
#|   erf(3e-05) = 3.368e-05, right 3.386e-05

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

ATEN_CPU_CAPABILITY=avx2 "$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import torch

for dtype, numbers in (
    (torch.bfloat16, [1e-10, 1e-7, 1e-6]),
    (torch.float16, [1e-7, 1e-6, 3e-5]),
):
    every = torch.arange(-(2**15), 2**15).to(torch.int16).view(dtype)
    x = every[torch.isfinite(every)]
    seen = torch.erf(x)
    right = torch.erf(x.double()).to(dtype)
    rounded = torch.erf(x.float()).to(dtype)
    print(
        f"{str(dtype).removeprefix('torch.')}: {len(x)} finite inputs,",
        f"wrong {(seen != right).sum()},",
        f"zero where it should not be {((seen == 0) & (right != 0)).sum()},",
        f"float32 rounded wrong {(rounded != right).sum()}",
    )
    for number in numbers:
        x = torch.tensor(number, dtype=dtype)
        right = torch.erf(x.double()).to(dtype)
        print(f"  erf({number:g}) = {torch.erf(x):.4g}, right {right:.4g}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: torch.erf in the 16-bit formats" >&2
    exit 1
}
