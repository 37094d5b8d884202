"""The draws as functions: each makes a new tensor."""

import numpy as np

from refimpl import streams
from refimpl.errors import (
    as_length,
    check_bool,
    enough_memory,
    failure,
    is_length,
    kind,
    place,
    typename,
)
from refimpl.keywords import refuse
from refimpl.random.generators import source
from refimpl.random.memory import empty_like, fill_normal, turned_to_memory
from refimpl.random.recorded import BERNOULLI_0, BERNOULLI_P, NORMAL_1, NORMAL_2, NORMAL_3
from refimpl.tape import dtypes
from refimpl.tape.arguments import check_device, check_storage, lengths, options, wrong
from refimpl.tape.creation import finished
from refimpl.tape.operands import check_tensor
from refimpl.tape.tensor import Tensor, wrap


def _invalid(name, given, advice):
    """Return torch's error for arguments that fit none of its forms."""
    kinds = ", ".join(typename(type(each)).rpartition(".")[2] for each in given)
    return failure(
        TypeError, f"{name}() received an invalid combination of arguments - got ({kinds})", advice
    )


def _shape(name, args, size, dtype):
    """Return the shape that stands in numbers, in one sequence, or behind ``size=``."""
    if size is not None:
        if args:
            raise _invalid(name, args, f"{name}: give the shape once.")
        args = (_sequence(name, size, 0),)
    if not args:
        raise _invalid(name, args, f"{name}: give a shape; {name}(()) draws a single number.")
    shape = lengths(name, "size", args)
    check_storage(shape, dtype.itemsize)
    return shape


def _sequence(name, size, position):
    """Return a shape that has to be a sequence."""
    if not isinstance(size, (tuple, list)):
        raise failure(
            TypeError,
            f"{name}(): argument 'size'{place(name, 'size', position)} must be tuple of ints, "
            f"not {kind(size)}",
            f"{name}: write the shape in brackets, such as ({size!r},).",
        )
    return lengths(name, "size", (size,), position)


def rand(
    *args,
    size=None,
    generator=None,
    dtype=None,
    device=None,
    requires_grad=False,
    **outside,
):
    """Return numbers drawn uniformly from [0, 1).

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape.
    size : sequence of int, optional
        The shape as well.
    generator : Generator, optional
        Instead of the default one.
    dtype : dtype, optional
        A floating-point one, by default the default dtype.
    device : device, str or int, optional
        The CPU; no other is there.
    requires_grad : bool
        Ask for gradients.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    TypeError, RuntimeError
        For a shape that is none; for a generator that is none.
    NotImplementedError
        For a dtype of integers.

    See Also
    --------
    refimpl.streams.rand : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    if outside:
        refuse(rand, outside)
    dtype = options("rand", dtype, None, requires_grad) or dtypes.Defaults.dtype
    shape = _shape("rand", args, size, dtype)
    check_device("rand", device)
    with enough_memory:
        array = streams.rand(source("rand", generator), shape, dtype.numpy)
        return finished(array, None, requires_grad)


def randn(
    *args,
    size=None,
    generator=None,
    dtype=None,
    device=None,
    requires_grad=False,
    **outside,
):
    """Return numbers drawn from the standard normal distribution.

    Parameters
    ----------
    *args, size, generator, dtype, device, requires_grad
        As of `rand`.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    TypeError, RuntimeError, NotImplementedError
        As `rand`.

    See Also
    --------
    refimpl.streams.normal : the draw, as an array, with its rules and source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    if outside:
        refuse(randn, outside)
    dtype = options("randn", dtype, None, requires_grad) or dtypes.Defaults.dtype
    shape = _shape("randn", args, size, dtype)
    check_device("randn", device)
    with enough_memory:
        array = streams.randn(source("randn", generator), shape, dtype.numpy)
        return finished(array, None, requires_grad)


def rand_like(input, *, generator=None, dtype=None, device=None, requires_grad=False, **outside):
    """Return `rand` of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of floating point, any shape
    generator, dtype, device, requires_grad
        As of `rand`; the dtype is by default that of `input`.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.
    NotImplementedError
        For a dtype of integers.

    See Also
    --------
    refimpl.streams.rand : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.rand_like(torch.zeros(2))
    tensor([0.4963, 0.7682])
    """
    if outside:
        refuse(rand_like, outside)
    check_tensor("rand_like", input)
    dtype = options("rand_like", dtype, device, requires_grad) or input.dtype
    array = empty_like(input._array, dtype.numpy)
    turned = turned_to_memory(array)
    turned[...] = streams.rand(source("rand_like", generator), turned.shape, array.dtype)
    return finished(array, None, requires_grad)


