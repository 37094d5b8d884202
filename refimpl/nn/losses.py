"""The losses of the difference between two numbers: absolute, smooth and Huber's."""

import warnings

import numpy as np

from refimpl.errors import failure, kind
from refimpl.nn.reductions import reduction_of
from refimpl.tape import arithmetic, formulas
from refimpl.tape.operands import check_has
from refimpl.tape.tensor import Tensor

REDUCTIONS = ("none", "mean", "sum")


def _pair_of_one_shape(input, target):
    """Return both, broadcast with torch's warning where their shapes differ."""
    check_has(target, "size")
    check_has(input, "size")
    if target.shape == input.shape:
        return input, target
    warnings.warn(
        f"Using a target size ({target.shape}) that is different to the input size "
        f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
        "Please ensure they have the same size.",
        UserWarning,
        stacklevel=3,
    )
    shape = (input.detach() * 0 + target.detach() * 0).shape
    return input.expand(shape), target.expand(shape)


def _check_reduction(name, reduction):
    if reduction not in REDUCTIONS:
        raise failure(
            ValueError,
            f"{reduction} is not a valid value for reduction",
            f"{name}: it is one of {', '.join(REDUCTIONS)}.",
        )


def _check_weight(name, weight, input):
    if weight.size() != input.size():
        raise failure(
            ValueError,
            "Weights and input must have the same size.",
            f"{name}: the weight has shape {tuple(weight.shape)}, the input {tuple(input.shape)}.",
        )


def _reduce(each, reduction, divisor=None):
    if reduction == "none":
        return each
    if reduction == "sum":
        return each.sum()
    if reduction == "mean":
        return each.mean() if divisor is None else each.sum() / divisor
    raise failure(
        ValueError,
        f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.",
    )


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Average the absolute differences.

    Parameters
    ----------
    input, target : Tensor of floating point
        Of one shape; different shapes are broadcast, with a warning.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the differences, their sum, or each of them.
    weight : Tensor of the shape of `input`, optional
        A factor for each difference; the mean divides by the sum of the factors.

    Returns
    -------
    Tensor of the common dtype
        Shape (); with ``reduction="none"``, the broadcast shape.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for the mean of integers; for bool.
    ValueError
        For an unknown reduction, or a weight of another shape.
    AttributeError
        Where an argument is no tensor.

    See Also
    --------
    refimpl.formulas.l1_loss : the formula on arrays, its rounding and its sources

    Notes
    -----
    It is recorded as torch records it: a difference, its absolute value and their mean, each
    rounded to the dtype.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 4.0], requires_grad=True)
    >>> torch.nn.functional.l1_loss(x, torch.tensor([0.0, 2.0]))
    tensor(1.5000, grad_fn=<MeanBackward0>)
    """
    given = input
    input, target = _pair_of_one_shape(input, target)
    reduction = reduction_of(size_average, reduce, reduction)
    if weight is not None:
        _check_weight("l1_loss", weight, given)
        weighted = arithmetic.abs(input - target) * weight
        return _reduce(weighted, reduction, weight.sum() if reduction == "mean" else None)
    _check_reduction("l1_loss", reduction)
    return _reduce(arithmetic.abs(input - target), reduction)


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """Average the absolute differences, with a parabola in the place of the corner at 0.

    Parameters
    ----------
    input, target : Tensor of floating point
        Of one shape; different shapes are broadcast, with a warning.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the losses, their sum, or each of them.
    beta : float
        Up to where the parabola reaches; 0 gives `l1_loss`.

    Returns
    -------
    Tensor of the common dtype
        Shape (); with ``reduction="none"``, the broadcast shape.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for a negative `beta`.
    NotImplementedError
        For integers and bool.
    ValueError
        For an unknown reduction.
    AttributeError
        Where an argument is no tensor.
    TypeError
        For a `beta` that is no number.

    See Also
    --------
    refimpl.formulas.smooth_l1_loss : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([0.5, 4.0], requires_grad=True)
    >>> torch.nn.functional.smooth_l1_loss(x, torch.zeros(2), reduction="none")
    tensor([0.1250, 3.5000], grad_fn=<SmoothL1LossBackward0>)
    """
    input, target = _pair_of_one_shape(input, target)
    reduction = reduction_of(size_average, reduce, reduction)
    _check_reduction("smooth_l1_loss", reduction)
    bool(beta == 0)  # torch asks so, too: of a tensor of several elements it is an error
    beta = _number("smooth_l1_loss", "beta", beta)
    if beta == 0:
        return _reduce(arithmetic.abs(input - target), reduction)
    return formulas.smooth_l1_loss(input, target, reduction=reduction, beta=beta)


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """Average half the squared differences up to `delta`, and straight lines beyond.

    Parameters
    ----------
    input, target : Tensor of floating point
        Of one shape; different shapes are broadcast, with a warning.
    reduction : {"mean", "sum", "none"}
        Return the mean of the losses, their sum, or each of them.
    delta : float
        Up to where the parabola reaches.
    weight : Tensor of the shape of `input`, optional
        A factor for each loss.

    Returns
    -------
    Tensor of the dtype of `input`
        Shape (); with ``reduction="none"``, the broadcast shape.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for a `delta` that is not positive; for integers whose
        targets are floating.
    NotImplementedError
        For integers and bool.
    ValueError
        For an unknown reduction, or a weight of another shape.
    AttributeError
        Where an argument is no tensor.
    TypeError
        For a `delta` that is no number.

    See Also
    --------
    refimpl.formulas.huber_loss : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 4.0], requires_grad=True)
    >>> torch.nn.functional.huber_loss(x, torch.zeros(2), delta=2.0, reduction="none")
    tensor([0.5000, 6.0000], grad_fn=<HuberLossBackward0>)
    """
    given = input
    input, target = _pair_of_one_shape(input, target)
    if weight is None:
        _check_reduction("huber_loss", reduction)
        delta = _number("huber_loss", "delta", delta)
        return formulas.huber_loss(input, target, reduction=reduction, delta=delta)
    _check_weight("huber_loss", weight, given)
    delta = _number("huber_loss", "delta", delta)
    losses = formulas.huber_loss(input, target, reduction="none", delta=delta)
    return _reduce(losses * weight, reduction)


def _number(name, argument, value):
    """Return a number as a float; torch's function in C is given it by its place."""
    alone = isinstance(value, Tensor) and value.ndim == 0 and not value.requires_grad
    if not alone and not isinstance(value, (int, float, np.number, np.bool_)):
        raise failure(
            TypeError,
            f"{name}(): argument '{argument}' (position 4) must be float, not {kind(value)}",
        )
    return float(value)
