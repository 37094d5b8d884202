"""The intervals of many digits hold the exact value, and are as narrow as was asked."""

from fractions import Fraction
from functools import partial

import mpmath
import pytest

from refimpl.formulas import _sigmoid, _softplus, _tanh


def sigma(x):
    return 1 / (1 + mpmath.exp(-x))


EXACT = {
    "sigmoid": (_sigmoid._exact_sigmoid, sigma),
    "slope of sigmoid": (_sigmoid._exact_slope, lambda x: sigma(x) * sigma(-x)),
    "logsigmoid": (_sigmoid._exact_logsigmoid, lambda x: mpmath.log(sigma(x))),
    "slope of logsigmoid": (_sigmoid._exact_complement, lambda x: sigma(-x)),
    "tanh": (_tanh._exact_tanh, mpmath.tanh),
    "softplus": (
        partial(_softplus._exact_value, beta=0.75, threshold=20.0),
        lambda x: x if x > 26 else mpmath.log1p(mpmath.exp(0.75 * x)) / 0.75,
    ),
    "slope of softplus": (
        partial(_softplus._exact_slope, beta=0.75, threshold=20.0),
        lambda x: mpmath.mpf(1) if x > 26 else sigma(0.75 * x),
    ),
    "slope of tanh": (_tanh._exact_slope, lambda x: mpmath.sech(x) ** 2),
}
POINTS = [Fraction(x) for x in ("0", "1e-300", "1/3", "-1/3", "1", "-2.5", "40", "-40", "700.125")]


@pytest.mark.parametrize("digits", [20, 60, 200])
@pytest.mark.parametrize("name", EXACT)
def test_the_exact_value_lies_inside(name, digits):
    enclose, function = EXACT[name]
    for x in POINTS:
        low, high = enclose(x, digits)
        with mpmath.workdps(2 * digits + 700):
            wanted = function(mpmath.mpf(x.numerator) / x.denominator)
            ends = [mpmath.mpf(end.numerator) / end.denominator for end in (low, high)]
            assert ends[0] <= wanted <= ends[1], x
            assert ends[1] - ends[0] <= max(abs(wanted), 1) * mpmath.mpf(10) ** (8 - digits), x
