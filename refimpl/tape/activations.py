"""The softmax family, sigmoid, tanh, relu and erf as functions of torch itself."""

import math

from refimpl.errors import check_bool, failure
from refimpl.tape import formulas
from refimpl.tape.arguments import lengths, missing, number_type
from refimpl.tape.operands import check_tensor, floating, to_dtype
from refimpl.tape.reducing import chosen_dim, wrap_dims
from refimpl.tape.respelling import respelt


def softmax(input, dim=None, dtype=None, *, axis=None, **outside):
    """Turn logits into probabilities along `dim`.

    Parameters
    ----------
    input : Tensor of float16, float32 or float64, any shape
        The logits.
    dim : int
        The dimension along which the results sum to 1.
    dtype : dtype, optional
        Convert the input to it first.
    axis : int, optional
        Another name of `dim`.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    IndexError
        Where `dim` is no dimension of the input.
    NotImplementedError
        For integers and bool.
    TypeError
        Where `input` is no tensor; for neither or both of `dim` and `axis`.

    See Also
    --------
    refimpl.formulas.softmax : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.softmax(torch.tensor([[1, 2], [3, 3]]), dim=1, dtype=torch.float32)
    tensor([[0.2689, 0.7311],
            [0.5000, 0.5000]])
    """
    if outside:
        return respelt(softmax, outside, input, dim, dtype=dtype, axis=axis)
    check_tensor("softmax", input)
    return formulas.softmax(_in_dtype("softmax", input, dtype), dim=_needed("softmax", dim, axis))


def log_softmax(input, dim=None, dtype=None, *, axis=None, **outside):
    """Return the logarithm of `softmax`, finite even where a probability is rounded to 0.

    Parameters
    ----------
    input, dim, dtype, axis
        As of `softmax`.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    IndexError, NotImplementedError, TypeError
        As `softmax`.

    See Also
    --------
    refimpl.formulas.log_softmax : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.log_softmax(torch.tensor([0.0, 0.0, 0.0, 0.0]), dim=0)
    tensor([-1.3863, -1.3863, -1.3863, -1.3863])
    """
    if outside:
        return respelt(log_softmax, outside, input, dim, dtype=dtype, axis=axis)
    check_tensor("log_softmax", input)
    return formulas.log_softmax(
        _in_dtype("log_softmax", input, dtype), dim=_needed("log_softmax", dim, axis)
    )


def _in_dtype(name, input, dtype):
    return input if dtype is None else to_dtype(input, number_type(name, dtype, 3))


def _needed(name, dim, axis):
    dim = chosen_dim(name, dim, axis)
    if dim is None:
        raise failure(
            TypeError,
            f'{name}() missing 1 required positional arguments: "dim"',
            f"{name}: dim=-1 is the last dimension.",
        )
    return dim


def logsumexp(input, dim=None, keepdim=False, **outside):
    """Return the logarithm of the sum of the exponentials along `dim`, without overflow.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.
    dim : int or tuple of int
        The dimensions to sum along.
    keepdim : bool
        Keep these dimensions, with length 1.

    Returns
    -------
    Tensor without the dimensions `dim`

    Raises
    ------
    IndexError
        Where the input has no such dimension.
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.logsumexp : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([100.0, 100.0])
    >>> torch.logsumexp(x, dim=0), x.exp().sum().log()
    (tensor(100.6931), tensor(inf))
    """
    if outside:
        return respelt(logsumexp, outside, input, dim, keepdim)
    input = floating("logsumexp", input)
    if dim is None:
        raise missing("logsumexp", "dim")
    check_bool(keepdim, "logsumexp", "keepdim", 3)
    if type(dim) is not int and not isinstance(dim, (tuple, list)):
        dim = lengths("logsumexp", "dim", (dim,), 2)[0]
    if isinstance(dim, (tuple, list)):
        dims = wrap_dims(dim, input.ndim, "logsumexp")
        if input.ndim == 0:
            return formulas.logsumexp(input, dim=0, keepdim=keepdim)
        dims = dims or tuple(range(input.ndim))
        if not dim and not keepdim and input.numel():
            raise failure(
                RuntimeError,
                f"output with shape [] doesn't match the broadcast shape {[1] * input.ndim}",
                "logsumexp: name the dimensions, as in x.logsumexp((0, 1)).",
            )
        return _along_several(input, sorted(dims), keepdim)
    return formulas.logsumexp(input, dim=dim, keepdim=keepdim)


def _along_several(input, dims, keepdim):
    """Return logsumexp along several dimensions: they become one, at the place of the last."""
    last, shape = dims[-1], input.shape
    before = [i for i in range(last) if i not in dims]
    lines = input.permute(*before, *dims, *range(last + 1, input.ndim))
    lengths = [1 if i in dims else n for i, n in enumerate(shape)] if keepdim else None
    if not keepdim:
        lengths = [shape[i] for i in before] + [0] + list(shape[last + 1 :])
        last = len(before)
    lengths[last] = math.prod(shape[i] for i in dims)
    return formulas.logsumexp(lines.reshape(*lengths), dim=last, keepdim=keepdim)


def sigmoid(input, **outside):
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
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.sigmoid : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([0.0, 4.0], requires_grad=True)
    >>> torch.sigmoid(x).sum().backward()
    >>> x.grad
    tensor([0.2500, 0.0177])
    """
    if outside:
        return respelt(sigmoid, outside, input)
    return formulas.sigmoid(floating("sigmoid", input))


def tanh(input, **outside):
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
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.tanh : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.tanh(torch.tensor([0, 1, 20]))
    tensor([0.0000, 0.7616, 1.0000])
    """
    if outside:
        return respelt(tanh, outside, input)
    return formulas.tanh(floating("tanh", input))


def relu(input):
    """Replace negative elements by zero.

    Parameters
    ----------
    input : Tensor of any dtype but bool, any shape

    Returns
    -------
    Tensor of the shape and dtype of the input

    Raises
    ------
    RuntimeError
        For bool.
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.relu : the formula on arrays, the slope at 0 and its source

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
    >>> torch.relu(x).sum().backward()
    >>> x.grad
    tensor([0., 0., 1.])
    """
    check_tensor("relu", input)
    return formulas.relu(input)


def erf(input, **outside):
    """Return the area under the bell ``2 / sqrt(pi) * exp(-t * t)`` from 0 to every element.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        Integers and bool are converted to the default dtype first.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.erf : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.erf(torch.tensor([-1, 0, 1, 10]))
    tensor([-0.8427,  0.0000,  0.8427,  1.0000])
    """
    if outside:
        return respelt(erf, outside, input)
    return formulas.erf(floating("erf", input))


def erfc(input, **outside):
    """Return ``1 - erf(input)`` without the cancellation in the right tail.

    Parameters
    ----------
    input : Tensor of any dtype and shape
        As of `erf`.

    Returns
    -------
    Tensor of the shape and dtype of the (converted) input

    Raises
    ------
    TypeError
        Where `input` is no tensor.

    See Also
    --------
    refimpl.formulas.erfc : the formula on arrays, its rounding and its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor(5.0)
    >>> torch.erfc(x), 1 - torch.erf(x)
    (tensor(1.5375e-12), tensor(0.))
    """
    if outside:
        return respelt(erfc, outside, input)
    return formulas.erfc(floating("erfc", input))
