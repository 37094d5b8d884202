"""Asking for gradients."""

import warnings
from array import array
from collections.abc import Mapping
from itertools import count

import numpy as np

from refimpl.errors import failure, kind, unsupported
from refimpl.keywords import refuse
from refimpl.tape.operands import to_dtype
from refimpl.tape.tensor import Tensor
from refimpl.tape.walk import accumulate, as_tensor_grad, edge_of, walk


def _several(tensors):
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def _inputs(inputs, name):
    """Return the tensors whose gradients are wanted as a tuple; a dict has them as values."""
    if isinstance(inputs, Mapping) and type(inputs) is not dict:
        raise failure(
            TypeError,
            f"`inputs` argument to `{name}()` must be a dict, not {type(inputs).__name__}. Other "
            "Mapping types are not supported.",
        )
    found = tuple(inputs.values()) if type(inputs) is dict else _several(inputs)
    if not found:
        raise failure(
            RuntimeError,
            f"`inputs` argument to `{name}()` cannot be empty.",
            f"{name}: name the tensors whose gradients are wanted.",
        )
    return found


def _seeds(tensors, given):
    """Return the cotangents of the outputs: those given, or an array with 1 for a scalar."""
    given = (None,) * len(tensors) if given is None else _several(given)
    return list(map(_seed, tensors, given, count()))


def _seed(tensor, grad, position):
    if not isinstance(tensor, Tensor):
        raise failure(
            AssertionError,
            "Expected output to be a torch.Tensor",
            f"This one is of type {type(tensor).__name__}.",
        )
    if grad is None:
        return _one(tensor)
    if not isinstance(grad, Tensor):
        raise failure(
            TypeError, f"gradients can be either Tensors or None, but got {type(grad).__name__}"
        )
    if grad.shape != tensor.shape:
        raise failure(
            RuntimeError,
            f"Mismatch in shape: grad_output[{position}] has a shape of {grad.shape} and "
            f"output[{position}] has a shape of {tensor.shape}.",
            "The gradient of an output has one entry for each of its entries.",
        )
    return to_dtype(grad, tensor.dtype)


def _one(tensor):
    if tensor._array.size != 1 and tensor.requires_grad:
        raise failure(
            RuntimeError,
            "grad can be implicitly created only for scalar outputs",
            f"This output has shape {tuple(tensor.shape)}: reduce it, for instance with .sum(), or "
            "say with `gradient=` how each entry counts.",
        )
    if tensor._array.ndim == 0:
        return np.array(1, tensor._array.dtype)
    return np.ones(tensor._array.shape, tensor._array.dtype)


def _check_record(tensors, seeds):
    if len(seeds) != len(tensors):
        raise failure(
            RuntimeError,
            f"got {len(tensors)} tensors and {len(seeds)} gradients",
            "Give one gradient for each output.",
        )
    for i, tensor in enumerate(tensors):
        if tensor._node is None and not tensor.requires_grad:
            raise failure(
                RuntimeError,
                f"element {i} of tensors does not require grad and does not have a grad_fn",
                "Nothing on the way to it required a gradient, or it was made under no_grad.",
            )


def _check_goals(inputs, advice, keeps=False):
    for each in inputs:
        if not isinstance(each, Tensor):
            raise failure(
                RuntimeError,
                f"all inputs have to be Tensors or GradientEdges, but got {kind(each)}",
                advice,
            )
        if keeps and not each.requires_grad:
            raise failure(
                RuntimeError,
                "can't retain_grad on Tensor that has requires_grad=False",
                advice,
            )


def _check_switches(*switches):
    """Refuse what torch's engine does not take as a switch: it has eight bits."""
    for each in switches:
        if not isinstance(each, bool):
            array("B", [each])


def backward(
    tensors,
    grad_tensors=None,
    retain_graph=None,
    create_graph=False,
    grad_variables=None,
    inputs=None,
):
    """Accumulate into the leaves the gradients of `tensors`.

    Parameters
    ----------
    tensors : Tensor of any shape, or sequence of Tensor
        The outputs.
    grad_tensors : Tensor of the shape of the output, or sequence of Tensor or None, optional
        The cotangents; needed where an output is not a scalar.
    retain_graph : bool, optional
        Keep what the nodes saved, so that the graph can be walked again; by default `create_graph`.
    create_graph : bool
        Record the walk itself, for derivatives of the gradients; torch warns of a reference cycle.
    grad_variables : Tensor or sequence of Tensor, optional
        The deprecated name of `grad_tensors`; same shape.
    inputs : sequence of Tensor, optional
        Accumulate into these only, leaves or not, of any shape.

    Raises
    ------
    RuntimeError
        Where an output has no record, or is not a scalar and has no cotangent; where a cotangent
        has another shape; where the graph was freed; where a saved tensor was changed in place.
    TypeError
        Where a cotangent is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.tensor(1.0, requires_grad=True)
    >>> y = (w + 2) * (w + 1)
    >>> torch.autograd.backward(y)
    >>> w.grad
    tensor(5.)
    """
    if grad_variables is not None:
        warnings.warn(
            "`grad_variables` is deprecated. Use `grad_tensors` instead.",
            FutureWarning,
            stacklevel=2,
        )
        if grad_tensors is not None:
            raise failure(
                RuntimeError,
                "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to "
                "`backward()`. Please only use `grad_tensors`.",
            )
        grad_tensors = grad_variables
    inputs = None if inputs is None else _inputs(inputs, "backward")
    tensors = _several(tensors)
    seeds = _seeds(tensors, grad_tensors)
    keep = create_graph if retain_graph is None else retain_graph
    if keep is not False or create_graph is not False:
        _check_switches(keep, create_graph)
    _check_record(tensors, seeds)
    if create_graph:
        warnings.warn(
            "Using backward() with create_graph=True will create a reference cycle between the "
            "parameter and its gradient which can cause a memory leak. We recommend using "
            "autograd.grad when creating the graph to avoid this. If you have to use this "
            "function, make sure to reset the .grad fields of your parameters to None after use to "
            "break the cycle and avoid the leak.",
            UserWarning,
            stacklevel=2,
        )
    goals = None
    if inputs is not None:
        _check_goals(inputs, "backward: name the tensors whose gradients are wanted.", keeps=True)
        goals = {edge_of(each): each for each in inputs}
    deliver = _deliver if goals is None else None
    found = walk(tensors, seeds, keep=keep, create_graph=create_graph, goals=goals, deliver=deliver)
    _deliver(found, goals)


