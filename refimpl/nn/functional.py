"""The functions of torch.nn.functional: the formulas on tensors, with torch's checks."""

import warnings

import numpy as np

from refimpl.tape import dtypes, operators
from refimpl.tape.arithmetic import check_tensor, to_dtype
from refimpl.tape.errors import failure, outside
from refimpl.tape.methods import relu as _relu
from refimpl.tape.methods import sigmoid, tanh
from refimpl.tape.products import check_dtypes
from refimpl.tape.tensor import wrap

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


def _chosen(name, ndim, dim, stacklevel):
    """Return `dim`; without one choose as torch does, and warn."""
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        UserWarning,
        stacklevel=stacklevel + 1,
    )
    return 0 if ndim in (0, 1, 3) else 1


def _along(name, operator, input, dim, dtype, stacklevel):
    check_tensor(name, input)
    dim = _chosen(name, input.ndim, dim, stacklevel + 1)
    return operator(input if dtype is None else to_dtype(input, dtype), dim=dim)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Turn logits into probabilities along `dim`.

    Parameters
    ----------
    input : Tensor
    dim : int
        The dimension along which the results sum to 1. Without it, 0 for ranks 0, 1 and 3 and
        1 otherwise, with a warning.
    dtype : dtype, optional
        Convert the input first.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softmax(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([0.6590, 0.2424, 0.0986])
    """
    return _along("softmax", operators.softmax, input, dim, dtype, _stacklevel - 1)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Take the logarithm of `softmax` without computing it."""
    return _along("log_softmax", operators.log_softmax, input, dim, dtype, _stacklevel - 1)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """Turn costs into probabilities along `dim`: ``softmax(-input)``."""
    return _along("softmin", operators.softmin, input, dim, dtype, _stacklevel - 1)


def relu(input, inplace=False):
    """Replace negative elements by zero."""
    return input.relu_() if inplace else _relu(input)


def logsigmoid(input):
    """Take the logarithm of the sigmoid without computing it."""
    check_tensor("log_sigmoid", input)
    return operators.logsigmoid(input)


def softplus(input, beta=1, threshold=20):
    """Replace the corner of the ramp ``max(0, x)`` by a smooth curve."""
    check_tensor("softplus", input)
    return operators.softplus(input, beta=beta, threshold=threshold)


def linear(input, weight, bias=None):
    """Map features affinely: ``input @ weight.T + bias``."""
    for position, (name, each) in enumerate((("input", input), ("weight", weight)), 1):
        check_tensor("linear", each, name, position)
    if input.dtype != weight.dtype:
        _refuse_two_dtypes(input, weight, bias)
    return _linear_operators(input.ndim, bias is not None)(
        *(input, weight) if bias is None else (input, weight, bias)
    )


def _refuse_two_dtypes(input, weight, bias):
    """Raise torch's error, which names the types in one of two ways."""
    if input.ndim == 2 and bias is not None:
        raise failure(
            RuntimeError,
            f"mat1 and mat2 must have the same dtype, but got {input.dtype.title} and "
            f"{weight.dtype.title}",
            "linear: convert the input, for instance with .float().",
        )
    check_dtypes(input, weight)


_LINEAR = {
    name: operators.linear.named(name)
    for name in ("MmBackward0", "SqueezeBackward4", "ViewBackward0", "UnsafeViewBackward0")
}


def _linear_operators(ndim, biased):
    """Return the affine map under the name that torch's node has for this rank."""
    if biased:
        return operators.linear if ndim == 2 else _LINEAR["ViewBackward0"]
    if ndim == 2:
        return _LINEAR["MmBackward0"]
    return _LINEAR["SqueezeBackward4" if ndim == 1 else "UnsafeViewBackward0"]


def one_hot(tensor, num_classes=-1):
    """Return int64 vectors with a 1 at the place that the label names, 0 elsewhere."""
    check_tensor("one_hot", tensor)
    if tensor.dtype is not dtypes.int64:
        raise failure(
            RuntimeError,
            "one_hot is only applicable to index tensor of type LongTensor.",
            f"one_hot: the labels are {tensor.dtype}; convert them with .long().",
        )
    labels = tensor._array
    if labels.size == 0 and num_classes <= 0:
        raise failure(RuntimeError, "Can not infer total number of classes from empty tensor.")
    if labels.size and labels.min() < 0:
        raise failure(RuntimeError, "Class values must be non-negative.")
    count = int(labels.max()) + 1 if num_classes == -1 else num_classes
    if num_classes != -1 and num_classes < 1:
        raise failure(RuntimeError, "num_classes should be positive")
    if labels.size and labels.max() >= count:
        raise failure(RuntimeError, "Class values must be smaller than num_classes.")
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


def _array(tensor):
    return None if tensor is None else tensor._array


_CROSS_ENTROPY = {
    name: operators.cross_entropy.named(name)
    for name in (
        "NllLossBackward0",
        "NllLoss2DBackward0",
        "DivBackward1",
        "SumBackward1",
        "SumBackward0",
        "NegBackward0",
        "AddBackward0",
    )
}


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
    """Average the surprise of the targets under `softmax` of the logits.

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
    label_smoothing : float
        Share of the target that is spread evenly over all classes.

    Examples
    --------
    >>> import refimpl as torch
    >>> logits = torch.tensor([[2.0, 1.0, 0.1]])
    >>> torch.nn.functional.cross_entropy(logits, torch.tensor([0]))
    tensor(0.4170)
    """
    check_tensor("cross_entropy_loss", input, "input", 1)
    check_tensor("cross_entropy_loss", target, "target", 2)
    operator = operators.cross_entropy
    reduction = _reduction(size_average, reduce, reduction)
    if label_smoothing > 0 or target.is_floating_point() or input.ndim > 2:
        operator = _CROSS_ENTROPY[_loss_name(input, target, weight, reduction, label_smoothing)]
    return operator(
        input,
        target,
        weight=_array(weight),
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def _loss_name(input, target, weight, reduction, label_smoothing):
    """Return the last step of torch's own computation."""
    if target.is_floating_point() and target.shape == input.shape:
        return {"mean": "DivBackward1", "sum": "NegBackward0", "none": "NegBackward0"}[reduction]
    if label_smoothing > 0:
        return "AddBackward0"
    return "NllLoss2DBackward0"


def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    """Average the negated log-probabilities of the target classes."""
    check_tensor("nll_loss_nd", input, "input", 1)
    check_tensor("nll_loss_nd", target, "target", 2)
    operator = _NLL_2D if input.ndim > 2 else operators.nll_loss
    return operator(
        input,
        target,
        weight=_array(weight),
        ignore_index=ignore_index,
        reduction=_reduction(size_average, reduce, reduction),
    )


_NLL_2D = operators.nll_loss.named("NllLoss2DBackward0")


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """Average the squared differences."""
    return operators.mse_loss(input, target, reduction=_reduction(size_average, reduce, reduction))


_KL_DIV = {
    reduction: operators.kl_div.named(name)
    for reduction, name in (
        ("mean", "MeanBackward0"),
        ("sum", "SumBackward0"),
        ("batchmean", "DivBackward0"),
        ("none", "SubBackward0"),
    )
}


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Sum up how far log-probabilities `input` lie from the target distribution."""
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    operator = _KL_DIV.get(reduction, operators.kl_div)
    return operator(input, target, reduction=reduction, log_target=log_target)


def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """Average the surprise of targets in [0, 1] under the probabilities `input`."""
    return operators.binary_cross_entropy(
        input,
        target,
        weight=_array(weight),
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
    """Average the surprise of targets in [0, 1] under `sigmoid` of the logits."""
    return operators.binary_cross_entropy_with_logits(
        input,
        target,
        weight=_array(weight),
        pos_weight=_array(pos_weight),
        reduction=_reduction(size_average, reduce, reduction),
    )


__getattr__ = outside("torch.nn.functional", __all__)
