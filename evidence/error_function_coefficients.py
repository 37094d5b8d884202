"""Print the numbers that stand in `refimpl.formulas._error_function` and in `_gelu_kernels`.

    python -m evidence.error_function_coefficients

The polynomials are Chebyshev interpolations. All is computed with sixty digits and rounded to
float64 at the end; constants that need more than a float64 are the sum of two.
"""

import sys
from functools import partial

import mpmath
from mpmath import mp

from evidence.command import parser
from refimpl.formulas._error_function import (
    BORDER,
    CENTRE,
    LARGEST,
    LEVEL,
    QUICK_CENTRE,
    QUICK_END,
    SHIFT,
    SMALLEST,
)

DIGITS = 60
# Coefficients: the fewest with an error below the bound.
COUNTS = {"NEAR": 11, "FAR": 23, "QUICK": 19}
BOUNDS = {"NEAR": 2.0**-56, "FAR": 2.0**-56, "QUICK": 2.0**-52}
CONSTANTS = {
    "SQRT_HALF": lambda: mp.sqrt(0.5),
    "SLOPE_AT_ZERO": lambda: 2 / mp.sqrt(mp.pi),
    "DENSITY_AT_ZERO": lambda: 1 / mp.sqrt(2 * mp.pi),
    "LINEAR": lambda: mp.sqrt(8 / mp.pi),
    "CUBIC": lambda: mp.sqrt(8 / mp.pi) * mp.mpf("0.044715"),
}


def near(z):
    """Return erf(x) / x - 1 at z = x**2."""
    x = mp.sqrt(z)
    return (mp.erf(x) / x if x else 2 / mp.sqrt(mp.pi)) - 1


def far(centre, t):
    """Return (y + SHIFT) exp(y**2) erfc(y) - LEVEL at t = (y - centre) / (y + centre)."""
    y = centre * (1 + t) / (1 - t)
    return (y + SHIFT) * mp.exp(y * y) * mp.erfc(y) - LEVEL


def between(centre, *ends):
    """Return t = (y - centre) / (y + centre) at the ends of an interval of y."""
    return [(mp.mpf(y) - centre) / (y + centre) for y in ends]


POLYNOMIALS = {  # the function, and the ends between which it is used
    "NEAR": (near, lambda: (0, mp.mpf(BORDER) ** 2)),
    "FAR": (partial(far, CENTRE), lambda: between(CENTRE, SMALLEST, LARGEST)),
    "QUICK": (partial(far, QUICK_CENTRE), lambda: between(QUICK_CENTRE, 0, QUICK_END)),
}


def polynomial(name):
    """Return the coefficients, the highest power first, and the largest error."""
    with mp.workdps(DIGITS):
        function, interval = POLYNOMIALS[name]
        coefficients, error = mpmath.chebyfit(function, interval(), COUNTS[name], error=True)
        return tuple(float(c) for c in coefficients), float(error)


def constant(name):
    """Return a constant as the sum of two float64."""
    with mp.workdps(DIGITS):
        exact = CONSTANTS[name]()
        return float(exact), float(exact - float(exact))


def main(arguments=()):
    parser("python -m evidence.error_function_coefficients", __doc__).parse_args(arguments)
    for name in CONSTANTS:
        print(f"{name} = {constant(name)}")
    for name in COUNTS:
        coefficients, error = polynomial(name)
        print(f"{name} = (  # within {error:.1e}")
        for c in coefficients:
            print(f"    {c!r},")
        print(")")


if __name__ == "__main__":
    main(sys.argv[1:])
