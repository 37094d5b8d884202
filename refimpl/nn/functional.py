"""The functions of torch.nn.functional: the formulas on tensors, with torch's checks.

Each displayed formula, and how it is rounded, stands once, in `refimpl.formulas`. float16 and
float32 are computed with more digits and rounded once: the last digit may differ from torch's.
"""

import math
import warnings
from functools import partial

import numpy as np

from refimpl.errors import (
    as_float,
    as_int,
    check_bool,
    enough_memory,
    failure,
    is_int,
    kind,
    not_expandable,
    outside,
    sizes_of,
)
from refimpl.formulas._linear import check_matrix, check_ranks
from refimpl.nn.dropping import dropout
from refimpl.nn.losses import huber_loss, l1_loss, smooth_l1_loss
from refimpl.nn.reductions import legacy_reduction, reduction_of
from refimpl.tape import dtypes, formulas
from refimpl.tape.activations import relu as _relu
from refimpl.tape.activations import sigmoid as _sigmoid
from refimpl.tape.activations import tanh as _tanh
from refimpl.tape.arguments import check_storage, number_type
from refimpl.tape.inplace import in_place
from refimpl.tape.operands import check_has, check_tensor, to_dtype
from refimpl.tape.products import check_dtypes, matmul
from refimpl.tape.tensor import GradMode, Tensor, wrap

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "gelu",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
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