def randn_like(input, *, generator=None, dtype=None, device=None, requires_grad=False, **outside):
    """Return `randn` of the shape and dtype of `input`.

    Parameters
    ----------
    input : Tensor of floating point, any shape
    generator, dtype, device, requires_grad
        As of `rand`; the dtype is by default that of `input`.

    Returns
    -------
    Tensor of the shape of `input`

    Raises
    ------
    TypeError
        Where `input` is no tensor.
    NotImplementedError
        For a dtype of integers.

    See Also
    --------
    refimpl.streams.normal : the draw, as an array, with its rules and source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randn_like(torch.zeros(2))
    tensor([ 1.5410, -0.2934])
    """
    if outside:
        refuse(randn_like, outside)
    check_tensor("randn_like", input)
    dtype = options("randn_like", dtype, device, requires_grad) or input.dtype
    array = empty_like(input._array, dtype.numpy)
    fill_normal(array, 0.0, 1.0, source("randn_like", generator))
    return finished(array, None, requires_grad)


def randint(
    *args,
    low=None,
    high=None,
    size=None,
    generator=None,
    dtype=None,
    device=None,
    requires_grad=False,
    **outside,
):
    """Return integers from `low` (by default 0) up to, and not including, `high`.

    Parameters
    ----------
    *args : int and sequence of int
        ``high, size`` or ``low, high, size``; each can be given by name.
    low, high : int
        The bounds.
    size : sequence of int
        The shape.
    generator : Generator, optional
        As of `rand`.
    dtype : dtype, optional
        By default int64.
    device, requires_grad
        As of `rand`.

    Returns
    -------
    Tensor of that shape

    Raises
    ------
    RuntimeError
        For an empty range, or one that does not fit into the dtype.
    TypeError
        For arguments that fit none of the forms.

    See Also
    --------
    refimpl.streams.randint : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randint(10, (4,))
    tensor([4, 9, 3, 0])
    """
    if outside:
        refuse(randint, outside)
    given = args
    if size is None and len(args) == 1 and (high is not None or not is_length(args[0])):
        raise failure(
            TypeError,
            f"randint(): argument 'high' (position 1) must be int, not {kind(args[0])}",
            "randint: write randint(high, size).",
        )
    if args and (low is not None or size is None and high is not None):
        raise _invalid("randint", given, "randint: give the bounds by place, or by name.")
    if size is None and args:
        *args, size = args
    if len(args) == 2:
        low, high = args
    elif args:
        low, high = (0, args[0]) if high is None else (args[0], high)
    if len(args) > 2 or high is None or size is None:
        raise _invalid("randint", given, "randint: write randint(high, size).")
    if len(args) == 2 and not (is_length(low) and is_length(high)):
        raise _invalid("randint", given, "randint: the bounds are integers.")
    low = 0 if low is None else as_length(low, "randint", "low", 1)
    high = as_length(high, "randint", "high", 1)
    shape = _sequence("randint", size, len(args) + 1)
    dtype = options("randint", dtype, device, requires_grad) or dtypes.int64
    check_storage(shape, dtype.itemsize)
    with enough_memory:
        array = streams.randint(source("randint", generator), low, high, shape, dtype.numpy)
        return finished(array, None, requires_grad)


def randperm(n, *, generator=None, dtype=None, device=None, requires_grad=False, **outside):
    """Return the numbers from 0 to ``n - 1`` in random order.

    Parameters
    ----------
    n : int
        How many.
    generator : Generator, optional
        As of `rand`.
    dtype : dtype, optional
        By default int64.
    device, requires_grad
        As of `rand`.

    Returns
    -------
    Tensor of shape (n,)

    Raises
    ------
    RuntimeError
        For a negative `n`, or one too large for the dtype.
    TypeError
        Where `n` is no int.
    NotImplementedError
        For bool.

    See Also
    --------
    refimpl.streams.randperm : the draw, as an array, with its source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randperm(6)
    tensor([2, 5, 3, 0, 1, 4])
    """
    if outside:
        refuse(randperm, outside)
    n = as_length(n, "randperm", "n", 1)
    dtype = options("randperm", dtype, device, requires_grad) or dtypes.int64
    check_storage((n,), dtype.itemsize)
    with enough_memory:
        array = streams.randperm(source("randperm", generator), n, dtype.numpy)
        return finished(array, None, requires_grad)


STD = 1.0  # the default of std, by identity: another 1.0 was given


