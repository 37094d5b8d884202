#!/usr/bin/env bash
# torch 2.13.0 and SciPy 1.17.1.
#
# torch.special.ndtr, the distribution function of the normal distribution, is 0 in float64 from
# about -8.3 on; the exact value at -9 is 1.1286e-19. At -8 two per cent are missing. SciPy's ndtr
# and the exponential of torch's own log_ndtr have the digits.
# torch.distributions.Normal(0, 1).cdf ends in the same 0.
#
# Why one would not guess it: torch.special calls itself modelled after scipy.special, and float64
# reaches down to 1e-308. The reason is a sum, 1 + erf, which has no digits left in that tail;
# log_ndtr beside it takes another way.
#
# Seen; run without refimpl:
#|   x   torch ndtr   Normal.cdf  exp(log_ndtr)  SciPy ndtr
#|  -5   2.8665e-07   2.8665e-07   2.8665e-07   2.8665e-07
#|  -7   1.2798e-12   1.2798e-12   1.2798e-12   1.2798e-12
#|  -8   6.1062e-16   6.1062e-16   6.2210e-16   6.2210e-16
#|  -9   0.0000e+00   0.0000e+00   1.1286e-19   1.1286e-19
#| -20   0.0000e+00   0.0000e+00   2.7536e-89   2.7536e-89

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 scipy==1.17.1 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import scipy.special
import torch

print("  x   torch ndtr   Normal.cdf  exp(log_ndtr)  SciPy ndtr")
normal = torch.distributions.Normal(
    torch.tensor(0.0, dtype=torch.float64), torch.tensor(1.0, dtype=torch.float64)
)
for number in (-5, -7, -8, -9, -20):
    x = torch.tensor(float(number), dtype=torch.float64)
    row = (
        torch.special.ndtr(x).item(),
        normal.cdf(x).item(),
        torch.special.log_ndtr(x).exp().item(),
        scipy.special.ndtr(float(number)),
    )
    print(f"{number:3}", *(f"{y:12.4e}" for y in row))
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the left tail of torch.special.ndtr" >&2
    exit 1
}
