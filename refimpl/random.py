"""torch's random tensors, from the streams of layer 1."""

import secrets

import numpy as np

from refimpl import streams
from refimpl.errors import failure, outside, typename, unsupported
from refimpl.streams import Generator as Stream
from refimpl.tape import dtypes
from refimpl.tape.arithmetic import check_tensor, like, zero
from refimpl.tape.creation import _finished
from refimpl.tape.inplace import check_in_place, replace, snapshot
from refimpl.tape.record import Operator
from refimpl.tape.tensor import GradMode, Tensor, wrap

__all__ = [
    "Generator",
    "bernoulli",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randn",
    "randn_like",
    "randperm",
    "seed",
    "set_rng_state",
]

__getattr__ = outside("torch.random", __all__)


# ---- generators -----------------------------------------------------------------------


class Generator(Stream):
    """A source of random numbers of one's own, see `refimpl.streams.Generator`.

    Parameters
    ----------
    device : str or device
        ``"cpu"``.

    Raises
    ------
    RuntimeError
        For another device.

    Examples
    --------
    >>> import refimpl as torch
    >>> generator = torch.Generator().manual_seed(0)
    >>> torch.rand(2, generator=generator)
    tensor([0.4963, 0.7682])
    """

    def __init__(self, device="cpu"):
        self.device = dtypes.device(device)
        super().__init__()

    def get_state(self):
        """Return the state, 5056 bytes, as torch writes it."""
        return wrap(super().get_state())

    def set_state(self, state):
        """Go back to a state that `get_state` has returned, and return the generator.

        Raises
        ------
        TypeError, RuntimeError
            For what is no tensor of bytes; for bytes that hold no state.
        """
        if not isinstance(state, Tensor):
            raise failure(
                TypeError, f"expected a torch.ByteTensor, but got {typename(type(state))}"
            )
        if state.dtype is not dtypes.uint8:
            raise failure(TypeError, "RNG state must be a torch.ByteTensor")
        super().set_state(state._array)
        return self


default_generator = Generator()
default_generator.manual_seed(secrets.randbits(64))


def manual_seed(seed):
    """Start the default generator from `seed` and return it.

    Parameters
    ----------
    seed : int
        From ``-2**63`` to ``2**64 - 1``; what is no int is made one.

    Raises
    ------
    ValueError
        For a seed beyond that range.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(1581317843)
    >>> torch.randn(2, 3)
    tensor([[ 0.5283,  0.3922, -0.0484],
            [-1.6257, -0.4775,  0.5645]])
    """
    return default_generator.manual_seed(int(seed))


def seed():
    """Start the default generator from a seed that nobody can foretell, and return it."""
    return default_generator.seed()


def initial_seed():
    """Return the seed of the default generator."""
    return default_generator.initial_seed()


def get_rng_state():
    """Return the state of the default generator, a tensor of bytes.

    Examples
    --------
    >>> import refimpl as torch
    >>> state = torch.get_rng_state()
    >>> first = torch.rand(3)
    >>> torch.set_rng_state(state)
    >>> torch.equal(torch.rand(3), first)
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state):
    """Bring the default generator back to a state of `get_rng_state`.

    Raises
    ------
    TypeError, RuntimeError
        For what is no state.
    """
    default_generator.set_state(new_state)


def source(name, generator):
    """Return the generator that was given, or the default one."""
    if generator is None:
        return default_generator
    if not isinstance(generator, Stream):
        raise failure(
            TypeError,
            f"{name}(): argument 'generator' must be torch.Generator, not "
            f"{type(generator).__name__}",
            f"{name}: torch.Generator().manual_seed({generator!r}) makes one of a seed.",
        )
    return generator


# ---- what a draw is asked for ---------------------------------------------------------


def _invalid(name, given, advice):
    """Return torch's error for arguments that fit none of its forms."""
    kinds = ", ".join(typename(type(each)).rpartition(".")[2] for each in given)
    return failure(
        TypeError, f"{name}() received an invalid combination of arguments - got ({kinds})", advice
    )


def _shape(name, args, size):
    """Return the shape that stands in numbers, in one sequence, or behind ``size=``."""
    if size is not None:
        return size
    if not args:
        raise _invalid(name, args, f"{name}: give a shape; {name}(()) draws a single number.")
    return args[0] if len(args) == 1 else args


