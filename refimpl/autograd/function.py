"""A function of one's own: how its result is made, and how its cotangent is pulled back."""

import weakref

import numpy as np

from refimpl.autograd.modes import enable_grad, no_grad
from refimpl.errors import NotInSubset, failure, outside, typename, unsupported
from refimpl.tape.broadcast import like
from refimpl.tape.operands import to_dtype
from refimpl.tape.record import SECOND_BACKWARD, Node, Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap

__all__ = ["Function"]


# What torch's contexts have beyond the subset.
OUTSIDE = frozenset(
    """apply apply_boxed apply_jvp dirty_tensors mark_dirty mark_non_differentiable
    mark_shared_storage materialize_grads maybe_clear_saved_tensors metadata name next_functions
    non_differentiable register_hook register_prehook requires_grad save_for_forward
    saved_for_forward saved_variables set_materialize_grads to_save""".split()
)


class Context:
    """What `forward` keeps for `backward`: attributes of any name, and saved tensors.

    `needs_input_grad` says for each argument whether it wants a gradient.
    """

    _saved = ()
    _result = None  # the array of the result, where the result is saved
    _node = None

    def save_for_backward(self, *tensors):
        """Keep tensors; a change in place before they are read is noticed."""
        self._saved = [(each, None if each is None else each._counter[0]) for each in tensors]

    @property
    def saved_tensors(self):
        """The tensors that were saved."""
        if self._saved is None:
            raise failure(RuntimeError, SECOND_BACKWARD)
        return tuple(self._read(tensor, version) for tensor, version in self._saved)

    def __getattr__(self, name):
        message = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise (NotInSubset(message, name) if name in OUTSIDE else AttributeError(message))

    def _read(self, tensor, version):
        if tensor is None:
            return None
        if tensor._counter[0] != version:
            raise failure(
                RuntimeError,
                "one of the variables needed for gradient computation has been modified by an "
                f"inplace operation: [torch.{tensor.dtype.title}Tensor {list(tensor.shape)}] is at "
                f"version {tensor._counter[0]}; expected version {version} instead. Hint: enable "
                "anomaly detection to find the operation that failed to compute its gradient, with "
                "torch.autograd.set_detect_anomaly(True, check_nan=False).",
            )
        if tensor._array is self._result and self._node is not None:
            return self._node().remade()  # in its place on the tape; to keep it would be a cycle
        return tensor


def _expands(shape, to):
    """Tell whether a tensor of one shape can be expanded to another one."""
    lengths = zip(reversed(shape), reversed(to), strict=False)
    return len(shape) <= len(to) and all(n in (1, m) for n, m in lengths)


class FunctionNode(Node):
    """One call of a `Function` on the tape."""

    def pull(self, cotangent, wanted, create_graph, keep):
        """Return pairs (edge, cotangent): call `backward` with tensors, recorded where wanted."""
        if self.args is None:
            raise failure(RuntimeError, SECOND_BACKWARD)
        given = cotangent if isinstance(cotangent, Tensor) else wrap(cotangent)
        with (enable_grad if create_graph else no_grad)():
            gradients = self.function.backward(self.context, given)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        if len(gradients) < len(self.edges) or any(g is not None for g in self._beyond(gradients)):
            raise failure(
                RuntimeError,
                f"function {self.operator.name} returned an incorrect number of gradients "
                f"(expected {len(self.edges)}, got {len(gradients)})",
                "backward: return one gradient for each argument of forward, None where there is "
                "none.",
            )
        pairs = []
        for at, (edge, gradient) in enumerate(zip(self.edges, gradients, strict=False)):
            if edge is not None:
                pairs.append((edge, self._fitted(at, gradient, create_graph)))
        if not keep:
            self.args = self.context._saved = None
        return pairs

    def _beyond(self, gradients):
        return gradients[len(self.edges) :]

    def _fitted(self, at, gradient, create_graph):
        """Return the gradient of an argument as the walk wants it: zeros for None.

        Its shape may be one to which the argument's is broadcast, and its dtype another one.
        """
        argument = self.args[at]
        if gradient is None:
            gradient = wrap(np.zeros(argument.shape, argument._array.dtype))
        if not isinstance(gradient, Tensor):
            raise failure(RuntimeError, f"expected Variable or None (got {typename(gradient)})")
        if not _expands(argument.shape, gradient.shape):
            raise failure(
                RuntimeError,
                f"Function {self.operator.name} returned an invalid gradient at index {at} - got "
                f"{list(gradient.shape)} but expected shape compatible with "
                f"{list(argument.shape)}",
            )
        gradient = to_dtype(like(gradient, argument), argument.dtype)
        return gradient if create_graph else gradient._array

    @property
    def result(self):
        return self.context._result


