"""Jacobians, Hessians and their products with vectors, of a function of tensors."""

from refimpl.autograd.gradients import grad
from refimpl.autograd.modes import enable_grad
from refimpl.errors import failure, outside, unsupported
from refimpl.tape import creation
from refimpl.tape.joining import stack
from refimpl.tape.shaping import reshape, view, view_as
from refimpl.tape.tensor import Tensor

__all__ = ["hessian", "jacobian", "jvp", "vjp"]


def _as_tuple(given, what, name):
    """Return tensors as a tuple, and whether they came as one."""
    several = isinstance(given, tuple)
    for i, each in enumerate(given if several else (given,)):
        if not isinstance(each, Tensor):
            which = f"value at index {i}" if several else f"given {what}"
            raise failure(
                TypeError,
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the "
                f"{which} has type {type(each)}.",
            )
    return (given if several else (given,)), several


def _inputs(inputs, name, create_graph):
    """Return the inputs as tensors to differentiate by."""
    inputs, several = _as_tuple(inputs, "inputs", name)
    if create_graph:
        return tuple(view_as(x, x) if x.requires_grad else _fresh(x) for x in inputs), several
    return tuple(_fresh(x) for x in inputs), several


def _fresh(x):
    return x.detach().requires_grad_()


def _outputs(func, inputs, name, strict):
    return _outputs_of(func(*inputs), name, strict)


def _outputs_of(found, name, strict):
    """Return the results of a function as a tuple, and whether they were one."""
    found, several = _as_tuple(found, "outputs of the user-provided function", name)
    for i, each in enumerate(found):
        if strict and not each.requires_grad:
            raise failure(
                RuntimeError,
                f"Output {i} of the user-provided function does not require gradients. The outputs "
                "must be computed in a differentiable manner from the input when running in "
                "strict mode.",
            )
    return found, several


# The words of `strict`: for an input without a gradient, and for a gradient without a record.
INDEPENDENT = (
    "The output of the user-provided function is independent of input {i}. This is not allowed in "
    "strict mode."
)
CONSTANT = (
    "The jacobian of the user-provided function is independent of input {i}. This is not allowed "
    "in strict mode when create_graph=True."
)


def _gradients(outputs, inputs, cotangents, create_graph, independent=None, constant=None):
    """Return the gradients, zeros where there is none; in strict mode words refuse some of them."""
    """Return the gradients; zeros where nothing depends, unless `independent` has a text for it."""
    pairs = [(y, c) for y, c in zip(outputs, cotangents, strict=True) if y.requires_grad]
    found = [None] * len(inputs)
    if pairs:
        ys, cs = zip(*pairs, strict=True)
        options = {"retain_graph": True, "create_graph": create_graph, "allow_unused": True}
        found = grad(list(ys), list(inputs), list(cs), **options)
    if independent:
        for i, each in enumerate(found):
            if each is None:
                raise failure(RuntimeError, independent.format(i=i))
            if create_graph and not each.requires_grad:
                raise failure(RuntimeError, constant.format(i=i))
    return tuple(
        creation.zeros_like(x) if each is None else each
        for each, x in zip(found, inputs, strict=True)
    )


def _finished(tensors, several, create_graph):
    """Return results as they were given, without a record unless one is wanted."""
    if not create_graph:
        tensors = tuple(each.detach() for each in tensors)
    return tensors if several else tensors[0]


def _check_v(v, others, several):
    if len(others) != len(v):
        raise failure(
            RuntimeError,
            f"v is a tuple of invalid length: should be {len(others)} but got {len(v)}."
            if several
            else "The given v should contain a single Tensor.",
        )
    for i, (each, other) in enumerate(zip(v, others, strict=True)):
        if each.shape != other.shape:
            entry = f"Entry {i} in " if len(v) > 1 else ""
            raise failure(
                RuntimeError,
                f"{entry}v has invalid size: should be {other.shape} but got {each.shape}.",
            )


def _vector(v, others, several, name, what):
    """Return v as a tuple of tensors of the shapes of `others`; by default 1 for one number."""
    if v is None:
        if len(others) != 1 or others[0].numel() != 1:
            raise failure(
                RuntimeError,
                f"The vector v can only be None if {what} a single Tensor with a single element.",
            )
        return (creation.ones_like(others[0]),)
    v, _ = _as_tuple(v, "v", name)
    _check_v(v, others, several)
    return v


