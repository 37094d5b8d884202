"""A function of one's own: how its result is made, and how its cotangent is pulled back."""

import functools
import inspect
import warnings
import weakref

import numpy as np

from refimpl.autograd.modes import enable_grad, no_grad
from refimpl.errors import NotInSubset, failure, kind, outside, unsupported
from refimpl.tape.broadcast import like
from refimpl.tape.operands import to_dtype
from refimpl.tape.record import SECOND_BACKWARD, Node, Operator, changed
from refimpl.tape.tensor import GradMode, Tensor, wrap

__all__ = ["Function", "once_differentiable"]


TWICE = "trying to differentiate twice a function that was marked with @once_differentiable"
BOTH = (
    "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only "
    "implement one of them."
)


# What torch's contexts have beyond the subset.
OUTSIDE = frozenset(
    """apply apply_boxed apply_jvp dirty_tensors mark_dirty mark_shared_storage
    maybe_clear_saved_tensors metadata name next_functions non_differentiable register_hook
    register_prehook requires_grad save_for_forward saved_for_forward saved_variables
    to_save""".split()
)


class Context:
    """What `forward` keeps for `backward`: attributes of any name, and saved tensors.

    `needs_input_grad` says for each argument whether it wants a gradient.
    """

    materialize_grads = True
    _saved = ()
    _constant = ()  # results that are marked as not differentiable
    _versions = ()
    _result = None  # what `forward` returned, where that is saved
    _node = None

    def save_for_backward(self, *tensors):
        """Keep tensors; a change in place after `forward` is noticed when they are read."""
        self._saved = tensors

    def mark_non_differentiable(self, *results):
        """Say which results have no gradient, though an argument wants one."""
        self._constant = results

    def set_materialize_grads(self, value):
        """Say whether `backward` gets zeros or None where there is no gradient."""
        if not isinstance(value, bool):
            raise failure(
                TypeError,
                "set_materialize_grads received an invalid combination of arguments - got (), but "
                "expected (bool)",
            )
        self.materialize_grads = value

    def _check_saved(self):
        for i, each in enumerate(self._saved):
            if each is not None and not isinstance(each, Tensor):
                raise failure(
                    TypeError,
                    f"save_for_backward can only save variables, but argument {i} is of type "
                    f"{kind(each)}",
                    "forward: keep anything but tensors as an attribute of ctx.",
                )
        self._versions = [None if each is None else each._counter[0] for each in self._saved]

    def _is_constant(self, result):
        """Tell whether a result has no gradient, though an argument wants one."""
        if not all(isinstance(each, Tensor) for each in self._constant):
            raise failure(
                RuntimeError,
                "mark_non_differentiable only accepts variable arguments, but got ",
                "forward: mark the tensors that it returns.",
            )
        return not result.is_floating_point() or any(result is each for each in self._constant)

    @property
    def saved_tensors(self):
        """The tensors that were saved."""
        if self._saved is None:
            raise failure(RuntimeError, SECOND_BACKWARD)
        return tuple(map(self._read, self._saved, self._versions))

    def __getattr__(self, name):
        message = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise (NotInSubset(message, name) if name in OUTSIDE else AttributeError(message))

    def _read(self, tensor, version):
        if tensor is None:
            return None
        node = self._node() if tensor is self._result else tensor._node
        if tensor._counter[0] != version:
            raise changed(tensor._array, node, tensor._counter[0], version)
        if tensor is self._result:
            return node.remade()  # in its place on the tape; to keep it would be a cycle
        return tensor