def _deliver(found, goals=None):
    """Add gradients to the leaves that are wanted, by default all."""
    for edge, cotangent in found.items():
        if goals is None:
            leaf = edge
        elif edge in goals:
            leaf = goals[edge]
        else:
            continue
        if cotangent is None or leaf._borrowed or not leaf._requires_grad:
            continue  # a view without a place for a gradient, or a leaf that wants none any more
        if isinstance(cotangent, Tensor):
            accumulate(leaf, cotangent)
        else:
            leaf._add_to_grad(cotangent)


def _check_inputs(inputs):
    _check_goals(inputs, "grad: it differentiates by tensors.")
    for each in inputs:
        if not each.requires_grad:
            raise failure(
                RuntimeError,
                "One of the differentiated Tensors does not require grad",
                "An input must be a leaf with requires_grad=True or be made from one.",
            )


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    only_inputs=True,
    allow_unused=None,
    is_grads_batched=False,
    materialize_grads=False,
    **outside,
):
    """Return the gradients of `outputs` in `inputs`, as a tuple, and accumulate nothing.

    Parameters
    ----------
    outputs, inputs : Tensor of any shape, or sequence of Tensor
    grad_outputs : Tensor of the shape of the output, or sequence of Tensor or None, optional
        The cotangents; needed where an output is not a scalar.
    retain_graph, create_graph : bool, optional
        As of `backward`.
    only_inputs : bool
        Without effect, with a warning where it is False.
    allow_unused : bool, optional
        Return None for an input that the outputs do not depend on.
    is_grads_batched : bool
        Outside the subset.
    materialize_grads : bool
        Return zeros for such an input.

    Returns
    -------
    tuple of Tensor or None
        One gradient for each input, of its shape.

    Raises
    ------
    RuntimeError
        As `backward`; for an input that requires no gradient or is not used.
    TypeError
        Where a cotangent is no tensor.
    ValueError
        For `materialize_grads` with ``allow_unused=False``.
    NotImplementedError
        For `is_grads_batched`.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
    >>> p = torch.softmax(x, dim=0)
    >>> torch.autograd.grad(p[0], x)
    (tensor([ 0.2247, -0.1598, -0.0650]),)
    """
    if outside:
        refuse(grad, outside)
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To "
            "accumulate gradient for other parts of the graph, please use torch.autograd.backward.",
            FutureWarning,
            stacklevel=2,
        )
    if is_grads_batched:
        raise unsupported(
            "grad(is_grads_batched=True)", "Call grad once for each row, with retain_graph=True."
        )
    if materialize_grads and allow_unused is False:
        raise failure(
            ValueError,
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False.",
        )
    if allow_unused is None:
        allow_unused = materialize_grads
    outputs, names = _several(outputs), inputs
    inputs = _inputs(inputs, "grad")
    seeds = _seeds(outputs, grad_outputs)
    keep = create_graph if retain_graph is None else retain_graph
    _check_switches(keep, create_graph, allow_unused)
    _check_record(outputs, seeds)
    _check_inputs(inputs)
    goals = {edge_of(each) for each in inputs}
    found = walk(outputs, seeds, keep=keep, create_graph=create_graph, goals=goals)
    gradients = []
    for i, each in enumerate(inputs):
        cotangent = found.get(edge_of(each))
        if cotangent is None and not allow_unused:
            raise failure(
                RuntimeError,
                f"The differentiated Tensor at index {i} appears to not have been used in the "
                "graph. Set allow_unused=True if this is the desired behavior.",
            )
        if cotangent is None and materialize_grads:
            nothing = as_tensor_grad(np.zeros_like(each._array))
            gradients.append(nothing.requires_grad_(bool(create_graph)))
        else:
            gradients.append(None if cotangent is None else as_tensor_grad(cotangent))
    return dict(zip(names, gradients, strict=True)) if type(names) is dict else tuple(gradients)


def backward_of(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
    """Accumulate into the leaves the gradients of this tensor, see `autograd.backward`.

    Parameters
    ----------
    gradient : Tensor of the shape of this tensor, optional
        The cotangent; needed where the tensor is not a scalar.
    retain_graph, create_graph, inputs
        As of `autograd.backward`.

    Raises
    ------
    RuntimeError, TypeError
        As `autograd.backward`.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> (x**3).backward(gradient=torch.tensor([1.0, 10.0]))
    >>> x.grad
    tensor([  3., 120.])
    """
    backward(self, gradient, retain_graph, create_graph, inputs=inputs)
