#!/usr/bin/env bash
# numba 0.68.1, NumPy 2.4.6 (x86-64).
#
# Of two uint32, numba returns sums, products, differences and shifts in uint64, without wrapping
# round: f(2**32 - 1, 1) of `a + b` is 4294967296 compiled and 0 in Python. Of two uint8 it is the
# same, 256 and 0. The usual test for an overflow, `a + b < a`, is True in Python and False
# compiled. Elements of arrays of uint32 behave alike: the result changes when @njit is added.
#
# Why one would not guess it: compiled functions are meant to return what Python returns, the
# operands are typed scalars of NumPy, and an array expression of the same two arrays does wrap.
# A hash or a random generator of 32 bits has to cast before each shift to the right and each
# comparison, and is slow besides unless every intermediate result is cast.
#
# Seen; run without refimpl:
#| a + b of uint32: Python 0, compiled 4294967296 (uint64)
#| a * b of uint32: Python 1, compiled 18446744065119617025 (uint64)
#| (a << 1) >> 1 of uint32: Python 2147483647, compiled 4294967295 (uint64)
#| a + b of uint8: Python 0, compiled 256 (uint64)
#| a + b < a of uint32: Python True, compiled False
#| arrays a + b of uint32, compiled: [0] (uint32)
#| elements a[0] + b[0] of the same arrays, compiled: 4294967296

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check numba==0.68.1 numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import warnings

import numba
import numpy as np

warnings.simplefilter("ignore")  # NumPy's, of the overflow


def show(name, function, *arguments):
    compiled = numba.njit(function)
    python, seen = function(*arguments), compiled(*arguments)
    kind = compiled.nopython_signatures[0].return_type
    shown = "" if kind == numba.types.boolean else f" ({kind})"
    print(f"{name}: Python {python}, compiled {seen}{shown}")


a, b, one = np.uint32(2**32 - 1), np.uint32(1), np.uint32(1)
show("a + b of uint32", lambda a, b: a + b, a, b)
show("a * b of uint32", lambda a, b: a * b, a, a)
show("(a << 1) >> 1 of uint32", lambda a, b: (a << b) >> b, a, one)
show("a + b of uint8", lambda a, b: a + b, np.uint8(255), np.uint8(1))
show("a + b < a of uint32", lambda a, b: a + b < a, a, b)
x, y = np.array([a]), np.array([b])
total = numba.njit(lambda x, y: x + y)(x, y)
print(f"arrays a + b of uint32, compiled: {total} ({total.dtype})")
print(f"elements a[0] + b[0] of the same arrays, compiled: {numba.njit(lambda x, y: x[0] + y[0])(x, y)}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: arithmetic of small unsigned integers in numba" >&2
    exit 1
}