def _sequence(name, size, position):
    """Return a shape that has to be a sequence."""
    if not isinstance(size, (tuple, list)):
        raise failure(
            TypeError,
            f"{name}(): argument 'size' (position {position}) must be tuple of ints, not "
            f"{type(size).__name__}",
            f"{name}: write the shape in brackets, such as ({size!r},).",
        )
    return tuple(size)


def _refuse_out(name, out):
    if out is not None:
        raise unsupported(f"{name}(out=...)", "Near it: tensor.copy_(...), or tensor.normal_().")


def _numpy(dtype):
    return (dtype or dtypes.Defaults.dtype).numpy


# ---- draws ----------------------------------------------------------------------------


def rand(*args, size=None, generator=None, out=None, dtype=None, device=None, requires_grad=False):
    r"""Return numbers drawn uniformly from [0, 1).

    .. math:: x = (w \bmod 2^{24}) \, 2^{-24}

    of a 32-bit word each; in float64 53 bits of a 64-bit word.

    Parameters
    ----------
    *args : int, or one sequence of int
        The shape, which can be given as ``size`` as well.
    generator : Generator, optional
        Instead of the default one.
    out : None
        Outside the subset.
    dtype : dtype, optional
        A floating-point one.
    requires_grad : bool

    Raises
    ------
    TypeError, RuntimeError
        For a shape that is none.
    NotImplementedError
        For a dtype of integers.

    See Also
    --------
    refimpl.streams.rand : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    _refuse_out("rand", out)
    array = streams.rand(source("rand", generator), _shape("rand", args, size), _numpy(dtype))
    return _finished(array, None, requires_grad)


def randn(*args, size=None, generator=None, out=None, dtype=None, device=None, requires_grad=False):
    r"""Return numbers drawn from the standard normal distribution.

    .. math:: x_1 = \sqrt{-2 \log u_1} \cos 2 \pi u_2, \qquad
              x_2 = \sqrt{-2 \log u_1} \sin 2 \pi u_2

    The parameters and refusals are those of `rand`.

    See Also
    --------
    refimpl.streams.normal : the draw, as an array, with its rules and source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    _refuse_out("randn", out)
    array = streams.randn(source("randn", generator), _shape("randn", args, size), _numpy(dtype))
    return _finished(array, None, requires_grad)


