"""torch's random tensors, from the streams of layer 1."""

import secrets

from refimpl import streams
from refimpl.streams import Generator
from refimpl.tape import dtypes
from refimpl.tape.creation import _finished
from refimpl.tape.errors import failure
from refimpl.tape.inplace import check_in_place
from refimpl.tape.shaping import sizes
from refimpl.tape.tensor import Tensor, wrap

default_generator = Generator(secrets.randbits(64))


def manual_seed(seed):
    """Start the default generator from `seed` and return it.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(1581317843)
    >>> torch.randn(2, 3)
    tensor([[ 0.5283,  0.3922, -0.0484],
            [-1.6257, -0.4775,  0.5645]])
    """
    return default_generator.manual_seed(int(seed))


def seed():
    """Start the default generator from a seed that nobody can foretell, and return it."""
    return default_generator.seed()


def initial_seed():
    """Return the seed of the default generator."""
    return default_generator.initial_seed()


def _source(generator):
    return default_generator if generator is None else generator


def _kind(dtype):
    return (dtype or dtypes.Defaults.dtype).numpy


def rand(*size, generator=None, dtype=None, requires_grad=False, device=None):
    """Return numbers drawn uniformly from [0, 1)."""
    array = streams.rand(_source(generator), sizes(size), _kind(dtype))
    return _finished(array, None, requires_grad)


def randn(*size, generator=None, dtype=None, requires_grad=False, device=None):
    """Return numbers drawn from the standard normal distribution."""
    array = streams.randn(_source(generator), sizes(size), _kind(dtype))
    return _finished(array, None, requires_grad)


def rand_like(input, *, dtype=None, requires_grad=False):
    """Return `rand` of the shape and dtype of `input`."""
    return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input, *, dtype=None, requires_grad=False):
    """Return `randn` of the shape and dtype of `input`."""
    return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randint(
    low, high=None, size=None, *, generator=None, dtype=None, requires_grad=False, device=None
):
    """Return integers from `low` (by default 0) up to, and not including, `high`."""
    if size is None:
        low, high, size = 0, low, high
    array = streams.randint(
        _source(generator), low, high, sizes((size,)), (dtype or dtypes.int64).numpy
    )
    return _finished(array, None, requires_grad)


def randperm(n, *, generator=None, dtype=None, requires_grad=False, device=None):
    """Return the numbers from 0 to ``n - 1`` in random order."""
    array = streams.randperm(_source(generator), n, (dtype or dtypes.int64).numpy)
    return _finished(array, None, requires_grad)


def normal(
    mean, std=1.0, size=None, *, generator=None, dtype=None, requires_grad=False, device=None
):
    """Return normal numbers: one mean and deviation for all, or tensors of them."""
    source = _source(generator)
    if isinstance(mean, Tensor) or isinstance(std, Tensor):
        values = [each._array if isinstance(each, Tensor) else each for each in (mean, std)]
        return _finished(streams.normal(source, *values), None, requires_grad)
    if size is None:
        raise failure(
            TypeError,
            "normal() received an invalid combination of arguments: mean and std are numbers, so "
            "size has to be given",
        )
    array = streams.normal(source, mean, std, sizes((size,)), _kind(dtype))
    return _finished(array, None, requires_grad)


def bernoulli(input, p=None, *, generator=None):
    """Return ones with the probabilities that `input` gives (or `p` for all), zeros otherwise."""
    source = _source(generator)
    if p is None:
        return wrap(streams.bernoulli(source, input._array))
    return wrap(streams.bernoulli(source, float(p), input._array.shape, input._array.dtype))


def _draw_into(self, array):
    check_in_place(self)
    self._array[...] = array
    self._counter[0] += 1
    return self


def uniform_(self, to_from=0.0, to=1.0, *, generator=None, **bounds):
    """Fill the tensor with numbers drawn uniformly from ``from`` up to `to`."""
    low = bounds.pop("from", to_from)
    source = _source(generator)
    return _draw_into(self, streams.uniform(source, low, to, self._array.shape, self._array.dtype))


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Fill the tensor with normal numbers."""
    source = _source(generator)
    return _draw_into(self, streams.normal(source, mean, std, self._array.shape, self._array.dtype))


def bernoulli_(self, p=0.5, *, generator=None):
    """Fill the tensor with ones of probability `p`, and zeros."""
    source = _source(generator)
    return _draw_into(
        self, streams.bernoulli(source, float(p), self._array.shape, self._array.dtype)
    )


Tensor.uniform_ = uniform_
Tensor.normal_ = normal_
Tensor.bernoulli_ = bernoulli_
