"""The tensor: an ndarray that remembers how it was made.

A tensor holds an array and, when gradients are wanted, the node that made it. A tensor without a
node that requires a gradient is a leaf. Views share the array's memory and the counter of its
changes. This class has what a tensor knows of itself; `refimpl.members` adds all that is computed.
"""

import operator
import sys
import warnings
from copy import deepcopy
from itertools import count

import numpy as np

from refimpl.errors import (
    NAMES,
    Builtin,
    NotInSubset,
    as_int,
    check_bool,
    check_fits,
    dim_out_of_range,
    failure,
    kind,
    near,
    not_writable,
    unsupported,
)
from refimpl.keywords import refuse
from refimpl.tape import dtypes
from refimpl.tape.arguments import wrong
from refimpl.tape.memory import deep_copy, strides_of


def _of_a_leaf_only(wanted):
    """Return torch's error for the flag of a tensor that a node made."""
    text = "you can only change requires_grad flags of leaf variables."
    if not wanted:
        text += (
            " If you want to use a computed variable in a subgraph that doesn't require "
            "differentiation use var_no_grad = var.detach()."
        )
    return failure(RuntimeError, text)


numbers = count()  # of what is recorded, in order


class GradMode:
    """Whether operators are recorded; switched by `no_grad` and `enable_grad`."""

    enabled = True


def _lengths(iterable):
    """Return the lengths of a shape as ints."""
    lengths = list(iterable)
    for i, each in enumerate(lengths):
        wrong = isinstance(each, Tensor) and each.is_floating_point()
        if wrong or (type(each) is not int and not hasattr(each, "__index__")):
            raise failure(
                TypeError,
                f"torch.Size() takes an iterable of 'int' (item {i} is '{kind(each)}')",
            )
    return map(operator.index, lengths)


class Size(tuple, metaclass=Builtin):
    """The shape of a tensor; a tuple that prints as torch's.

    Parameters
    ----------
    iterable : iterable of int
        The lengths.

    Raises
    ------
    TypeError
        For what is no integer.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.zeros(2, 3).shape
    torch.Size([2, 3])
    >>> rows, columns = torch.zeros(2, 3).size()
    >>> rows * columns == torch.Size([2, 3]).numel()
    True
    """

    __slots__ = ()

    def __new__(cls, iterable=(), /):
        return tuple.__new__(cls, _lengths(iterable))

    def numel(self):
        """Return the number of elements that a tensor of this shape has.

        Returns
        -------
        int

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.Size([2, 3]).numel(), torch.Size([]).numel()
        (6, 1)
        """
        count = 1
        for length in self:
            count *= length
        return count

    def __getitem__(self, index):
        item = tuple.__getitem__(self, index)
        return Size(item) if isinstance(index, slice) else item

    def __add__(self, other):
        if not isinstance(other, tuple):
            raise failure(
                TypeError, f"can only concatenate tuple (not {type(other).__name__}) to torch.Size"
            )
        return Size(tuple.__add__(self, other))

    def __radd__(self, other):
        return Size(other) + self if type(other) is tuple else NotImplemented

    def __mul__(self, times):
        return Size(tuple(self) * times)

    __rmul__ = __mul__

    def __repr__(self):
        return f"torch.Size([{', '.join(map(str, self))}])"


OWNERS = {"Tensor": "TensorBase"}  # names of torch's classes of C


class ReadOnly(property):
    """A property that is refused in torch's words where somebody sets or deletes it."""

    def __set_name__(self, owner, name):
        self.name, self.owner = name, OWNERS.get(owner.__name__, owner.__name__)

    def __set__(self, instance, value):
        raise not_writable(self.name, f"torch._C.{self.owner}")

    def __delete__(self, instance):
        raise not_writable(self.name, f"torch._C.{self.owner}")


