#!/usr/bin/env bash
# torch 2.13.0.
#
# copy.deepcopy of a module: a buffer that is a row of another buffer is a row of the copy's buffer
# afterwards. A buffer that is a row of a Parameter is not: a Parameter copies its elements without the
# memo of the memory that plain tensors keep. Both are tied again after torch.save and torch.load.
#
# Why one would not guess it: deepcopy keeps what is shared, and does so for tensors that require a
# gradient. Code that copies a model (averages of weights, one model for each fold) unties in silence.
#
# Seen, the row after the table was filled with 7; run without refimpl:
#| buffer: itself [7.0, 7.0], deepcopy [7.0, 7.0], save and load [7.0, 7.0]
#| Parameter: itself [7.0, 7.0], deepcopy [0.0, 0.0], save and load [7.0, 7.0]
#| a Tensor that requires a gradient, and its detach(), over one memory after deepcopy: True
#| a Parameter, and its detach(), over one memory after deepcopy: False

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import copy
import io

import torch
from torch import nn


class Tied(nn.Module):
    def __init__(self, trained):
        super().__init__()
        table = torch.zeros(2, 2)
        if trained:
            self.table = nn.Parameter(table)
        else:
            self.register_buffer("table", table)
        self.register_buffer("first", self.table.detach()[0])


def reloaded(module):
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


def row(module):
    with torch.no_grad():
        module.table.fill_(7)
    return module.first.tolist()


for name, trained in (("buffer", False), ("Parameter", True)):
    own = row(Tied(trained))
    copied, read = row(copy.deepcopy(Tied(trained))), row(reloaded(Tied(trained)))
    print(f"{name}: itself {own}, deepcopy {copied}, save and load {read}")
for name, leaf in (
    ("Tensor that requires a gradient", torch.zeros(2, requires_grad=True)),
    ("Parameter", nn.Parameter(torch.zeros(2))),
):
    first, second = copy.deepcopy([leaf, leaf.detach()])
    one = first.data_ptr() == second.data_ptr()
    print(f"a {name}, and its detach(), over one memory after deepcopy: {one}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what a deep copy of a module keeps tied" >&2
    exit 1
}