@enable_grad()
def vjp(func, inputs, v=None, create_graph=False, strict=False):
    r"""Return the value of a function and the product of `v` with its Jacobian.

    .. math:: \bar x_i = \sum_j v_j \, \frac{\partial f_j}{\partial x_i}

    Parameters
    ----------
    func : callable
        Of the inputs, to a tensor or a tuple of tensors.
    inputs : Tensor of any shape, or tuple of Tensor
    v : Tensor of the shape of the result, or tuple of Tensor, optional
        The cotangents; not needed for a single number.
    create_graph : bool
        Record what is computed.
    strict : bool
        Refuse a result that does not depend on an input.

    Returns
    -------
    tuple
        The value, and a tensor or tuple of tensors of the shapes of the inputs.

    Raises
    ------
    TypeError
        For what is no tensor and no tuple of tensors.
    RuntimeError
        For a `v` of another shape; with `strict`.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0])
    >>> torch.autograd.functional.vjp(lambda x: x**2, x, torch.ones(2))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    inputs, several_in = _inputs(inputs, "vjp", create_graph)
    outputs, several_out = _outputs(func, inputs, "vjp", strict)
    what = "the user-provided function returns"
    v = _vector(v, outputs, several_out, "vjp", what)
    found = _gradients(
        outputs,
        inputs,
        v,
        create_graph,
        INDEPENDENT if strict else None,
        CONSTANT if strict else None,
    )
    value = _finished(outputs, several_out, create_graph)
    return value, _finished(found, several_in, create_graph)


@enable_grad()
def jvp(func, inputs, v=None, create_graph=False, strict=False):
    r"""Return the value of a function and the product of its Jacobian with `v`.

    .. math:: \dot f_j = \sum_i \frac{\partial f_j}{\partial x_i} \, v_i

    Parameters
    ----------
    func : callable
        Of the inputs, to a tensor or a tuple of tensors.
    inputs : Tensor of any shape, or tuple of Tensor
    v : Tensor of the shape of the inputs, or tuple of Tensor, optional
        The tangents; not needed for a single number.
    create_graph : bool
        Record what is computed.
    strict : bool
        Refuse a result that does not depend on an input.

    Returns
    -------
    tuple
        The value, and a tensor or tuple of tensors of its shapes.

    Raises
    ------
    TypeError
        For what is no tensor and no tuple of tensors.
    RuntimeError
        For a `v` of another shape; with `strict`.

    Notes
    -----
    The way back is linear in its cotangents, and is differentiated by them: a way forward made of
    two ways back, as in torch.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0])
    >>> torch.autograd.functional.jvp(lambda x: x**2, x, torch.tensor([1.0, 0.0]))
    (tensor([1., 4.]), tensor([2., 0.]))
    """
    inputs, several_in = _inputs(inputs, "jvp", create_graph)
    what = "the input to the user-provided function is"
    v = _vector(v, inputs, several_in, "jvp", what)
    outputs, several_out = _outputs(func, inputs, "jvp", strict)
    cotangents = tuple(creation.zeros_like(y).requires_grad_() for y in outputs)
    of_inputs = (
        "The gradient with respect to input {i} is independent of the inputs of the user-provided "
        "function. This is not allowed in strict mode."
    )
    of_cotangents = (
        "The gradient with respect to the input is independent of entry {i} in the grad_outputs "
        "when using the double backward trick to compute forward mode gradients. This is not "
        "allowed in strict mode."
    )
    back = _gradients(
        outputs,
        inputs,
        cotangents,
        True,
        INDEPENDENT if strict else None,
        of_inputs if strict else None,
    )
    found = _gradients(
        back,
        cotangents,
        v,
        create_graph,
        of_cotangents if strict else None,
        CONSTANT if strict else None,
    )
    value = _finished(outputs, several_out, create_graph)
    return value, _finished(found, several_out, create_graph)


@enable_grad()
def jacobian(
    func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"
):
    r"""Return the derivatives of every element of a result by every element of the inputs.

    .. math:: J_{ji} = \frac{\partial f_j}{\partial x_i}

    Parameters
    ----------
    func : callable
        Of the inputs, to a tensor or a tuple of tensors.
    inputs : Tensor of any shape, or tuple of Tensor
    create_graph : bool
        Record what is computed.
    strict : bool
        Refuse a result that does not depend on an input.
    vectorize : bool
        It is accepted: it changes torch's speed, not its result.
    strategy : str
        Anything but ``"reverse-mode"`` lies outside the subset.

    Returns
    -------
    Tensor of the shape of the result and that of the input together
        A tuple of them for several inputs; for several results, a tuple for each.

    Raises
    ------
    TypeError
        For what is no tensor and no tuple of tensors.
    RuntimeError
        With `strict`; for inputs of integers.
    NotImplementedError, AssertionError
        For another strategy.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([2.0, 1.0, 0.1])
    >>> torch.autograd.functional.jacobian(lambda x: torch.softmax(x, dim=0), x)
    tensor([[ 0.2247, -0.1598, -0.0650],
            [-0.1598,  0.1837, -0.0239],
            [-0.0650, -0.0239,  0.0889]])
    """
    _check_strategy(strategy, vectorize)
    inputs, several_in = _inputs(inputs, "jacobian", create_graph)
    outputs, several_out = _outputs(func, inputs, "jacobian", strict)
    rows = tuple(
        _rows(number, output, inputs, create_graph, strict) for number, output in enumerate(outputs)
    )
    found = tuple(_finished(each, several_in, create_graph) for each in rows)
    return found if several_out else found[0]


def _check_strategy(strategy, vectorize):
    if strategy not in ("forward-mode", "reverse-mode"):
        raise failure(
            AssertionError,
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your '
            'function has more outputs than inputs, "forward-mode" tends to be more performant. '
            'Otherwise, prefer to use "reverse-mode".',
        )
    if strategy == "forward-mode" and not vectorize:
        raise failure(
            NotImplementedError,
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly "
            "implemented for `vectorize=True`.",
        )
    if strategy == "forward-mode":
        raise unsupported("jacobian(strategy='forward-mode')", "The other one has the same result.")


def _rows(number, output, inputs, create_graph, strict):
    """Return the Jacobian of one output, for each input."""
    rows = [[] for _ in inputs]
    independent = (
        f"Output {number} of the user-provided function is independent of input {{i}}. This is not "
        "allowed in strict mode."
    )
    constant = (  # torch names the output here
        f"The jacobian of the user-provided function is independent of input {number}. This is not "
        "allowed in strict mode when create_graph=True."
    )
    for place in range(output.numel()):
        cotangent = creation.zeros(output.numel(), dtype=output.dtype)
        cotangent[place] = 1
        cotangent = reshape(cotangent, output.shape)
        found = _gradients(
            (output,),
            inputs,
            (cotangent,),
            create_graph,
            independent if strict else None,
            constant if strict else None,
        )
        for row, each in zip(rows, found, strict=True):
            row.append(each)
    shapes = [(*output.shape, *x.shape) for x in inputs]
    return tuple(view(stack(row), shape) for row, shape in zip(rows, shapes, strict=True))


def hessian(
    func,
    inputs,
    create_graph=False,
    strict=False,
    vectorize=False,
    outer_jacobian_strategy="reverse-mode",
):
    r"""Return the second derivatives of a number by every two elements of the inputs.

    .. math:: H_{ij} = \frac{\partial^2 f}{\partial x_i \, \partial x_j}

    Parameters
    ----------
    func : callable
        Of the inputs, to a tensor of one element.
    inputs : Tensor of any shape, or tuple of Tensor
    create_graph : bool
        Record what is computed.
    strict : bool
        Refuse a derivative that does not depend on an input.
    vectorize : bool
        It is accepted: it changes torch's speed, not its result.
    outer_jacobian_strategy : str
        Anything but ``"reverse-mode"`` lies outside the subset.

    Returns
    -------
    Tensor of the shape of the input twice
        For several inputs a tuple of tuples, one for every two of them.

    Raises
    ------
    TypeError
        For what is no tensor and no tuple of tensors.
    RuntimeError
        For a result of several elements; with `strict`.
    NotImplementedError, AssertionError
        For another strategy.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.autograd.functional.hessian(lambda x: (x**3).sum(), torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    inputs, several = _as_tuple(inputs, "inputs", "hessian")

    def single(*given):
        found = func(*given)
        _outputs_of(found, "hessian", strict)
        if isinstance(found, tuple):
            raise failure(
                RuntimeError, "The function given to hessian should return a single Tensor"
            )
        if found.numel() != 1:
            raise failure(
                RuntimeError,
                "The Tensor returned by the function given to hessian should contain a single "
                "element",
            )
        return found.squeeze()

    def slope(*given):
        found = jacobian(single, given, create_graph=True)
        for i, each in enumerate(found):
            if strict and not each.requires_grad:
                raise failure(
                    RuntimeError,
                    "While computing the hessian, found that the jacobian of the user-provided "
                    f"function with respect to input {i} is independent of the input. This is not "
                    "allowed in strict mode. You should ensure that your function is twice "
                    "differentiable and that the jacobian depends on the inputs (this would be "
                    "violated by a linear function for example).",
                )
        return found

    options = {"strict": strict, "vectorize": vectorize, "strategy": outer_jacobian_strategy}
    found = jacobian(slope, inputs, create_graph=create_graph, **options)
    return found if several else found[0][0]


__getattr__ = outside("torch.autograd.functional", __all__)
