"""The modules: three layers, and every activation and loss of the formulas."""

import math
import operator
import warnings
from collections import OrderedDict

from refimpl.autograd import no_grad
from refimpl.errors import advise, failure
from refimpl.nn import functional
from refimpl.nn.dropping import check_probability
from refimpl.nn.module import Module, check_module
from refimpl.nn.parameter import Parameter
from refimpl.nn.reductions import legacy_reduction
from refimpl.tape import activations, creation


class _Held:
    """A parameter or buffer of a layer, found at once; the class itself has none, as in torch.

    Module finds those too, but only after Python has looked everywhere else and made an error,
    which takes ten times as long. What is assigned to the layer itself still comes first.
    """

    def __init__(self, held):
        self.held = held

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, layer, kind):
        if layer is None:
            raise AttributeError(f"type object '{kind.__name__}' has no attribute '{self.name}'")
        members = layer.__dict__.get(self.held, ())
        if self.name in members:
            return members[self.name]
        raise AttributeError(self.name)  # Module says what is missing


# ---- layers ---------------------------------------------------------------------------


class Linear(Module):
    r"""Multiply by a weight and add a bias, both drawn at first and trained then.

    Parameters
    ----------
    in_features, out_features : int
        The lengths of the last dimension of input and output.
    bias : bool
        Add a bias of shape (out_features,) to the product with the weight, whose shape is
        (out_features, in_features).
    device : device, str or int, optional
        The CPU; no other is there.
    dtype : dtype, optional
        Of weight and bias, by default the default dtype.

    Raises
    ------
    RuntimeError
        For a negative length; for another device; when called, where the input does not fit.
    TypeError
        For a length that is no int.

    See Also
    --------
    refimpl.formulas.linear : the formula

    Notes
    -----
    Weight and bias are drawn from the default generator as torch draws them, bit for bit: first
    the weight, then the bias, uniformly within :math:`\pm 1/\sqrt{\text{in\_features}}`. The
    weight's bound is computed from the gain of a leaky ramp of slope :math:`\sqrt 5`, which
    comes to the same number but for the last bit.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV (2015), section 2.2.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(7)
    >>> torch.nn.Linear(3, 2).bias
    Parameter containing:
    tensor([-0.3382,  0.1498], requires_grad=True)
    """

    weight, bias = _Held("_parameters"), _Held("_parameters")

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = _unfilled((out_features, in_features), device, dtype)
        if bias:
            self.bias = _unfilled(out_features, device, dtype)
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    @no_grad()
    def reset_parameters(self):
        """Draw weight and bias anew.

        Examples
        --------
        >>> import refimpl as torch
        >>> one, other = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
        >>> for layer in (one, other):
        ...     _ = torch.manual_seed(7)
        ...     layer.reset_parameters()
        >>> torch.equal(one.weight, other.weight)
        True
        """
        fan_in = self.in_features
        if self.weight.numel():
            gain = math.sqrt(2.0 / (1 + math.sqrt(5) ** 2))
            bound = math.sqrt(3.0) * (gain / math.sqrt(fan_in))
            self.weight.uniform_(-bound, bound)
        else:
            warnings.warn("Initializing zero-element tensors is a no-op", UserWarning, stacklevel=2)
        if self.bias is not None:
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            self.bias.uniform_(-bound, bound)

    def forward(self, input):
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self):
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def _unfilled(size, device, dtype):
    try:
        return Parameter(creation.empty(size, device=device, dtype=dtype))
    except TypeError as error:
        advise(error, "Linear: in_features and out_features are whole numbers, dtype is a dtype.")
        raise


class Flatten(Module):
    """Make the dimensions from `start_dim` to `end_dim` one.

    Parameters
    ----------
    start_dim, end_dim : int
        The first and the last of these dimensions; by default all but the batch.

    Raises
    ------
    IndexError, RuntimeError
        When called: where the input has no such dimension; where `start_dim` comes after `end_dim`.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Flatten()(torch.zeros(5, 28, 28)).shape
    torch.Size([5, 784])
    """

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Dropout(Module):
    """While training, set elements to 0 at random and make the others larger.

    Parameters
    ----------
    p : float
        The probability that an element becomes 0.
    inplace : bool
        Change the input itself.

    Raises
    ------
    ValueError
        For a probability outside [0, 1].
    RuntimeError, TypeError
        When called, as `refimpl.nn.functional.dropout`.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> drop = torch.nn.Dropout(p=0.5)
    >>> drop(torch.ones(5)), drop.eval()(torch.ones(5))
    (tensor([0., 0., 2., 0., 0.]), tensor([1., 1., 1., 1., 1.]))
    """

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def forward(self, input):
        return functional.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self):
        return f"p={self.p}, inplace={self.inplace}"


