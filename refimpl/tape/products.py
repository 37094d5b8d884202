"""Matrix products: one operator per pair of ranks, as torch names them."""

import numpy as np

from refimpl.errors import NAMES, failure, silent
from refimpl.tape.arguments import check_storage
from refimpl.tape.broadcast import check_broadcast, like
from refimpl.tape.operands import check_tensor
from refimpl.tape.record import Operator
from refimpl.tape.respelling import respelt
from refimpl.tape.shaping import reshape
from refimpl.tape.views import reshaped, shape_of


def turned(x):
    """Return a matrix, or a stack of them, transposed; of an array or a tensor."""
    return x.mT


def column(x):
    return reshaped(x, shape=(*shape_of(x), 1))


def row(x):
    return reshaped(x, shape=(1, *shape_of(x)))


TERMS = 120  # of a sum


def product_of(a, b):
    """Multiply matrices, so many columns at a time by as many rows.

    Short sums lose less to rounding than long ones, and BLAS takes small products as they lie,
    where it copies the factors of larger ones first.
    """
    if len(b) <= TERMS:
        return np.matmul(a, b)
    product = np.matmul(a[:, :TERMS], b[:TERMS])
    for i in range(TERMS, len(b), TERMS):
        product += np.matmul(a[:, i : i + TERMS], b[i : i + TERMS])
    return product


_dot = Operator(
    "DotBackward0",
    silent(lambda a, b: np.dot(a, b) + a.dtype.type(0)),  # as if the sum began with 0
    lambda g, a, b: g * b,
    lambda g, a, b: g * a,
    saves=((1,), (0,)),
)
_mv = Operator(
    "MvBackward0",
    silent(np.matmul),
    lambda g, a, b: column(g) * row(b),
    lambda g, a, b: _mv(turned(a), g),
    saves=((1,), (0,)),
)
_vm = Operator(
    "SqueezeBackward4",
    silent(np.matmul),
    lambda g, a, b: _mv(b, g),
    lambda g, a, b: column(a) * row(g),
    saves=((1,), (0,)),
)
product = Operator(
    "MmBackward0",
    silent(product_of),
    lambda g, a, b: product(g, turned(b)),
    lambda g, a, b: product(turned(a), g),
    saves=((1,), (0,)),
    pulls=(lambda g, a, b: product_of(g, b.mT), lambda g, a, b: product_of(a.mT, g)),
)
_bmm = Operator(
    "BmmBackward0",
    silent(np.matmul),
    lambda g, a, b: like(_bmm(g, turned(b)), a),
    lambda g, a, b: like(_bmm(turned(a), g), b),
    saves=((1,), (0,)),
)
_batched = _bmm.named("UnsafeViewBackward0")


# What torch says of a product of two dtypes, and of bools, by the kind of product.
OF_TWO_DTYPES = {
    "dot": "dot : expected both vectors to have same dtype, but found {a.title} and {b.title}",
    "addmv_impl_cpu": "addmv input tensors must have the same dtype, but got {b.title}, {a.title}, "
    "and {b.title}",
    "addmm_impl_cpu_": "expected m1 and m2 to have the same dtype, but got: {a.product} != "
    "{b.product}",
    "bmm": "expected scalar type {a.title} but found {b.title}",
}


def check_dtypes(left, right, kernel="addmm_impl_cpu_"):
    """Refuse a product of two dtypes, or of bools; `kernel` is torch's name of the product."""
    if kernel == "bmm":
        _refuse_bools(left, right, kernel)
    if left._array.dtype != right._array.dtype:
        a, b = NAMES[left.dtype.name], NAMES[right.dtype.name]
        raise failure(
            RuntimeError,
            OF_TWO_DTYPES[kernel].format(a=a, b=b),
            "A matrix product promotes nothing; convert one of the two.",
        )
    _refuse_bools(left, right, kernel)


def _refuse_bools(left, right, kernel):
    if left._array.dtype.kind == "b" and (kernel == "dot" or left._array.size * right._array.size):
        raise failure(
            NotImplementedError,
            f"\"{kernel}\" not implemented for 'Bool'",
            "Convert the factors, for instance with .int().",
        )