class FunctionNode(Node):
    """One call of a `Function` on the tape."""

    def pull(self, cotangent, wanted, create_graph, keep):
        """Return pairs (edge, cotangent): call `backward` with tensors, recorded where wanted."""
        if self.args is None:
            raise failure(RuntimeError, SECOND_BACKWARD)
        given = cotangent
        if not (given is None or isinstance(given, Tensor)):
            given = wrap(np.asarray(given))  # of rank 0 a vjp may return a number of NumPy
        with (enable_grad if create_graph else no_grad)():
            gradients = self.function._way_back()(self.context, given)
            gradients = self._checked(gradients if isinstance(gradients, tuple) else (gradients,))
            pairs = [
                (edge, self._fitted(at, gradient, create_graph))
                for at, (edge, gradient) in enumerate(zip(self.edges, gradients, strict=True))
                if edge is not None
            ]
        if not keep:
            self.args = self.context._saved = None
        return pairs

    def pull_none(self, cotangent, wanted, create_graph, keep):
        """Do the same where there is no cotangent: `backward` gets zeros, or None if it asked."""
        if self.context.materialize_grads:
            cotangent = np.zeros(*self.made)
        return self.pull(cotangent, wanted, create_graph, keep)

    def _checked(self, gradients):
        """Return one gradient for each argument, or raise torch's error."""
        beyond = gradients[len(self.edges) :]
        if len(gradients) < len(self.edges) or any(g is not None for g in beyond):
            raise failure(
                RuntimeError,
                f"function {self.operator.name} returned an incorrect number of gradients "
                f"(expected {len(self.edges)}, got {len(gradients)})",
                "backward: return one gradient for each argument of forward, None where there is "
                "none.",
            )
        gradients = gradients[: len(self.edges)]
        for at, (argument, gradient) in enumerate(zip(self.args, gradients, strict=True)):
            self._check_kind(at, argument, gradient)
        return gradients

    def _check_kind(self, at, argument, gradient):
        if gradient is None:
            return
        if not isinstance(argument, Tensor):
            raise failure(
                RuntimeError,
                f"function {self.operator.name} returned a gradient different than None at "
                f"position {at + 1}, but the corresponding forward input was not a Variable",
                "backward: return None for what is no tensor.",
            )
        if not isinstance(gradient, Tensor):
            raise failure(
                RuntimeError,
                f"expected Variable or None (got {kind(gradient)})",
                "backward: a gradient is a tensor; several are returned as a tuple.",
            )

    def _fitted(self, at, gradient, create_graph):
        """Return the gradient of an argument as the walk wants it: in its shape and its dtype."""
        if gradient is None:
            return None
        argument = self.args[at]
        if not _expands_to(argument.shape, gradient.shape):
            place = sum(isinstance(each, Tensor) for each in self.args[:at])
            raise failure(
                RuntimeError,
                f"Function {self.operator.name} returned an invalid gradient at index {place} - "
                f"got {list(gradient.shape)} but expected shape compatible with "
                f"{list(argument.shape)}",
                "backward: a gradient has the shape of its argument.",
            )
        gradient = to_dtype(like(gradient, argument), argument.dtype)
        return gradient if create_graph else gradient._array

    @property
    def result(self):
        return self.context._result._array

    __repr__ = object.__repr__  # torch shows it with its module, unlike the nodes of its own


def _expands_to(shape, wanted):
    """Tell whether a tensor of one shape can be expanded to another."""
    lengths = wanted[len(wanted) - len(shape) :]
    return len(shape) <= len(wanted) and all(
        a in (1, b) for a, b in zip(shape, lengths, strict=True)
    )


def _refuse(g, x):
    raise failure(
        RuntimeError, TWICE, "Without the decorator the backward itself can be differentiated."
    )


only_once = Operator("Error", lambda x: x, _refuse, saves=((),))


def once_differentiable(fn):
    """Decorate a `backward` that shall not be recorded: its gradients have no gradient.

    Parameters
    ----------
    fn : callable
        The `backward` of a `Function`.

    Returns
    -------
    callable

    Raises
    ------
    RuntimeError
        Where one differentiates by what it returns.

    Examples
    --------
    >>> import refimpl as torch
    >>> from refimpl.autograd.function import once_differentiable
    >>> class Cube(torch.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.x = x
    ...         return x**3
    ...     @staticmethod
    ...     @once_differentiable
    ...     def backward(ctx, grad_output):
    ...         return 3 * ctx.x**2 * grad_output
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> torch.autograd.grad(Cube.apply(x), x)
    (tensor(12.),)
    """

    @functools.wraps(fn)
    def once(ctx, *cotangents):
        with no_grad():
            found = fn(ctx, *cotangents)
        recorded = any(isinstance(each, Tensor) and each.requires_grad for each in cotangents)
        if not GradMode.enabled or not recorded:
            return found
        several = found if isinstance(found, tuple) else (found,)
        marked = [g if g is None else only_once(g.detach().requires_grad_()) for g in several]
        return tuple(marked)

    return once


