"""The draws to compare: name -> (ours, torch's), each taking a generator, a size and a dtype."""

import contextlib
import functools

import numpy as np

from refimpl import streams

CAPABILITY = None
with contextlib.suppress(ModuleNotFoundError):
    import torch

    CAPABILITY = torch.backends.cpu.get_cpu_capability()
FUSED = CAPABILITY in ("AVX2", "AVX512")


def torch_dtype(dtype):
    return getattr(torch, np.dtype(dtype).name)


def bits(x):
    """Return the bytes of an array or a tensor, so that -0. and nan compare too."""
    x = np.asarray(x)
    return x.dtype, x.shape, x.tobytes()


def _rand(t, n, dtype):
    return torch.rand(n, generator=t, dtype=torch_dtype(dtype))


def _randn(t, n, dtype):
    return torch.randn(n, generator=t, dtype=torch_dtype(dtype))


def _normal(t, n, dtype):
    return torch.normal(0.3, 1.7, (n,), generator=t, dtype=torch_dtype(dtype))


def _uniform(t, n, dtype):
    return torch.empty(n, dtype=torch_dtype(dtype)).uniform_(-0.3, 0.7, generator=t)


def _bernoulli(t, n, dtype):
    return torch.empty(n, dtype=torch_dtype(dtype)).bernoulli_(0.3, generator=t)


def _random(t, n, dtype):
    return torch.empty(n, dtype=torch_dtype(dtype)).random_(generator=t)


def _randint(t, n, dtype, low, high):
    return torch.randint(low, high, (n,), generator=t, dtype=torch_dtype(dtype))


def _chances(n, dtype):
    return np.linspace(0, 1, n).astype(dtype)


ANYWHERE = {
    "rand": (streams.rand, _rand),
    "bernoulli of a number": (lambda g, n, dtype: streams.bernoulli(g, 0.3, n, dtype), _bernoulli),
    "bernoulli of an array": (
        lambda g, n, dtype: streams.bernoulli(g, _chances(n, dtype)),
        lambda t, n, dtype: torch.bernoulli(torch.from_numpy(_chances(n, dtype)), generator=t),
    ),
    "random": (streams.random, _random),
    "randperm": (
        lambda g, n, dtype: streams.randperm(g, min(n, 2049), dtype),
        lambda t, n, dtype: torch.randperm(min(n, 2049), generator=t, dtype=torch_dtype(dtype)),
    ),
    "randint": (
        lambda g, n, dtype: streams.randint(g, -5, 7, n, dtype),
        functools.partial(_randint, low=-5, high=7),
    ),
    "long randint": (
        lambda g, n, dtype: streams.randint(g, -5, 2**40, n),
        lambda t, n, dtype: _randint(t, n, np.int64, -5, 2**40),
    ),
}
FUSED_DRAWS = {
    "uniform": (lambda g, n, dtype: streams.uniform(g, -0.3, 0.7, n, dtype), _uniform),
    "randn": (streams.randn, _randn),
    "normal": (lambda g, n, dtype: streams.normal(g, 0.3, 1.7, n, dtype), _normal),
}