class Sequential(Module):
    """Give the result of each module to the next.

    Parameters
    ----------
    *args : Module, or one OrderedDict of str to Module
        The modules; without names they are numbered.

    Raises
    ------
    TypeError
        For what is no module.
    IndexError
        For a number outside the range of the modules.

    Examples
    --------
    >>> import refimpl as torch
    >>> net = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=1))
    >>> net[1]
    Softmax(dim=1)
    >>> len(net[:1])
    1
    """

    def __init__(self, *args):
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            named = args[0].items()
        else:
            named = ((str(i), module) for i, module in enumerate(args))
        for name, module in named:
            self.add_module(name, module)

    def forward(self, input):
        for module in self:
            input = module(input)
        return input

    def __iter__(self):
        return iter(self._modules.values())

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return self._modules[self._name(index)]

    def __setitem__(self, index, module):
        check_module(module)
        self._modules[self._name(index)] = module

    def _name(self, index):
        index = operator.index(index)
        if not -len(self) <= index < len(self):
            raise failure(
                IndexError, f"index {index} is out of range", f"There are {len(self)} modules."
            )
        return list(self._modules)[index]

    def append(self, module):
        """Add a module at the end and return the whole.

        Parameters
        ----------
        module : Module

        Returns
        -------
        Sequential
            The container itself.

        Raises
        ------
        TypeError
            For what is no module.

        Examples
        --------
        >>> import refimpl as torch
        >>> torch.nn.Sequential(torch.nn.Tanh()).append(torch.nn.ReLU())
        Sequential(
          (0): Tanh()
          (1): ReLU()
        )
        """
        self.add_module(str(len(self)), module)
        return self


# ---- activations ----------------------------------------------------------------------


class _AlongDim(Module):
    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim

    def extra_repr(self):
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """Turn logits into probabilities along `dim`.

    Parameters
    ----------
    dim : int
        The dimension along which the results sum to 1; without it torch's choice, with a warning.

    Raises
    ------
    IndexError, TypeError, NotImplementedError, AttributeError
        When called, as `refimpl.nn.functional.softmax`.

    See Also
    --------
    refimpl.formulas.softmax : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Softmax(dim=0)(torch.tensor([2.0, 3.0]))
    tensor([0.2689, 0.7311])
    """

    def forward(self, input):
        return functional.softmax(input, self.dim, _stacklevel=5)


class LogSoftmax(_AlongDim):
    """Return the logarithm of softmax along `dim`.

    Parameters
    ----------
    dim : int
        As of `Softmax`.

    Raises
    ------
    IndexError, TypeError, NotImplementedError, AttributeError
        When called, as `refimpl.nn.functional.log_softmax`.

    See Also
    --------
    refimpl.formulas.log_softmax : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.LogSoftmax(dim=0)(torch.tensor([2.0, 3.0]))
    tensor([-1.3133, -0.3133])
    """

    def forward(self, input):
        return functional.log_softmax(input, self.dim, _stacklevel=5)


class Softmin(_AlongDim):
    """Turn costs into probabilities along `dim`: the softmax of the negated input.

    Parameters
    ----------
    dim : int
        As of `Softmax`.

    Raises
    ------
    IndexError, TypeError, NotImplementedError, RuntimeError
        When called, as `refimpl.nn.functional.softmin`.

    See Also
    --------
    refimpl.formulas.softmin : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Softmin(dim=0)(torch.tensor([2.0, 3.0]))
    tensor([0.7311, 0.2689])
    """

    def forward(self, input):
        return functional.softmin(input, self.dim, _stacklevel=5)


class Sigmoid(Module):
    """Map every element to (0, 1): 1/2 at 0, towards 1 on the right.

    Raises
    ------
    AttributeError
        When called on what is no tensor.

    See Also
    --------
    refimpl.formulas.sigmoid : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Sigmoid()(torch.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """

    def forward(self, input):
        return activations.sigmoid(input)


class LogSigmoid(Module):
    """Return the logarithm of the sigmoid.

    Raises
    ------
    NotImplementedError, TypeError
        When called on integers; on what is no tensor.

    See Also
    --------
    refimpl.formulas.logsigmoid : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.LogSigmoid()(torch.tensor([0.0, 2.0]))
    tensor([-0.6931, -0.1269])
    """

    def forward(self, input):
        return functional.logsigmoid(input)