class Tensor:
    """An n-dimensional array with an optional record of how it was made.

    ``Tensor(data)`` makes a tensor of the default dtype; ``Tensor(2, 3)`` makes one of that shape,
    here of zeros. `tensor` is the clearer way.

    Parameters
    ----------
    *args : nested lists, ndarray or Tensor of any shape; or int, one for each length
        A tensor keeps its dtype and shares its memory.
    device : device, str or int, optional
        The CPU; no other is there.

    Raises
    ------
    TypeError
        For a number or a text alone.
    RuntimeError
        For a negative length; for another device.

    Examples
    --------
    >>> import refimpl as torch
    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> y = (x * x).sum()
    >>> y.backward()
    >>> x.grad
    tensor([2., 4.])
    """

    # What most tensors share; an instance stores only what differs.
    _requires_grad = False  # a leaf that wants a gradient, or made from one
    _node = None  # the node that made it; None for a leaf
    _base = None  # of a view: the tensor that owns the memory
    _recipe = None  # of a view: the function that makes its array from the array of `_base`
    _base_node = None  # of a view: the node of `_base` when the view's own node was made
    _output = None  # of one view of several that a call returned, or a view of it: its place there
    _of_function = False  # of such a view: whether a custom Function returned it, or what it is of
    _seen = 0  # of a view: how often `_base` had been changed when it was made
    _tracked = True  # of a view: whether gradients were recorded when it was made
    _borrowed = False  # of a view: whether it requires a gradient because `_base` does
    _grad = None
    _moved = False  # whether its data was set to other memory
    # What was known of it before its data was set: of a node the shape and dtype of its result; of
    # a leaf each earlier shape, with the number from which on nodes were given another one.
    _made_as = None
    _hooks = None  # of a leaf
    __array_priority__ = 1000  # an ndarray that stands left asks the tensor first, as torch's

    # ---- what it is -------------------------------------------------------------------

    @ReadOnly
    def shape(self):
        """The shape, a `Size`."""
        return tuple.__new__(Size, self._array.shape)

    def size(self, dim=None):
        """Return the shape, or the length along `dim`.

        Parameters
        ----------
        dim : int, optional

        Returns
        -------
        Size or int

        Raises
        ------
        IndexError
            Where the tensor has no such dimension.

        Examples
        --------
        >>> import refimpl as torch
        >>> x = torch.zeros(2, 3)
        >>> x.size(), x.size(-1)
        (torch.Size([2, 3]), 3)
        """
        if dim is None:
            return tuple.__new__(Size, self._array.shape)
        return self._array.shape[self._own_dim("size", dim)]

    def _own_dim(self, name, dim):
        dim = as_int(dim, name, "dim", 2)
        if self._array.ndim == 0:
            raise failure(
                IndexError,
                f"Dimension specified as {dim} but tensor has no dimensions",
                f"{name}: a tensor of shape () has one element and no length.",
            )
        return wrap_dim(dim, self._array.ndim, name=name, position=2)

    @ReadOnly
    def dtype(self):
        """The number type of the elements."""
        return dtypes.DTYPES[self._array.dtype]

    @ReadOnly
    def ndim(self):
        """The number of dimensions."""
        return self._array.ndim

    def dim(self):
        """Return the number of dimensions.

        Returns
        -------
        int

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(2, 3).dim(), torch.tensor(1.0).dim()
        (2, 0)
        """
        return self._array.ndim

    def numel(self):
        """Return the number of elements.

        Returns
        -------
        int

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(2, 0).numel()
        0
        """
        return self._array.size

    nelement = numel

    @ReadOnly
    def device(self):
        """Where the tensor lives; always the CPU."""
        return dtypes.CPU

    @ReadOnly
    def is_cuda(self):
        """Whether the tensor lives on a GPU; none does."""
        return False

    @ReadOnly
    def itemsize(self):
        """The number of bytes that an element takes."""
        return self._array.itemsize

    def element_size(self):
        """Return the number of bytes that an element takes.

        Returns
        -------
        int

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(3, dtype=torch.float64).element_size()
        8
        """
        return self._array.itemsize

    def stride(self, dim=None):
        """Return, for each dimension, the distance in memory between two neighbours, in elements.

        Parameters
        ----------
        dim : int, optional
            Of this dimension alone.

        Returns
        -------
        tuple of int, or int

        Raises
        ------
        IndexError
            Where the tensor has no such dimension.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(2, 3).stride(), torch.zeros(2, 3).T.stride()
        ((3, 1), (1, 3))
        """
        steps = tuple(step // self._array.itemsize for step in strides_of(self))
        return steps if dim is None else steps[self._own_dim("stride", dim)]

    def is_contiguous(self, **outside):
        """Return whether the elements lie row by row in memory.

        Returns
        -------
        bool

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(2, 3).is_contiguous(), torch.zeros(2, 3).T.is_contiguous()
        (True, False)
        """
        if outside:
            refuse(Tensor.is_contiguous, outside)
        return self._array.flags.c_contiguous

    def is_floating_point(self):
        """Return whether the dtype is one of floating point.

        Returns
        -------
        bool

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(1).is_floating_point(), torch.arange(1).is_floating_point()
        (True, False)
        """
        return self._array.dtype.kind == "f"

    def data_ptr(self):
        """Return the address of the first element.

        Returns
        -------
        int

        Examples
        --------
        >>> import refimpl as torch
        >>> x = torch.zeros(2, 3)
        >>> x.data_ptr() == x.view(6).data_ptr()
        True
        """
        return self._array.ctypes.data

    # ---- its place on the tape --------------------------------------------------------

    @ReadOnly
    def grad_fn(self):
        """The node that made this tensor; None for a leaf."""
        if self._base is not None:
            self._check_unchanged()
            self._catch_up()
        return self._node

    @property
    def requires_grad(self):
        """Whether gradients are wanted: set for a leaf, and of all that is made from one."""
        if self._base is not None:
            self._catch_up()
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value):
        if not isinstance(value, bool):
            raise failure(RuntimeError, "requires_grad must be a bool", f"It is {value!r}.")
        if self._node is not None:
            raise _of_a_leaf_only(value)
        self._ask_for_gradient(value, "floating point and complex dtype")

    @requires_grad.deleter
    def requires_grad(self):
        raise failure(RuntimeError, "requires_grad must be a bool", "It cannot be deleted.")

    def _ask_for_gradient(self, value, right="floating point dtype"):
        if self._node is not None:
            if not value:
                raise _of_a_leaf_only(value)
            return
        if value and self._array.dtype.kind != "f":
            raise failure(
                RuntimeError,
                f"only Tensors of {right} can require gradients",
                f"requires_grad_: this tensor is {self.dtype}; make it floating point first, "
                "for instance with .float().",
            )
        self._requires_grad, self._borrowed = value, False

    def requires_grad_(self, requires_grad=True):
        """Ask for a gradient, or stop asking, and return the tensor itself.

        Parameters
        ----------
        requires_grad : bool

        Returns
        -------
        Tensor
            The tensor itself.

        Raises
        ------
        RuntimeError
            For integers and bool; for a tensor with a record that shall not require a gradient.
        TypeError
            For what is no bool.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.zeros(2).requires_grad_()
        tensor([0., 0.], requires_grad=True)
        """
        if not isinstance(requires_grad, bool):
            raise wrong("requires_grad_", "requires_grad", 2, "bool", requires_grad)
        self._ask_for_gradient(requires_grad)
        return self

    @ReadOnly
    def is_leaf(self):
        """Whether no node made this tensor; then gradients accumulate in it, if it requires any."""
        return self.grad_fn is None

    @property
    def grad(self, **outside):
        """The gradient that `backward` has accumulated; None before."""
        if outside:
            refuse(Tensor.grad, outside)
        if self._grad is None and self._node is not None and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its "
                ".grad attribute won't be populated during autograd.backward(). If you indeed "
                "want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() "
                "on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure "
                "you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for "
                "more information.",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value):
        if value is not None:
            if not isinstance(value, Tensor):
                raise failure(
                    TypeError,
                    "assigned grad expected to be a Tensor or None but got grad of type "
                    f"{kind(value)}",
                )
            if value is self:
                raise failure(
                    RuntimeError,
                    "can't assign Variable as its own grad",
                    "Assign a copy: x.detach().clone().",
                )
            if value._array.dtype != self._array.dtype:
                raise failure(
                    RuntimeError,
                    f"attempting to assign a gradient with dtype '{_product(value)}' to a tensor "
                    f"with grad_dtype '{self.dtype.title}'. The gradient must match the tensor's "
                    "grad_dtype (defaults to the tensor's dtype). You can set the tensor's "
                    "grad_dtype attribute with a specific dtype, or None to allow any dtype. Set "
                    "grad_dtype with caution. Diverging the dtypes of a tensor and its gradient "
                    "may break downstream systems that assume they match.",
                    f"Convert the gradient with .to({self.dtype}).",
                )
            if value._array.shape != self._array.shape:
                raise failure(
                    RuntimeError,
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor "
                    f"of size '{list(self.shape)}'. Please ensure that the gradient and the tensor "
                    "are the same size",
                )
        self._grad = value

    @grad.deleter
    def grad(self):
        self._grad = None

    def _add_to_grad(self, array):
        """Add an array to the gradient; the first is copied, so that no two share memory."""
        if self._grad is None:
            self._grad = wrap(np.array(array))
        else:
            try:
                self._grad._array += array
            except ValueError:  # the data was set to another shape since the last backward
                check_fits("backward", self._grad._array.shape, array.shape)
                raise
            self._grad._counter[0] += 1

    @ReadOnly
    def _version(self):
        return self._counter[0]

    @ReadOnly
    def retains_grad(self):
        """Whether `retain_grad` was called for this tensor, which is no leaf."""
        return self._node is not None and self in self._node.retained

    @property
    def data(self):
        """The same memory as a tensor without record."""
        alias = wrap(self._array)
        return alias

    @data.setter
    def data(self, value):
        if not isinstance(value, Tensor):
            raise failure(
                TypeError,
                f"Variable data has to be a tensor, but got {kind(value)}",
                "data: make it a tensor first, with tensor(...).",
            )
        if self._requires_grad and value._array.dtype.kind != "f":
            raise failure(
                RuntimeError,
                "data set to a tensor that requires gradients must be floating point or complex "
                "dtype",
                f"data: it is {value.dtype}; make it floating point first.",
            )
        if self._node is not None and self._node._made_as is None:
            self._node._made_as = self._array.shape, self._array.dtype
        elif self._node is None and self._requires_grad and self._array.shape != value._array.shape:
            self._made_as = (*(self._made_as or ()), (next(numbers), self._array.shape))
        self._array, self._moved = value._array, True

    # ---- as Python and NumPy values ---------------------------------------------------

    def item(self):
        """Return the only element as a Python number.

        Returns
        -------
        float, int or bool

        Raises
        ------
        RuntimeError
            Unless there is exactly one element.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.tensor([[0.5]]).item()
        0.5
        """
        if self._array.size != 1:
            raise failure(
                RuntimeError,
                f"a Tensor with {self._array.size} elements cannot be converted to Scalar",
                "item: use .tolist() for all elements.",
            )
        return self._array.item()

    def tolist(self):
        """Return nested lists of Python numbers.

        Returns
        -------
        list, or one number for rank 0

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
        """
        return self._array.tolist()

    def numpy(self, *, force=False):
        """Return an array over the same memory: each sees every change of the other.

        Parameters
        ----------
        force : bool
            Also where the tensor requires a gradient.

        Returns
        -------
        ndarray of the shape and dtype of the tensor

        Raises
        ------
        RuntimeError
            Where the tensor requires a gradient, without `force`.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.tensor([1.0, 2.0]).numpy()
        array([1., 2.], dtype=float32)
        """
        if force is not False:
            check_bool(force, "numpy", "force")
        if GradMode.enabled and self.requires_grad and not force:
            raise failure(
                RuntimeError,
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                "instead.",
            )
        return self._array.view()  # its shape and its flags are its own

    def __array__(self, dtype=None, copy=None):
        array = self.numpy()
        if dtype is None and not copy:
            return array
        return np.array(array, dtype=dtype, copy=copy)

    def __len__(self):
        if self._array.ndim == 0:
            raise failure(TypeError, "len() of a 0-d tensor")
        return len(self._array)

    def __bool__(self):
        if self._array.size != 1:
            many = "no values" if self._array.size == 0 else "more than one value"
            raise failure(
                RuntimeError,
                f"Boolean value of Tensor with {many} is ambiguous",
                "bool: reduce it first with .any() or .all().",
            )
        return bool(self._array.item())

    def __float__(self):
        return float(self._only_element())

    def __int__(self):
        return int(self._only_element(warn=False))

    def __index__(self):
        if self._array.size != 1 or self._array.dtype.kind not in "iub":
            raise failure(
                TypeError, "only integer tensors of a single element can be converted to an index"
            )
        return operator.index(self.item())

    def _only_element(self, warn=True):
        if warn and self.requires_grad:
            warnings.warn(
                "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
                "behavior.\nConsider using tensor.detach() first.",
                UserWarning,
                stacklevel=3,
            )
        if self._array.size != 1:
            raise failure(ValueError, "only one element tensors can be converted to Python scalars")
        return self._array.item()

    def __format__(self, spec):
        if self._array.ndim == 0 and type(self) is Tensor:
            return format(self.item(), spec)
        return object.__format__(self, spec)

    __hash__ = object.__hash__  # by identity, although == compares the elements

    def __reversed__(self):
        return self if self._array.ndim == 0 else self.flip(0)

    def __contains__(self, value):
        if not isinstance(value, (Tensor, int, float, complex, np.number)):
            raise failure(
                RuntimeError,
                "Tensor.__contains__ only supports Tensor or scalar, but you passed in a "
                f"{type(value)}.",
                "A tensor holds numbers.",
            )
        if isinstance(value, complex):
            return bool((self._array == value).any())
        return bool((value == self).any() if isinstance(value, Tensor) else (self == value).any())

    def __deepcopy__(self, memo):
        if self._node is not None:
            raise failure(
                RuntimeError,
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
                "protocol at the moment.  If you were attempting to deepcopy a module, this may be "
                "because of a torch.nn.utils.weight_norm usage, see "
                "https://github.com/pytorch/pytorch/pull/103001",
            )
        copy = wrap(deep_copy(self._array, memo), type(self))
        copy._requires_grad = self._requires_grad
        if self._grad is not None:
            copy._grad = self._grad.__deepcopy__(memo)
        memo[id(self)] = copy
        vars(copy).update(deepcopy(self._attributes(), memo))
        return copy

    def __reduce__(self):
        """Say how to copy or pickle it: as a leaf over its elements, without record or gradient."""
        return _leaf, (type(self), self._array, self._requires_grad), self._attributes()

    def _attributes(self):
        """Return the attributes that a program gave to the tensor."""
        own = vars(self).items()
        return {key: value for key, value in own if key not in INNER and key not in vars(Tensor)}

    def __getattr__(self, name):
        if name in BY_NUMPY and sys._getframe(1).f_globals.get("__name__", "").startswith("numpy."):
            # An AttributeError would send NumPy on to a result of its own, which is not torch's.
            raise unsupported(f"numpy.{name}(tensor)", "Give NumPy an array: x.numpy().")
        raise NotInSubset(
            f"'{type(self).__name__}' object has no attribute '{name}'", name, near(name, dir(self))
        )


