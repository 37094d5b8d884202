#!/usr/bin/env bash
# torch 2.13.0, NumPy 2.4.6.
#
# torch.asarray(x, dtype=..., copy=True) of a NumPy number, or of an array of shape (), refuses to
# copy: the error says that it cannot alias. It does copy without the keyword, and with it where the
# array has a length, where the dtype is that of the array, and where x is a tensor or a Python float.
#
# Why one would not guess it: copy=True asks for the very copy that the error says to be needed, and
# losses that a program reads from NumPy (mean(), a reduction) are such numbers.
#
# Seen; run without refimpl:
#| array(2.0), dtype float32               tensor(2.)
#| array(2.0), dtype float32, copy=True    ValueError: can't alias tensor with dtype 'Double' into dtype 'Float'.
#| array(2.0), dtype float64, copy=True    tensor(2., dtype=torch.float64)
#| array([2.0]), dtype float32, copy=True  tensor([2.])
#| float32(2), dtype float64, copy=True    ValueError: can't alias tensor with dtype 'Float' into dtype 'Double'.
#| tensor(2.0), dtype float64, copy=True   tensor(2., dtype=torch.float64)
#| 2.0, dtype float64, copy=True           tensor(2., dtype=torch.float64)

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6

cat > "$work/program.py" <<'PROGRAM'
import numpy as np
import torch

for name, x, dtype, options in (
    ("array(2.0), dtype float32", np.array(2.0), torch.float32, {}),
    ("array(2.0), dtype float32, copy=True", np.array(2.0), torch.float32, {"copy": True}),
    ("array(2.0), dtype float64, copy=True", np.array(2.0), torch.float64, {"copy": True}),
    ("array([2.0]), dtype float32, copy=True", np.array([2.0]), torch.float32, {"copy": True}),
    ("float32(2), dtype float64, copy=True", np.float32(2), torch.float64, {"copy": True}),
    ("tensor(2.0), dtype float64, copy=True", torch.tensor(2.0), torch.float64, {"copy": True}),
    ("2.0, dtype float64, copy=True", 2.0, torch.float64, {"copy": True}),
):
    try:
        seen = torch.asarray(x, dtype=dtype, **options)
    except ValueError as error:
        seen = f"ValueError: {error}"
    print(f"{name:38}  {seen}" if isinstance(seen, str) else f"{name:38}  {seen!r}")
PROGRAM

"$work/venv/bin/python" -I "$work/program.py" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what asarray copies" >&2
    exit 1
}
