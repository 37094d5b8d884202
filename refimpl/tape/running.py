"""Running sums."""

import numpy as np

from refimpl.errors import failure, silent
from refimpl.tape import dtypes
from refimpl.tape.arguments import missing, number_type
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.reducing import added_in
from refimpl.tape.respelling import respelt
from refimpl.tape.tensor import wrap_dim
from refimpl.tape.transposing import _flip


@silent
def _running(x, dim):
    """Add up along a dimension, in float64 where the elements are floating."""
    if x.ndim == 0:
        return x.copy()
    if x.dtype.kind != "f":
        return np.asarray(np.cumsum(x, axis=dim, dtype=x.dtype), order="C")
    sums = np.cumsum(x, axis=dim, dtype=np.float64)
    sums += 0.0  # torch begins with 0, which -0 does not change
    return sums.astype(x.dtype, order="C")


def _from_the_end(g, x, dim):
    """Return the running sum from the end: each element counts in all sums behind it."""
    if len(x.shape) == 0:
        return g
    cuts = tuple(slice(None, None, -1) if at == dim else slice(None) for at in range(len(x.shape)))
    return _flip(_cumsum(_flip(g, index=cuts), dim=dim), index=cuts)


_cumsum = Operator("CumsumBackward0", _running, _from_the_end, saves=((),))


def cumsum(input, dim=None, *, dtype=None, **outside):
    r"""Return the sums of the elements up to each place along `dim`.

    .. math:: y_i = \sum_{j \le i} x_j

    Parameters
    ----------
    input : Tensor of any dtype and shape
    dim : int
    dtype : dtype, optional
        Convert the input to it first; by default integers and bool become int64.

    Returns
    -------
    Tensor of the shape of the input
        Floating sums are taken in float64, and each is rounded once.

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor or `dim` no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.cumsum(torch.tensor([[1.0, 2.0, 4.0], [0.0, 1.0, 0.0]]), dim=1)
    tensor([[1., 3., 7.],
            [0., 1., 1.]])
    """
    if outside:
        return respelt(cumsum, outside, input, dim, dtype=dtype)
    check_tensor("cumsum", input)
    if dim is None:
        raise missing("cumsum", "dim")
    dtype = number_type("cumsum", dtype)
    dim = wrap_dim(dim, input.ndim, name="cumsum", position=2)
    if dtype is dtypes.bool_ and input.ndim and input.numel():
        raise failure(
            NotImplementedError,
            "\"cumsum_out_cpu\" not implemented for 'Bool'",
            "cumsum: without dtype it counts in int64.",
        )
    if dtype is None and not input.is_floating_point():
        dtype = dtypes.int64
    x = input if dtype is None else added_in(input, dtype)
    return _cumsum(x, dim=dim)
