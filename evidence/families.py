"""Logits of every kind that goes wrong somewhere, seeded."""

import zlib

import numpy as np

# Results e**-t are subnormal for t between these: the smallest normal's and the smallest number's.
SUBNORMAL = {"float16": (9.8, 16.5), "float32": (87.5, 103.0), "float64": (708.5, 744.0)}


def _subnormal(rng, shape, dtype):
    x = -rng.uniform(*SUBNORMAL[dtype.name], shape)
    x[..., 0] = 0
    return x


def _dominated(rng, shape, dtype):
    x = rng.normal(size=shape)
    x[..., -1] += rng.uniform(10, 60, shape[:-1])
    return x


def _near_zero(rng, shape, dtype):
    x = rng.normal(size=shape)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def _confident(rng, shape, dtype):
    """Logits of a trained classifier: a clear winner and a runner-up (synthetic)."""
    x = rng.normal(0, 3, shape)
    x[..., 0] += rng.gamma(4, 4, shape[:-1])
    return x


FAMILIES = {
    "N(0, 1)": lambda rng, shape, dtype: rng.normal(0, 1, shape),
    "N(0, 10)": lambda rng, shape, dtype: rng.normal(0, 10, shape),
    "within 80": lambda rng, shape, dtype: rng.uniform(-80, 80, shape),
    "within 700": lambda rng, shape, dtype: rng.uniform(-700, 700, shape),
    "within 10000": lambda rng, shape, dtype: rng.uniform(-1e4, 1e4, shape),
    "nearly equal, large": lambda rng, shape, dtype: 1e4 + rng.normal(0, 8, shape),
    "one dominating": _dominated,
    "subnormal results": _subnormal,
    "equal": lambda rng, shape, dtype: np.full(shape, rng.normal()),
    "log-partition near zero": _near_zero,
    "a classifier's": _confident,
}


def sample(family, shape, dtype, seed=0):
    """Return logits of a family; the classes are the last axis."""
    rng = np.random.default_rng([seed, zlib.crc32(family.encode())])
    dtype = np.dtype(dtype)
    return FAMILIES[family](rng, shape, dtype).astype(dtype)


def pointwise_sample(size, dtype, seed=0):
    """Return arguments of the elementwise operators: every binade, both signs, and the tails."""
    rng = np.random.default_rng(seed)
    least, most = (-14, 9) if np.dtype(dtype) == np.float16 else (-40, 10)
    magnitudes = 2.0 ** rng.uniform(least, most, size // 2)
    tail = rng.uniform(-800, 800, size - size // 2)
    return np.concatenate([magnitudes * rng.choice([-1, 1], size // 2), tail]).astype(dtype)