def normal(
    mean,
    std=STD,
    size=None,
    *,
    generator=None,
    dtype=None,
    device=None,
    requires_grad=False,
    **outside,
):
    """Return normal numbers: one mean and deviation for all, or tensors of them.

    Parameters
    ----------
    mean, std : float or Tensor of any shape
        The mean and the standard deviation; tensors are broadcast.
    size : sequence of int, optional
        The shape, with two numbers only.
    generator, dtype, device, requires_grad
        As of `rand`.

    Returns
    -------
    Tensor of the shape `size`, or of the broadcast shape

    Raises
    ------
    RuntimeError
        For a negative deviation.
    TypeError
        For numbers without `size`, or a tensor with it.
    NotImplementedError
        For a dtype of integers.

    See Also
    --------
    refimpl.streams.normal : the draw, as an array, with its rules and source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.normal(10.0, 0.5, (2, 2))
    tensor([[10.7705,  9.8533],
            [ 8.9106, 10.2842]])
    >>> _ = torch.manual_seed(0)
    >>> torch.normal(torch.tensor([-1.0, 1.0]), torch.tensor([0.0, 2.0]))
    tensor([-1.0000,  0.4131])
    """
    if outside:
        refuse(normal, outside)
    mean, std = _alone(mean, size), _alone(std, size)
    tensors = isinstance(mean, Tensor) or isinstance(std, Tensor)
    if tensors != (size is None) or not (tensors or isinstance(size, (tuple, list))):
        given = (mean, std) if size is None else (mean, std, size)
        if size is None and std is STD:
            raise wrong("normal", "mean", 1, "Tensor", mean, "normal: or give std and size.")
        raise _invalid(
            "normal", given, "normal: two numbers need a size in brackets; a tensor brings its own."
        )
    for each in (mean, std):
        if not isinstance(each, (int, float, np.number, np.bool_, Tensor)):
            given = (mean, std) if size is None else (mean, std, size)
            raise _invalid("normal", given, "normal: mean and deviation are numbers or tensors.")
    if not tensors and std is STD:
        raise _invalid("normal", (mean, size), "normal: a size needs a deviation as well.")
    if tensors and (requires_grad or not dtype is device is None):
        raise _invalid("normal", (mean, std), "normal: a tensor brings its dtype and its record.")
    dtype = options("normal", dtype, device, requires_grad) or dtypes.Defaults.dtype
    stream = source("normal", generator)
    if not tensors:
        shape = _shape("normal", (size,), None, dtype)
        with enough_memory:
            array = streams.normal(stream, mean, std, shape, dtype.numpy)
            return finished(array, None, requires_grad)
    values = [each._array if isinstance(each, Tensor) else each for each in (mean, std)]
    array = np.asarray(streams.normal(stream, *values))
    if not isinstance(std, Tensor):
        drawn = NORMAL_1(mean, array)
    else:
        drawn = NORMAL_3(mean, std, array) if isinstance(mean, Tensor) else NORMAL_2(std, array)
    return drawn


def _alone(value, size):
    """Return, beside a size, a tensor of rank 0 as the number that it holds."""
    alone = isinstance(value, Tensor) and value.ndim == 0 and not value.requires_grad
    return value.item() if alone and size is not None else value


def bernoulli(input, p=None, *, generator=None, **outside):
    """Return ones with the probabilities that `input` gives, or `p` for all, and zeros otherwise.

    Parameters
    ----------
    input : Tensor of floating point, any shape
        Probabilities; with `p` only shape and dtype count.
    p : float, optional
        One probability for all elements.
    generator
        As of `rand`.

    Returns
    -------
    Tensor of the shape and dtype of `input`

    Raises
    ------
    RuntimeError
        For a probability outside [0, 1].
    TypeError
        Where `input` is no tensor.
    NotImplementedError
        For integers without `p`.

    See Also
    --------
    refimpl.streams.bernoulli : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.bernoulli(torch.tensor([0.5, 0.5, 0.5]))
    tensor([1., 0., 1.])
    """
    if outside:
        refuse(bernoulli, outside)
    check_tensor("bernoulli", input)
    if isinstance(p, Tensor) and not (p.ndim or p.requires_grad):
        p = p.item()
    if p is not None and not isinstance(p, (int, float, np.number, np.bool_)):
        raise wrong("bernoulli", "p", 2, "float", p, "bernoulli: p is one number for all elements.")
    stream = source("bernoulli", generator)
    if p is None:
        array = streams.bernoulli(stream, input._array)
    else:
        array = streams.bernoulli(stream, float(p), input._array.shape, input._array.dtype)
    return (BERNOULLI_0 if p is None else BERNOULLI_P)(input, np.asarray(array))


def multinomial(input, num_samples, replacement=False, *, generator=None, **outside):
    """Return numbers of categories, drawn with the weights that each row of `input` gives.

    Parameters
    ----------
    input : Tensor of floating point, shape (categories,) or (rows, categories)
        Weights; they need not sum to 1.
    num_samples : int
        How many are drawn from each row.
    replacement : bool
        A category can come again.
    generator : Generator, optional
        As of `rand`.

    Returns
    -------
    Tensor of int64, shape (num_samples,) or (rows, num_samples)

    Raises
    ------
    RuntimeError
        For weights below 0, infinite, nan, or all 0; for another rank or dtype; for more samples
        than categories without replacement.
    TypeError
        Where `input` is no tensor, `num_samples` no int or `replacement` no bool.

    See Also
    --------
    refimpl.streams.multinomial : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.multinomial(torch.tensor([1.0, 2.0, 3.0]), 5, replacement=True)
    tensor([2, 2, 1, 2, 2])
    """
    if outside:
        refuse(multinomial, outside)
    check_tensor("multinomial", input)
    num_samples = as_length(num_samples, "multinomial", "num_samples", 2)
    check_bool(replacement, "multinomial", "replacement", 3)
    stream = source("multinomial", generator)
    with enough_memory:
        return wrap(streams.multinomial(stream, input._array, num_samples, replacement))