def _along(name, operator, input, dim, dtype):
    if type(dim) is not int:
        if not is_int(dim):  # torch calls the method, in which dim is the first argument
            text = f"{name}(): argument 'dim' (position 1) must be int, not {kind(dim)}"
            raise failure(TypeError, text)
        dim = as_int(dim, name, "dim")
    return operator(input if dtype is None else to_dtype(input, number_type(name, dtype)), dim=dim)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Turn logits into probabilities along `dim`.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
        The logits.
    dim : int
        The dimension along which the results sum to 1. None, which warns, means 0 for ranks 0, 1
        and 3, else 1.
    _stacklevel : int
        Where that warning points, counted from here.
    dtype : dtype, optional
        Convert the input to it first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    IndexError, TypeError
        Where `dim` is no dimension of the input; where it is no int.
    NotImplementedError
        For integers and bool.
    AttributeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.softmax : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softmax(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([0.6590, 0.2424, 0.0986])
    """
    if not isinstance(input, Tensor):
        check_has(input, "dim" if dim is None else "softmax")
    if dim is None:
        dim = _implicit("softmax", input.ndim, _stacklevel - 1)
    return _along("softmax", formulas.softmax, input, dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Return the logarithm of `softmax`, finite even where a probability is rounded to 0.

    Parameters
    ----------
    input, dim, _stacklevel, dtype
        As of `softmax`.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    IndexError, TypeError, NotImplementedError, AttributeError
        As `softmax`.

    See Also
    --------
    refimpl.formulas.log_softmax : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> F, x = torch.nn.functional, torch.tensor([200.0, 0.0])
    >>> F.log_softmax(x, dim=0)[1], F.softmax(x, dim=0).log()[1]
    (tensor(-200.), tensor(-inf))
    """
    check_has(input, "dim" if dim is None else "log_softmax")
    if dim is None:
        dim = _implicit("log_softmax", input.ndim, _stacklevel - 1)
    return _along("log_softmax", formulas.log_softmax, input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """Turn costs into probabilities along `dim`: the softmax of the negated input.

    Parameters
    ----------
    input, dim, _stacklevel, dtype
        As of `softmax`.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    IndexError, NotImplementedError
        As `softmax`.
    TypeError, RuntimeError
        Where `dim` is no int or `input` no tensor; for bool.

    See Also
    --------
    refimpl.formulas.softmin : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.softmin(torch.tensor([2.0, 1.0, 0.1]), dim=0)
    tensor([0.0961, 0.2613, 0.6426])
    """
    if dim is None:
        check_has(input, "dim")
        dim = _implicit("softmin", input.ndim, _stacklevel - 1)
    costs = -input
    check_has(costs, "softmax")
    return _along("softmax", formulas.softmax, costs, dim, dtype)


def sigmoid(input):
    """Map every element to (0, 1): 1/2 at 0, towards 1 on the right.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    AttributeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.sigmoid : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.sigmoid(torch.tensor([-2, 0, 2]))
    tensor([0.1192, 0.5000, 0.8808])
    """
    check_has(input, "sigmoid")
    return _sigmoid(input)


def tanh(input):
    """Map every element to (-1, 1) by the hyperbolic tangent.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    AttributeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.tanh : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.tanh(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    check_has(input, "tanh")
    return _tanh(input)


def relu(input, inplace=False):
    """Replace negative elements by zero.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape
    inplace : bool
        Write the result into `input` itself.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    RuntimeError
        For bool; with `inplace` also for a leaf that requires a gradient.
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.relu : the formula on arrays, the slope at 0 and its source

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.relu(torch.tensor([-1, 0, 2]))
    tensor([0, 0, 2])
    """
    if not inplace:
        return _relu(input)
    check_tensor("relu_", input)
    return input.relu_()


def logsigmoid(input):
    """Return the logarithm of `sigmoid`, finite even where the sigmoid is rounded to 0.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape

    Returns
    -------
    Tensor
        Shape and dtype of the input. A result too small for the dtype is -0 in float16, +0 in
        float32 and float64, as in torch; far out torch has +0 in float16 as well.

    Raises
    ------
    NotImplementedError
        For integers and bool.
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.logsigmoid : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.logsigmoid(torch.tensor([-200.0, 0.0, 2.0]))
    tensor([-2.0000e+02, -6.9315e-01, -1.2693e-01])
    """
    check_tensor("log_sigmoid", input)
    return formulas.logsigmoid(input)


def softplus(input, beta=1, threshold=20):
    """Replace the corner of `relu` at 0 by a smooth curve whose slope is the sigmoid.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
    beta : float
        The larger, the closer the curve lies to `relu`.
    threshold : float
        Where ``beta * input`` exceeds it, the input itself is returned. With a high threshold
        torch's exponential overflows: ``softplus(99, threshold=100)`` is inf there and 99 here.

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    NotImplementedError
        For integers and bool.
    TypeError
        Where `input` is no tensor; where `beta` or `threshold` is no number.

    See Also
    --------
    refimpl.formulas.softplus : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-2.0, 0.0, 2.0])
    >>> torch.nn.functional.softplus(x)
    tensor([0.1269, 0.6931, 2.1269])
    >>> torch.nn.functional.softplus(x, beta=10)
    tensor([2.0612e-10, 6.9315e-02, 2.0000e+00])
    """
    check_tensor("softplus", input)
    beta = as_float(beta, "softplus", "beta", 2, "Number")
    threshold = as_float(threshold, "softplus", "threshold", 3, "Number")
    return formulas.softplus(input, beta=beta, threshold=threshold)


def gelu(input, *, approximate="none"):
    """Multiply every element by the probability that a standard normal variable is below it.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
    approximate : str
        "none", or "tanh" for the form with tanh, another function close to it.

    Returns
    -------
    Tensor
        Shape and dtype of the input. The left tail keeps its digits; torch's float32 is 0 from -6
        on.

    Raises
    ------
    NotImplementedError
        For integers and bool.
    TypeError, RuntimeError
        Where `input` is no tensor; where `approximate` is no text or another one.

    See Also
    --------
    refimpl.formulas.gelu : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-1.0, 0.0, 2.7])
    >>> torch.nn.functional.gelu(x)
    tensor([-0.1587,  0.0000,  2.6906])
    >>> torch.nn.functional.gelu(x, approximate="tanh")
    tensor([-0.1588,  0.0000,  2.6911])
    """
    check_tensor("gelu", input)
    return formulas.gelu(input, approximate=approximate)


def silu(input, inplace=False):
    """Multiply every element by its sigmoid.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
    inplace : bool
        Write the result into `input` itself.

    Returns
    -------
    Tensor
        Shape and dtype of the input. In the left tail torch's float32 is -0 from -88.8 on, where
        -2.4e-37 is returned here.

    Raises
    ------
    NotImplementedError
        For integers and bool.
    TypeError
        Where `input` is no tensor.
    RuntimeError
        With `inplace` for a leaf that requires a gradient.

    See Also
    --------
    refimpl.formulas.silu : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.silu(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([-0.2384,  0.0000,  1.7616])
    """
    check_tensor("silu_" if inplace else "silu", input)
    return _silu_in_place(input) if inplace else formulas.silu(input)


@in_place
def _silu_in_place(input):
    return formulas.silu(input)


# ---- the affine map and labels --------------------------------------------------------


def linear(input, weight, bias=None):
    """Multiply by the transposed weight and add the bias.

    Parameters
    ----------
    input : Tensor of floating point or integers, shape (..., in)
    weight : Tensor of the same dtype, shape (out, in) or (in,)
    bias : Tensor of the same dtype, shape (out,) or (1,), optional
        Or of a shape that is repeated to that of the result.

    Returns
    -------
    Tensor
        Shape (..., out), dtype of the input; (...,) where the weight has rank 1.

    Raises
    ------
    RuntimeError
        Where shapes or dtypes do not fit.
    TypeError
        Where an argument is no tensor.
    NotImplementedError
        For bool.

    See Also
    --------
    refimpl.formulas.linear : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> weight, bias = torch.tensor([[1.0, 2.0], [0.0, -1.0]]), torch.tensor([0.5, 0.0])
    >>> torch.nn.functional.linear(torch.tensor([[3.0, 4.0]]), weight, bias)
    tensor([[11.5000, -4.0000]])
    """
    if not isinstance(input, Tensor) or not isinstance(weight, Tensor):
        check_tensor("linear", input, "input", 1)
        check_tensor("linear", weight, "weight", 2)
    if input._array.dtype.kind != "f":
        return _linear_of_integers(input, weight, bias)
    if bias is None:
        return _linear_without_bias(input, weight)
    if not isinstance(bias, Tensor):
        check_tensor("linear", bias, "bias", 3)
    x, w, b = input._array, weight._array, bias._array
    if x.dtype == w.dtype == b.dtype and x.shape[-1:] == w.shape[1:] and b.shape == w.shape[:1]:
        return (formulas.linear if x.ndim == 2 else formulas.linear_of_a_stack)(input, weight, bias)
    return _linear_of_another_kind(input, weight, bias)


def _linear_without_bias(input, weight):
    if weight._array.ndim == 1 and input._array.ndim:
        return matmul(input, weight)
    fits = input.shape[-1:] == weight.shape[1:]
    if not (fits and input.dtype is weight.dtype) and _is_strided(input, weight):
        return matmul(input, weight.t())
    if fits:
        check_dtypes(input, weight)
    return formulas.linear_without_bias(input._array.ndim)(input, weight)


def _linear_of_another_kind(input, weight, bias):
    """Repeat a bias, or add it in the way that torch adds one; or raise torch's error."""
    if _is_strided(input, weight):
        return linear(input, weight).add_(bias)
    if not input.dtype == weight.dtype == bias.dtype:
        _refuse_dtypes(input, weight, bias)
    if bias.ndim != 1 and weight.ndim and input.ndim:
        return _of_another_rank(input, weight, bias)
    if bias.shape != weight.shape[:1] and weight.ndim:
        bias = _repeated(bias, input, weight)
    operator = formulas.linear if input.ndim == 2 else formulas.linear_of_a_stack
    return operator(input, weight, bias)


def _linear_of_integers(input, weight, bias):
    """Return the product of integers as `matmul` takes it: there is nothing to differentiate."""
    check_ranks(input, weight)
    turned = weight.t()
    if bias is None:
        return matmul(input, turned)
    check_tensor("linear", bias, "bias", 3)
    if bias.ndim != 1:
        return _of_another_rank(input, weight, bias)
    if _is_strided(input, weight):
        return matmul(input, turned).add_(bias)
    if not input.dtype == weight.dtype == bias.dtype:
        _refuse_dtypes(input, weight, bias)
    check_matrix(weight)
    product = matmul(input, turned)
    return product + (bias if bias.shape == weight.shape[:1] else _repeated(bias, input, weight))


def _is_strided(input, weight):
    """Tell whether torch multiplies a stack as `matmul` does, and then adds the bias."""
    return input.ndim > 2 and weight.ndim == 2 and not input._array.flags.c_contiguous


def _of_another_rank(input, weight, bias):
    """Add a bias of another rank than 1; torch takes one with a single length for rows."""
    if input.ndim != 2 and sum(length != 1 for length in bias.shape) != 1:
        return linear(input, weight).add_(bias)
    if not input.dtype == weight.dtype == bias.dtype:
        _refuse_dtypes(input, weight, bias)
    check_matrix(weight)
    *lengths, features = input.shape
    rows = input if input.ndim == 2 else input.reshape(math.prod(lengths), features)
    product = linear(rows, weight)
    result = formulas.with_rows(product, bias.expand(product.shape))
    return result if rows is input else result.view(*lengths, result.shape[1])


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
    if (
        bias._array.shape not in ((), (1,))
        and weight.ndim == 2
        and input.shape[-1:] == weight.shape[1:]
    ):
        rows = input.numel() // max(input.shape[-1], 1)
        advice = (
            f"linear: the bias has shape {tuple(bias.shape)}, the weight has {outputs} outputs."
        )
        sizes = sizes_of((rows, outputs), bias.shape)
        raise not_expandable(outputs, bias.numel(), 1, sizes, advice)
    return bias.expand(outputs) if bias._array.shape in ((), (1,)) else bias


def one_hot(input, num_classes=-1):
    """Turn each class index into a row of zeros with a single 1 at that index.

    Parameters
    ----------
    input : Tensor of int64, any shape
        The class indices.
    num_classes : int
        The length of the rows; -1 takes the largest index plus one.

    Returns
    -------
    Tensor of int64, of the shape of `tensor` with one dimension more at the end

    Raises
    ------
    RuntimeError
        For another dtype, an index outside [0, num_classes), or no index and no `num_classes`.
    TypeError
        Where `input` is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.functional.one_hot(torch.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    check_tensor("one_hot", input)
    if input.dtype is not dtypes.int64:
        raise failure(
            RuntimeError,
            "one_hot is only applicable to index tensor of type LongTensor.",
            f"one_hot: the labels are {input.dtype}; convert them with .long().",
        )
    labels, num_classes = input._array, as_int(num_classes, "one_hot", "num_classes", 2)
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
    if count == 2**63:
        raise failure(
            RuntimeError,
            "zeros: Dimension size must be non-negative.",
            "one_hot: the number of classes, the largest label and one more, takes over 64 bits.",
        )
    check_storage((*labels.shape, count), 8)
    with enough_memory:
        return wrap((labels[..., None] == np.arange(count)).astype(np.int64, order="C"))


# ---- losses ---------------------------------------------------------------------------


def _constant(name, argument, position, tensor):
    """Return the array of a factor in which a loss has no derivative."""
    if tensor is None:
        return None
    check_tensor(name, tensor, argument, position)
    return tensor._array


def _without_slope(name, loss, **factors):
    """Return ``loss()``, or raise torch's error for a factor that requires a gradient.

    torch says so once sizes and reduction are right, and before it looks at dtypes and numbers.
    """
    try:
        result = loss()
    except Exception as error:
        if not isinstance(error, ValueError) or str(error).startswith("For 1D input"):
            _refuse_slopes(name, factors)
        raise
    _refuse_slopes(name, factors)
    return result


def _refuse_slopes(name, factors):
    for argument, tensor in factors.items():
        if tensor is not None and GradMode.enabled and tensor.requires_grad:
            raise failure(
                RuntimeError,
                f"The function '{name}' is not differentiable with respect to argument "
                f"'{argument}'. This input cannot have requires_grad True.",
                f"Give {argument}.detach().",
            )


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
    """Average the negative log-probability that `softmax` of the logits gives to the targets.

    Parameters
    ----------
    input : Tensor of floating point, shape (C,), (N, C) or (N, C, d1, ...)
        Logits of C classes.
    target : Tensor
        Class indices (int64) of the shape of `input` without C; or probabilities of its shape.
    weight : Tensor of shape (C,), optional
        A factor for each class; the mean divides by the sum of the factors of the targets.
    size_average : bool, optional
        Deprecated in torch, as is `reduce`; use `reduction`.
    ignore_index : int
        Samples with this target are left out of the loss and the mean.
    reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the losses of the samples, their sum, or each of them.
    label_smoothing : float
        The part of each target, in [0, 1], that is spread evenly over all classes. torch also takes
        negative numbers, as 0.

    Returns
    -------
    Tensor of the dtype of `input`; beside probabilities the widest of input, target and weight
        Shape (); with ``reduction="none"``, the shape of `input` without C.

    Raises
    ------
    IndexError
        Where a class lies outside [0, C).
    ValueError
        Where the batch sizes differ; for an unknown reduction.
    RuntimeError
        For a target or weight of another shape, beside classes for a weight of another dtype; for a
        weight that requires a gradient.
    TypeError
        Where an argument is no tensor.
    NotImplementedError
        For logits of integers.

    See Also
    --------
    refimpl.formulas.cross_entropy : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> F, logits = torch.nn.functional, torch.tensor([[2.0, 1.0, 0.1], [0.0, 0.0, 0.0]])
    >>> F.cross_entropy(logits, torch.tensor([0, 2]), reduction="none")
    tensor([0.4170, 1.0986])
    >>> F.cross_entropy(logits, torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]))
    tensor(0.7578)
    """
    if not isinstance(input, Tensor) or not isinstance(target, Tensor):
        check_tensor("cross_entropy_loss", input, "input", 1)
        check_tensor("cross_entropy_loss", target, "target", 2)
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    operator = formulas.cross_entropy
    if type(label_smoothing) is not float:
        label_smoothing = as_float(label_smoothing, "cross_entropy_loss", "label_smoothing", 6)
    if not label_smoothing > 0:
        label_smoothing = 0.0  # torch asks for no more than that
    if label_smoothing > 0 or target._array.dtype.kind == "f" or input._array.ndim > 2:
        operator = formulas.cross_entropy_of(input, target, reduction, label_smoothing)
    options = {
        "weight": None if weight is None else _constant("cross_entropy_loss", "weight", 3, weight),
        "ignore_index": ignore_index,
        "reduction": reduction,
        "label_smoothing": label_smoothing,
    }
    if weight is None:
        return operator(input, target, **options)
    loss = partial(operator, input, target, **options)
    return _without_slope("nll_loss_forward", loss, weight=weight)


def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    """Average the negated log-probabilities of the target classes.

    Parameters
    ----------
    input : Tensor of floating point, shape (C,), (N, C) or (N, C, d1, ...)
        Log-probabilities, for instance of `log_softmax`.
    target : Tensor of int64, the shape of `input` without C
        Class indices.
    weight, size_average, ignore_index, reduce, reduction
        As of `cross_entropy`.

    Returns
    -------
    Tensor of the dtype of `input`
        Shape (); with ``reduction="none"``, the shape of `target`.

    Raises
    ------
    IndexError, ValueError, RuntimeError, TypeError, NotImplementedError
        As `cross_entropy`.

    See Also
    --------
    refimpl.formulas.nll_loss : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> log_probs = torch.tensor([[0.5, 0.25, 0.25]]).log()
    >>> torch.nn.functional.nll_loss(log_probs, torch.tensor([0]))
    tensor(0.6931)
    """
    check_tensor("nll_loss_nd", input, "input", 1)
    check_tensor("nll_loss_nd", target, "target", 2)
    reduction = reduction_of(size_average, reduce, reduction)
    ndim = input.ndim
    operator = formulas.nll_loss_of(ndim, reduction) if ndim > 2 else formulas.nll_loss
    loss = partial(
        operator,
        input,
        target,
        weight=_constant("nll_loss_nd", "weight", 3, weight),
        ignore_index=ignore_index,
        reduction=reduction,
    )
    return _without_slope("nll_loss_forward", loss, weight=weight)


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """Average the squared differences.

    Parameters
    ----------
    input, target : Tensor of floating point
        Of one shape; different shapes are broadcast, with a warning.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the squares, their sum, or each of them.
    weight : Tensor of the shape of `input`, optional
        A factor for each square; the mean divides by the sum of the factors.

    Returns
    -------
    Tensor of the common dtype
        Shape (); with ``reduction="none"``, the broadcast shape.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast.
    NotImplementedError
        For integers and bool.
    ValueError
        For an unknown reduction, or a weight of another shape.
    AttributeError
        Where an argument is no tensor.

    See Also
    --------
    refimpl.formulas.mse_loss : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> prediction = torch.tensor([1.0, 4.0], requires_grad=True)
    >>> torch.nn.functional.mse_loss(prediction, torch.tensor([0.0, 2.0]))
    tensor(2.5000, grad_fn=<MseLossBackward0>)
    """
    check_has(target, "size")
    check_has(input, "size")
    shape = input.size()
    if target._array.shape != input._array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            UserWarning,
            stacklevel=2,
        )
        input, target = _broadcast(input, target)
    reduction = reduction_of(size_average, reduce, reduction)
    if weight is None:
        return formulas.mse_loss(input, target, reduction=reduction)
    return _weighted((input - target) ** 2, weight, shape, reduction)


def _broadcast(a, b):
    shape = (a * 0 + b * 0).shape
    return a.expand(shape), b.expand(shape)


def _weighted(squares, weight, shape, reduction):
    """Reduce weighted squares; `shape` is that of the input before it was broadcast."""
    if weight.size() != shape:
        raise failure(
            ValueError,
            "Weights and input must have the same size.",
            f"mse_loss: the weight has shape {tuple(weight.shape)}, the input {tuple(shape)}.",
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


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Measure how far log-probabilities lie from the target distribution (Kullback-Leibler).

    Parameters
    ----------
    input : Tensor of floating point, any shape
        Log-probabilities.
    target : Tensor of floating point, broadcast against `input`
        Probabilities, or their logarithms with `log_target`.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "batchmean", "sum", "none"}
        ``"batchmean"`` divides the sum by the length of the first dimension: the divergence of one
        sample. ``"mean"`` divides by the number of elements, with a warning.
    log_target : bool
        The targets are logarithms too.

    Returns
    -------
    Tensor of the common dtype
        Shape (); with ``reduction="none"``, the broadcast shape.

    Raises
    ------
    RuntimeError
        Where the shapes do not broadcast; for integers.
    ValueError
        For an unknown reduction.
    TypeError
        Where an argument is no tensor.

    See Also
    --------
    refimpl.formulas.kl_div : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> log_probs = torch.tensor([[0.5, 0.5]]).log()
    >>> target = torch.tensor([[0.75, 0.25]])
    >>> torch.nn.functional.kl_div(log_probs, target, reduction="batchmean")
    tensor(0.1308)
    """
    asked = reduction
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
    check_tensor("kl_div", input)
    check_tensor("kl_div", target, "target", 2)
    check_bool(log_target, "kl_div", "log_target")
    input, target = _in_common(input, target)
    loss = formulas.kl_div_of(reduction, log_target, input.ndim)(
        input, target, reduction=reduction, log_target=log_target
    )
    if asked == "batchmean" != reduction and input.shape[0]:
        return loss / input.shape[0]  # whatever the flags have made of it
    return loss