class Function:
    """A function with a backward pass of its own: subclass it, and call ``apply``.

    A subclass writes two static methods. ``forward(ctx, *args)`` returns the result, a tensor, and
    keeps in `ctx` what the way back needs: tensors by ``ctx.save_for_backward(...)``, all else as
    attributes. ``backward(ctx, grad_output)`` returns the gradient of each argument, None where
    there is none. Where a subclass has ``setup_context(ctx, inputs, output)``, that keeps what is
    needed, and `forward` is called without `ctx`.

    Parameters
    ----------
    *args : Tensor of any shape, or any object
    **named : Tensor of any shape, or any object

    Raises
    ------
    NotImplementedError
        When applied, unless a subclass has written both; for a result of several tensors.
    RuntimeError
        On the way back: for gradients of another number or shape, and for what is no tensor.

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

    def __init__(self, *args, **named):
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all "
            "static, so you should invoke them on the class itself. Instantiating an autograd "
            "function will raise an error in a future version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args, **named):
        raise failure(
            RuntimeError,
            "Legacy autograd function with non-static forward method is deprecated. Please use "
            "new-style autograd function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)",
            f"Call {type(self).__name__}.apply(...).",
        )

    @staticmethod
    def forward(*args):
        raise failure(
            NotImplementedError,
            "You must implement the forward function for custom autograd.Function.",
        )

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise failure(NotImplementedError, "setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise failure(
            NotImplementedError,
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD.",
        )

    vjp = backward  # the other name under which a subclass may write it

    @classmethod
    def _way_back(cls):
        """Return the function that pulls cotangents back."""
        if cls.vjp is Function.vjp:
            return cls.backward
        if cls.backward is not Function.backward:
            raise failure(RuntimeError, BOTH)
        return cls.vjp

    @classmethod
    def apply(cls, *args, **named):
        """Call the function and record the call.

        Parameters
        ----------
        *args : Tensor of any shape, or any object
        **named : Tensor of any shape, or any object

        Returns
        -------
        Tensor
            Or what else `forward` returns.

        Raises
        ------
        NotImplementedError
            Unless a subclass has written `forward`; where that returns a tuple.

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
        context = type(name, (Context,), {"__module__": Function.__module__})()
        apart = cls.setup_context is not Function.setup_context
        if apart:
            bound = inspect.signature(cls.forward).bind(*args, **named)
            bound.apply_defaults()
            args, named = bound.args, bound.kwargs
        given = (*args, *named.values())
        wants = [isinstance(each, Tensor) and each.requires_grad for each in given]
        context.needs_input_grad = tuple(wants)
        with no_grad():
            result = cls.forward(*(() if apart else (context,)), *args, **named)
            if apart:
                cls.setup_context(context, given, result)
        if isinstance(result, tuple):
            raise unsupported("A Function that returns a tuple", "Return one tensor.")
        if not isinstance(result, Tensor):
            return result
        made, constant = wrap(result._array), context._is_constant(result)
        made._counter = result._counter  # a change of what is returned changes what is saved
        if GradMode.enabled and any(wants):
            context._check_saved()
            if not constant:
                _record(cls, name, context, given, wants, made, result)
                _tie(made, result, given)
                return made
        if result._requires_grad:
            return made
        # Without a record the result is what `forward` returned, and of an argument a view.
        if any(result is each for each in given):
            result = result.view_as(result)
            result._tracked, result._output, result._of_function = True, 0, True
        return result


def _record(function, name, context, args, wants, made, result):
    """Put the call on the tape."""
    pairs = zip(args, wants, strict=True)
    edges = [(each.grad_fn or each) if want else None for each, want in pairs]
    kind = type(
        name,
        (FunctionNode,),
        {"operator": Operator(name, None), "function": function, "__module__": Function.__module__},
    )
    versions = [each._counter[0] if isinstance(each, Tensor) else None for each in args]
    node = kind(args, {}, edges, versions, made)
    node.context, node.made = context, (made.shape, made._array.dtype)
    if any(tensor is result for tensor in context._saved):
        context._result, context._node = result, weakref.ref(node)
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
            made._of_function = True


__getattr__ = outside("torch.autograd.function", __all__)
