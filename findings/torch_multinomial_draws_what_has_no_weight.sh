#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# torch.multinomial without replacement, asked for more draws than there are weights above 0, returns
# categories of weight 0, in silence; where the weights are all 0, or there are fewer categories than
# draws, it refuses. NumPy refuses each of these.
#
# Why one would not guess it: its errors show that it looks at the weights, and a category of weight 0
# is one that a program has masked (top-k, a class that does not exist, padding).
#
# Seen; run without refimpl:
#| torch [0, 0, 1, 0, 0], 1 draw   [2]
#| torch [0, 0, 1, 0, 0], 2 draws  2 categories, 1 of them without weight
#| torch [0, 0, 1, 0, 0], 5 draws  5 categories, 4 of them without weight
#| torch [0, 0, 1, 0, 0], 6 draws  RuntimeError: cannot sample n_sample > prob_dist.size(-1) sa
#| torch [0, 0, 0, 0, 0], 2 draws  RuntimeError: invalid multinomial distribution (sum of proba
#| numpy [0, 0, 1, 0, 0], 2 draws  ValueError: Fewer non-zero entries in p than size

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy as np
import torch

ONE, NONE = [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]


def of_torch(weights, draws):
    return torch.multinomial(torch.tensor(weights, dtype=torch.float32), draws).tolist()


def of_numpy(weights, draws):
    return np.random.default_rng(0).choice(5, draws, replace=False, p=weights).tolist()


torch.manual_seed(0)
for name, function, weights, draws in (
    ("torch", of_torch, ONE, 1),
    ("torch", of_torch, ONE, 2),
    ("torch", of_torch, ONE, 5),
    ("torch", of_torch, ONE, 6),
    ("torch", of_torch, NONE, 2),
    ("numpy", of_numpy, ONE, 2),
):
    try:
        seen = function(weights, draws)
        without = sum(weights[each] == 0 for each in seen)
        if without:
            seen = f"{len(seen)} categories, {without} of them without weight"
    except (RuntimeError, ValueError) as error:
        seen = f"{type(error).__name__}: {str(error)[:46]}"
    print(f"{name} {weights}, {draws} draw{'s' * (draws > 1):1}  {seen}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what multinomial draws" >&2
    exit 1
}
