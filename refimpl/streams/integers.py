"""Integer draws: randint, random, randperm."""

import numpy as np

from refimpl.errors import failure, title
from refimpl.streams._check import check_bounds, check_int, checked_dtype, checked_shape
from refimpl.streams._whole import whole, whole_numbers


def randint(generator, low, high, shape, dtype=np.int64):
    r"""Draw integers of [low, high), as ``torch.randint``.

    .. math:: x = \text{low} + (w \bmod (\text{high} - \text{low}))

    with one 32-bit word :math:`w` per element; from a width of :math:`2^{28}` on a 64-bit word.

    Parameters
    ----------
    generator : Generator
    low, high : int
    shape : int or tuple of int
    dtype : float16, float32, float64, int8 to int64, uint8 or bool

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        ``low >= high``; a bound outside the dtype; a negative dimension.
    ValueError
        A bound outside int64.
    TypeError
        A bound that is no int.

    Notes
    -----
    For a floating dtype the bounds end where its whole numbers do, at 2048 for float16 and
    ``2**24`` for float32; torch goes on with a warning that this will become an error.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, randint
    >>> print(tensor_text(randint(Generator(0), 0, 10, 5)))
    tensor([4, 9, 3, 0, 3])
    """
    shape, _ = checked_shape("randint", shape)
    dtype = checked_dtype("random_from_to_kernel_cpu", dtype, "fiub")
    for position, (name, bound) in enumerate((("low", low), ("high", high)), start=1):
        check_int("randint", name, position, bound)
        if not -(2**63) <= bound < 2**63:
            raise failure(ValueError, "Overflow when unpacking long long")
    if low >= high:
        raise failure(
            RuntimeError,
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}",
        )
    least, greatest = whole_numbers(dtype)
    check_bounds("from", low, least, greatest, dtype)
    check_bounds("to - 1", high - 1, least, greatest, dtype)
    return whole(generator, int(low), int(high) - int(low), shape, dtype)


def random(generator, shape, dtype=np.int64):
    r"""Draw whole numbers from 0 to the greatest of the dtype, as ``Tensor.random_()``.

    .. math:: x = w \bmod (\text{greatest} + 1)

    with a 32-bit word per element; for int64 and float64 a 64-bit word. The greatest is 1 for
    bool, :math:`2^{11}, 2^{24}, 2^{53}` for the floating dtypes.

    Parameters
    ----------
    generator : Generator
    shape : int or tuple of int
    dtype : float16, float32, float64, int8 to int64, uint8 or bool

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        A negative dimension.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, random
    >>> print(tensor_text(random(Generator(0), 2)))
    tensor([ 900450186894289455, 3969543146641149120])
    """
    shape, count = checked_shape("random", shape)
    dtype = checked_dtype("random_kernel_cpu", dtype, "fiub")
    draw = generator.long_words if dtype.itemsize == 8 else generator.words
    return (draw(count) % np.uint64(whole_numbers(dtype)[1] + 1)).astype(dtype).reshape(shape)


def randperm(generator, n, dtype=np.int64):
    r"""Draw a permutation of 0 .. n-1, as ``torch.randperm``.

    .. math:: p_i \leftrightarrow p_{i + (w \bmod (n - i))}, \qquad i = 0, \dots, n - 2

    with one 32-bit word :math:`w` per swap.

    Parameters
    ----------
    generator : Generator
    n : int
    dtype : float16, float32, float64, int8 to int64 or uint8

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    RuntimeError
        A negative `n`, or one for which the dtype has too few whole numbers.
    TypeError
        An `n` that is no int.
    NotImplementedError
        Another dtype.

    References
    ----------
    R. A. Fisher and F. Yates, "Statistical Tables",
    Oliver and Boyd (1938), example 12.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, randperm
    >>> print(tensor_text(randperm(Generator(0), 6)))
    tensor([2, 5, 3, 0, 1, 4])
    """
    check_int("randperm", "n", 1, n)
    checked_shape("randperm", n)
    dtype = checked_dtype("randperm", dtype, "fiu")
    _check_length(n, dtype)
    steps = max(n - 1, 0)
    left = np.arange(n, n - steps, -1, dtype=np.uint32)
    p = list(range(n))
    for i, step in enumerate((generator.words(steps) % left).tolist()):
        p[i], p[i + step] = p[i + step], p[i]
    return np.array(p, dtype=dtype)


def _check_length(n, dtype):
    greatest = whole_numbers(dtype)[1]
    if n > greatest + 1 and dtype.kind == "f":
        limit = {"float16": "2049", "float32": "2^24+1", "float64": "2^53+1"}[dtype.name]
        raise failure(RuntimeError, f"n cannot be greater than {limit} for {title(dtype)} type.")
    if n > greatest + 1:
        raise failure(
            RuntimeError, f"value cannot be converted to type {dtype.name}_t without overflow"
        )
