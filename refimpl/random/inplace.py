"""The draws as methods: each fills the tensor and returns it."""

import numpy as np

from refimpl import streams
from refimpl.errors import LONG, as_float, as_int, failure, is_int, unsupported
from refimpl.random.generators import source
from refimpl.random.memory import fill_normal, turned_to_memory
from refimpl.random.recorded import BERNOULLI_2, NORMAL_0, RANDOM, UNIFORM
from refimpl.streams._check import check_bounds
from refimpl.streams._whole import all_longs, whole, whole_numbers
from refimpl.tape.arguments import invalid
from refimpl.tape.inplace import check_in_place, check_places, replace, snapshot
from refimpl.tape.tensor import GradMode, Tensor


def _fill(self, operator, fill):
    """Let `fill` write into the array; on the tape the old elements play no part any more."""
    check_in_place(self)
    try:
        check_places(self, operator.name)
    except RuntimeError:
        if operator not in RANDOM:  # torch says first what is wrong with dtype and bounds
            count = self._array.dtype.kind != "f" and operator is not BERNOULLI_2
            fill(np.empty(int(count), self._array.dtype))
        raise
    if GradMode.enabled and self.requires_grad:
        array = np.empty_like(self._array)
        fill(array)
        replace(self, operator(snapshot(self), array))
    else:
        fill(self._array)
        self._counter[0] += 1
    return self


def _refuse_twice(name, bounds, named):
    """Refuse a bound that is given by place and by name."""
    for bound in ("from", "to")[: len(bounds)]:
        if bound in named:
            raise failure(TypeError, f"{name}() got multiple values for argument '{bound}'")


