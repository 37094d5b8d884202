"""Normal draws: randn, normal."""

import math

import numpy as np

from refimpl.streams._check import checked_dtype, checked_shape
from refimpl.streams._fma import fma32, fma64
from refimpl.streams.uniforms import unit

BLOCK = 16
SLAB = 2**15


def randn(generator, shape, dtype=np.float32):
    """Draw from the standard normal distribution, as ``torch.randn``; see `normal`."""
    return normal(generator, 0.0, 1.0, shape, dtype)


def normal(generator, mean, std, shape=None, dtype=np.float32, contiguous=True):
    r"""Draw from a normal distribution."""
    shape, count = checked_shape("normal", shape)
    dtype = checked_dtype("normal_kernel_cpu", dtype, "f")
    if not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    fill = _in_blocks if count >= BLOCK and contiguous else _in_pairs
    return fill(generator, count, float(mean), float(std), dtype).reshape(shape)


def _in_pairs(generator, count, mean, std, dtype):
    found = []
    if count and generator.cached_normal is not None:
        found.append(generator.cached_normal)
        generator.cached_normal = None
    pairs = (count - len(found) + 1) // 2
    for u1, u2 in unit(generator, 2 * pairs, np.float64).reshape(pairs, 2).tolist():
        r = math.sqrt(-2.0 * math.log1p(-u2))
        theta = 2.0 * math.pi * u1
        found += r * math.cos(theta), r * math.sin(theta)
    if len(found) > count:
        generator.cached_normal = found.pop()
    return fma64(np.array(found, np.float64), np.float64(std), np.float64(mean)).astype(dtype)


def _in_blocks(generator, count, mean, std, dtype):
    wide = np.float64 if dtype == np.float64 else np.float32
    polar, fma = (_polar64, fma64) if dtype == np.float64 else (_polar32, fma32)
    rest = count % BLOCK
    v = unit(generator, count - rest if dtype == np.float16 else count, wide)
    if rest:
        v = np.concatenate([v[: count - rest], unit(generator, BLOCK, wide)])
    z = np.empty_like(v)
    for start in range(0, len(v), SLAB):
        pairs = v[start : start + SLAB].reshape(-1, 2, BLOCK // 2)
        z[start : start + SLAB] = polar(1 - pairs[:, 0], pairs[:, 1]).ravel()
    x = fma(z, wide(std), wide(mean)).astype(dtype)
    return np.concatenate([x[: count - BLOCK], x[-BLOCK:]]) if rest else x


def _polar64(u1, u2):
    log = np.array([math.log(u) for u in u1.ravel().tolist()]).reshape(u1.shape)
    r = np.sqrt(-2.0 * log)
    theta = (2.0 * math.pi * u2).ravel().tolist()
    cos = np.array([math.cos(t) for t in theta]).reshape(u1.shape)
    sin = np.array([math.sin(t) for t in theta]).reshape(u1.shape)
    return np.stack([r * cos, r * sin], axis=1)


def _polar32(u1, u2):
    r = np.sqrt(np.float32(-2) * _log32(u1))
    sin, cos = _sin_cos32(np.float32(2 * math.pi) * u2)
    return np.stack([r * cos, r * sin], axis=1)


# Cephes single precision, S. L. Moshier: https://www.netlib.org/cephes/ (logf.c, sinf.c)
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
LN2_HIGH, LN2_LOW = np.float32([0.693359375, -2.12194440e-4])
SIN = np.float32([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1])
COS = np.float32([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])
QUARTER_PI = np.float32([0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8])


def _horner(coefficients, x):
    y = coefficients[0]
    for coefficient in coefficients[1:]:
        y = fma32(y, x, coefficient)
    return y


def _log32(u):
    m, e = np.frexp(u)
    small = m < np.float32(math.sqrt(0.5))
    x = np.where(small, m + m, m) - np.float32(1)
    e = (e - small).astype(np.float32)
    z = x * x
    y = fma32(_horner(LOG, x) * x, z, e * LN2_LOW) - z / 2
    return (x + y) + e * LN2_HIGH


def _sin_cos32(theta):
    j = ((theta * np.float32(4 / math.pi)).astype(np.int32) + 1) & ~1
    x = theta
    for part in QUARTER_PI:
        x = fma32(j.astype(np.float32), -part, x)
    z = x * x
    cos = fma32(_horner(COS, z) * z, z, -z / 2) + np.float32(1)
    sin = fma32(_horner(SIN, z) * z, x, x)
    swap = j & 2 != 0
    sin, cos = np.where(swap, cos, sin), np.where(swap, sin, cos)
    return np.where(j & 4 != 0, -sin, sin), np.where(j - 2 & 4 == 0, -cos, cos)