INNER = ("_array", "_counter")  # what each tensor stores; all else has a default in the class


def _leaf(kind, array, requires_grad):
    """Make the tensor that a copy or a pickle of one holds."""
    leaf = wrap(array.view(), kind)
    leaf._requires_grad = requires_grad
    return leaf


# Methods and attributes of torch's tensors for which NumPy's functions ask, and that are missing.
BY_NUMPY = ("nonzero", "real", "imag")


def _product(tensor):
    return NAMES[tensor.dtype.name].product


def wrap(array, kind=Tensor):
    """Make a tensor of an array, without a copy and without a record."""
    tensor = kind.__new__(kind)
    tensor._array = array
    tensor._counter = [0]
    return tensor


def wrap_places(places):
    """Make a tensor of indices that NumPy found, of 64 bits also where its pointers have 32."""
    return wrap(np.asarray(places, np.int64))


def wrap_dim(dim, ndim, *, name="", argument="dim", position=None):
    """Return `dim` counted from the front; a rank of 0 counts as 1.

    Raises
    ------
    IndexError
        When there is no such dimension.
    TypeError
        When it is no integer; the text names the function, the argument and its position.
    """
    if type(dim) is not int:
        dim = as_int(dim, name, argument, position)
    span = max(ndim, 1)
    if -span <= dim < span:
        return dim % span
    raise dim_out_of_range(as_int(dim, name, argument, position), ndim)
