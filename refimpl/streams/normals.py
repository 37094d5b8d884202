"""Normal draws: randn, normal."""

import math

import numpy as np

from refimpl.errors import failure
from refimpl.streams._cephes import log32, sin_cos32
from refimpl.streams._check import checked_dtype, checked_shape, common_shape
from refimpl.streams._fma import fma32, fma64
from refimpl.streams.uniforms import unit

BLOCK = 16
SLAB = 2**16  # elements worked on at a time: what stays in the cache is drawn 1.6 times faster


def randn(generator, shape, dtype=np.float32):
    """Draw from the standard normal distribution, as ``torch.randn``, by the rules of `normal`.

    Parameters
    ----------
    generator : Generator
    shape : int or tuple of int
    dtype : float16, float32 or float64

    Returns
    -------
    ndarray of that shape and dtype

    Raises
    ------
    RuntimeError
        A negative dimension.
    NotImplementedError
        Another dtype.

    See Also
    --------
    refimpl.streams.normal : the formula and its source

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, randn
    >>> print(tensor_text(randn(Generator(0), 3)))
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    return normal(generator, 0.0, 1.0, checked_shape("randn", shape)[0], dtype)


def normal(generator, mean, std, shape=None, dtype=np.float32, *, contiguous=True):
    r"""Draw from normal distributions, as ``torch.normal`` and ``Tensor.normal_``.

    Two uniforms give two independent normals:

    .. math:: r = \sqrt{-2 \log u_1}, \quad \theta = 2 \pi u_2, \qquad
              x_1 = \mu + \sigma r \cos\theta, \quad x_2 = \mu + \sigma r \sin\theta

    Parameters
    ----------
    generator : Generator
    mean, std : float or ndarray
        Arrays broadcast. Two arrays have one dtype.
    shape : int or tuple of int
        With two floats only; arrays have their own.
    dtype : float16, float32 or float64
        With two floats only; arrays have their own.
    contiguous : bool
        False: draw as torch fills a tensor that is not contiguous, always by the first rule
        of the notes.

    Returns
    -------
    ndarray

    Raises
    ------
    RuntimeError
        A negative `std` or dimension; arrays that do not broadcast.
    NotImplementedError
        Another dtype.
    TypeError
        Arrays of two dtypes; a `shape` where it is not due, or none where it is.

    Notes
    -----
    Fewer than 16 elements: pair by pair in float64, first :math:`\theta`, then
    :math:`r = \sqrt{-2 \operatorname{log1p}(-u)}`; of an odd number the last :math:`x_2` waits
    in the generator. A float16 is rounded twice, by way of float32.

    16 elements or more: all uniforms at once, in the dtype (float16: in float32). Of each 16
    the first 8, as :math:`1 - u_1`, and the last 8 become normals where they stand. If the
    number is no multiple of 16, 16 further uniforms give the last 16 elements anew.

    The logarithm, sine and cosine of float64 are those of the C library; of float32 in blocks
    the Cephes polynomials that torch has for AVX2 and AVX-512. On older x86 processors torch
    calls the C library, and differs by up to 2e-6.

    With an array, N(0, 1) is multiplied by `std`, rounded, then `mean` is added; with an array
    `mean` and a float `std`, N(0, std) is drawn and `mean` added.

    References
    ----------
    G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates",
    Ann. Math. Stat. 29 (1958) 610-611.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, normal
    >>> print(tensor_text(normal(Generator(0), 10.0, 0.5, (2, 2))))
    tensor([[10.7705,  9.8533],
            [ 8.9106, 10.2842]])
    >>> print(tensor_text(normal(Generator(0), np.float32([-1, 1]), np.float32([0, 2]))))
    tensor([-1.0000,  0.4131])
    """
    if isinstance(mean, np.ndarray) or isinstance(std, np.ndarray):
        if shape is not None:
            raise failure(
                TypeError, "normal: an array as mean or std brings its own shape; omit shape"
            )
        return _of_arrays(generator, mean, std)
    if shape is None:
        raise failure(
            TypeError, "normal: a number as mean and as std leaves the shape open; give shape"
        )
    shape, count = checked_shape("normal", shape)
    if not std >= 0:
        raise failure(RuntimeError, f"normal expects std >= 0.0, but found std {std:g}")
    dtype = checked_dtype("normal_kernel_cpu", dtype, "f" if count else "fiub")
    draw = _in_blocks if count >= BLOCK and contiguous else _in_pairs
    return draw(generator, count, float(mean), float(std), dtype).reshape(shape)


def _of_arrays(generator, mean, std):
    if not isinstance(std, np.ndarray):
        z = normal(generator, 0.0, std, mean.shape, mean.dtype)
        z += mean
        return z
    if not (std >= 0).all():
        raise failure(RuntimeError, "normal expects all elements of std >= 0.0")
    mean = np.asarray(mean, dtype=None if isinstance(mean, np.ndarray) else std.dtype)
    if mean.dtype != std.dtype:
        raise failure(
            TypeError, f"normal: mean is {mean.dtype} and std is {std.dtype}; give them one dtype"
        )
    z = randn(generator, common_shape(mean.shape, std.shape), std.dtype)
    z *= std
    z += mean
    return z


@np.errstate(all="ignore")
def _in_pairs(generator, count, mean, std, dtype):
    z = []
    if generator.cached_normal is not None:
        z.append(generator.cached_normal)
        generator.cached_normal = None
    pairs = (count - len(z) + 1) // 2
    for u1, u2 in unit(generator, 2 * pairs, np.float64).reshape(pairs, 2).tolist():
        theta = 2 * math.pi * u1
        r = math.sqrt(-2 * math.log1p(-u2))
        z += r * math.cos(theta), r * math.sin(theta)
    if len(z) > count:
        generator.cached_normal = z.pop()
    x = fma64(np.array(z, np.float64), np.float64(std), np.float64(mean))
    return x if dtype == np.float64 else x.astype(np.float32).astype(dtype)


@np.errstate(all="ignore")
def _in_blocks(generator, count, mean, std, dtype):
    wide, fma, polar = (
        (np.float64, fma64, _polar64) if dtype == np.float64 else (np.float32, fma32, _polar32)
    )
    rest = count % BLOCK
    u = unit(generator, count - rest if dtype == np.float16 else count, wide)[: count - rest]
    if rest:
        u = np.concatenate([u, unit(generator, BLOCK, wide)])
    x = np.empty(len(u), dtype)
    for start in range(0, len(u), SLAB):
        u1, u2 = u[start : start + SLAB].reshape(-1, 2, BLOCK // 2).swapaxes(0, 1)
        r, sin, cos = polar(1 - u1, u2)
        z = np.stack([r * cos, r * sin], axis=1).ravel()
        x[start : start + SLAB] = fma(z, wide(std), wide(mean))
    return np.concatenate([x[: count - BLOCK], x[-BLOCK:]]) if rest else x


def _polar64(u1, u2):
    theta = 2 * math.pi * u2
    return np.sqrt(-2 * _libm(math.log, u1)), _libm(math.sin, theta), _libm(math.cos, theta)


def _polar32(u1, u2):
    return np.sqrt(-2 * log32(u1)), *sin_cos32(np.float32(2 * math.pi) * u2)


def _libm(function, x):
    """Call the C library for every element: NumPy's own loops differ in the last bits."""
    return np.array([*map(function, x.ravel().tolist())]).reshape(x.shape)
