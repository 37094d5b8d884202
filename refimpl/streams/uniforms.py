"""Uniform draws: rand, uniform, bernoulli."""

import numpy as np

from refimpl.errors import failure, title
from refimpl.streams._check import check_bounds, checked_dtype, checked_shape
from refimpl.streams._fma import fma32, fma64


def rand(generator, shape, dtype=np.float32):
    r"""Draw from [0, 1), as ``torch.rand``.

    .. math:: u = 2^{-24} \, (w \bmod 2^{24}) \text{ in float32},
              \qquad u = 2^{-53} \, (W \bmod 2^{53}) \text{ in float64}

    with a 32-bit word :math:`w` or a 64-bit word :math:`W` per element.

    Parameters
    ----------
    generator : Generator
    shape : int or tuple of int
    dtype : float16, float32 or float64

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        A negative dimension.
    NotImplementedError
        Another dtype.

    Notes
    -----
    A float16 is the float32 rounded; where that gives 1, it is replaced by 0.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, rand
    >>> print(tensor_text(rand(Generator(0), 3)))
    tensor([0.4963, 0.7682, 0.0885])
    """
    shape, count = checked_shape("rand", shape)
    dtype = checked_dtype("check_uniform_bounds", dtype, "f")
    return _below(1, unit(generator, count, _wide(dtype)), dtype, 0).reshape(shape)


def uniform(generator, low, high, shape, dtype=np.float32):
    r"""Draw from [low, high), as ``Tensor.uniform_``.

    .. math:: x = \operatorname{fma}(u, b - a, a)

    with :math:`u` of `rand`, and `low` and `high` rounded to the dtype as :math:`a` and
    :math:`b`.

    Parameters
    ----------
    generator : Generator
    low, high : float
    shape : int or tuple of int
    dtype : float16, float32 or float64

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        A negative dimension; bounds in the wrong order, outside the dtype, or too far apart.
    NotImplementedError
        Another dtype.

    Notes
    -----
    Where rounding gives `high`, the value is replaced by `low`. torch rounds twice on an x86
    processor without a fused multiply-add (before AVX2): its values then differ in the last
    bit.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, uniform
    >>> print(tensor_text(uniform(Generator(0), -1, 1, 3)))
    tensor([-0.0075,  0.5364, -0.8230])
    """
    shape, count = checked_shape("uniform", shape)
    dtype = checked_dtype("check_uniform_bounds", dtype, "f")
    _check_interval(low, high, dtype)
    wide = _wide(dtype)
    a, b = wide(low), wide(high)
    fma = fma64 if wide == np.float64 else fma32
    return _below(b, fma(unit(generator, count, wide), b - a, a), dtype, a).reshape(shape)


def bernoulli(generator, p, shape=None, dtype=np.float32):
    """Draw ones with probability `p`, else zeros.

    Parameters
    ----------
    generator : Generator
    p : ndarray of float16, float32 or float64, any shape; or float
        An array, as ``torch.bernoulli(p)``: one float32 uniform per element (float64 if `p`
        is). A float, as ``Tensor.bernoulli_(p)``: one float64 uniform per element.
    shape : int or tuple of int
        With a float `p` only; an array has its own.
    dtype : dtype
        With a float `p` only; an array has its own.

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        A probability outside [0, 1], or a negative dimension.
    NotImplementedError
        An array `p` of integers.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.streams import Generator, bernoulli
    >>> bernoulli(Generator(0), np.array([0.0, 0.5, 1.0]))
    array([0., 0., 1.])
    """
    if isinstance(p, np.ndarray):
        shape, dtype = (
            p.shape,
            checked_dtype("bernoulli_tensor_cpu_p_", p.dtype, "f" if p.size else "fiub"),
        )
        wrong = p[~((p >= 0) & (p <= 1))]
        if wrong.size:
            raise failure(
                RuntimeError,
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error "
                "message be improved?  If so, please report an enhancement request to PyTorch.)",
                f"bernoulli: p holds {wrong[0]}; a probability lies in [0, 1].",
            )
        wide = _wide(dtype)
    else:
        dtype = checked_dtype("bernoulli_scalar_cpu_", dtype, "fiub")
        if not 0 <= p <= 1:
            raise failure(RuntimeError, f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
        wide = np.float64
    shape, count = checked_shape("bernoulli", shape)
    return (unit(generator, count, wide).reshape(shape) < p).astype(dtype)


def unit(generator, count, wide):
    """Draw `count` numbers of [0, 1) in float32 or float64, every bit of them random."""
    if wide == np.float64:
        return (generator.long_words(count) & np.uint64(2**53 - 1)) * 2.0**-53
    return (generator.words(count) & np.uint32(2**24 - 1)).astype(np.float32) * np.float32(2**-24)


def _wide(dtype):
    """Return the type in which torch draws: float16 is drawn in float32."""
    return np.float64 if dtype == np.float64 else np.float32


def _below(high, x, dtype, low):
    """Round to the dtype; what then reaches `high` becomes `low`."""
    x = x.astype(dtype)
    x[x == dtype.type(high)] = low
    return x


def _check_interval(low, high, dtype):
    limit = float(np.finfo(dtype).max)
    check_bounds("from", low, -limit, limit, dtype)
    check_bounds("to", high, -limit, limit, dtype)
    if low > high:
        raise failure(
            RuntimeError,
            f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}",
        )
    if float(high) - float(low) > limit:
        raise failure(
            RuntimeError,
            f"uniform_ expects to-from <= std::numeric_limits<{title(dtype)}>::max(), "
            f"but found to={high:g} and from={low:g} which result in to-from to exceed the limit",
        )
