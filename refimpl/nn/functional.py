"""The functions of torch.nn.functional: the formulas on tensors, with torch's checks."""

import warnings

import numpy as np

from refimpl.errors import failure, not_expandable, outside, sizes_of
from refimpl.tape import dtypes, formulas
from refimpl.tape.arithmetic import check_tensor, to_dtype
from refimpl.tape.methods import relu as _relu
from refimpl.tape.methods import sigmoid as _sigmoid
from refimpl.tape.methods import tanh as _tanh
from refimpl.tape.products import check_dtypes
from refimpl.tape.tensor import GradMode, Tensor, wrap

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "kl_div",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "softmax",
    "softmin",
    "softplus",
    "tanh",
]

# ---- activations ----------------------------------------------------------------------


def _implicit(name, ndim, stacklevel):
    """Choose a dim as torch does, and warn."""
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        UserWarning,
        stacklevel=stacklevel + 1,
    )
    return 0 if ndim in (0, 1, 3) else 1


def _check_has(input, method):
    """Let pass tensors; others lack the method that torch calls."""
    if not isinstance(input, Tensor):
        raise failure(
            AttributeError,
            f"'{type(input).__name__}' object has no attribute '{method}'",
            "Make it a tensor first, with torch.tensor(...).",
        )


def _along(name, operator, input, dim, dtype):
    if not isinstance(dim, int):
        raise failure(
            TypeError,
            f"{name}(): argument 'dim' (position 1) must be int, not {type(dim).__name__}",
            f"{name}: dim names one dimension of the input.",
        )
    return operator(input if dtype is None else to_dtype(input, dtype), dim=dim)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    r"""Turn logits into probabilities along `dim`.

    .. math:: y_i = \frac{e^{x_i}}{\sum_j e^{x_j}}

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
        The logits.
    dim : int
        The dimension along which the results sum to 1. Without it, 0 for ranks 0, 1 and 3 and
        1 otherwise, with a warning.
    dtype : dtype, optional
        Convert the input first.

    Returns
    -------
    Tensor
        Shape and dtype of the input.

    Raises
    ------
    IndexError
        Where `dim` is no dimension of the input.
    NotImplementedError
        For integers.

    See Also
    --------
    refimpl.formulas.softmax : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softmax(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([0.6590, 0.2424, 0.0986])
    """
    _check_has(input, "softmax")
    if dim is None:
        dim = _implicit("softmax", input.ndim, _stacklevel - 1)
    return _along("softmax", formulas.softmax, input, dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    r"""Take the logarithm of `softmax` without computing it.

    .. math:: y_i = x_i - \log \sum_j e^{x_j}

    The parameters, the results and the refusals are those of `softmax`.

    See Also
    --------
    refimpl.formulas.log_softmax : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.log_softmax(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([-0.4170, -1.4170, -2.3170])
    """
    _check_has(input, "log_softmax")
    if dim is None:
        dim = _implicit("log_softmax", input.ndim, _stacklevel - 1)
    return _along("log_softmax", formulas.log_softmax, input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    r"""Turn costs into probabilities along `dim`: the softmax of the negated input.

    .. math:: y_i = \frac{e^{-x_i}}{\sum_j e^{-x_j}}

    The parameters, the results and the refusals are those of `softmax`.

    See Also
    --------
    refimpl.formulas.softmin : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softmin(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([0.0961, 0.2613, 0.6426])
    """
    costs = -input
    if dim is None:
        dim = _implicit("softmin", costs.ndim, _stacklevel - 1)
    return _along("softmax", formulas.softmax, costs, dim, dtype)


def sigmoid(input):
    r"""Squash the real line into (0, 1).

    .. math:: y = \frac{1}{1 + e^{-x}}

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor
        Shape and dtype of the input; integers and bool give the default dtype.

    See Also
    --------
    refimpl.formulas.sigmoid : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.sigmoid(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([0.1192, 0.5000, 0.8808])
    """
    _check_has(input, "sigmoid")
    return _sigmoid(input)


def tanh(input):
    r"""Squash the real line into (-1, 1).

    .. math:: y = \frac{e^x - e^{-x}}{e^x + e^{-x}}

    Parameters
    ----------
    input : Tensor of any dtype and shape

    Returns
    -------
    Tensor
        Shape and dtype of the input; integers and bool give the default dtype.

    See Also
    --------
    refimpl.formulas.tanh : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.tanh(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    _check_has(input, "tanh")
    return _tanh(input)


def relu(input, inplace=False):
    r"""Replace negative elements by zero.

    .. math:: y = \max(0, x)

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape
    inplace : bool
        Change the input itself.

    Returns
    -------
    Tensor
        Shape and dtype of the input.

    Raises
    ------
    RuntimeError
        For bool; in place, for a leaf that requires a gradient.

    See Also
    --------
    refimpl.formulas.relu : the choice at the kink, on arrays, with its source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.relu(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
    return input.relu_() if inplace else _relu(input)


def logsigmoid(input):
    r"""Take the logarithm of the sigmoid without computing it.

    .. math:: y = -\log(1 + e^{-x})

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape

    Returns
    -------
    Tensor
        Shape and dtype of the input.

    Raises
    ------
    NotImplementedError
        For integers.

    See Also
    --------
    refimpl.formulas.logsigmoid : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.logsigmoid(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([-2.1269, -0.6931, -0.1269])
    """
    check_tensor("log_sigmoid", input)
    return formulas.logsigmoid(input)


def softplus(input, beta=1, threshold=20):
    r"""Pass smoothly from 0 to `input` itself, with the sigmoid for a slope.

    .. math:: y = \begin{cases} x & \beta x > \text{threshold} \\
              \frac1\beta \log(1 + e^{\beta x}) & \text{else} \end{cases}

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
    beta : float
        How sharp the bend is.
    threshold : float
        Bound on ``beta * input`` from which the bend counts as passed.

    Returns
    -------
    Tensor
        Shape and dtype of the input.

    Raises
    ------
    NotImplementedError
        For integers.

    See Also
    --------
    refimpl.formulas.softplus : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softplus(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([0.1269, 0.6931, 2.1269])
    """
    check_tensor("softplus", input)
    return formulas.softplus(input, beta=beta, threshold=threshold)


# ---- the affine map and labels --------------------------------------------------------


def linear(input, weight, bias=None):
    r"""Map features affinely.

    .. math:: y = x W^\top + b

    Parameters
    ----------
    input : Tensor of shape (..., in)
    weight : Tensor of shape (out, in)
    bias : Tensor of shape (out,) or (1,), optional

    Returns
    -------
    Tensor
        Shape (..., out), dtype of the input.

    Raises
    ------
    RuntimeError
        Where shapes or dtypes do not fit.

    See Also
    --------
    refimpl.formulas.linear : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> weight, bias = torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([0.5, 0.0])
    >>> torch.nn.functional.linear(torch.tensor([[3.0, 4.0]]), weight, bias)
    tensor([[11.5000, -4.0000]])
    """
    check_tensor("linear", input, "input", 1)
    check_tensor("linear", weight, "weight", 2)
    if bias is None:
        check_dtypes(input, weight)
        return _without_bias(input.ndim)(input, weight)
    check_tensor("linear", bias, "bias", 3)
    if not input._array.dtype == weight._array.dtype == bias._array.dtype:
        _refuse_dtypes(input, weight, bias)
    if bias._array.shape != weight._array.shape[:1]:
        bias = _repeated(bias, input, weight)
    return (formulas.linear if input.ndim == 2 else _VIEWED)(input, weight, bias)


_VIEWED = formulas.linear.named("ViewBackward0")
_PRODUCTS = {
    1: formulas.linear.named("SqueezeBackward4"),
    2: formulas.linear.named("MmBackward0"),
}
_STACKED = formulas.linear.named("UnsafeViewBackward0")


def _without_bias(ndim):
    """Return the linear map under the name that torch's node has for this rank."""
    return _PRODUCTS.get(ndim, _STACKED)


def _refuse_dtypes(input, weight, bias):
    left, first, second = (
        ("self", bias, weight) if bias.dtype is not weight.dtype else ("mat1", input, weight)
    )
    raise failure(
        RuntimeError,
        f"{left} and mat2 must have the same dtype, but got {first.dtype.title} and "
        f"{second.dtype.title}",
        f"linear: input, weight and bias are {input.dtype}, {weight.dtype}, {bias.dtype}; "
        "nothing is promoted.",
    )


def _repeated(bias, input, weight):
    """Repeat a bias of one element for every output."""
    outputs = len(weight._array)
    if bias._array.shape != (1,) and weight.ndim == 2 and input.shape[-1:] == weight.shape[1:]:
        rows = input.numel() // max(input.shape[-1], 1)
        advice = (
            f"linear: the bias has shape {tuple(bias.shape)}, the weight has {outputs} outputs."
        )
        sizes = sizes_of((rows, outputs), bias.shape)
        raise not_expandable(outputs, bias.numel(), 1, sizes, advice)
    return bias.expand(outputs) if bias._array.shape == (1,) else bias


def one_hot(tensor, num_classes=-1):
    """Return int64 vectors with a 1 at the place that the label names, 0 elsewhere.

    Parameters
    ----------
    tensor : Tensor of int64, any shape
        The labels.
    num_classes : int
        The length of the vectors; -1 takes the largest label plus one.

    Returns
    -------
    Tensor
        The shape of the labels with one dimension more, at the end.

    Raises
    ------
    RuntimeError
        For another dtype, or a label outside [0, num_classes).

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.one_hot(torch.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    check_tensor("one_hot", tensor)
    if tensor.dtype is not dtypes.int64:
        raise failure(
            RuntimeError,
            "one_hot is only applicable to index tensor of type LongTensor.",
            f"one_hot: the labels are {tensor.dtype}; convert them with .long().",
        )
    labels = tensor._array
    if labels.size == 0 and num_classes <= 0:
        raise failure(
            RuntimeError,
            "Can not infer total number of classes from empty tensor.",
            "one_hot: give num_classes.",
        )
    count = int(labels.max()) + 1 if num_classes == -1 else num_classes
    if labels.size and labels.min() < 0:
        raise failure(RuntimeError, "Class values must be non-negative.")
    if labels.size and labels.max() >= count:
        raise failure(
            RuntimeError,
            "Class values must be smaller than num_classes.",
            f"one_hot: the largest label is {labels.max()}, num_classes is {num_classes}.",
        )
    return wrap((labels[..., None] == np.arange(count)).astype(np.int64))


# ---- losses ---------------------------------------------------------------------------


def legacy_reduction(size_average, reduce, stacklevel=3):
    """Return the reduction that the deprecated flags stand for, with torch's warning."""
    size_average = True if size_average is None else size_average
    reduce = True if reduce is None else reduce
    reduction = ("mean" if size_average else "sum") if reduce else "none"
    warnings.warn(
        "size_average and reduce args will be deprecated, please use "
        f"reduction='{reduction}' instead.",
        UserWarning,
        stacklevel=stacklevel,
    )
    return reduction


def _reduction(size_average, reduce, reduction):
    if size_average is None and reduce is None:
        return reduction
    return legacy_reduction(size_average, reduce, stacklevel=4)


def _constant(name, argument, position, tensor):
    """Return the array of a factor in which a loss has no derivative."""
    if tensor is None:
        return None
    check_tensor(name, tensor, argument, position)
    if GradMode.enabled and tensor.requires_grad:
        name = "nll_loss_forward" if name in ("cross_entropy_loss", "nll_loss_nd") else name
        raise failure(
            RuntimeError,
            f"The function '{name}' is not differentiable with respect to argument '{argument}'. "
            "This input cannot have requires_grad True.",
            f"Give {argument}.detach().",
        )
    return tensor._array


_CROSS_ENTROPY = {
    name: formulas.cross_entropy.named(name)
    for name in (
        "NllLoss2DBackward0",
        "ViewBackward0",
        "DivBackward1",
        "NegBackward0",
        "AddBackward0",
    )
}
_NLL = {name: formulas.nll_loss.named(name) for name in ("NllLoss2DBackward0", "ViewBackward0")}


def cross_entropy(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    r"""Average the surprise of the targets under `softmax` of the logits.

    .. math:: \ell_n = -\sum_c w_c \, q_{nc} \log p_{nc}, \qquad
              p_n = \mathrm{softmax}(x_n), \qquad
              q_{nc} = (1 - \varepsilon) \, t_{nc} + \frac{\varepsilon}{C}

    Parameters
    ----------
    input : Tensor of shape (C,), (N, C) or (N, C, d1, ...)
        Logits.
    target : Tensor
        Class indices (int64), the shape of `input` without C; or probabilities of its shape.
    weight : Tensor of shape (C,), optional
        Factor of every class; a mean divides by the factors of the targets.
    ignore_index : int
        Targets of this index do not count.
    reduction : {"mean", "sum", "none"}
        What becomes of the losses of the samples.
    label_smoothing : float
        Share :math:`\varepsilon` of the target that is spread evenly over all classes.

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the samples'.

    Raises
    ------
    IndexError
        Where a class is outside [0, C).
    ValueError
        Where the batch sizes differ, or for an unknown reduction.
    RuntimeError
        For a target or weight of another dtype or shape.

    See Also
    --------
    refimpl.formulas.cross_entropy : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> logits = torch.tensor([[2.0, 1.0, 0.1]])
    >>> torch.nn.functional.cross_entropy(logits, torch.tensor([0]))
    tensor(0.4170)
    """
    check_tensor("cross_entropy_loss", input, "input", 1)
    check_tensor("cross_entropy_loss", target, "target", 2)
    operator = formulas.cross_entropy
    reduction = _reduction(size_average, reduce, reduction)
    if label_smoothing > 0 or target._array.dtype.kind == "f" or input._array.ndim > 2:
        name = _last_step(input, target, reduction, label_smoothing)
        operator = _CROSS_ENTROPY[name]
    return operator(
        input,
        target,
        weight=_constant("cross_entropy_loss", "weight", 3, weight),
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def _last_step(input, target, reduction, label_smoothing):
    """Return the name of the last step of torch's own computation."""
    if target.is_floating_point() and target.shape == input.shape:
        return "DivBackward1" if reduction == "mean" else "NegBackward0"
    return "AddBackward0" if label_smoothing > 0 else _last_pick(input.ndim, reduction)


def _last_pick(ndim, reduction):
    """torch sees a stack of samples as an image, and looks at unreduced losses through a view."""
    return "ViewBackward0" if reduction == "none" and ndim != 4 else "NllLoss2DBackward0"


def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    r"""Average the negated log-probabilities of the target classes.

    .. math:: \ell_n = -w_{t_n} x_{n t_n}

    Parameters
    ----------
    input : Tensor of shape (C,), (N, C) or (N, C, d1, ...)
        Log-probabilities.
    target : Tensor of int64, the shape of `input` without C
        Class indices.
    weight, ignore_index, reduction
        As of `cross_entropy`.

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the target's.

    Raises
    ------
    IndexError, ValueError, RuntimeError
        As `cross_entropy`.

    See Also
    --------
    refimpl.formulas.nll_loss : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> log_probs = torch.tensor([[0.5, 0.25, 0.25]]).log()
    >>> torch.nn.functional.nll_loss(log_probs, torch.tensor([0]))
    tensor(0.6931)
    """
    check_tensor("nll_loss_nd", input, "input", 1)
    check_tensor("nll_loss_nd", target, "target", 2)
    reduction = _reduction(size_average, reduce, reduction)
    ndim = input.ndim
    operator = _NLL[_last_pick(ndim, reduction)] if ndim > 2 else formulas.nll_loss
    return operator(
        input,
        target,
        weight=_constant("nll_loss_nd", "weight", 3, weight),
        ignore_index=ignore_index,
        reduction=reduction,
    )


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    r"""Average the squared differences.

    .. math:: \ell_i = (x_i - t_i)^2

    Parameters
    ----------
    input, target : Tensor
        Of one shape; other shapes are broadcast, with a warning.
    reduction : {"mean", "sum", "none"}
    weight : Tensor of the shape of `input`, optional
        A factor for each square; a mean divides by their sum.

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the input's.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    ValueError
        For an unknown reduction, or a weight of another shape.

    See Also
    --------
    refimpl.formulas.mse_loss : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.mse_loss(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(2.5000)
    """
    _check_has(target, "size")
    _check_has(input, "size")
    if target._array.shape != input._array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            UserWarning,
            stacklevel=2,
        )
        input, target = _broadcast(input, target)
    reduction = _reduction(size_average, reduce, reduction)
    if weight is None:
        return formulas.mse_loss(input, target, reduction=reduction)
    return _weighted((input - target) ** 2, weight, reduction)


def _broadcast(a, b):
    shape = (a * 0 + b * 0).shape
    return a.expand(shape), b.expand(shape)


def _weighted(squares, weight, reduction):
    _check_has(weight, "size")
    if weight.shape != squares.shape:
        raise failure(
            ValueError,
            "Weights and input must have the same size.",
            f"mse_loss: the weight has shape {tuple(weight.shape)}, the squares "
            f"{tuple(squares.shape)}.",
        )
    if reduction not in ("none", "sum", "mean"):
        raise failure(
            ValueError,
            f"Invalid reduction mode: {reduction}. Expected one of 'none', 'mean', 'sum'.",
        )
    losses = squares * weight
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / weight.sum()


_KL_DIV = {
    reduction: formulas.kl_div.named(name)
    for reduction, name in (
        ("mean", "MeanBackward0"),
        ("sum", "SumBackward0"),
        ("batchmean", "DivBackward0"),
        ("none", "SubBackward0"),
    )
}
_KL_DIV_OF_LOGS = {**_KL_DIV, "none": formulas.kl_div.named("MulBackward0")}


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    r"""Sum up how far log-probabilities lie from the target distribution.

    .. math:: \ell_i = t_i \, (\log t_i - x_i)

    Parameters
    ----------
    input : Tensor
        Log-probabilities.
    target : Tensor
        Probabilities, or their logarithms with `log_target`.
    reduction : {"mean", "batchmean", "sum", "none"}
        ``"mean"`` divides by the number of elements and warns; ``"batchmean"``, by the length
        of the first dimension, gives the divergence.
    log_target : bool

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the input's.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for integers.
    ValueError
        For an unknown reduction.

    See Also
    --------
    refimpl.formulas.kl_div : the numerics, on arrays, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> log_probs = torch.tensor([[0.5, 0.5]]).log()
    >>> target = torch.tensor([[0.75, 0.25]])
    >>> torch.nn.functional.kl_div(log_probs, target, reduction="batchmean")
    tensor(0.1308)
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    elif reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.'mean' will be changed to behave the same as 'batchmean' in the next major "
            "release.",
            UserWarning,
            stacklevel=2,
        )
    table = _KL_DIV_OF_LOGS if log_target else _KL_DIV
    operator = table.get(reduction, formulas.kl_div)
    return operator(input, target, reduction=reduction, log_target=log_target)


def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    r"""Average the surprise of targets under probabilities.

    .. math:: \ell_i = -w_i \bigl(t_i \log x_i + (1 - t_i) \log(1 - x_i)\bigr)

    Parameters
    ----------
    input : Tensor
        Probabilities in [0, 1].
    target : Tensor of the shape of `input`
        In [0, 1].
    weight : Tensor, optional
        A factor for each element; broadcast.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the input's.

    Raises
    ------
    RuntimeError
        For probabilities outside [0, 1]; where dtypes differ.
    ValueError
        Where the shapes differ, or for an unknown reduction.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy : the numerics, with their source

    Examples
    --------
    >>> import refimpl as torch
    >>> F = torch.nn.functional
    >>> F.binary_cross_entropy(torch.tensor([0.8, 0.4]), torch.tensor([1.0, 0.0]))
    tensor(0.3670)
    """
    _check_has(target, "size")
    _check_has(input, "size")
    if weight is not None:
        _check_has(weight, "size")
    return formulas.binary_cross_entropy(
        input,
        target,
        weight=_constant("binary_cross_entropy", "weight", 3, weight),
        reduction=_reduction(size_average, reduce, reduction),
    )


def binary_cross_entropy_with_logits(
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    r"""Average the surprise of targets under `sigmoid` of the logits.

    .. math:: \ell_i = -w_i \bigl(p_i \, t_i \log \sigma(x_i)
              + (1 - t_i) \log(1 - \sigma(x_i))\bigr)

    Parameters
    ----------
    input : Tensor
        Logits.
    target : Tensor of the shape of `input`
        In [0, 1].
    weight : Tensor, optional
        A factor for each element; broadcast.
    reduction : {"mean", "sum", "none"}
    pos_weight : Tensor, optional
        The factor :math:`p` of the positive part; broadcast.

    Returns
    -------
    Tensor
        Of shape () or, unreduced, of the input's.

    Raises
    ------
    ValueError
        Where the shapes differ, or for an unknown reduction.
    RuntimeError
        Where a factor does not broadcast, or requires a gradient.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy_with_logits : the numerics

    Examples
    --------
    >>> import refimpl as torch
    >>> F = torch.nn.functional
    >>> F.binary_cross_entropy_with_logits(torch.tensor([2.0, -1.0]), torch.tensor([1.0, 0.0]))
    tensor(0.2201)
    """
    _check_has(target, "size")
    _check_has(input, "size")
    name = "binary_cross_entropy_with_logits"
    return formulas.binary_cross_entropy_with_logits(
        input,
        target,
        weight=_constant(name, "weight", 3, weight),
        pos_weight=_constant(name, "pos_weight", 4, pos_weight),
        reduction=_reduction(size_average, reduce, reduction),
    )


__getattr__ = outside("torch.nn.functional", __all__)
