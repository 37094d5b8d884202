"""How the parameters of a network start: the draws are torch's, bit for bit."""

import math
import warnings

from refimpl.autograd import no_grad
from refimpl.errors import failure, outside
from refimpl.tape import creation
from refimpl.tape.choosing import where
from refimpl.tape.kindred import new_tensor
from refimpl.tape.tensor import Tensor

__all__ = [
    "calculate_gain",
    "constant_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

GAINS = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
ONES = {"linear", "sigmoid"} | {
    f"conv{transposed}{dims}d" for transposed in ("", "_transpose") for dims in "123"
}


def calculate_gain(nonlinearity, param=None):
    r"""Return the factor by which a function wants its inputs' weights to be larger.

    .. math:: \text{relu}: \sqrt2, \qquad \text{tanh}: \tfrac53, \qquad
              \text{leaky\_relu}: \sqrt{\tfrac{2}{1 + a^2}}, \qquad \text{selu}: \tfrac34

    and 1 for ``"linear"``, ``"sigmoid"`` and the convolutions.

    Parameters
    ----------
    nonlinearity : str
    param : float, optional
        The slope a of ``"leaky_relu"``, by default 0.01.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For another function; for a slope that is no number.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.init.calculate_gain("leaky_relu", 0.2)
    1.3867504905630728
    """
    if isinstance(nonlinearity, str) and nonlinearity in ONES:
        return 1
    if isinstance(nonlinearity, str) and nonlinearity in GAINS:
        return GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise failure(
            ValueError,
            f"Unsupported nonlinearity {nonlinearity}",
            f"calculate_gain: it knows {', '.join(sorted([*ONES, *GAINS, 'leaky_relu']))}.",
        )
    slope = 0.01 if param is None else param
    if isinstance(slope, bool) or not isinstance(slope, (int, float)):
        raise failure(ValueError, f"negative_slope {param} not a valid number")
    return math.sqrt(2.0 / (1 + slope**2))


def _refuse_other(tensor, name):
    """Refuse what is no tensor, in Python's words for the attribute that torch asks for first."""
    if not isinstance(tensor, Tensor):
        getattr(tensor, name)


@no_grad()
def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Fill the tensor with numbers drawn uniformly from `a` up to `b`.

    Parameters
    ----------
    tensor : Tensor of floating point, any shape
    a, b : float
        The bounds.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For bounds in the wrong order.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.uniform_(torch.empty(3), -1, 1)
    tensor([-0.0075,  0.5364, -0.8230])
    """
    return tensor.uniform_(a, b, generator=generator)


@no_grad()
def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Fill the tensor with normal numbers.

    Parameters
    ----------
    tensor : Tensor of floating point, any shape
    mean, std : float
        The mean and the standard deviation.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a negative deviation.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.normal_(torch.empty(3), std=0.01)
    tensor([ 0.0154, -0.0029, -0.0218])
    """
    return tensor.normal_(mean, std, generator=generator)


@no_grad()
def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Fill the tensor with normal numbers between `a` and `b`: those outside are drawn anew.

    Parameters
    ----------
    tensor : Tensor of floating point, any shape
    mean, std : float
        Of the normal numbers before those outside are drawn anew.
    a, b : float
        The bounds.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a negative deviation.

    Warns
    -----
    UserWarning
        Where the mean lies more than two deviations outside the bounds.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.trunc_normal_(torch.empty(3))
    tensor([ 1.5410, -0.2934, -1.3986])
    """
    _refuse_other(tensor, "is_meta")
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of "
            "values may be incorrect.",
            UserWarning,
            stacklevel=3,
        )
    inside = _below((b - mean) / std) - _below((a - mean) / std)
    draw = _drawn_again if inside > 0.3 else _accepted
    return draw(tensor, mean, std, a, b, generator)


def _below(x):
    """Return the share of the normal distribution that lies below x."""
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def _drawn_again(tensor, mean, std, a, b, generator):
    low, high = (new_tensor(tensor, each).item() for each in (a, b))
    result = tensor.normal_(mean, std, generator=generator)
    while True:
        outside_it = (result < low) | (result > high)
        if not outside_it.any():
            return tensor if result is tensor else tensor.copy_(result)
        again = creation.empty_like(result).normal_(mean, std, generator=generator)
        result = where(outside_it, again, result)


def _accepted(tensor, mean, std, a, b, generator):
    """Draw uniformly, and keep each number with the share that its density has of the greatest."""
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    heights = creation.empty_like(tensor)

    def refused(candidates):
        densities = candidates.clone().sub_(mean).div_(std).pow_(2).mul_(-0.5).sub_(peak)
        return heights.uniform_(generator=generator).log() > densities

    result = tensor.uniform_(a, b, generator=generator)
    pending = refused(result)
    while pending.any():
        candidates = creation.empty_like(tensor).uniform_(a, b, generator=generator)
        result = where(pending, candidates, result)
        pending = where(pending, refused(candidates), pending)
    return tensor if result is tensor else tensor.copy_(result)


@no_grad()
def constant_(tensor, val):
    """Fill the tensor with one number.

    Parameters
    ----------
    tensor : Tensor of any dtype and shape
    val : float

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        For a number that the dtype cannot hold.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.init.constant_(torch.empty(2), 0.25)
    tensor([0.2500, 0.2500])
    """
    return tensor.fill_(val)


def ones_(tensor):
    """Fill the tensor with ones.

    Parameters
    ----------
    tensor : Tensor of any dtype and shape

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    AttributeError
        Where it is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.init.ones_(torch.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


@no_grad()
def zeros_(tensor):
    """Fill the tensor with zeros.

    Parameters
    ----------
    tensor : Tensor of any dtype and shape

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    AttributeError
        Where it is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.init.zeros_(torch.empty(2))
    tensor([0., 0.])
    """
    return tensor.zero_()


@no_grad()
def eye_(tensor):
    """Fill the matrix with ones on the diagonal and zeros elsewhere.

    Parameters
    ----------
    tensor : Tensor of any dtype, shape (n, m)

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        For another number of dimensions.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.init.eye_(torch.empty(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    _refuse_other(tensor, "ndimension")
    if tensor.ndim != 2:
        raise failure(ValueError, "Only tensors with 2 dimensions are supported")
    return tensor.copy_(creation.eye(*tensor.shape))


def _fans(tensor):
    """Return how many inputs an output of the weight has, and how many outputs an input."""
    if tensor.dim() < 2:
        raise failure(
            ValueError,
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
            f"The tensor has the shape {tuple(tensor.shape)}.",
        )
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor, mode):
    modes = ["fan_in", "fan_out"]
    if mode.lower() not in modes:
        raise failure(ValueError, f"Mode {mode} not supported, please use one of {modes}")
    return _fans(tensor)[modes.index(mode.lower())]


@no_grad()
def xavier_uniform_(tensor, gain=1.0, generator=None):
    r"""Fill the weight uniformly so that variances pass a layer both ways (Glorot).

    .. math:: U(-a, a), \qquad a = \text{gain} \sqrt{\frac{6}{\text{fan in} + \text{fan out}}}

    Parameters
    ----------
    tensor : Tensor of floating point, shape (out, in) or longer
    gain : float
        See `calculate_gain`.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        For fewer than two dimensions.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS (2010), equation 16.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.xavier_uniform_(torch.empty(1, 2))
    tensor([[-0.0106,  0.7586]])
    """
    bound = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(sum(_fans(tensor)))))
    return tensor.uniform_(-bound, bound, generator=generator)


@no_grad()
def xavier_normal_(tensor, gain=1.0, generator=None):
    r"""Fill the weight with normal numbers so that variances pass a layer both ways (Glorot).

    .. math:: N(0, s^2), \qquad s = \text{gain} \sqrt{\frac{2}{\text{fan in} + \text{fan out}}}

    Parameters
    ----------
    tensor : Tensor of floating point, shape (out, in) or longer
    gain : float
        See `calculate_gain`.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        For fewer than two dimensions.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS (2010), equation 12.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.xavier_normal_(torch.empty(1, 2))
    tensor([[ 1.2582, -0.2396]])
    """
    std = gain * math.sqrt(2.0 / float(sum(_fans(tensor))))
    return tensor.normal_(0.0, std, generator=generator)


@no_grad()
def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    r"""Fill the weight uniformly so that variances pass a layer and a ramp (He).

    .. math:: U(-b, b), \qquad b = \text{gain} \sqrt{\frac{3}{\text{fan}}}

    Parameters
    ----------
    tensor : Tensor of floating point, shape (out, in) or longer
    a : float
        The slope of ``"leaky_relu"``.
    mode : {"fan_in", "fan_out"}
        Keep the variance on the way forward, or on the way back.
    nonlinearity : str
        See `calculate_gain`.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        For fewer than two dimensions; for another mode or function.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV (2015), section 2.2.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.kaiming_uniform_(torch.empty(1, 2), nonlinearity="relu")
    tensor([[-0.0130,  0.9291]])
    """
    if 0 in tensor.shape:
        return _no_op(tensor)
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    bound = math.sqrt(3.0) * std
    return tensor.uniform_(-bound, bound, generator=generator)


@no_grad()
def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    r"""Fill the weight with normal numbers so that variances pass a layer and a ramp (He).

    .. math:: N(0, s^2), \qquad s = \frac{\text{gain}}{\sqrt{\text{fan}}}

    Parameters
    ----------
    tensor : Tensor of floating point, shape (out, in) or longer
    a, mode, nonlinearity, generator
        As of `kaiming_uniform_`.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ValueError
        For fewer than two dimensions; for another mode or function.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV (2015), section 2.2.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.nn.init.kaiming_normal_(torch.empty(1, 2), nonlinearity="relu")
    tensor([[ 1.5410, -0.2934]])
    """
    if 0 in tensor.shape:
        return _no_op(tensor)
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    return tensor.normal_(0.0, std, generator=generator)


def _no_op(tensor):
    warnings.warn("Initializing zero-element tensors is a no-op", UserWarning, stacklevel=4)
    return tensor


__getattr__ = outside("torch.nn.init", __all__)
