r"""Absolute, smooth and Huber's loss of a difference. Derivation: :doc:`/derivations/huber_loss`.

Each is h(x - t): what is written down for each is h, its slope and its bend.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from refimpl.errors import failure, title
from refimpl.formulas._checks import check_array, check_cotangent, check_reduction, zeros_for_none
from refimpl.formulas._formula import Formula
from refimpl.formulas._reduce import check_pair, gradient, reduced, shape_of, spread

KINDS = {"b": 0, "u": 1, "i": 1, "f": 2}  # torch casts no higher kind to a lower one


class _Loss(NamedTuple):
    """A loss of float64 differences, and of a bound where it has one."""

    name: str
    kernel: str  # what torch calls it where it refuses a dtype
    value: Callable
    slope: Callable
    bend: Callable
    check: Callable  # refuses a bound
    of_input: bool = False  # whether the result has the dtype of the input, not the common one

    def checked(self, x, target, reduction, bound):
        check_reduction(self.name, reduction)
        self.check(*bound)
        if self.of_input:
            _check_input(self.name, x, target)
        dtype, shape = check_pair(self.name, self.kernel, x, target, reduction, stacklevel=6)
        return (x.dtype if self.of_input else dtype), shape

    def of(self, x, target, reduction, *bound):
        dtype, _ = self.checked(x, target, reduction, bound)
        return reduced(self.value(_difference(x, target), *bound), reduction, dtype)

    def pulled(self, cotangent, x, target, reduction, *bound):
        _, shape = self.checked(x, target, reduction, bound)
        check_cotangent(self.name, cotangent, shape_of(reduction, shape))
        d = _difference(x, target)
        g = spread(cotangent, reduction, d.size)
        # The slope is odd. Of the target it is taken anew: minus a slope of 0 would be -0.
        return (
            gradient(g * self.slope(d, *bound), x),
            gradient(g * self.slope(0.0 - d, *bound), target),
        )

    def pushed(self, tangents, x, target, reduction, *bound):
        dtype, _ = self.checked(x, target, reduction, bound)
        moved = _difference(*zeros_for_none(self.name, tangents, (x, target)))
        return reduced(self.slope(_difference(x, target), *bound) * moved, reduction, dtype)

    def pulled_twice(self, second_cotangents, cotangent, x, target, reduction, *bound):
        _, shape = self.checked(x, target, reduction, bound)
        check_cotangent(self.name, cotangent, shape_of(reduction, shape))
        s = _difference(*zeros_for_none(f"{self.name}_vjp", second_cotangents, (x, target)))
        d = _difference(x, target)
        by_cotangent = reduced(self.slope(d, *bound) * s, reduction, cotangent.dtype)
        s = spread(cotangent, reduction, d.size) * self.bend(d, *bound) * s
        return by_cotangent, gradient(s, x), gradient(-s, target)


def _check_input(name, x, target):
    """Raise where the common dtype of two arrays is of another kind than the input's."""
    check_array(name, "input", 1, x)
    check_array(name, "target", 2, target)
    if KINDS.get(target.dtype.kind, 0) > KINDS.get(x.dtype.kind, 2):
        raise failure(
            RuntimeError,
            f"result type {title(target.dtype)} can't be cast to the desired output type "
            f"{title(x.dtype)}",
            f"{name}: the result has the dtype of the input.",
        )


def _difference(x, target):
    return np.subtract(x, target, dtype=np.float64)


# ---- the absolute difference ----------------------------------------------------------


def _sign(d):
    """Return 1, 0 or -1; as torch's, 0 where there is no number."""
    return np.subtract(d > 0, d < 0, dtype=np.float64)


def _no_bound():
    """There is no bound that could be wrong."""


_L1 = _Loss("l1_loss", "l1_loss", np.abs, _sign, np.zeros_like, _no_bound)