class Function:
    """A function with a backward pass of its own: subclass it, and call ``apply``.

    A subclass writes two static methods. ``forward(ctx, *args)`` returns the result, a tensor, and
    keeps in `ctx` what the way back needs: tensors by ``ctx.save_for_backward(...)``, all else as
    attributes. ``backward(ctx, grad_output)`` returns the gradient of each argument.

    Raises
    ------
    NotImplementedError
        When applied, unless a subclass has written both; for a result that is no single tensor.
    RuntimeError
        On the way back: for gradients of another number or shape.

    Examples
    --------
    >>> import refimpl as torch
    >>> class Cube(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...     @staticmethod
    ...     def backward(ctx, grad_output):
    ...         (x,) = ctx.saved_tensors
    ...         return grad_output * 3 * x**2
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> y = Cube.apply(x)
    >>> y.backward()
    >>> y, x.grad
    (tensor(8., grad_fn=<CubeBackward>), tensor(12.))
    """

    @staticmethod
    def forward(*args):
        raise failure(
            NotImplementedError,
            "You must implement the forward function for custom autograd.Function.",
        )

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise failure(
            NotImplementedError,
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD.",
        )

    @classmethod
    def apply(cls, *args):
        """Call the function and record the call.

        Parameters
        ----------
        *args : Tensor of any shape, or any object

        Returns
        -------
        Tensor

        Raises
        ------
        NotImplementedError
            Unless a subclass has written `forward`; where that returns no single tensor.

        Examples
        --------
        >>> import refimpl as torch
        >>> class Twice(torch.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         return 2 * x
        ...     @staticmethod
        ...     def backward(ctx, grad_output):
        ...         return 2 * grad_output
        >>> Twice.apply(torch.ones(2))
        tensor([2., 2.])
        """
        name = f"{cls.__name__}Backward"
        context = type(name, (Context,), {})()
        wants = [isinstance(each, Tensor) and each.requires_grad for each in args]
        context.needs_input_grad = tuple(wants)
        recorded = GradMode.enabled and any(wants)
        with no_grad():
            result = cls.forward(context, *args)
        if not isinstance(result, Tensor):
            raise unsupported(
                f"A Function that returns {type(result).__name__}", "Return one tensor."
            )
        made = wrap(result._array)
        if recorded:
            _record(cls, name, context, args, wants, made)
            _tie(made, result, args)
        return made


def _record(function, name, context, args, wants, made):
    """Put the call on the tape."""
    pairs = zip(args, wants, strict=True)
    edges = [(each.grad_fn or each) if want else None for each, want in pairs]
    kind = type(
        name,
        (FunctionNode,),
        {"operator": Operator(name, None), "function": function, "__module__": "builtins"},
    )
    versions = [each._counter[0] if isinstance(each, Tensor) else None for each in args]
    node = kind(args, {}, edges, versions, made)
    node.context = context
    if any(tensor is not None and tensor._array is made._array for tensor, _ in context._saved):
        context._result, context._node = made._array, weakref.ref(node)
    made._node, made._requires_grad = node, True


def _tie(made, result, args):
    """Make a result that is an argument, or a part of one, a view of it that nobody may change."""
    for each in args:
        if not isinstance(each, Tensor):
            continue
        base = each if each._base is None else each._base
        if result is each or result._base is base:
            made._base, made._base_node, made._counter = base, base._node, each._counter
            made._tracked, made._seen, made._output = True, each._counter[0], 0


__getattr__ = outside("torch.autograd.function", __all__)
