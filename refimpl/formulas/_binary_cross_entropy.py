r"""Cross entropy of two classes: of probabilities and of logits.

Derivation: :doc:`/derivations/binary_cross_entropy`.
"""

from functools import partial

import numpy as np

from refimpl.errors import check_broadcast, failure, size, title
from refimpl.formulas._checks import (
    ARRAYS,
    check_array,
    check_cotangent,
    check_floating,
    check_reduction,
    common_dtype,
    zeros_for_none,
)
from refimpl.formulas._formula import Formula
from refimpl.formulas._logistic import log_logistic, logistic, slope
from refimpl.formulas._reduce import gradient, reduced, shape_of, spread

FLOOR = -100.0  # torch's bound for the logarithms
EPSILON = 1e-12  # torch's bound for x (1 - x) under the gradient


def _factor(name, argument, position, a, shape):
    """Return a weight as float64, checked to broadcast to `shape`."""
    if a is None:
        return np.float64(1)
    check_array(name, argument, position, a)
    advice = f"{name}: {argument} broadcasts to the input's shape {shape}."
    if argument == "weight":
        check_broadcast(shape, a.shape, advice)
    else:
        check_broadcast(a.shape, shape, advice)
    together = np.broadcast_shapes(a.shape, shape)
    if together != shape:
        raise failure(
            RuntimeError,
            f"output with shape {list(shape)} doesn't match the broadcast shape {list(together)}",
            advice,
        )
    return a.astype(np.float64)


def _positive(name, a, shape):
    """Return the weight of the positives: torch adds 1 to what it is more than 1.

    In a dtype without a sign 0 - 1 is the greatest number.
    """
    w = _factor(name, "pos_weight", 6, a, shape)
    if a is not None and a.dtype.kind == "b":
        raise failure(
            RuntimeError,
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead.",
            f"{name}: convert pos_weight with .astype.",
        )
    if a is not None and a.dtype.kind == "u":
        w = np.subtract(a, 1, dtype=a.dtype).astype(np.float64) + 1
    return w


def _check_expanding(weight, shape, advice):
    """Raise the error of the Python code in which torch broadcasts this weight."""
    common = [1] * (len(weight) - len(shape)) + list(shape)
    for i in range(-1, -len(weight) - 1, -1):
        if common[i] == 1:
            common[i] = weight[i]
        elif weight[i] not in (1, common[i]):
            raise failure(
                RuntimeError,
                f"Attempting to broadcast a dimension of length {weight[i]} at {i}! Mismatching "
                f"argument at index 1 had torch.Size({list(weight)}); but expected shape should be "
                f"broadcastable to {common}",
                advice,
            )