class Tanh(Module):
    """Map every element to (-1, 1) by the hyperbolic tangent.

    Raises
    ------
    AttributeError
        When called on what is no tensor.

    See Also
    --------
    refimpl.formulas.tanh : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Tanh()(torch.tensor([0.0, 2.0]))
    tensor([0.0000, 0.9640])
    """

    def forward(self, input):
        return activations.tanh(input)


class ReLU(Module):
    """Replace negative elements by zero.

    Parameters
    ----------
    inplace : bool
        Write the result into the input itself.

    Raises
    ------
    RuntimeError, TypeError
        When called, as `refimpl.nn.functional.relu`.

    See Also
    --------
    refimpl.formulas.relu : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.ReLU()(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input):
        return functional.relu(input, self.inplace)

    def extra_repr(self):
        return "inplace=True" if self.inplace else ""


class Softplus(Module):
    """Replace the corner of `ReLU` at 0 by a smooth curve whose slope is the sigmoid.

    Parameters
    ----------
    beta : float
        The larger, the closer the curve lies to `ReLU`.
    threshold : float
        Where ``beta * input`` exceeds it, the input itself is returned.

    Raises
    ------
    NotImplementedError, TypeError
        When called on integers; on what is no tensor.

    See Also
    --------
    refimpl.formulas.softplus : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Softplus()(torch.tensor([0.0, 2.0]))
    tensor([0.6931, 2.1269])
    """

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input):
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self):
        return f"beta={self.beta}, threshold={self.threshold}"


class GELU(Module):
    """Multiply every element by the probability that a standard normal variable is below it.

    Parameters
    ----------
    approximate : str
        "none", or "tanh" for the form with tanh.

    Raises
    ------
    NotImplementedError, TypeError, RuntimeError
        When called, as `refimpl.nn.functional.gelu`.

    See Also
    --------
    refimpl.formulas.gelu : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.GELU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """

    def __init__(self, approximate="none"):
        super().__init__()
        self.approximate = approximate

    def forward(self, input):
        return functional.gelu(input, approximate=self.approximate)

    def extra_repr(self):
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """Multiply every element by its sigmoid.

    Parameters
    ----------
    inplace : bool
        Write the result into the input itself.

    Raises
    ------
    NotImplementedError, TypeError, RuntimeError
        When called, as `refimpl.nn.functional.silu`.

    See Also
    --------
    refimpl.formulas.silu : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.SiLU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input):
        return functional.silu(input, self.inplace)

    def extra_repr(self):
        return "inplace=True" if self.inplace else ""


# ---- losses ---------------------------------------------------------------------------


class _Loss(Module):
    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        if size_average is not None or reduce is not None:
            depth = type(self).__mro__.index(_Loss)  # constructors between the caller and here
            reduction = legacy_reduction(size_average, reduce, stacklevel=3 + depth)
        self.reduction = reduction


class _WeightedLoss(_Loss):
    weight = _Held("_buffers")

    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class CrossEntropyLoss(_WeightedLoss):
    """Average the negative log-probability that softmax of the logits gives to the targets.

    Parameters
    ----------
    weight : Tensor of shape (C,), optional
        A factor for each of C classes; a buffer of the module.
    size_average, ignore_index, reduce, reduction, label_smoothing
        As of `refimpl.nn.functional.cross_entropy`.

    Raises
    ------
    IndexError, ValueError, RuntimeError, TypeError, NotImplementedError
        When called, as the function.

    See Also
    --------
    refimpl.formulas.cross_entropy : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> loss = torch.nn.CrossEntropyLoss()
    >>> loss(torch.tensor([[2.0, 1.0, 0.1]]), torch.tensor([0]))
    tensor(0.4170)
    """

    def __init__(
        self,
        weight=None,
        size_average=None,
        ignore_index=-100,
        reduce=None,
        reduction="mean",
        label_smoothing=0.0,
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input, target):
        return functional.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_WeightedLoss):
    """Average the negated log-probabilities of the target classes.

    Parameters
    ----------
    weight : Tensor of shape (C,), optional
        A factor for each of C classes; a buffer of the module.
    size_average, ignore_index, reduce, reduction
        As of `refimpl.nn.functional.nll_loss`.

    Raises
    ------
    IndexError, ValueError, RuntimeError, TypeError, NotImplementedError
        When called, as the function.

    See Also
    --------
    refimpl.formulas.nll_loss : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.NLLLoss()(torch.tensor([[-0.5, -1.5]]), torch.tensor([1]))
    tensor(1.5000)
    """

    def __init__(
        self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"
    ):
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input, target):
        return functional.nll_loss(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class MSELoss(_Loss):
    """Average the squared differences.

    Parameters
    ----------
    size_average, reduce, reduction
        As of `refimpl.nn.functional.mse_loss`.

    Raises
    ------
    RuntimeError, NotImplementedError, ValueError, AttributeError
        When called, as the function.

    See Also
    --------
    refimpl.formulas.mse_loss : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.MSELoss(reduction="sum")(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(5.)
    """

    def forward(self, input, target):
        return functional.mse_loss(input, target, reduction=self.reduction)


class KLDivLoss(_Loss):
    """Measure how far log-probabilities lie from the target distribution (Kullback-Leibler).

    Parameters
    ----------
    size_average, reduce, reduction, log_target
        As of `refimpl.nn.functional.kl_div`.

    Raises
    ------
    RuntimeError, ValueError, TypeError
        When called, as the function.

    See Also
    --------
    refimpl.formulas.kl_div : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> loss = torch.nn.KLDivLoss(reduction="batchmean")
    >>> loss(torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[0.75, 0.25]]))
    tensor(0.1308)
    """

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input, target):
        return functional.kl_div(
            input, target, reduction=self.reduction, log_target=self.log_target
        )


