"""Looking at gradients on their way: hooks, and the gradients of inner tensors."""

from itertools import count

from refimpl.errors import failure

_numbers = count()


class RemovableHandle:
    """What `register_hook` returns; `remove` takes the hook away again.

    Parameters
    ----------
    hooks : dict
        The hooks of the tensor, by number.
    """

    def __init__(self, hooks):
        self.hooks = hooks
        self.id = next(_numbers)

    def remove(self):
        """Take the hook away; a second time changes nothing."""
        self.hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


def register_hook(self, hook):
    """Call ``hook(gradient)`` as soon as the gradient of this tensor is known.

    Parameters
    ----------
    hook : callable
        Given the gradient; what it returns, if anything, takes the gradient's place.

    Returns
    -------
    RemovableHandle
        Its `remove` takes the hook away.

    Raises
    ------
    RuntimeError
        Where the tensor requires no gradient.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.ones(2, requires_grad=True)
    >>> y = 3 * x
    >>> handle = y.register_hook(lambda gradient: 10 * gradient)
    >>> y.sum().backward()
    >>> x.grad
    tensor([30., 30.])
    """
    if not self.requires_grad:
        raise failure(
            RuntimeError, "cannot register a hook on a tensor that doesn't require gradient"
        )
    holder = self if self._node is None else self._node
    name = "_hooks" if self._node is None else "hooks"
    if getattr(holder, name) is None:
        setattr(holder, name, {})
    handle = RemovableHandle(getattr(holder, name))
    handle.hooks[handle.id] = hook
    return handle


def retain_grad(self):
    """Keep the gradient of this tensor in ``.grad`` although it is not a leaf.

    Raises
    ------
    RuntimeError
        Where the tensor requires no gradient.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> y = x * x
    >>> y.retain_grad()
    >>> y.sum().backward()
    >>> y.grad
    tensor([1., 1.])
    """
    if not self.requires_grad:
        raise failure(RuntimeError, "can't retain_grad on Tensor that has requires_grad=False")
    if self._node is not None and not self.retains_grad:
        self._node.retained = (*self._node.retained, self)
