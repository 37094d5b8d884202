"""The softmax family, sigmoid, tanh and relu as functions of torch itself."""

from refimpl.errors import failure
from refimpl.tape import operators
from refimpl.tape.operands import check_tensor, floating, to_dtype
from refimpl.tape.reducing import chosen_dim, kept, wrap_dims


def softmax(input, dim=None, *, dtype=None, axis=None):
    """Turn logits into probabilities along `dim`."""
    check_tensor("softmax", input)
    return operators.softmax(_in_dtype(input, dtype), dim=_needed("softmax", dim, axis))


def log_softmax(input, dim=None, *, dtype=None, axis=None):
    """Take the logarithm of `softmax` without computing it."""
    check_tensor("log_softmax", input)
    return operators.log_softmax(_in_dtype(input, dtype), dim=_needed("log_softmax", dim, axis))


def _in_dtype(input, dtype):
    return input if dtype is None else to_dtype(input, dtype)


def _needed(name, dim, axis):
    dim = chosen_dim(name, dim, axis)
    if dim is None:
        raise failure(
            TypeError,
            f'{name}() missing 1 required positional arguments: "dim"',
            f"{name}: dim=-1 is the last dimension.",
        )
    return dim


def logsumexp(input, dim, keepdim=False):
    """Take the log-partition along `dim`."""
    input = floating("logsumexp", input)
    if isinstance(dim, (tuple, list)):
        dims = wrap_dims(dim, input.ndim) or tuple(range(input.ndim))
        rest = tuple(i for i in range(input.ndim) if i not in dims)
        lines = input.permute(*rest, *dims).reshape(*(input.shape[i] for i in rest), -1)
        total = operators.logsumexp(lines, dim=-1, keepdim=False)
        return total.reshape(kept(input.shape, dims)) if keepdim else total
    return operators.logsumexp(input, dim=dim, keepdim=keepdim)


def sigmoid(input):
    """Squash the real line into (0, 1)."""
    return operators.sigmoid(floating("sigmoid", input))


def tanh(input):
    """Squash the real line into (-1, 1)."""
    return operators.tanh(floating("tanh", input))


def relu(input):
    """Replace negative elements by zero."""
    check_tensor("relu", input)
    return operators.relu(input)