def matmul(input, other, **outside):
    """Return the matrix product of vectors, matrices or stacks of matrices.

    Parameters
    ----------
    input : Tensor of shape (n,) or (..., m, n)
    other : Tensor of shape (n,) or (..., n, k), of the same dtype
        The leading dimensions are broadcast.

    Returns
    -------
    Tensor of shape (..., m, k); a vector adds no dimension

    Raises
    ------
    RuntimeError
        Where the inner lengths differ, an operand has rank 0, or the dtypes differ.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> a = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> torch.matmul(a, a), torch.matmul(a, torch.tensor([1.0, -1.0]))
    (tensor([[ 7., 10.],
            [15., 22.]]), tensor([-1., -1.]))
    """
    if outside:
        return respelt(matmul, outside, input, other)
    check_tensor("matmul", input)
    check_tensor("matmul", other, "other", 2)
    m, n = input._array.ndim, other._array.ndim
    if m == n == 2:
        return _mm_checked(input, other)
    if m == 0 or n == 0:
        raise failure(
            RuntimeError,
            f"both arguments to matmul need to be at least 1D, but they are {m}D and {n}D",
            "matmul: for a number use `*`.",
        )
    if m == 1 and n == 1:
        return dot(input, other)
    if m <= 2 and n <= 2:
        return (_mv_checked if n == 1 else _vm_checked)(input, other)
    return _stacked(input, other)


def _stacked(input, other):
    """Multiply where one of both is a stack of matrices."""
    m, n = input._array.ndim, other._array.ndim
    if m == n == 3 and input._array.shape[0] != other._array.shape[0]:
        if input._array.shape[0] == 1 and input.requires_grad:  # torch makes fewer products then
            return _stacked(input.squeeze(0), other)
        if other._array.shape[0] == 1 and other.requires_grad:
            return _stacked(input, other.squeeze(0))
    if m == 2 and input.requires_grad:
        return _stacked(other.mT, input.mT).mT.contiguous()
    check_broadcast(input._array.shape[:-2], other._array.shape[:-2])
    inner = other.shape[-2] if n > 1 else other.shape[0]
    if input.shape[-1] != inner:
        raise failure(RuntimeError, _stacks_do_not_fit(input, other))
    kernels = {1: "addmv_impl_cpu", 2: "addmm_impl_cpu_"} if folds(input, other) else {}
    check_dtypes(input, other, kernels.get(n, "bmm"))
    if n == 1:
        return _batched_vector(input, other)
    if m == 1:
        return _batched(reshaped(input, shape=(1, *shape_of(input))), other).squeeze(-2)
    return _batched(input, other)


def _is_one_matrix(stack):
    """Tell whether all rows of a stack lie one step apart: torch makes one matrix of it."""
    steps, shape = stack.strides, stack.shape
    return all(steps[i] == steps[i + 1] * shape[i + 1] for i in range(stack.ndim - 2))


def folds(input, other):
    """Tell whether torch multiplies a stack and a matrix or vector as two matrices."""
    return other.requires_grad or not input._array.size or _is_one_matrix(input._array)


def _stacks_do_not_fit(input, other):
    a, b = shape_of(input), shape_of(other)
    if len(b) <= 2 and folds(input, other):
        rows = int(np.prod(a[:-1]))
        if len(b) == 1:
            return f"size mismatch, got input ({rows}), mat ({rows}x{a[-1]}), vec ({b[0]})"
        return f"mat1 and mat2 shapes cannot be multiplied ({rows}x{a[-1]} and {b[0]}x{b[1]})"
    if len(a) <= 2 and (
        input.requires_grad or len(a) == 1 and _is_one_matrix(np.swapaxes(other._array, -1, -2))
    ):
        rows = int(np.prod(b[:-2])) * b[-1]
        if len(a) == 1:
            return f"size mismatch, got input ({rows}), mat ({rows}x{b[-2]}), vec ({a[0]})"
        return f"mat1 and mat2 shapes cannot be multiplied ({rows}x{b[-2]} and {a[1]}x{a[0]})"
    if len(a) == 1:
        a = (1, *a)
    inner = b[-2] if len(b) > 1 else b[0]
    batch = np.broadcast_shapes(a[:-2], b[:-2])
    size = int(np.prod(batch))
    return (
        "Expected size for first two dimensions of batch2 tensor to be: "
        f"[{size}, {a[-1]}] but got: [{size}, {inner}]."
    )


def _batched_vector(input, other):
    stacked = _batched(input, column(other))
    return reshaped(stacked, shape=shape_of(stacked)[:-1])


def _check_inner(a, b):
    if a.shape[1] != b.shape[0]:
        raise failure(
            RuntimeError,
            f"size mismatch, got input ({a.shape[0]}), mat ({a.shape[0]}x{a.shape[1]}), "
            f"vec ({b.shape[0]})",
        )


def _mv_checked(a, b):
    _check_inner(a, b)
    check_dtypes(a, b, "addmv_impl_cpu")
    return _mv(a, b)


def _vm_checked(a, b):
    if a.shape[0] != b.shape[0]:
        raise failure(RuntimeError, _mm_message((1, *a.shape), b.shape))
    check_dtypes(a, b)
    return _vm(a, b)


def _mm_message(a, b):
    return f"mat1 and mat2 shapes cannot be multiplied ({a[0]}x{a[1]} and {b[0]}x{b[1]})"


