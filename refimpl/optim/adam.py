"""Adam: a step that is scaled by running means of the gradient and of its square."""

from operator import itemgetter

import numpy as np

from refimpl import formulas
from refimpl.autograd import enable_grad
from refimpl.errors import failure, outside, silent, unsupported
from refimpl.formulas._adam import updated
from refimpl.optim.optimizer import Optimizer
from refimpl.optim.unusual import adam_step, flags, plain
from refimpl.tape.tensor import Tensor, wrap

__all__ = ["Adam"]


class Adam(Optimizer):
    r"""Move every parameter by a mean of its gradients over the root of a mean of their squares.

    Parameters
    ----------
    params : iterable of Tensor of any shape, of (name, Tensor) or of dict
        See `Optimizer`.
    lr : float, or Tensor of one element, any shape
        The learning rate.
    betas : tuple of two floats
        How much of each mean is kept.
    eps : float
        What is added to the root.
    weight_decay : float
        How much of the parameter is added to the gradient.
    amsgrad : bool
        Divide by the greatest mean so far.
    foreach : bool, optional
        It is accepted: it changes torch's speed, not its result. So are `capturable` and `fused`.
    maximize : bool
        Move along the gradient.
    capturable, differentiable, fused : bool, optional
        `differentiable` has to be False: a step is not recorded.
    decoupled_weight_decay : bool
        Take the decay from the parameter itself.

    Raises
    ------
    ValueError
        For a negative setting; for a beta outside [0, 1); for several learning rates.
    TypeError
        As `Optimizer`.
    NotImplementedError
        For `differentiable`.

    Notes
    -----
    The means and each parameter are computed in float64 and rounded once; torch rounds after every
    operation.

    See Also
    --------
    refimpl.formulas.adam : the rule, on arrays, with its sources

    Examples
    --------
    >>> import refimpl as torch
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = torch.optim.Adam([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.7500], requires_grad=True)
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
        fused=None,
        decoupled_weight_decay=False,
    ):
        if isinstance(lr, Tensor):
            if foreach and not capturable:
                raise failure(
                    ValueError,
                    "lr as a Tensor is not supported for capturable=False and foreach=True",
                )
            if lr.numel() != 1:
                raise failure(ValueError, "Tensor lr must be 1-element")
        if differentiable:
            raise unsupported("Adam(differentiable=True)", "A step is taken under no_grad.")
        formulas.check_adam_settings(lr, betas, eps, weight_decay)
        if not all(isinstance(beta, float) for beta in (betas[0], betas[1])):
            raise failure(
                ValueError,
                "betas must be either both floats or both Tensors",
                "Adam: betas that are tensors lie outside the subset.",
            )
        defaults = {
            "lr": lr,
            "betas": tuple(betas),
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
            "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    _later_settings = (
        ("amsgrad", False),
        ("maximize", False),
        ("foreach", None),
        ("capturable", False),
        ("differentiable", False),
        ("decoupled_weight_decay", False),
        ("fused", None),
    )

    def step(self, closure=None):
        """Take one step.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss anew, gradients and all; it is called first.

        Returns
        -------
        Tensor or None
            What `closure` has returned.

        Examples
        --------
        >>> import refimpl as torch
        >>> w = torch.tensor([4.0], requires_grad=True)
        >>> optimizer = torch.optim.Adam([w], lr=1.0)
        >>> for _ in range(3):
        ...     optimizer.zero_grad()
        ...     (w * w).sum().backward()
        ...     optimizer.step()
        >>> w, optimizer.state[w]["step"]
        (tensor([1.0739], requires_grad=True), tensor(3.))
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._update(group)
        return loss

    @silent
    def _update(self, group):
        amsgrad, lr, *rest = settings(group)[:7]
        if isinstance(lr, Tensor) and lr.numel() == 1:
            lr = lr.item()
        numbers = _are_betas(rest[0]) and plain(lr, *rest[1:3])
        if not (numbers and flags(amsgrad, *rest[3:])):
            adam_step(group, self.state, _begin)
            return
        for parameter in group["params"]:
            if parameter._grad is None:
                continue
            state = self.state[parameter]
            if not state:
                _begin(state, parameter._array, amsgrad)
            steps, first, second = state["step"], state["exp_avg"], state["exp_avg_sq"]
            greatest = state["max_exp_avg_sq"] if amsgrad else None
            steps._array += 1
            array, step = parameter._array, int(steps._array)
            kept = first._array, second._array, None if greatest is None else greatest._array
            array[...], kept = updated(array, parameter._grad._array, kept, step, lr, *rest)
            first._array, second._array = kept[:2]
            if greatest is not None:
                greatest._array = kept[2]
            parameter._counter[0] += 1


MEANS = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
# In the order in which `updated` takes them, behind whether the greatest mean is kept.
settings = itemgetter(
    *("amsgrad", "lr", "betas", "eps", "weight_decay", "maximize", "decoupled_weight_decay"),
    *("foreach", "capturable", "differentiable", "fused"),  # which change nothing; torch asks
)


def _are_betas(betas):
    """Tell whether these are two numbers that the formula takes."""
    two = isinstance(betas, (tuple, list)) and len(betas) == 2
    return two and plain(*betas) and 0 <= betas[0] < 1 and 0 <= betas[1] < 1


def _begin(state, array, amsgrad):
    """Enter what torch keeps of a parameter: the number of steps, and means that begin at 0."""
    state["step"] = wrap(np.array(0.0, np.float32))
    for name in MEANS if amsgrad else MEANS[:2]:
        state[name] = wrap(np.zeros_like(array))


__getattr__ = outside("torch.optim.adam", __all__)
