#!/usr/bin/env bash
# torch 2.13.0.
#
# A call with out=buffer that torch refuses has already given the buffer another shape: four numbers
# become one, and the others can no longer be reached. Some refusals come before that (mv), others
# after (dot), for the same kind of fault.
#
# Why one would not guess it: the error is clear and names the fault, and a program that catches it
# goes on with its buffer. NumPy looks at shapes and dtypes first, and leaves the buffer as it was.
#
# Seen; run without refimpl:
#| dot of 2 and 3 numbers    RuntimeError         ()
#| softmax of integers       NotImplementedError  (2,)
#| logaddexp of integers     NotImplementedError  (2,)
#| floor_divide by 0         RuntimeError         (2,)
#| gather from place 7       RuntimeError         (1,)
#| index_select of place 7   IndexError           (1,)
#| mv of 2 and 3 numbers     RuntimeError         (4,)
#| cat of ranks 1 and 2      RuntimeError         (4,)
#| numpy dot                 ValueError           (4,)
#| numpy add                 ValueError           (4,)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import warnings

import numpy as np
import torch

warnings.simplefilter("ignore")  # that the buffer is resized, which torch says of taken calls too
two, three, whole = torch.ones(2), torch.ones(3), torch.tensor([1, 2])
seven = torch.tensor([7])
for name, call, buffer in (
    ("dot of 2 and 3 numbers", lambda out: torch.dot(two, three, out=out), torch.ones(4)),
    ("softmax of integers", lambda out: torch.softmax(whole, 0, out=out), torch.arange(4)),
    ("logaddexp of integers", lambda out: torch.logaddexp(whole, whole, out=out), torch.arange(4)),
    ("floor_divide by 0", lambda out: torch.floor_divide(whole, 0, out=out), torch.arange(4)),
    ("gather from place 7", lambda out: torch.gather(two, 0, seven, out=out), torch.ones(4)),
    (
        "index_select of place 7",
        lambda out: torch.index_select(two, 0, seven, out=out),
        torch.ones(4),
    ),
    ("mv of 2 and 3 numbers", lambda out: torch.mv(torch.ones(2, 3), two, out=out), torch.ones(4)),
    ("cat of ranks 1 and 2", lambda out: torch.cat([two, two[None]], out=out), torch.ones(4)),
    ("numpy dot", lambda out: np.dot(np.ones(2), np.ones(3), out=out), np.ones(4)),
    ("numpy add", lambda out: np.add(np.ones(2), np.ones(3), out=out), np.ones(4)),
):
    try:
        call(buffer)
    except (IndexError, NotImplementedError, RuntimeError, ValueError) as error:
        print(f"{name:24}  {type(error).__name__:19}  {tuple(buffer.shape)}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what a refused call leaves of its out" >&2
    exit 1
}