def uniform_(self, *bounds, generator=None, **named):
    """Fill the tensor with numbers drawn uniformly from ``from`` up to ``to``.

    Parameters
    ----------
    *bounds : float
        ``from`` and ``to``, by default 0 and 1.
    generator : Generator, optional
        Instead of the default one.
    **named : float
        ``from`` and ``to`` by name: the first is a word of Python's own.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For bounds in the wrong order; for a leaf that requires a gradient.
    TypeError
        For another name; for what is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(3).uniform_(-1, 1)
    tensor([-0.0075,  0.5364, -0.8230])
    """
    if len(bounds) > 2:
        raise failure(
            TypeError,
            f"uniform_() takes from 0 to 2 positional arguments but {len(bounds)} were given",
            "uniform_: they are the two bounds.",
        )
    _refuse_twice("uniform_", bounds, named)
    low, high = (*bounds, *(0.0, 1.0)[len(bounds) :])
    low = as_float(named.pop("from", low), "uniform_", "from", 2)
    high = as_float(named.pop("to", high), "uniform_", "to", 3)
    if named:
        raise failure(
            TypeError, f"uniform_() got an unexpected keyword argument '{next(iter(named))}'"
        )
    stream = source("uniform_", generator)

    def fill(array):
        turned = turned_to_memory(array)
        turned[...] = streams.uniform(stream, low, high, turned.shape, array.dtype)

    return _fill(self, UNIFORM, fill)


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Fill the tensor with normal numbers.

    Parameters
    ----------
    mean, std : float
        The mean and the standard deviation.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a negative deviation; for a leaf that requires a gradient.
    TypeError
        For what is no number.

    Notes
    -----
    A tensor that is not contiguous is filled in the order of its memory, and always pair by pair:
    other numbers than `normal` gives.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(3).normal_(10, 0.5)
    tensor([10.7705,  9.8533,  8.9106])
    """
    mean, std = as_float(mean, "normal_", "mean", 2), as_float(std, "normal_", "std", 3)
    stream = source("normal_", generator)
    return _fill(self, NORMAL_0, lambda array: fill_normal(array, mean, std, stream))


def bernoulli_(self, p=0.5, *, generator=None):
    """Fill the tensor with ones of probability `p`, and zeros.

    Parameters
    ----------
    p : float
        The probability; a tensor of probabilities lies outside the subset.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a probability outside [0, 1]; for a leaf that requires a gradient.
    NotImplementedError
        For a tensor as `p`.
    TypeError
        For what is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(4).bernoulli_(0.5)
    tensor([0., 0., 1., 0.])
    """
    stream = source("bernoulli_", generator)
    if isinstance(p, Tensor):
        raise unsupported("bernoulli_(tensor)", "Near it: torch.bernoulli(p).")
    if not isinstance(p, (int, float, np.number, np.bool_)):
        raise invalid("bernoulli_", p)

    def fill(array):
        turned = turned_to_memory(array)
        turned[...] = streams.bernoulli(stream, float(p), turned.shape, array.dtype)

    return _fill(self, BERNOULLI_2, fill)


def random_(self, *bounds, generator=None, **named):
    """Fill the tensor with whole numbers from ``from`` up to, and not including, ``to``.

    Parameters
    ----------
    *bounds : int
        ``to``, or ``from`` and ``to``; without them all whole numbers from 0 on that the dtype
        holds without a gap. Beside ``from``, ``to`` may be None: up to the greatest number.
    generator : Generator, optional
        Instead of the default one.
    **named : int
        ``from`` and ``to`` by name: the first is a word of Python's own.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For an empty range, or one that the dtype cannot hold; for a leaf that requires a gradient.
    TypeError
        For what is no int; for another name.
    NotImplementedError
        For a range of a floating dtype that has no number for each integer in it.

    See Also
    --------
    refimpl.streams.randint, refimpl.streams.random : the draws, as arrays

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(5).random_(10)
    tensor([4., 9., 3., 0., 3.])
    """
    low, high, form = _range(bounds, named)
    stream = source("random_", generator)

    def fill(array):
        turned = turned_to_memory(array)
        if form == WHOLE:
            turned[...] = streams.random(stream, turned.shape, array.dtype)
            return
        turned[...] = _between(low, high, turned.shape, array.dtype, stream)

    return _fill(self, RANDOM[form], fill)


RANGE, UP_TO, WHOLE = range(3)  # torch's forms: from and to, to alone, none


def _range(bounds, named):
    """Return the bounds and the form that they are given in."""
    if len(bounds) > 2:
        raise failure(
            TypeError, f"random_() takes 2 positional arguments but {len(bounds)} were given"
        )
    if len(bounds) == 1 and "to" not in named:
        given = {"to": bounds[0]}
    else:
        _refuse_twice("random_", bounds, named)
        given = dict(zip(("from", "to"), bounds, strict=False))
    given |= named
    form = {(): WHOLE, ("to",): UP_TO, ("from", "to"): RANGE}.get(tuple(sorted(given)))
    if form == RANGE and given["to"] is None:  # up to the greatest number
        del given["to"]
    if form is None or not all(map(is_int, given.values())):
        raise invalid("random_", *bounds, **named)
    found = {key: as_int(value, "random_", key) for key, value in given.items()}
    return found.get("from", 0), found.get("to"), form


def _between(low, high, shape, dtype, stream):
    """Return whole numbers of a range, in any dtype; one without an end reaches the dtype's."""
    if high is None:
        return _from(low, shape, dtype, stream)
    if low >= high:
        raise failure(
            RuntimeError,
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}",
            "random_: the range is empty.",
        )
    if dtype.kind == "f":
        _check_floating(low, high, dtype)
    whole = np.dtype(np.int64) if dtype.kind == "f" else dtype
    return streams.randint(stream, low, high, shape, whole)


def _check_floating(low, high, dtype):
    """Refuse what torch refuses of a floating dtype, and what it draws with a warning."""
    greatest = float(np.finfo(dtype).max)
    check_bounds("from", low, -greatest, greatest, dtype)
    check_bounds("to - 1", high - 1, -greatest, greatest, dtype)
    if max(high - 1, -low) > 2 ** (np.finfo(dtype).nmant + 1):
        raise unsupported(
            f"random_ from {low} up to {high} in {dtype.name}",
            "It has no number for each integer up to there.",
        )


def _from(low, shape, dtype, stream):
    """Return whole numbers from `low` up to the greatest that the dtype holds without a gap."""
    least, greatest = whole_numbers(dtype)
    if low == -LONG:
        return all_longs(stream, shape, dtype)
    if dtype.kind == "f":
        if low >= greatest:
            raise failure(
                RuntimeError,
                "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' "
                f"casted to dtype, but got from={low} > to_inc={greatest}",
                "random_: the range is empty.",
            )
        _check_floating(low, greatest + 1, dtype)
    check_bounds("from", low, least, greatest, dtype)
    return whole(stream, low, greatest + 1 - low, shape, dtype)
