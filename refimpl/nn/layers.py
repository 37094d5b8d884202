"""The modules: every activation and loss of the formulas, and three layers."""

import math
from collections import OrderedDict

from refimpl.nn import functional
from refimpl.nn.module import Module
from refimpl.nn.parameter import Parameter
from refimpl.tape import creation
from refimpl.tape.errors import failure
from refimpl.tape.tensor import GradMode

# ---- layers ---------------------------------------------------------------------------


class Linear(Module):
    r"""Map features affinely: :math:`y = x W^\mathsf{T} + b`.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool

    Notes
    -----
    Weights and bias are drawn from the default generator as torch draws them, bit for bit:
    uniformly within :math:`\pm 1/\sqrt{\text{in\_features}}`.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(7)
    >>> torch.nn.Linear(3, 2).bias
    Parameter containing:
    tensor([-0.3383,  0.1498], requires_grad=True)
    """

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(creation.empty(out_features, in_features, dtype=dtype))
        if bias:
            self.bias = Parameter(creation.empty(out_features, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        """Draw weight and bias anew."""
        fan_in = self.in_features
        before, GradMode.enabled = GradMode.enabled, False
        if self.weight.numel():
            gain = math.sqrt(2.0 / (1 + math.sqrt(5) ** 2))
            bound = math.sqrt(3.0) * (gain / math.sqrt(fan_in))
            self.weight.uniform_(-bound, bound)
        if self.bias is not None:
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            self.bias.uniform_(-bound, bound)
        GradMode.enabled = before

    def forward(self, input):
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self):
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Flatten(Module):
    """Make the dimensions from `start_dim` to `end_dim` one."""

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Sequential(Module):
    """Feed the result of each module to the next."""

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
        if not -len(self) <= index < len(self):
            raise failure(IndexError, f"index {index} is out of range")
        return list(self)[index]

    def append(self, module):
        """Add a module at the end."""
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

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.nn.Softmax(dim=0)(torch.tensor([2.0, 3.0]))
    tensor([0.2689, 0.7311])
    """

    def forward(self, input):
        return functional.softmax(input, self.dim, _stacklevel=5)


class LogSoftmax(_AlongDim):
    """Take the logarithm of `Softmax` without computing it."""

    def forward(self, input):
        return functional.log_softmax(input, self.dim, _stacklevel=5)


class Softmin(_AlongDim):
    """Turn costs into probabilities along `dim`."""

    def forward(self, input):
        return functional.softmin(input, self.dim, _stacklevel=5)

    def extra_repr(self):
        return f"dim={self.dim}"


class Sigmoid(Module):
    """Squash the real line into (0, 1)."""

    def forward(self, input):
        return functional.sigmoid(input)


class LogSigmoid(Module):
    """Take the logarithm of the sigmoid without computing it."""

    def forward(self, input):
        return functional.logsigmoid(input)


class Tanh(Module):
    """Squash the real line into (-1, 1)."""

    def forward(self, input):
        return functional.tanh(input)


class ReLU(Module):
    """Replace negative elements by zero."""

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input):
        return functional.relu(input, self.inplace)

    def extra_repr(self):
        return "inplace=True" if self.inplace else ""


class Softplus(Module):
    """Replace the corner of the ramp ``max(0, x)`` by a smooth curve."""

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input):
        return functional.softplus(input, self.beta, self.threshold)

    def extra_repr(self):
        return f"beta={self.beta}, threshold={self.threshold}"


# ---- losses ---------------------------------------------------------------------------


class _Loss(Module):
    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = functional.legacy_reduction(size_average, reduce, stacklevel=4)
        self.reduction = reduction


class _WeightedLoss(_Loss):
    def __init__(self, weight=None, size_average=None, reduce=None, reduction="mean"):
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class CrossEntropyLoss(_WeightedLoss):
    """Average the surprise of the targets under `softmax` of the logits."""

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
    """Average the negated log-probabilities of the target classes."""

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
    """Average the squared differences."""

    def forward(self, input, target):
        return functional.mse_loss(input, target, reduction=self.reduction)


class KLDivLoss(_Loss):
    """Sum up how far log-probabilities lie from the target distribution."""

    def __init__(self, size_average=None, reduce=None, reduction="mean", log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input, target):
        return functional.kl_div(
            input, target, reduction=self.reduction, log_target=self.log_target
        )


class BCELoss(_WeightedLoss):
    """Average the surprise of targets in [0, 1] under the probabilities given."""

    def forward(self, input, target):
        return functional.binary_cross_entropy(
            input, target, weight=self.weight, reduction=self.reduction
        )


class BCEWithLogitsLoss(_Loss):
    """Average the surprise of targets in [0, 1] under the sigmoid of the logits."""

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
