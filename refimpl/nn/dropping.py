"""Dropout: elements set to 0 at random, the others made larger."""

import numpy as np

from refimpl import streams
from refimpl.errors import as_float, check_bool, failure
from refimpl.random.generators import source
from refimpl.random.memory import empty_like, turned_to_memory
from refimpl.tape import inplace
from refimpl.tape.operands import check_tensor
from refimpl.tape.tensor import wrap


def improbable(p, error):
    """Return torch's error for what is no probability."""
    return failure(
        error,
        f"dropout probability has to be between 0 and 1, but got {p}",
        "dropout: p is the probability that an element becomes 0.",
    )


def check_probability(p):
    """Refuse a probability outside [0, 1]; nan comes as far as the call, as in torch."""
    if p < 0 or p > 1:
        raise improbable(p, ValueError)


def dropout(input, p=0.5, training=True, inplace=False):
    r"""Set each element to 0 with probability `p`, and divide the others by ``1 - p``.

    .. math:: y_i = \frac{m_i x_i}{1 - p}, \qquad m_i = 1 \text{ with probability } 1 - p

    Parameters
    ----------
    input : Tensor of floating point, any shape
    p : float
        The probability that an element becomes 0.
    training : bool
        Without it the input is returned as it is.
    inplace : bool
        Change the input itself.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    ValueError
        For a probability outside [0, 1].
    RuntimeError
        For integers and bool, unless `p` is 1; for a leaf that requires a gradient, in place.
    TypeError
        Where `input` is no tensor.

    Notes
    -----
    The factors are drawn from the default generator as torch draws them, bit for bit.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way
    to prevent neural networks from overfitting", JMLR 15 (2014) 1929-1958.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.functional.dropout(torch.ones(5))
    tensor([0., 0., 2., 0., 0.])
    """
    _ = p < 0.0  # torch compares with a float here, which the words for a text show
    check_probability(p)
    if p != p:
        raise improbable(p, RuntimeError)
    name = "dropout_" if inplace else "dropout"
    check_tensor(name, input)
    p = as_float(p, name, "p", 2)
    check_bool(training, name, "train", 3)
    if not training or p == 0 or input.numel() == 0:
        return input
    if p != 1 and not input.is_floating_point():
        _factors(input, p)  # torch has drawn before it sees the dtype
        raise failure(
            RuntimeError,
            f"result type Float can't be cast to the desired output type {input.dtype.title}",
            "dropout: it is for floating point.",
        )
    factor = _factors(input, p)
    return _multiply_in_place(input, factor) if inplace else input * factor


def _factors(input, p):
    """Draw 0 or 1 / (1 - p) for each element, in the order of the memory."""
    kept = empty_like(input._array, input._array.dtype)
    if p == 1:
        kept[...] = 0
        return wrap(kept)
    turned = turned_to_memory(kept)
    stream = source("dropout", None)
    turned[...] = streams.bernoulli(stream, 1.0 - p, turned.shape, kept.dtype)
    wide = np.result_type(kept.dtype, np.float32)  # torch divides float16 in float32
    return wrap((kept.astype(wide) / wide.type(1.0 - p)).astype(kept.dtype))


_multiply_in_place = inplace.mul_
