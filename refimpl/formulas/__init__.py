"""The formulas: ndarray in, ndarray out; each with its derivatives.

    from refimpl.formulas import softmax

    softmax(x, dim)                       the value
    softmax.vjp(cotangent, x, dim)        pull a cotangent back
    softmax.jvp(tangent, x, dim)          push a tangent forward
    softmax.vjp_vjp(s, cotangent, x, dim) pull a cotangent of the gradient back
    softmax.value_and_pullback(x, dim)    the value, and a function of the cotangent
    softmax.value_and_vjp(cotangent, x, dim)

softmax, softmin, log_softmax, logsumexp, cross_entropy, sigmoid, logsigmoid, softplus and tanh,
their gradients and tangents are the nearest numbers of their dtype to the exact values. All other
results are computed in float64 and rounded once. The modules of this package are private.
"""

from refimpl.formulas._adam import adam, check_adam_settings
from refimpl.formulas._binary_cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from refimpl.formulas._cross_entropy import cross_entropy
from refimpl.formulas._erf import erf, erfc
from refimpl.formulas._formula import Formula
from refimpl.formulas._gelu import gelu
from refimpl.formulas._huber_loss import huber_loss, l1_loss, smooth_l1_loss
from refimpl.formulas._kl_div import kl_div
from refimpl.formulas._linear import linear
from refimpl.formulas._log_softmax import log_softmax
from refimpl.formulas._logsumexp import logsumexp
from refimpl.formulas._mse_loss import mse_loss
from refimpl.formulas._nll_loss import nll_loss
from refimpl.formulas._relu import relu
from refimpl.formulas._sgd import check_sgd_settings, sgd
from refimpl.formulas._sigmoid import logsigmoid, sigmoid
from refimpl.formulas._silu import silu
from refimpl.formulas._softmax import softmax, softmax_jacobian, softmin
from refimpl.formulas._softplus import softplus
from refimpl.formulas._tanh import tanh

__all__ = [
    "Formula",
    "adam",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "check_adam_settings",
    "check_sgd_settings",
    "cross_entropy",
    "erf",
    "erfc",
    "gelu",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "linear",
    "log_softmax",
    "logsigmoid",
    "logsumexp",
    "mse_loss",
    "nll_loss",
    "relu",
    "sgd",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softmax_jacobian",
    "softmin",
    "softplus",
    "tanh",
]
