#!/usr/bin/env bash
# NumPy 2.4.6.
#
# A ufunc on float64 arrays, with nothing to cast, still copies operands when the rows are shorter than
# its buffer (8,192 elements): whatever repeats along the rows, be it one row for all of them or one
# number for each, is spread out in the buffer, and so is a view that skips a column. The loop then runs
# over pieces of many rows. With longer rows it is called once for each row and nothing is copied.
# np.setbufsize(16) has the same effect on short rows, so a setting that is said to be for casts changes
# how every broadcast is done.
#
# Why one would not guess it: a broadcast is known as a stride of 0 and no copy; buffers are documented
# for operands of another type or byte order. The loop of a step of 0 for "a number for each row" is
# there, and is used from 8,192 elements on.
#
# A ufunc of our own, made through NumPy's C interface, does nothing but note what it is given: where
# the data lie and how far one element is from the next. So no time is measured.
#
# Seen; run without refimpl:
#| buffer 8192, rows of 100: whole arrays   1 call of 100000, step 8, in place
#| buffer 8192, rows of 100: one row        13 calls of up to 8100, step 8, copied
#| buffer 8192, rows of 100: one column     13 calls of up to 8100, step 8, copied
#| buffer 8192, rows of 100: a view         13 calls of up to 8100, step 8, copied
#| buffer 8192, rows of 8192: whole arrays   1 call of 8192000, step 8, in place
#| buffer 8192, rows of 8192: one row        1000 calls of up to 8192, step 8, in place
#| buffer 8192, rows of 8192: one column     1000 calls of up to 8192, step 0, in place
#| buffer 8192, rows of 8192: a view         1000 calls of up to 8192, step 8, in place
#| buffer 16, rows of 100: whole arrays   1 call of 100000, step 8, in place
#| buffer 16, rows of 100: one row        1000 calls of up to 100, step 8, in place
#| buffer 16, rows of 100: one column     1000 calls of up to 100, step 0, in place
#| buffer 16, rows of 100: a view         1000 calls of up to 100, step 8, in place

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import ctypes
from ctypes import CFUNCTYPE, POINTER, PYFUNCTYPE, c_char_p, c_int, c_ssize_t, c_void_p

import numpy as np
from numpy._core import _multiarray_umath

CREATE = 1  # the place of PyUFunc_FromFuncAndData in the table of functions
Loop = CFUNCTYPE(None, POINTER(c_void_p), POINTER(c_ssize_t), POINTER(c_ssize_t), c_void_p)
calls = []


@Loop
def note(addresses, sizes, steps, _):
    calls.append((sizes[0], steps[1], addresses[1]))


pointer = ctypes.pythonapi.PyCapsule_GetPointer
pointer.restype, pointer.argtypes = c_void_p, [ctypes.py_object, c_char_p]
table = ctypes.cast(pointer(_multiarray_umath._UFUNC_API, None), POINTER(c_void_p))
loops, data = (Loop * 1)(note), (c_void_p * 1)(None)
types = ctypes.create_string_buffer(bytes([np.dtype("float64").num] * 3))
create = PYFUNCTYPE(
    ctypes.py_object,
    *(c_void_p, c_void_p, c_void_p, c_int, c_int, c_int, c_int, c_char_p, c_char_p, c_int),
)(table[CREATE])
start = (ctypes.addressof(part) for part in (loops, data, types))
ufunc = create(*start, 1, 2, 1, -1, b"note", b"", 0)

for buffer, width in ((8192, 100), (8192, 8192), (16, 100)):
    before = np.setbufsize(buffer)
    first, out = np.zeros((1000, width)), np.zeros((1000, width))
    for label, second in (
        ("whole arrays", np.zeros((1000, width))),
        ("one row", np.zeros(width)),
        ("one column", np.zeros((1000, 1))),
        ("a view", np.zeros((1000, width + 1))[:, 1:]),
    ):
        calls.clear()
        ufunc(first, second, out)
        size, step, address = calls[0]
        place = "in place" if address == second.ctypes.data else "copied"
        number = "1 call of" if len(calls) == 1 else f"{len(calls)} calls of up to"
        print(f"buffer {buffer}, rows of {width}: {label:14} {number} {size}, step {step}, {place}")
    np.setbufsize(before)
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what a ufunc copies" >&2
    exit 1
}
