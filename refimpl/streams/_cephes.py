"""Logarithm, sine and cosine in float32 as torch's vector kernel computes them.

Polynomials of the Cephes library (logf.c, sinf.c), every multiply-add fused.

References
----------
S. L. Moshier, "Methods and Programs for Mathematical Functions", Ellis Horwood (1989);
https://www.netlib.org/cephes/
"""

import numpy as np

from refimpl.streams._fma import fma32

LN2 = np.float32([0.693359375, -2.12194440e-4])  # their sum, the first of nine bits
QUARTER_PI = np.float32([0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8])
LOG = np.float32(
    [
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    ]
)
SIN = np.float32([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1])
COS = np.float32([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])


def log32(u):
    r"""Return the logarithm of positive normal float32.

    .. math:: u = 2^e (1 + x), \; 1 + x \in [\sqrt{1/2}, \sqrt 2) \quad\Rightarrow\quad
              \log u = x - \tfrac12 x^2 + x^3 P(x) + e \log 2
    """
    m, e = np.frexp(u)
    small = m < np.float32(0.5**0.5)
    x = np.where(small, m + m, m) - np.float32(1)
    e = (e - small).astype(np.float32)
    z = x * x
    y = fma32(_polynomial(LOG, x) * x, z, e * LN2[1]) - z / 2
    return (x + y) + e * LN2[0]


def sin_cos32(theta):
    r"""Return sine and cosine of float32 from 0 to :math:`2\pi`.

    .. math:: x = \theta - j \tfrac\pi4 \text{ with the nearest even } j, \quad
              \sin x = x + x^3 S(x^2), \quad \cos x = 1 - \tfrac12 x^2 + x^4 C(x^2)
    """
    j = (theta * np.float32(4 / np.pi)).astype(np.int32) + 1 & ~1
    x = theta
    for part in QUARTER_PI:
        x = fma32(j.astype(np.float32), -part, x)
    z = x * x
    sin = fma32(_polynomial(SIN, z) * z, x, x)
    cos = fma32(_polynomial(COS, z) * z, z, -z / 2) + np.float32(1)
    quarter = j // 2 % 4
    odd = quarter % 2 == 1
    sin, cos = np.where(odd, cos, sin), np.where(odd, sin, cos)
    return np.where(quarter >= 2, -sin, sin), np.where((quarter == 1) | (quarter == 2), -cos, cos)


def _polynomial(coefficients, x):
    y = coefficients[0]
    for coefficient in coefficients[1:]:
        y = fma32(y, x, coefficient)
    return y
