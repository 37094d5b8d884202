#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# torch.var, std and var_mean with an empty list of dimensions take all elements, as they do without
# one. Their gradient does not: it counts one element. So it is infinite and nan with the default
# correction; and with correction=0 it is finite, and as many times too large as there are elements.
#
# Why one would not guess it: the value is right, sum, mean and norm with an empty list are right in
# both, and a wrong gradient that is finite trains on without a word.
#
# Seen; run without refimpl:
#| both(lambda x: torch.var(x))                        (1.0, [-1.0, 0.0, 1.0])
#| both(lambda x: torch.var(x, dim=[]))                (1.0, [-inf, nan, inf])
#| both(lambda x: torch.var(x, dim=[0]))               (1.0, [-1.0, 0.0, 1.0])
#| both(lambda x: torch.std(x, dim=()))                (1.0, [-inf, nan, inf])
#| both(lambda x: torch.var(x, correction=0))          (0.6667, [-0.6667, 0.0, 0.6667])
#| both(lambda x: torch.var(x, dim=[], correction=0))  (0.6667, [-2.0, 0.0, 2.0])
#| both(lambda x: torch.mean(x, dim=[]))               (1.0, [0.3333, 0.3333, 0.3333])
#| both(lambda x: torch.norm(x, dim=[]))               (2.2361, [0.0, 0.4472, 0.8944])

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch


def both(function):
    x = torch.arange(3.0, requires_grad=True)
    y = function(x)
    return round(y.item(), 4), [round(g, 4) for g in torch.autograd.grad(y, x)[0].tolist()]


CALLS = (
    "both(lambda x: torch.var(x))",
    "both(lambda x: torch.var(x, dim=[]))",
    "both(lambda x: torch.var(x, dim=[0]))",
    "both(lambda x: torch.std(x, dim=()))",
    "both(lambda x: torch.var(x, correction=0))",
    "both(lambda x: torch.var(x, dim=[], correction=0))",
    "both(lambda x: torch.mean(x, dim=[]))",
    "both(lambda x: torch.norm(x, dim=[]))",
)

for call in CALLS:
    try:
        seen = str(eval(call)).replace("\n", " ")
    except (TypeError, RuntimeError, NotImplementedError) as error:
        seen = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    print(f"{call:51} {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the gradient of torch.var along no dimension" >&2
    exit 1
}