@partial(Formula, inputs=2)
def l1_loss(x, target, reduction="mean"):
    r"""Average the absolute differences.

    .. math:: \ell_i = \lvert x_i - t_i \rvert

    Parameters
    ----------
    x : ndarray of any shape
        The predictions.
    target : ndarray
        What they should be; broadcast against `x`, with torch's warning where the shapes differ.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.

    Returns
    -------
    ndarray
        The wider floating dtype of the two; shape () or, unreduced, the broadcast one.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    ValueError
        For an unknown reduction.
    NotImplementedError
        Where neither is floating.

    Warns
    -----
    UserWarning
        Where the shapes differ.

    Notes
    -----
    Differences and their sum are taken in float64 and rounded once. At 0 the slope is 0, as in
    torch: one of the slopes from -1 to 1 that a corner has. The mean over no entry is nan.

    References
    ----------
    R. Koenker, G. Bassett, "Regression quantiles",
    Econometrica 46 (1978) 33-50.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import l1_loss
    >>> l1_loss(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0, 0.0]), reduction="none")
    array([0., 2., 4.])
    >>> l1_loss(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0, 0.0])).round(4)
    np.float64(2.0)
    """
    return _L1.of(x, target, reduction)


@l1_loss.role
def l1_loss_vjp(cotangent, x, target, reduction="mean"):
    r"""Pull a cotangent back through `l1_loss`, to (x, target).

    .. math:: \bar x_i = \bar\ell_i \operatorname{sign}(x_i - t_i), \qquad \bar t_i = -\bar x_i

    A broadcast input gets the sum over its copies; an integer one gets None.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import l1_loss
    >>> l1_loss.vjp(np.array(1.0), np.array([-3.0, 0.0, 0.5, 4.0]), np.zeros(4))
    (array([-0.25,  0.  ,  0.25,  0.25]), array([ 0.25,  0.  , -0.25, -0.25]))
    """
    return _L1.pulled(cotangent, x, target, reduction)


@l1_loss.role
def l1_loss_jvp(tangents, x, target, reduction="mean"):
    r"""Push tangents of (x, target) forward through `l1_loss`; None stands for zero.

    .. math:: \dot\ell_i = \operatorname{sign}(x_i - t_i) \, (\dot x_i - \dot t_i)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import l1_loss
    >>> tangents = np.array([1.0, 5.0]), None
    >>> l1_loss.jvp(tangents, np.array([-3.0, 2.0]), np.zeros(2), reduction="none")
    array([-1.,  5.])
    """
    return _L1.pushed(tangents, x, target, reduction)


@l1_loss.role
def l1_loss_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean"):
    r"""Pull cotangents (s, u) of both gradients back through `l1_loss.vjp`.

    To (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad \bar x_i = \bar t_i = 0

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import l1_loss
    >>> s, one = (np.ones(2), None), np.array(1.0)
    >>> l1_loss.vjp_vjp(s, one, np.array([3.0, 2.0]), np.zeros(2))
    (array(1.), array([0., 0.]), array([-0., -0.]))
    """
    return _L1.pulled_twice(second_cotangents, cotangent, x, target, reduction)


# ---- a parabola around 0, straight lines beyond ---------------------------------------


def _huber(d, delta):
    far = np.abs(d)
    return np.where(far < delta, 0.5 * d * d, delta * (far - 0.5 * delta))


def _huber_slope(d, delta):
    return np.clip(d, -delta, delta)


def _huber_bend(d, delta):
    return np.where(np.abs(d) < delta, 1.0, 0.0)


def _check_delta(delta):
    if not delta > 0:
        raise failure(
            RuntimeError,
            "huber_loss does not support non-positive values for delta.",
            f"huber_loss: delta is {delta}.",
        )


_HUBER = _Loss(
    "huber_loss", "huber_cpu", _huber, _huber_slope, _huber_bend, _check_delta, of_input=True
)