def _in_common(input, target):
    """Return both in the dtype in which they meet, where one of them has rank 0."""
    if input.dtype is target.dtype or bool(input.ndim) == bool(target.ndim):
        return input, target
    if not (input.is_floating_point() and target.is_floating_point()):
        return input, target
    common = dtypes.meet([(input.ndim, input.dtype), (target.ndim, target.dtype)])
    return to_dtype(input, common), to_dtype(target, common)


def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """Average the negative log-probability of yes-or-no targets.

    Parameters
    ----------
    input : Tensor of floating point, any shape
        Probabilities of "yes", in [0, 1].
    target : Tensor of the shape of `input`
        1 for yes, 0 for no, or a probability.
    weight : Tensor, optional
        A factor for each element, broadcast.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the losses, their sum, or each of them.

    Returns
    -------
    Tensor of the dtype of `input`
        Shape (); with ``reduction="none"``, the shape of `input`.

    Raises
    ------
    RuntimeError
        For probabilities outside [0, 1]; where dtypes differ; for a weight that requires a
        gradient.
    ValueError
        Where the shapes differ; for an unknown reduction.
    NotImplementedError, AttributeError
        For integers; where an argument is no tensor.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy : the formula on arrays, its bounds and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> F = torch.nn.functional
    >>> F.binary_cross_entropy(torch.tensor([0.8, 0.4]), torch.tensor([1.0, 0.0]))
    tensor(0.3670)
    """
    check_has(target, "size")
    check_has(input, "size")
    if weight is not None:
        check_has(weight, "size")
    loss = partial(
        formulas.binary_cross_entropy,
        input,
        target,
        weight=_constant("binary_cross_entropy", "weight", 3, weight),
        reduction=reduction_of(size_average, reduce, reduction),
    )
    return _without_slope("binary_cross_entropy", loss, weight=weight)


