#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6; torch 2.14.1 has all four gradients.
#
# torch.clamp broadcasts an input of shape (3,) against an upper limit of shape (2, 3), but its
# gradient is then refused: "output with shape [3] doesn't match the broadcast shape [2, 3]". With
# the wide limit below, or both of them wide, or the wide one alone, the gradient is there.
#
# Why one would not guess it: the value is computed, and the error names the shapes of no argument
# of the call that fails; it comes from `backward`, and goes away when the limits are expanded.
#
# Seen; run without refimpl:
#| clamp(x, narrow, wide)  (2, 3)  RuntimeError: output with shape [3] doesn't match the broadcast shape [2, 3]
#| clamp(x, wide, narrow)  (2, 3)  [2.0, 0.0, 0.0]
#| clamp(x, wide, wide)    (2, 3)  [2.0, 0.0, 0.0]
#| clamp(x, max=wide)      (2, 3)  [2.0, 0.0, 2.0]

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch
x = torch.tensor([0.5, 2.0, -1.0], requires_grad=True)
narrow, wide = torch.zeros(3), torch.ones(2, 3)


def show(text, low, high):
    value = torch.clamp(x, low, high)
    try:
        (seen,) = torch.autograd.grad(value.sum(), x)
        seen = seen.tolist()
    except RuntimeError as error:
        seen = f"RuntimeError: {error}"
    print(f"{text:22}  {tuple(value.shape)}  {seen}")


show("clamp(x, narrow, wide)", narrow, wide)
show("clamp(x, wide, narrow)", wide - 1, narrow + 1)
show("clamp(x, wide, wide)", wide - 1, wide)
show("clamp(x, max=wide)", None, wide)
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: which gradients torch.clamp has between limits of different shapes" >&2
    exit 1
}