@partial(Formula, inputs=2)
def huber_loss(x, target, reduction="mean", delta=1.0):
    r"""Average half the squared differences up to `delta`, and straight lines beyond.

    .. math:: \ell_i = \begin{cases}
              (x_i - t_i)^2 / 2 & \lvert x_i - t_i \rvert < \delta \\
              \delta \, (\lvert x_i - t_i \rvert - \delta / 2) & \text{otherwise} \end{cases}

    Parameters
    ----------
    x : ndarray of any shape
        The predictions.
    target : ndarray
        What they should be; broadcast against `x`, with torch's warning where the shapes differ.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.
    delta : float
        Up to where the parabola reaches.

    Returns
    -------
    ndarray
        The dtype of `x`; shape () or, unreduced, the broadcast one.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for a `delta` that is not positive; for integers whose
        targets are floating.
    ValueError
        For an unknown reduction.
    NotImplementedError
        Where neither is floating.

    Warns
    -----
    UserWarning
        Where the shapes differ.

    Notes
    -----
    Differences, losses and their sum are taken in float64 and rounded once. Where the parabola
    meets the lines, the bend is that of the lines, 0, as in torch. The mean over no entry is nan.

    References
    ----------
    P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35
    (1964) 73-101.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import huber_loss
    >>> huber_loss(np.array([0.5, 2.0, 4.0]), np.zeros(3), reduction="none", delta=2.0)
    array([0.125, 2.   , 6.   ])
    """
    return _HUBER.of(x, target, reduction, delta)


@huber_loss.role
def huber_loss_vjp(cotangent, x, target, reduction="mean", delta=1.0):
    r"""Pull a cotangent back through `huber_loss`, to (x, target).

    .. math:: \bar x_i = \bar\ell_i \max\bigl(-\delta, \min(x_i - t_i, \delta)\bigr), \qquad
              \bar t_i = -\bar x_i

    A broadcast input gets the sum over its copies; an integer one gets None.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import huber_loss
    >>> huber_loss.vjp(np.array(2.0), np.array([-3.0, 0.5]), np.zeros(2))
    (array([-1. ,  0.5]), array([ 1. , -0.5]))
    """
    return _HUBER.pulled(cotangent, x, target, reduction, delta)


@huber_loss.role
def huber_loss_jvp(tangents, x, target, reduction="mean", delta=1.0):
    r"""Push tangents of (x, target) forward through `huber_loss`; None stands for zero.

    .. math:: \dot\ell_i = \max\bigl(-\delta, \min(x_i - t_i, \delta)\bigr)
              (\dot x_i - \dot t_i)

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import huber_loss
    >>> tangents = np.array([1.0, 1.0]), None
    >>> huber_loss.jvp(tangents, np.array([-3.0, 0.5]), np.zeros(2), reduction="none")
    array([-1. ,  0.5])
    """
    return _HUBER.pushed(tangents, x, target, reduction, delta)


@huber_loss.role
def huber_loss_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean", delta=1.0):
    r"""Pull cotangents (s, u) of both gradients back through `huber_loss.vjp`.

    To (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad
              \bar x_i = \begin{cases} \bar\ell_i \, (s_i - u_i) & \lvert x_i - t_i \rvert < \delta
              \\ 0 & \text{otherwise} \end{cases}, \qquad \bar t_i = -\bar x_i

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import huber_loss
    >>> s, one = (np.ones(2), None), np.array(2.0)
    >>> huber_loss.vjp_vjp(s, one, np.array([3.0, 0.5]), np.zeros(2))
    (array(0.75), array([0., 1.]), array([-0., -1.]))
    """
    return _HUBER.pulled_twice(second_cotangents, cotangent, x, target, reduction, delta)


# ---- the same, divided by the bound ---------------------------------------------------


def _smooth(d, beta):
    far = np.abs(d)
    return np.where(far < beta, np.divide(0.5 * d * d, beta), far - 0.5 * beta)


def _smooth_slope(d, beta):
    return np.where(np.abs(d) < beta, np.divide(d, beta), np.sign(d))


def _smooth_bend(d, beta):
    return np.where(np.abs(d) < beta, np.divide(1.0, beta), 0.0)


def _check_beta(beta):
    if not beta >= 0:
        raise failure(
            RuntimeError,
            "smooth_l1_loss does not support negative values for beta.",
            f"smooth_l1_loss: beta is {beta}.",
        )


_SMOOTH = _Loss(
    "smooth_l1_loss", "smooth_l1_cpu", _smooth, _smooth_slope, _smooth_bend, _check_beta
)


