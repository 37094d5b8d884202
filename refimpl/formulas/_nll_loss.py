r"""The negative log-likelihood. Derivation: :doc:`/derivations/cross_entropy`."""

import numpy as np

from refimpl.formulas._checks import check_cotangent, check_tangent
from refimpl.formulas._cross_entropy import counted, scale_of
from refimpl.formulas._exponentials import places
from refimpl.formulas._formula import Formula
from refimpl.formulas._reduce import reduced, shape_of
from refimpl.formulas._targets import nll_loss_call


def _picked(call, x, dtype):
    """Return the reduced, negated entries of `x` at the targets."""
    picked = np.zeros(call.layout)
    if x.size:
        picked = x.reshape(-1)[places(call.target, call.logits.shape)].astype(np.float64)
    losses = counted(call, -picked).reshape(call.shape)
    if not call.shape:
        losses = losses + 0.0  # torch adds up the losses, also that of a single sample
    return reduced(losses, call.reduction, dtype, call.divisor)


@Formula
def nll_loss(x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Average the negated log-probabilities of the target classes.

    .. math:: \ell_n = -w_{t_n} x_{n t_n}

    The mean divides by the sum of the targets' weights.

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, shape (C,), (N, C) or (N, C, d1, ...)
        Log-probabilities, as of `log_softmax`; nothing is checked about their sum.
    target : ndarray of int64 or uint8, shape (), (N,) or (N, d1, ...)
        Classes, each in [0, C) or `ignore_index`.
    weight : ndarray of shape (C,), optional
        A factor for each class.
    ignore_index : int
        Samples of this class count neither in the sum nor in the mean's divisor.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses of the samples.

    Returns
    -------
    ndarray
        Dtype of `x`; shape () or, unreduced, that of the target.

    Raises
    ------
    IndexError
        Where a class is outside [0, C).
    ValueError
        Where the batch sizes differ, or for an unknown reduction.
    RuntimeError
        For a target of another dtype or shape, or such a weight.
    NotImplementedError
        For integer `x`.

    Notes
    -----
    The sum is taken in float64 and rounded once. As in torch the mean over no sample is nan, and
    its gradient zero.

    References
    ----------
    I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", MIT Press (2016), section 5.5
    (maximum likelihood).

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import nll_loss
    >>> log_probs = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> nll_loss(log_probs, np.int64([0, 2]), reduction="none").round(4)
    array([0.6931, 0.2231])
    >>> nll_loss(log_probs, np.int64([0, 2])).round(4)
    np.float64(0.4581)
    """
    call = nll_loss_call(x, target, weight, ignore_index, reduction)
    return _picked(call, x, x.dtype)


@nll_loss.role
def nll_loss_vjp(cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Pull a cotangent back through `nll_loss`, to x.

    .. math:: \bar x_{nc} = -\bar\ell_n \, w_{t_n} [c = t_n]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import nll_loss
    >>> log_probs = np.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> nll_loss.vjp(np.array(1.0), log_probs, np.int64([0, 2]))
    array([[-0.5,  0. ,  0. ],
           [ 0. ,  0. , -0.5]])
    """
    call = nll_loss_call(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, call.shape))
    out = np.zeros(x.size, x.dtype)
    if x.size:
        back = -scale_of(call, cotangent)
        if call.counts is not True:
            back = np.where(call.counts, back, 0)
        out[places(call.target, call.logits.shape)] = back
    return out.reshape(x.shape)


@nll_loss.role
def nll_loss_jvp(tangent, x, target, weight=None, ignore_index=-100, reduction="mean"):
    r"""Push a tangent forward through `nll_loss`, which is linear.

    .. math:: \dot\ell_n = -w_{t_n} \dot x_{n t_n}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import nll_loss
    >>> log_probs = np.log([[0.5, 0.25, 0.25]])
    >>> nll_loss.jvp(np.array([[1.0, 0.0, 0.0]]), log_probs, np.int64([0]))
    array(-1.)
    """
    call = nll_loss_call(x, target, weight, ignore_index, reduction)
    check_tangent("nll_loss", tangent, x)
    return _picked(call, tangent, x.dtype)


@nll_loss.role
def nll_loss_vjp_vjp(
    second_cotangent, cotangent, x, target, weight=None, ignore_index=-100, reduction="mean"
):
    r"""Pull a cotangent back through `nll_loss.vjp`, to (cotangent, x).

    .. math:: \bar g_n = -w_{t_n} s_{n t_n}, \qquad \bar x = 0

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import nll_loss
    >>> s, log_probs = np.array([[1.0, 0.0, 0.0]]), np.log([[0.5, 0.25, 0.25]])
    >>> nll_loss.vjp_vjp(s, np.array(1.0), log_probs, np.int64([0]))
    (array(-1.), array([[0., 0., 0.]]))
    """
    call = nll_loss_call(x, target, weight, ignore_index, reduction)
    check_cotangent("nll_loss", cotangent, shape_of(reduction, call.shape))
    check_cotangent("nll_loss_vjp", second_cotangent, x.shape)
    return _picked(call, second_cotangent, cotangent.dtype), np.zeros(x.shape, x.dtype)