def _check(x, target, weight, reduction):
    name = "binary_cross_entropy"
    check_array(name, "input", 1, x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.shape != target.shape:
        raise failure(
            ValueError,
            f"Using a target size ({size(target.shape)}) that is different to the input size "
            f"({size(x.shape)}) is deprecated. Please ensure they have the same size.",
            f"{name}: one target for each input; reshape or broadcast it yourself.",
        )
    if isinstance(weight, ARRAYS):
        advice = f"{name}: weight broadcasts to the input's shape {x.shape}."
        _check_expanding(weight.shape, x.shape, advice)
    if x.dtype != target.dtype:
        raise failure(
            RuntimeError,
            f"Found dtype {title(target.dtype)} but expected {title(x.dtype)}",
            f"{name}: convert the target with .astype.",
        )
    check_floating(name, name, x)
    _check_probabilities(name, x, target)
    w = _factor(name, "weight", 3, weight, x.shape)
    return x.astype(np.float64), target.astype(np.float64), w


def _check_probabilities(name, x, target):
    """Refuse what lies outside [0, 1]; torch goes through both at once, element by element."""
    wrong = [np.flatnonzero(~((a >= 0) & (a <= 1))) for a in (x, target)]
    first, second = (places[0] if places.size else x.size for places in wrong)
    if min(first, second) < x.size:
        raise failure(
            RuntimeError,
            f"all elements of {'input' if first <= second else 'target'} should be between 0 and 1",
            f"{name}: it takes probabilities; for logits there is "
            "binary_cross_entropy_with_logits.",
        )


@partial(Formula, inputs=2)
def binary_cross_entropy(x, target, weight=None, reduction="mean"):
    r"""Average the surprise of targets in [0, 1] under probabilities.

    .. math:: \ell_i = -w_i \bigl[t_i \log x_i + (1 - t_i) \log(1 - x_i)\bigr]

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        Probabilities.
    target : ndarray
        Shape and dtype of `x`, in [0, 1].
    weight : ndarray, optional
        A factor for each loss; broadcast to the shape of `x`.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.

    Returns
    -------
    ndarray
        Dtype of `x`; shape () or, unreduced, that of `x`.

    Raises
    ------
    RuntimeError
        Where an input or target is outside [0, 1] or nan, the dtypes differ, or the weight does
        not broadcast.
    ValueError
        Where the shapes differ, or for an unknown reduction.
    NotImplementedError
        For integers.

    Notes
    -----
    Each logarithm is held at or above -100, as torch does, so that ``0 * log(0)`` is 0 and a wrong
    certainty costs 100 and not inf. `binary_cross_entropy_with_logits` needs no such bound.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning",
    Springer (2006), section 4.3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy
    >>> x, target = np.array([0.5, 0.9, 0.0]), np.array([1.0, 0.0, 1.0])
    >>> binary_cross_entropy(x, target, reduction="none").round(4)
    array([  0.6931,   2.3026, 100.    ])
    """
    p, t, w = _check(x, target, weight, reduction)
    # log1p(-p) keeps the digits of a small p, which 1 - p would round away.
    log_p, log_q = np.maximum(np.log(p), FLOOR), np.maximum(np.log1p(-p), FLOOR)
    return reduced(-w * (t * log_p + (1 - t) * log_q), reduction, x.dtype)


def _slopes(p, t):
    # By the input: (1 - t) / (1 - p) - t / p in one fraction, so that p = t gives exactly 0.
    return (p - t) / np.maximum(p * (1 - p), EPSILON), np.log1p(-p) - np.log(p)


@binary_cross_entropy.role
def binary_cross_entropy_vjp(cotangent, x, target, weight=None, reduction="mean"):
    r"""Pull a cotangent back through `binary_cross_entropy`, to (x, target).

    .. math:: \bar x_i = \bar\ell_i w_i \frac{x_i - t_i}{\max(x_i (1 - x_i), 10^{-12})}, \qquad
              \bar t_i = \bar\ell_i w_i \log\frac{1 - x_i}{x_i}

    The bound is torch's: a wrong certainty has the gradient 1e12. It ignores the bound of -100 on
    the logarithms, and so does the target's gradient.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy
    >>> x, target = np.array([0.5, 0.9]), np.array([1.0, 0.0])
    >>> for gradient in binary_cross_entropy.vjp(np.array(1.0), x, target):
    ...     print(gradient.round(4))
    [-1.  5.]
    [ 0.     -1.0986]
    """
    p, t, w = _check(x, target, weight, reduction)
    check_cotangent("binary_cross_entropy", cotangent, shape_of(reduction, x.shape))
    by_x, by_target = _slopes(p, t)
    g = w * spread(cotangent, reduction, x.size)
    return gradient(g * by_x, x), gradient(g * by_target, target)


@binary_cross_entropy.role
def binary_cross_entropy_jvp(tangents, x, target, weight=None, reduction="mean"):
    r"""Push tangents of (x, target) forward through `binary_cross_entropy`; None stands for zero.

    .. math:: \dot\ell_i = w_i \Bigl[\frac{x_i - t_i}{\max(x_i (1 - x_i), 10^{-12})} \, \dot x_i
                           + \log\frac{1 - x_i}{x_i} \, \dot t_i\Bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy
    >>> x, target = np.array([0.5, 0.9]), np.array([1.0, 0.0])
    >>> binary_cross_entropy.jvp((np.array([1.0, 0.0]), None), x, target).round(4)
    np.float64(-1.0)
    """
    p, t, w = _check(x, target, weight, reduction)
    dx, dt = zeros_for_none("binary_cross_entropy", tangents, (x, target))
    return reduced(w * _along(_slopes(p, t), (dx, dt), tangents), reduction, x.dtype)


def _along(slopes, directions, given):
    """Add up slope times direction, leaving out what was not given: 0 * inf is nan."""
    terms = [s * d for s, d, g in zip(slopes, directions, given, strict=True) if g is not None]
    return sum(terms, np.zeros(np.shape(slopes[0])))


@binary_cross_entropy.role
def binary_cross_entropy_vjp_vjp(
    second_cotangents, cotangent, x, target, weight=None, reduction="mean"
):
    r"""Pull cotangents (s, u) of both gradients back through `binary_cross_entropy.vjp`.

    With :math:`g_i = \bar\ell_i w_i` and :math:`b_i = \max(x_i (1 - x_i), 10^{-12})`,
    to (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad
              \bar x_i = g_i \Bigl[\frac{x_i^2 - 2 x_i t_i + t_i}{b_i^2} s_i
                         - \frac{u_i}{x_i (1 - x_i)}\Bigr], \qquad
              \bar t_i = -\frac{g_i s_i}{b_i}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy
    >>> x, target, one = np.array([0.5]), np.array([1.0]), np.array(1.0)
    >>> for cotangent in binary_cross_entropy.vjp_vjp((np.ones(1), None), one, x, target):
    ...     print(cotangent.round(4))
    -2.0
    [4.]
    [-4.]
    """
    p, t, w = _check(x, target, weight, reduction)
    check_cotangent("binary_cross_entropy", cotangent, shape_of(reduction, x.shape))
    name = "binary_cross_entropy_vjp"
    sx, st = zeros_for_none(name, second_cotangents, (x, target))
    g = w * spread(cotangent, reduction, x.size)
    change = w * _along(_slopes(p, t), (sx, st), second_cotangents)
    variance = p * (1 - p)
    bounded = np.maximum(variance, EPSILON)
    by_x = ((p * p - 2 * p * t + t) / (bounded * bounded), -1 / variance)
    return (
        reduced(change, reduction, cotangent.dtype),
        gradient(g * _along(by_x, (sx, st), second_cotangents), x),
        gradient(g * (-1 / bounded) * sx, target),
    )


def _check_logits(x, target, weight, reduction, pos_weight):
    name = "binary_cross_entropy_with_logits"
    check_array(name, "input", 1, x)
    check_array(name, "target", 2, target)
    check_reduction(name, reduction)
    if x.shape != target.shape:
        raise failure(
            ValueError,
            f"Target size ({size(target.shape)}) must be the same as input size ({size(x.shape)})",
            f"{name}: one target for each logit; reshape or broadcast it yourself.",
        )
    check_floating(name, "log_sigmoid_cpu", x)
    if target.dtype.kind == "b":
        raise failure(
            RuntimeError,
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead.",
            f"{name}: targets are probabilities; convert them with .astype.",
        )
    if target.dtype.kind != "f":
        raise failure(
            RuntimeError,
            f"result type {title(x.dtype)} can't be cast to the desired output type "
            f"{title(target.dtype)}",
            f"{name}: targets are probabilities; convert them with .astype.",
        )
    common_dtype(name, name, x, target)
    w = _factor(name, "weight", 3, weight, x.shape)
    c = _positive(name, pos_weight, x.shape)
    return x.astype(np.float64), target.astype(np.float64), w, c, target.dtype


@partial(Formula, inputs=2)
def binary_cross_entropy_with_logits(x, target, weight=None, reduction="mean", pos_weight=None):
    r"""Average the surprise of targets in [0, 1] under `sigmoid` of the logits.

    .. math:: \ell_i = -w_i \bigl[c_i t_i \log\sigma(x_i) + (1 - t_i) \log\sigma(-x_i)\bigr]

    Parameters
    ----------
    x : ndarray of float16, float32 or float64, any shape
        The logits.
    target : floating ndarray of the shape of `x`
        Probabilities; nothing is checked about their range, as in torch.
    weight : ndarray, optional
        A factor for each loss; broadcast to the shape of `x`.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.
    pos_weight : ndarray, optional
        The factor c of the positive part; broadcast to the shape of `x`.

    Returns
    -------
    ndarray
        The dtype of `target`, also where that of `x` is wider, as in torch, which begins with
        ``1 - target`` and works on it in place; shape () or, unreduced, that of `x`.

    Raises
    ------
    ValueError
        Where the shapes differ, or for an unknown reduction.
    RuntimeError
        For integer targets, or where a weight does not broadcast.
    NotImplementedError
        For integer logits.

    Notes
    -----
    Summed as ``(1 - t) max(x, 0) + c t max(-x, 0) + (1 - t + c t) log1p(exp(-abs(x)))``, whose
    terms have one sign for targets in [0, 1]: the loss of a confident, right prediction is its
    small tail. At an infinite logit torch's order of operations gives nan even where the target
    agrees, and so does this.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning",
    Springer (2006), section 4.3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy_with_logits
    >>> x, target = np.array([0.0, 2.0, -50.0]), np.array([1.0, 0.0, 0.0])
    >>> binary_cross_entropy_with_logits(x, target, reduction="none").round(4)
    array([0.6931, 2.1269, 0.    ])
    >>> binary_cross_entropy_with_logits(x, target, pos_weight=np.array(3.0)).round(4)
    np.float64(1.4021)
    """
    z, t, w, c, dtype = _check_logits(x, target, weight, reduction, pos_weight)
    # All terms have one sign for targets in [0, 1], so the sum does not cancel.
    curve = np.log1p(np.exp(-np.abs(z)))
    exact = (1 - t) * np.maximum(z, 0) + c * t * np.maximum(-z, 0) + (1 - t + c * t) * curve
    if not np.isfinite(exact).all():
        as_torch = (1 - t) * z - _both_sides((c - 1) * t + 1, c) * log_logistic(z)
        exact = np.where(np.isfinite(exact), exact, as_torch)
    return reduced(w * exact, reduction, dtype)


def _both_sides(weights, c):
    """Return the weights of both classes together; without a pos_weight torch computes none."""
    return weights if isinstance(c, np.ndarray) else 1.0


def _logits_slopes(z, t, c):
    # sigma(-z) in place of 1 - sigma(z), which cancels for large z.
    by_z = (1 - t) * logistic(z) - c * t * logistic(-z)
    by_t = -z - np.where(c == 1, 0, (c - 1) * log_logistic(z))
    if np.isfinite(by_z).all() and np.isfinite(by_t).all():
        return by_z, by_t
    # The order of torch's operations decides between inf and nan.
    as_torch = _both_sides(c * t + 1 - t, c) * logistic(z) - c * t
    by_z = np.where(np.isfinite(by_z), by_z, as_torch)
    return by_z, np.where(np.isnan(by_t), log_logistic(-z) - c * log_logistic(z), by_t)


@binary_cross_entropy_with_logits.role
def binary_cross_entropy_with_logits_vjp(
    cotangent, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Pull a cotangent back through `binary_cross_entropy_with_logits`, to (x, target).

    .. math:: \bar x_i = \bar\ell_i w_i \bigl[(1 - t_i) \sigma(x_i) - c_i t_i \sigma(-x_i)\bigr],
              \qquad \bar t_i = -\bar\ell_i w_i \bigl[x_i + (c_i - 1) \log\sigma(x_i)\bigr]

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy_with_logits
    >>> x, target = np.array([0.0, 2.0]), np.array([1.0, 0.0])
    >>> for gradient in binary_cross_entropy_with_logits.vjp(np.array(1.0), x, target):
    ...     print(gradient.round(4))
    [-0.25    0.4404]
    [-0. -1.]
    """
    z, t, w, c, _ = _check_logits(x, target, weight, reduction, pos_weight)
    check_cotangent("binary_cross_entropy_with_logits", cotangent, shape_of(reduction, x.shape))
    by_x, by_target = _logits_slopes(z, t, c)
    g = w * spread(cotangent, reduction, x.size)
    return _flushed(gradient(g * by_x, x), g, by_x), gradient(g * by_target, target)


def _flushed(gradient, g, slope):
    """Give what is too small for the gradient's dtype the sign of g: torch has a slope of +0."""
    if np.count_nonzero(gradient) == gradient.size:
        return gradient
    small = (gradient == 0) & (slope * g != 0)
    return np.where(small, np.copysign(gradient, g), gradient).astype(gradient.dtype)


@binary_cross_entropy_with_logits.role
def binary_cross_entropy_with_logits_jvp(
    tangents, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Push tangents of (x, target) forward; None stands for zero.

    .. math:: \dot\ell_i = w_i \bigl[(1 - t_i) \sigma(x_i) - c_i t_i \sigma(-x_i)\bigr] \dot x_i
                           - w_i \bigl[x_i + (c_i - 1) \log\sigma(x_i)\bigr] \dot t_i

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy_with_logits
    >>> x, target = np.array([0.0, 2.0]), np.array([1.0, 0.0])
    >>> binary_cross_entropy_with_logits.jvp((np.array([1.0, 0.0]), None), x, target)
    array(-0.25)
    """
    z, t, w, c, dtype = _check_logits(x, target, weight, reduction, pos_weight)
    name = "binary_cross_entropy_with_logits"
    dx, dt = zeros_for_none(name, tangents, (x, target))
    return reduced(w * _along(_logits_slopes(z, t, c), (dx, dt), tangents), reduction, dtype)


@binary_cross_entropy_with_logits.role
def binary_cross_entropy_with_logits_vjp_vjp(
    second_cotangents, cotangent, x, target, weight=None, reduction="mean", pos_weight=None
):
    r"""Pull cotangents (s, u) of both gradients back through the vjp.

    With :math:`g_i = \bar\ell_i w_i`, to (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad
              \bar x_i = g_i \bigl[(1 - t_i + c_i t_i) \sigma'(x_i) s_i + m_i u_i\bigr], \qquad
              \bar t_i = g_i m_i s_i, \qquad m_i = -\sigma(x_i) - c_i \sigma(-x_i)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import binary_cross_entropy_with_logits
    >>> s, one = (np.ones(1), None), np.array(1.0)
    >>> for cotangent in binary_cross_entropy_with_logits.vjp_vjp(s, one, np.zeros(1), np.ones(1)):
    ...     print(cotangent.round(4))
    -0.5
    [0.25]
    [-1.]
    """
    z, t, w, c, _ = _check_logits(x, target, weight, reduction, pos_weight)
    name = "binary_cross_entropy_with_logits"
    check_cotangent(name, cotangent, shape_of(reduction, x.shape))
    sx, st = zeros_for_none(f"{name}_vjp", second_cotangents, (x, target))
    g = w * spread(cotangent, reduction, x.size)
    change = w * _along(_logits_slopes(z, t, c), (sx, st), second_cotangents)
    mixed = -logistic(z) - c * logistic(-z)
    by_x = ((1 - t + c * t) * slope(z), mixed)
    return (
        reduced(change, reduction, cotangent.dtype),
        gradient(g * _along(by_x, (sx, st), second_cotangents), x),
        gradient(g * mixed * sx, target),
    )
