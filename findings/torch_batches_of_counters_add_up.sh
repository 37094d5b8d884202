#!/usr/bin/env bash
# torch 2.13.0.
#
# A DataLoader whose samples are collections.Counter gives wrong batches: to every count of the
# batch the count of the first sample is added. With batch_size=None, which should pass samples on
# as they are, every count comes out doubled. No error, no warning. Plain dicts, OrderedDict and
# defaultdict come out right. Printing such a batch, when it has two keys, ends in RuntimeError.
#
# Why one would not guess it: a Counter is a dict, and what comes out of a mapping is documented as
# the same mapping of the batched values. The loader copies the first sample and calls its update
# with the batch; but a Counter's update adds where a dict's replaces.
#
# Seen; run without refimpl:
#| dict         batch of 1 and 2: [1, 2]     batch_size=None, 1.5: 1.5
#| OrderedDict  batch of 1 and 2: [1, 2]     batch_size=None, 1.5: 1.5
#| defaultdict  batch of 1 and 2: [1, 2]     batch_size=None, 1.5: 1.5
#| Counter      batch of 1 and 2: [2, 3]     batch_size=None, 1.5: 3.0
#| repr of a batch with two keys: RuntimeError

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
from collections import Counter, OrderedDict, defaultdict
from functools import partial

from torch.utils.data import DataLoader


def first(samples, size):
    return next(iter(DataLoader(samples, batch_size=size)))


for name, make in (
    ("dict", dict),
    ("OrderedDict", OrderedDict),
    ("defaultdict", partial(defaultdict, int)),
    ("Counter", Counter),
):
    batch = first([make(a=1), make(a=2)], 2)["a"].tolist()
    single = first([make(a=1.5)], None)["a"]
    print(f"{name:12} batch of 1 and 2: {batch}     batch_size=None, 1.5: {single}")
try:
    repr(first([Counter(a=1, b=5), Counter(a=2, b=7)], 2))
except RuntimeError as error:
    print("repr of a batch with two keys:", type(error).__name__)
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: batches of counters" >&2
    exit 1
}