def binary_cross_entropy_with_logits(
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    """Average the negative log-probability that `sigmoid` of the logits gives to yes-or-no targets.

    Parameters
    ----------
    input : Tensor of floating point, any shape
        Logits.
    target : Tensor of the shape of `input`
        1 for yes, 0 for no, or a probability.
    weight : Tensor, optional
        A factor for each element, broadcast.
    size_average, reduce : bool, optional
        Deprecated in torch; use `reduction`.
    reduction : {"mean", "sum", "none"}
        Return the mean of the losses, their sum, or each of them.
    pos_weight : Tensor, optional
        A factor for the part of "yes", broadcast.

    Returns
    -------
    Tensor of the common dtype
        Shape (); with ``reduction="none"``, the shape of `input`.

    Raises
    ------
    ValueError
        Where the shapes differ; for an unknown reduction.
    RuntimeError
        Where a factor does not broadcast or requires a gradient.
    NotImplementedError
        For integers.
    AttributeError, TypeError
        Where `input` or `target` is no tensor; where a factor is no tensor.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy_with_logits : the formula on arrays and its rounding

    Examples
    --------
    >>> import refimpl as torch
    >>> F = torch.nn.functional
    >>> F.binary_cross_entropy_with_logits(torch.tensor([2.0, -1.0]), torch.tensor([1.0, 0.0]))
    tensor(0.2201)
    """
    check_has(target, "size")
    check_has(input, "size")
    name = "binary_cross_entropy_with_logits"
    loss = partial(
        formulas.binary_cross_entropy_with_logits,
        input,
        target,
        weight=_constant(name, "weight", 3, weight),
        pos_weight=_constant(name, "pos_weight", 4, pos_weight),
        reduction=reduction_of(size_average, reduce, reduction),
    )
    return _without_slope(name, loss, weight=weight, pos_weight=pos_weight)


__getattr__ = outside("torch.nn.functional", __all__)