class BCELoss(_WeightedLoss):
    """Average the negative log-probability of yes-or-no targets.

    Parameters
    ----------
    weight : Tensor of a shape that broadcasts, optional
        A factor for each element; a buffer of the module.
    size_average, reduce, reduction
        As of `refimpl.nn.functional.binary_cross_entropy`.

    Raises
    ------
    RuntimeError, ValueError, NotImplementedError, AttributeError
        When called, as the function.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.BCELoss()(torch.tensor([0.8, 0.4]), torch.tensor([1.0, 0.0]))
    tensor(0.3670)
    """

    def forward(self, input, target):
        return functional.binary_cross_entropy(
            input, target, weight=self.weight, reduction=self.reduction
        )


class BCEWithLogitsLoss(_Loss):
    """Average the negative log-probability that sigmoid of the logits gives to yes-or-no targets.

    Parameters
    ----------
    weight : Tensor of a shape that broadcasts, optional
        A factor for each element; a buffer of the module.
    size_average, reduce, reduction
        As of `refimpl.nn.functional.binary_cross_entropy_with_logits`.
    pos_weight : Tensor of a shape that broadcasts, optional
        A factor for the part of "yes"; a buffer of the module.

    Raises
    ------
    ValueError, RuntimeError, NotImplementedError, AttributeError
        When called, as the function.
    TypeError
        Where a factor is no tensor.

    See Also
    --------
    refimpl.formulas.binary_cross_entropy_with_logits : the formula

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.BCEWithLogitsLoss()(torch.tensor([2.0, -1.0]), torch.tensor([1.0, 0.0]))
    tensor(0.2201)
    """

    def __init__(
        self, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None
    ):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input, target):
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class L1Loss(_Loss):
    """Average the absolute differences.

    Parameters
    ----------
    size_average, reduce, reduction
        As of `refimpl.nn.functional.l1_loss`.

    Raises
    ------
    RuntimeError, ValueError, AttributeError
        When called, as the function.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.L1Loss()(torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0]))
    tensor(1.5000)
    """

    def forward(self, input, target):
        return functional.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """Average the absolute differences, with a parabola in the place of the corner at 0.

    Parameters
    ----------
    size_average, reduce, reduction, beta
        As of `refimpl.nn.functional.smooth_l1_loss`.

    Raises
    ------
    RuntimeError, ValueError, NotImplementedError, AttributeError
        When called, as the function.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.SmoothL1Loss()(torch.tensor([0.5, 4.0]), torch.zeros(2))
    tensor(1.8125)
    """

    def __init__(self, size_average=None, reduce=None, reduction="mean", beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input, target):
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """Average half the squared differences up to `delta`, and straight lines beyond.

    Parameters
    ----------
    reduction, delta
        As of `refimpl.nn.functional.huber_loss`.

    Raises
    ------
    RuntimeError, ValueError, NotImplementedError, AttributeError
        When called, as the function.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.HuberLoss(delta=2.0)(torch.tensor([1.0, 4.0]), torch.zeros(2))
    tensor(3.2500)
    """

    def __init__(self, reduction="mean", delta=1.0):
        super().__init__(reduction=reduction)
        if not isinstance(delta, (float, int)):
            raise failure(TypeError, f"delta must be a float or int, got: {type(delta)}")
        self.delta = delta

    def forward(self, input, target):
        return functional.huber_loss(input, target, reduction=self.reduction, delta=self.delta)
