#!/usr/bin/env bash
# torch 2.13.0.
#
# torch.autograd.backward of several tensors, where the second gradient has a wrong shape: the error says
# which one by grads.index(gradient), so it compares values. It names the first one where the values are
# equal, or the comparison itself fails, and the program reads of an ambiguous Boolean value or of sizes at a
# dimension. The outputs are counted in the same way. torch.autograd.grad does the same.
#
# Why one would not guess it: the message has an index in it, and with one gradient it is right.
#
# Seen, the second of two gradients is wrong; run without refimpl:
#| outputs 2 and 6, gradients 2 and [1]: Mismatch in shape: grad_output[1] has a shape of torch.Size([1]) and output[1] has a shape of torch.Size([]).
#| outputs 2 and 6, gradients 1 and [1]: Mismatch in shape: grad_output[0] has a shape of torch.Size([1]) and output[1] has a shape of torch.Size([]).
#| outputs 2 and 2, gradients 1 and [1]: Mismatch in shape: grad_output[0] has a shape of torch.Size([1]) and output[0] has a shape of torch.Size([]).
#| outputs 2 and 6, gradients 1 and [1, 1]: Boolean value of Tensor with more than one value is ambiguous
#| outputs [2, 2] and [6, 6], gradients [1, 1] and [1, 1, 1]: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import torch

CASES = (
    ((), (1, 3), (2.0, [1.0])),
    ((), (1, 3), (1.0, [1.0])),
    ((), (1, 1), (1.0, [1.0])),
    ((), (1, 3), (1.0, [1.0, 1.0])),
    ((2,), (1, 3), ([1.0, 1.0], [1.0, 1.0, 1.0])),
)


def short(value):
    return str(value).replace(".0", "")


for shape, factors, gradients in CASES:
    x = torch.full(shape, 2.0, requires_grad=True)
    outputs = [x * factor for factor in factors]
    try:
        torch.autograd.backward(outputs, [torch.tensor(gradient) for gradient in gradients])
    except RuntimeError as error:
        first, second = (short(output.tolist()) for output in outputs)
        print(f"outputs {first} and {second}, gradients", end=" ")
        print(f"{short(gradients[0])} and {short(gradients[1])}: {error}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: which gradient an error names" >&2
    exit 1
}