def mm(input, mat2, **outside):
    """Return the product of two matrices.

    Parameters
    ----------
    input : Tensor of shape (m, n)
    mat2 : Tensor of shape (n, k), of the same dtype

    Returns
    -------
    Tensor of shape (m, k)

    Raises
    ------
    RuntimeError
        Where an operand is no matrix, the inner lengths differ, or the dtypes differ.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.mm(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    if outside:
        return respelt(mm, outside, input, mat2)
    check_tensor("mm", input)
    check_tensor("mm", mat2, "mat2", 2)
    for argument, each in (("self", input), ("mat2", mat2)):
        if each._array.ndim != 2:
            raise failure(RuntimeError, f"{argument} must be a matrix")
    return _mm_checked(input, mat2)


def _mm_checked(a, b):
    if a._array.shape[1] != b._array.shape[0]:
        raise failure(
            RuntimeError,
            _mm_message(a.shape, b.shape),
            "The columns of the first must be as many as the rows of the second.",
        )
    check_dtypes(a, b)
    return product(a, b)


def mv(input, vec, **outside):
    """Return the product of a matrix and a vector.

    Parameters
    ----------
    input : Tensor of shape (m, n)
    vec : Tensor of shape (n,), of the same dtype

    Returns
    -------
    Tensor of shape (m,)

    Raises
    ------
    RuntimeError
        Where the ranks are others, the inner lengths differ, or the dtypes differ.
    IndexError
        Where `input` has no dimension.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.mv(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    if outside:
        return respelt(mv, outside, input, vec)
    check_tensor("mv", input)
    check_tensor("mv", vec, "vec", 2)
    if input.ndim == 0:
        raise failure(IndexError, "Dimension specified as 0 but tensor has no dimensions")
    if input.ndim != 2 or vec.ndim != 1:
        raise failure(
            RuntimeError,
            f"vector + matrix @ vector expected, got 1, {input.ndim}, {vec.ndim}",
            "mv: it takes a matrix and a vector.",
        )
    _check_inner(input, vec)
    if input.dtype is not vec.dtype:
        titles = vec.dtype.title, input.dtype.title
        raise failure(
            RuntimeError,
            "addmv input tensors must have the same dtype, but got "
            f"{titles[0]}, {titles[1]}, and {titles[0]}",
            "mv: convert one of them with .to(dtype).",
        )
    return _mv_checked(input, vec)


def dot(input, tensor, **outside):
    """Return the sum of the products of the elements of two vectors.

    Parameters
    ----------
    input : Tensor of shape (n,)
    tensor : Tensor of shape (n,), of the same dtype

    Returns
    -------
    Tensor of shape ()

    Raises
    ------
    RuntimeError
        Where an operand is no vector, the lengths differ, or the dtypes differ.
    TypeError
        Where an operand is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.dot(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0]))
    tensor(32.)
    """
    if outside:
        return respelt(dot, outside, input, tensor)
    check_tensor("dot", input)
    check_tensor("dot", tensor, "tensor", 2)
    if input.ndim != 1 or tensor.ndim != 1:
        raise failure(
            RuntimeError, f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors"
        )
    if input.dtype is not tensor.dtype:
        check_dtypes(input, tensor, "dot")
    if input.shape != tensor.shape:
        raise failure(
            RuntimeError,
            f"inconsistent tensor size, expected tensor [{input.shape[0]}] and src "
            f"[{tensor.shape[0]}] to have the same number of elements, but got "
            f"{input.shape[0]} and {tensor.shape[0]} elements respectively",
        )
    check_dtypes(input, tensor, "dot")
    return _dot(input, tensor)


def outer(input, vec2, **outside):
    """Return the products of all pairs of elements of two vectors.

    Parameters
    ----------
    input : Tensor of shape (m,)
    vec2 : Tensor of shape (n,)

    Returns
    -------
    Tensor of shape (m, n) and the common dtype

    Raises
    ------
    RuntimeError
        Where an argument is no vector.
    TypeError
        Where an argument is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.outer(torch.tensor([1.0, 10.0]), torch.tensor([1.0, 2.0, 3.0]))
    tensor([[ 1.,  2.,  3.],
            [10., 20., 30.]])
    """
    if outside:
        return respelt(outer, outside, input, vec2)
    check_tensor("outer", input)
    check_tensor("outer", vec2, "vec2", 2)
    for argument, each in (("self", input), ("vec2", vec2)):
        if each.ndim != 1:
            raise failure(
                RuntimeError,
                f"outer: Expected 1-D argument {argument}, but got {each.ndim}-D",
            )
    shape = (input._array.size, vec2._array.size)
    check_storage(shape, max(input.itemsize, vec2.itemsize))
    return reshape(input, -1, 1) * vec2
