"""Changes in place of what a tensor says of itself: its shape, and its place on the tape."""

from refimpl.errors import as_int, failure
from refimpl.tape import shaping, transposing
from refimpl.tape.inplace import check_in_place
from refimpl.tape.tensor import GradMode, wrap
from refimpl.tape.views import View

# torch's nodes of the methods have numbers of their own.
NODES = {
    "UnsqueezeBackward0": "UnsqueezeBackward1",
    "SqueezeBackward0": "SqueezeBackward3",
    "SqueezeBackward1": "SqueezeBackward4",
    "SqueezeBackward2": "SqueezeBackward5",
    "TransposeBackward0": "TransposeBackward1",
    "TBackward0": "TBackward1",
}
OPERATORS = {}


def _renamed(operator):
    """Return the operator of a view under the name of its in-place form."""
    if operator.name not in OPERATORS:
        OPERATORS[operator.name] = View.named(operator, NODES[operator.name])
    return OPERATORS[operator.name]


def _become(self, function, *args):
    """Let a tensor become a view of itself, on the tape too."""
    check_in_place(self)
    if self._base is None:
        before = wrap(self._array)
        before._node, before._requires_grad = self._node, self._requires_grad
        seen = function(before, *args)
        if seen._node is not None:
            operator = _renamed(seen._node.operator)
            seen = operator(before, **seen._node.options)
    else:
        seen = function(self, *args)
        self._recipe, self._base_node = seen._recipe, seen._base_node
    self._array = seen._array
    if GradMode.enabled:  # else the tensor is on the tape what it was, a leaf that is trained too
        self._node, self._requires_grad = seen._node, seen._requires_grad
    self._counter[0] += 1
    return self


def unsqueeze_(self, dim):
    """Give the tensor a new dimension of length 1 at `dim`, and return it.

    Parameters
    ----------
    dim : int

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    IndexError
        Where the result has no such dimension.
    RuntimeError
        For a leaf that requires a gradient, unless nothing is recorded.
    TypeError
        Where `dim` is no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1, 2])
    >>> x.unsqueeze_(1).shape, x.shape
    (torch.Size([2, 1]), torch.Size([2, 1]))
    """
    return _become(self, shaping.unsqueeze, as_int(dim, "unsqueeze_", "dim", 2))


def squeeze_(self, dim=None):
    """Drop the dimensions of length 1, or that at `dim`, and return the tensor.

    Parameters
    ----------
    dim : int or tuple of int, optional

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    IndexError
        Where the tensor has no such dimension.
    RuntimeError
        For a leaf that requires a gradient, unless nothing is recorded.
    TypeError
        Where `dim` is no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(1, 3, 1).squeeze_().shape
    torch.Size([3])
    """
    return _become(self, shaping.squeeze, dim)


def t_(self):
    """Transpose the matrix in place, and return it.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For more than two dimensions; for a leaf that requires a gradient, unless nothing is
        recorded.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 3).t_().shape
    torch.Size([3, 2])
    """
    check_in_place(self)
    if self.ndim > 2:
        raise failure(
            RuntimeError, f"t_() expects a tensor with <= 2 dimensions, but self is {self.ndim}D"
        )
    return _become(self, transposing.t)


def transpose_(self, dim0, dim1):
    """Exchange two dimensions in place, and return the tensor.

    Parameters
    ----------
    dim0, dim1 : int

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    IndexError
        Where the tensor has no such dimension.
    RuntimeError
        For a leaf that requires a gradient, unless nothing is recorded.
    TypeError
        Where a dimension is no int.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 3, 4).transpose_(0, 2).shape
    torch.Size([4, 3, 2])
    """
    dims = (as_int(dim0, "transpose_", "dim0", 2), as_int(dim1, "transpose_", "dim1", 3))
    return _become(self, transposing.transpose, *dims)


def detach_(self):
    """Take the tensor off the tape: it becomes a leaf that wants no gradient. Return it.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a view: its base would stay on the tape.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.ones(2, requires_grad=True) * 3
    >>> x.detach_(), x.is_leaf
    (tensor([3., 3.]), True)
    """
    if self._base is not None:
        raise failure(
            RuntimeError,
            "Can't detach views in-place. Use detach() instead. If you are using "
            "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as "
            "True, gradients are views of DDP buckets, and hence detach_() cannot be called on "
            "these gradients. To fix this error, please refer to the Optimizer.zero_grad() "
            "function in torch/optim/optimizer.py as the solution.",
        )
    self._node, self._requires_grad = None, False
    return self