def rand_like(input, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Return `rand` of the shape and dtype of `input`.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.rand_like(torch.zeros(2))
    tensor([0.4963, 0.7682])
    """
    check_tensor("rand_like", input)
    array = np.empty_like(input._array, _like(input, dtype))
    turned = _turned(array)
    turned[...] = streams.rand(source("rand_like", generator), turned.shape, array.dtype)
    return _finished(array, None, requires_grad)


def randn_like(input, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Return `randn` of the shape and dtype of `input`.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randn_like(torch.zeros(2))
    tensor([ 1.5410, -0.2934])
    """
    check_tensor("randn_like", input)
    array = np.empty_like(input._array, _like(input, dtype))
    _fill_normal(array, 0.0, 1.0, source("randn_like", generator))
    return _finished(array, None, requires_grad)


def _like(input, dtype):
    return (dtype or input.dtype).numpy


def randint(
    *args,
    low=0,
    high=None,
    size=None,
    generator=None,
    out=None,
    dtype=None,
    device=None,
    requires_grad=False,
):
    r"""Return integers from `low` (by default 0) up to, and not including, `high`.

    .. math:: x = \text{low} + (w \bmod (\text{high} - \text{low}))

    Parameters
    ----------
    *args
        ``high, size`` or ``low, high, size``; each can be given by name.
    size : sequence of int
        The shape.
    generator, out, requires_grad
        As of `rand`.
    dtype : dtype
        int64 by default.

    Raises
    ------
    RuntimeError
        For an empty range, or one that does not fit into the dtype.
    TypeError
        For arguments that fit none of the forms.

    See Also
    --------
    refimpl.streams.randint : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randint(10, (4,))
    tensor([4, 9, 3, 0])
    """
    _refuse_out("randint", out)
    given = args
    if size is None and args:
        *args, size = args
    if len(args) == 2:
        low, high = args
    elif args:
        low, high = (0, args[0]) if high is None else (args[0], high)
    if len(args) > 2 or high is None or size is None:
        raise _invalid("randint", given, "randint: write randint(high, size).")
    if not hasattr(high, "__index__"):
        raise failure(
            TypeError,
            f"randint(): argument 'high' (position {max(len(args), 1)}) must be int, not "
            f"{type(high).__name__}",
        )
    array = streams.randint(
        source("randint", generator),
        low,
        high,
        _sequence("randint", size, len(args) + 1),
        (dtype or dtypes.int64).numpy,
    )
    return _finished(array, None, requires_grad)


def randperm(n, *, generator=None, out=None, dtype=None, device=None, requires_grad=False):
    """Return the numbers from 0 to ``n - 1`` in random order.

    Parameters
    ----------
    n : int
    generator, out, requires_grad
        As of `rand`.
    dtype : dtype
        int64 by default.

    Raises
    ------
    RuntimeError
        For a negative `n`, or one too large for the dtype.

    See Also
    --------
    refimpl.streams.randperm : the draw, as an array, with its source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.randperm(6)
    tensor([2, 5, 3, 0, 1, 4])
    """
    _refuse_out("randperm", out)
    array = streams.randperm(source("randperm", generator), n, (dtype or dtypes.int64).numpy)
    return _finished(array, None, requires_grad)


def normal(
    mean,
    std=1.0,
    size=None,
    *,
    generator=None,
    out=None,
    dtype=None,
    device=None,
    requires_grad=False,
):
    r"""Return normal numbers: one mean and deviation for all, or tensors of them.

    .. math:: x = \mu + \sigma z, \qquad z \sim N(0, 1)

    Parameters
    ----------
    mean, std : float or Tensor
        Tensors are broadcast.
    size : sequence of int
        With two numbers only.
    generator, out, dtype, requires_grad
        As of `rand`.

    Raises
    ------
    RuntimeError
        For a negative deviation.
    TypeError
        For numbers without `size`, or a tensor with it.

    See Also
    --------
    refimpl.streams.normal : the draw, as an array, with its rules and source

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.normal(10.0, 0.5, (2, 2))
    tensor([[10.7705,  9.8533],
            [ 8.9106, 10.2842]])
    >>> _ = torch.manual_seed(0)
    >>> torch.normal(torch.tensor([-1.0, 1.0]), torch.tensor([0.0, 2.0]))
    tensor([-1.0000,  0.4131])
    """
    _refuse_out("normal", out)
    stream = source("normal", generator)
    tensors = isinstance(mean, Tensor) or isinstance(std, Tensor)
    if tensors != (size is None) or not (tensors or isinstance(size, (tuple, list))):
        given = (mean, std) if size is None else (mean, std, size)
        raise _invalid(
            "normal", given, "normal: two numbers need a size in brackets; a tensor brings its own."
        )
    if not tensors:
        array = streams.normal(stream, mean, std, tuple(size), _numpy(dtype))
        return _finished(array, None, requires_grad)
    values = [each._array if isinstance(each, Tensor) else each for each in (mean, std)]
    array = np.asarray(streams.normal(stream, *values))
    if not isinstance(std, Tensor):
        drawn = _NORMAL_1(mean, array)
    else:
        drawn = _NORMAL_3(mean, std, array) if isinstance(mean, Tensor) else _NORMAL_2(std, array)
    return drawn


def bernoulli(input, p=None, *, generator=None, out=None):
    r"""Return ones with the probabilities that `input` gives (or `p` for all), zeros otherwise.

    .. math:: x_i = [u_i < p_i]

    Parameters
    ----------
    input : Tensor
        Probabilities; with `p` only shape and dtype count.
    p : float, optional
    generator, out
        As of `rand`.

    Raises
    ------
    RuntimeError
        For a probability outside [0, 1].

    See Also
    --------
    refimpl.streams.bernoulli : the draw, as an array

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.bernoulli(torch.tensor([0.5, 0.5, 0.5]))
    tensor([1., 0., 1.])
    """
    check_tensor("bernoulli", input)
    _refuse_out("bernoulli", out)
    stream = source("bernoulli", generator)
    if p is None:
        array = streams.bernoulli(stream, input._array)
    else:
        array = streams.bernoulli(stream, float(p), input._array.shape, input._array.dtype)
    return (_BERNOULLI_0 if p is None else _BERNOULLI_2)(input, np.asarray(array))


# ---- in place -------------------------------------------------------------------------


def _turned(array):
    """Return a view whose elements come in the order of the memory, in which torch fills."""
    order = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    return array.transpose(order)


def _fill_normal(array, mean, std, stream):
    turned = _turned(array)
    contiguous = array.flags.c_contiguous
    turned[...] = streams.normal(
        stream, mean, std, turned.shape, array.dtype, contiguous=contiguous
    )


def _fill(self, operator, fill):
    """Let `fill` write into the array; on the tape the old elements play no part any more."""
    check_in_place(self)
    if GradMode.enabled and self.requires_grad:
        array = np.empty_like(self._array)
        fill(array)
        replace(self, operator(snapshot(self), array))
    else:
        fill(self._array)
        self._counter[0] += 1
    return self


def uniform_(self, *bounds, generator=None, **named):
    """Fill the tensor with numbers drawn uniformly from ``from`` up to ``to``.

    Parameters
    ----------
    from, to : float
        By default 0 and 1.
    generator : Generator, optional

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For bounds in the wrong order; for a leaf that requires a gradient.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(3).uniform_(-1, 1)
    tensor([-0.0075,  0.5364, -0.8230])
    """
    low, high = (*bounds, *(0.0, 1.0)[len(bounds) :])
    low, high = named.pop("from", low), named.pop("to", high)
    if named:
        raise TypeError(f"uniform_() got an unexpected keyword argument '{next(iter(named))}'")
    stream = source("uniform_", generator)

    def fill(array):
        turned = _turned(array)
        turned[...] = streams.uniform(stream, low, high, turned.shape, array.dtype)

    return _fill(self, _UNIFORM, fill)


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Fill the tensor with normal numbers.

    Parameters
    ----------
    mean, std : float
    generator : Generator, optional

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a negative deviation; for a leaf that requires a gradient.

    Notes
    -----
    A tensor that is not contiguous is filled in the order of its memory, and always pair by pair:
    other numbers than `normal` gives.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(3).normal_(10, 0.5)
    tensor([10.7705,  9.8533,  8.9106])
    """
    stream = source("normal_", generator)
    return _fill(self, _NORMAL_0, lambda array: _fill_normal(array, mean, std, stream))


def bernoulli_(self, p=0.5, *, generator=None):
    """Fill the tensor with ones of probability `p`, and zeros.

    Parameters
    ----------
    p : float or Tensor
    generator : Generator, optional

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a probability outside [0, 1]; for a leaf that requires a gradient.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.zeros(4).bernoulli_(0.5)
    tensor([0., 0., 1., 0.])
    """
    stream = source("bernoulli_", generator)
    if isinstance(p, Tensor):
        raise unsupported("bernoulli_(tensor)", "Near it: torch.bernoulli(p).")

    def fill(array):
        turned = _turned(array)
        turned[...] = streams.bernoulli(stream, float(p), turned.shape, array.dtype)

    return _fill(self, _BERNOULLI_2, fill)


# ---- on the tape ----------------------------------------------------------------------


def _drawn(name, count=1):
    """Return the operator of a draw: its last argument, on which the others have no influence."""

    def without_influence(place):
        return lambda g, *args: like(zero(g), args[place])

    return Operator(
        name,
        lambda *args: args[-1],
        *(without_influence(place) for place in range(count)),
        saves=((),) * count,
    )


_NORMAL_0 = _drawn("NormalBackward0")
_NORMAL_1 = _drawn("NormalBackward1")
_NORMAL_2 = _drawn("NormalBackward2")
_NORMAL_3 = _drawn("NormalBackward3", 2)
_UNIFORM = _drawn("UniformBackward0")
_BERNOULLI_0 = _drawn("BernoulliBackward0")
_BERNOULLI_2 = _drawn("BernoulliBackward2")

Tensor.uniform_ = uniform_
Tensor.normal_ = normal_
Tensor.bernoulli_ = bernoulli_
Tensor.bernoulli = bernoulli
