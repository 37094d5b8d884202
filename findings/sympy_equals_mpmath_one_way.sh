#!/usr/bin/env bash
# SymPy 1.14.0 with mpmath 1.3.0, which it is built on.
#
# sympy.Integer(1) == mpmath.mpf(1) is False; turned round, mpmath.mpf(1) == sympy.Integer(1), it is
# True. The same holds for Rational(1, 2) and mpf(0.5). The two have the same hash at 1, so a dict
# with one as its key finds the other, but not the other way, and a set of both has one element or
# two, as they were put in. At the same time neither is greater and their difference is 0.
#
# Why one would not guess it: 1 == mpf(1) and sympy.Float(1) == mpf(1) are True both ways, and Python's
# advice is to answer NotImplemented for a stranger, after which the other side is asked. SymPy turns
# the mpf into its own Float, and in SymPy no Integer equals a Float; mpmath turns the Integer into an
# mpf.
#
# Seen; run without refimpl:
#| 1               == mpf True , mpf == it True
#| Float(1)        == mpf True , mpf == it True
#| Integer(1)      == mpf False, mpf == it True
#| Rational(1, 2)  == mpf False, mpf == it True
#| Integer(1) <= mpf(1): True, >= True, difference 0, != True
#| {mpf: "found"}.get(Integer): found
#| {Integer: "found"}.get(mpf): None
#| elements of {mpf, Integer}: 1, of {Integer, mpf}: 2

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check sympy==1.14.0 mpmath==1.3.0

"$work/venv/bin/python" -I - > "$work/seen" <<'PROGRAM'
import mpmath
import sympy

for label, number in (
    ("1", 1),
    ("Float(1)", sympy.Float(1)),
    ("Integer(1)", sympy.Integer(1)),
    ("Rational(1, 2)", sympy.Rational(1, 2)),
):
    mpf = mpmath.mpf(float(number))
    print(f"{label:15} == mpf {number == mpf!s:5}, mpf == it {mpf == number}")
one, mpf = sympy.Integer(1), mpmath.mpf(1)
order = f"{one <= mpf}, >= {one >= mpf}, difference {one - mpf}, != {one != mpf}"
print("Integer(1) <= mpf(1):", order)
print('{mpf: "found"}.get(Integer):', {mpf: "found"}.get(one))
print('{Integer: "found"}.get(mpf):', {one: "found"}.get(mpf))
print(f"elements of {{mpf, Integer}}: {len({mpf, one})}, of {{Integer, mpf}}: {len({one, mpf})}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: equality of SymPy's and mpmath's numbers" >&2
    exit 1
}