@partial(Formula, inputs=2)
def smooth_l1_loss(x, target, reduction="mean", beta=1.0):
    r"""Average the absolute differences, with a parabola in the place of the corner at 0.

    .. math:: \ell_i = \begin{cases}
              (x_i - t_i)^2 / (2\beta) & \lvert x_i - t_i \rvert < \beta \\
              \lvert x_i - t_i \rvert - \beta / 2 & \text{otherwise} \end{cases}

    Parameters
    ----------
    x : ndarray of any shape
        The predictions.
    target : ndarray
        What they should be; broadcast against `x`, with torch's warning where the shapes differ.
    reduction : {"none", "mean", "sum"}
        What becomes of the losses.
    beta : float
        Up to where the parabola reaches; 0 gives `l1_loss`.

    Returns
    -------
    ndarray
        The wider floating dtype of the two; shape () or, unreduced, the broadcast one.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for a negative `beta`.
    ValueError
        For an unknown reduction.
    NotImplementedError
        Where neither is floating.

    Warns
    -----
    UserWarning
        Where the shapes differ.

    Notes
    -----
    It is `huber_loss` divided by the bound. Differences, losses and their sum are taken in float64
    and rounded once. The mean over no entry is nan.

    References
    ----------
    R. Girshick, "Fast R-CNN", IEEE International Conference on Computer Vision, ICCV (2015),
    1440-1448, equation 3.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import smooth_l1_loss
    >>> smooth_l1_loss(np.array([0.5, 2.0, 4.0]), np.zeros(3), reduction="none", beta=2.0)
    array([0.0625, 1.    , 3.    ])
    """
    return _SMOOTH.of(x, target, reduction, beta)


@smooth_l1_loss.role
def smooth_l1_loss_vjp(cotangent, x, target, reduction="mean", beta=1.0):
    r"""Pull a cotangent back through `smooth_l1_loss`, to (x, target).

    .. math:: \bar x_i = \begin{cases}
              \bar\ell_i \, (x_i - t_i) / \beta & \lvert x_i - t_i \rvert < \beta \\
              \bar\ell_i \operatorname{sign}(x_i - t_i) & \text{otherwise} \end{cases}, \qquad
              \bar t_i = -\bar x_i

    A broadcast input gets the sum over its copies; an integer one gets None.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import smooth_l1_loss
    >>> smooth_l1_loss.vjp(np.array(2.0), np.array([-3.0, 0.5]), np.zeros(2), beta=2.0)
    (array([-1.  ,  0.25]), array([ 1.  , -0.25]))
    """
    return _SMOOTH.pulled(cotangent, x, target, reduction, beta)


@smooth_l1_loss.role
def smooth_l1_loss_jvp(tangents, x, target, reduction="mean", beta=1.0):
    r"""Push tangents of (x, target) forward through `smooth_l1_loss`; None stands for zero.

    .. math:: \dot\ell_i = (\dot x_i - \dot t_i) \begin{cases}
              (x_i - t_i) / \beta & \lvert x_i - t_i \rvert < \beta \\
              \operatorname{sign}(x_i - t_i) & \text{otherwise} \end{cases}

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import smooth_l1_loss
    >>> tangents, x = (np.array([1.0, 1.0]), None), np.array([-3.0, 0.5])
    >>> smooth_l1_loss.jvp(tangents, x, np.zeros(2), reduction="none", beta=2.0)
    array([-1.  ,  0.25])
    """
    return _SMOOTH.pushed(tangents, x, target, reduction, beta)


@smooth_l1_loss.role
def smooth_l1_loss_vjp_vjp(second_cotangents, cotangent, x, target, reduction="mean", beta=1.0):
    r"""Pull cotangents (s, u) of both gradients back through `smooth_l1_loss.vjp`.

    To (cotangent, x, target):

    .. math:: \bar g = \dot\ell(s, u), \qquad \bar x_i = \begin{cases}
              \bar\ell_i \, (s_i - u_i) / \beta & \lvert x_i - t_i \rvert < \beta
              \\ 0 & \text{otherwise} \end{cases}, \qquad \bar t_i = -\bar x_i

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.formulas import smooth_l1_loss
    >>> s, one = (np.ones(2), None), np.array(2.0)
    >>> smooth_l1_loss.vjp_vjp(s, one, np.array([3.0, 0.5]), np.zeros(2), beta=2.0)
    (array(0.625), array([0. , 0.5]), array([-0. , -0.5]))
    """
    return _SMOOTH.pulled_twice(second_cotangents, cotangent, x, target, reduction, beta)
