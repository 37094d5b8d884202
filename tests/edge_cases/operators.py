"""The operators at the edge: their inputs, and how torch, refimpl and mpmath compute them."""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
import numpy as np

from refimpl import formulas as f

INF, NAN = np.inf, np.nan
TINY = 1e-45  # the least positive float32


def single(*values):
    return np.array(values, np.float32)


COMMON = {
    "length one": single(1),
    "0-d": np.array(1, np.float32),
    "integer": np.array([1, 2]),
    "half": np.array([1, 2], np.float16),
    "±0": single(0, -0.0),
    "subnormal": single(TINY, -TINY),
}
POINTS = COMMON | {
    "nan": single(NAN),
    "±inf": single(INF, -INF),
    "huge spread": single(1e4, -1e4),
    "empty": single(),
}
SLICES = COMMON | {
    "nan": single(NAN, 0),
    "one +inf": single(INF, 0),
    "one -inf": single(-INF, 0),
    "±inf": single(INF, -INF),
    "all +inf": single(INF, INF),
    "all -inf": single(-INF, -INF),
    "huge spread": single(1e4, 0, -1e4),
    "empty": single(),
}
PROBABILITIES = {
    "length one": single(1),
    "0-d": np.array(1, np.float32),
    "integer": np.array([0, 1]),
    "half": np.array([0.25, 0.5], np.float16),
    "nan": single(NAN),
    "0 and 1": single(0, 1),
    "subnormal": single(TINY),
    "beyond 1": single(1.5),
    "empty": single(),
}
ROWS = {name: x[None] for name, x in SLICES.items() if x.shape == (2,) and name != "integer"} | {
    "integer": np.array([[1, 2]]),
    "0-d": np.array(1, np.float32),
    "length one": single(1),
    "empty": np.empty((0, 2), np.float32),
}


@dataclass(frozen=True)
class Operator:
    """One operator with everything but its argument fixed."""

    page: str
    inputs: dict
    refimpl: Callable
    vjp: Callable  # of (cotangent, x)
    torch: Callable
    exact: Callable  # of a list of exact numbers
    slope: Callable  # the exact gradient of the first entry, or of all where that is the same
    first: bool = False  # whether the gradient is that of the result's first entry
    reduces: bool = False  # whether the result is one number
    least: int = 0  # axes that the argument must have
    domain: tuple = (-mpmath.inf, mpmath.inf)
    fixed: str = ""  # the other arguments, as a program writes them


# --- exact values, plainly by their definitions: the precision makes up for the cancellation ---


def softmax(x):
    top = max(x, default=0)
    e = [mpmath.exp(v - top) for v in x]
    return [v / mpmath.fsum(e) for v in e]


def softmax_slope(x):
    y = softmax(x)
    return [y[0] * ((i == 0) - v) for i, v in enumerate(y)]


def logsumexp(x):
    if not x:
        return [-mpmath.inf]
    top = max(x)
    return [top + mpmath.log(mpmath.fsum(mpmath.exp(v - top) for v in x))]


def log_softmax(x):
    return [v - logsumexp(x)[0] for v in x]


def log_softmax_slope(x):
    return [(i == 0) - v for i, v in enumerate(softmax(x))]


def softmin(x):
    return softmax([-v for v in x])


def softmin_slope(x):
    return [-v for v in softmax_slope([-v for v in x])]


def cross_entropy(x):
    return [-log_softmax(x)[0]] if x else None


def cross_entropy_slope(x):
    return [-v for v in log_softmax_slope(x)] if x else None


def nll_loss(x):
    return [-x[0]] if x else None


def nll_loss_slope(x):
    return [mpmath.mpf(-(i == 0)) for i, _ in enumerate(x)] if x else None


def logistic(x):
    return 1 / (1 + mpmath.exp(-x))


def each(function):
    """Apply a function to every entry."""
    return lambda x: [mpmath.mpf(function(v)) for v in x]


# --- the table ---


def on_torch(name, x, *rest, **options):
    """Call torch's function of this name; torch is imported only here, since it may be absent."""
    import torch

    place = torch if name == "logsumexp" else torch.nn.functional
    rest = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in rest]
    return getattr(place, name)(x, *rest, **options)


def pointwise(page, name, value, slope):
    return Operator(
        page,
        POINTS,
        getattr(f, name),
        getattr(f, name).vjp,
        lambda x: on_torch(name, x),
        each(value),
        each(slope),
    )


def sliced(page, name, exact, slope):
    function = getattr(f, name)
    return Operator(
        page,
        SLICES,
        lambda x: function(x, -1),
        lambda g, x: function.vjp(g, x, -1),
        lambda x: on_torch(name, x, -1),
        exact,
        slope,
        first=True,
        reduces=name == "logsumexp",
        fixed="dim=-1",
    )


def classified(name, exact, slope):
    function = getattr(f, name)

    def pulled(g, x):
        gradient = function.vjp(g, x, np.array(0))
        return gradient[0] if isinstance(gradient, tuple) else gradient

    return Operator(
        "cross_entropy",
        SLICES,
        lambda x: function(x, np.array(0)),
        pulled,
        lambda x: on_torch(name, x, np.array(0)),
        exact,
        slope,
        reduces=True,
        least=1,
        fixed="target=0",
    )


def compared(page, name, target, exact, slope, inputs=POINTS, **more):
    function = getattr(f, name)

    def like(x):
        return np.full_like(x, target)

    return Operator(
        page,
        inputs,
        lambda x: function(x, like(x), reduction="none"),
        lambda g, x: function.vjp(g, x, like(x), reduction="none")[0],
        lambda x: on_torch(name, x, like(x.detach().numpy()), reduction="none"),
        each(exact),
        each(slope),
        fixed=f"target={target:g}",
        **more,
    )


WEIGHT = single(1, 0)[None]


def weights(x):
    return WEIGHT.astype(x.dtype)


def linear(x):
    return x[::2]


def linear_slope(x):
    return [mpmath.mpf(1 - i % 2) for i, _ in enumerate(x)]


OPERATORS = {
    "sigmoid": pointwise("sigmoid", "sigmoid", logistic, lambda x: logistic(x) * logistic(-x)),
    "logsigmoid": pointwise(
        "sigmoid",
        "logsigmoid",
        lambda x: -mpmath.log1p(mpmath.exp(-x)),
        lambda x: logistic(-x),
    ),
    "tanh": pointwise("tanh", "tanh", mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    "relu": pointwise("relu", "relu", lambda x: max(x, 0), lambda x: int(x > 0)),
    "softplus": pointwise(
        "softplus",
        "softplus",
        lambda x: x if x > 20 else mpmath.log1p(mpmath.exp(x)),
        lambda x: 1 if x > 20 else logistic(x),
    ),
    "softmax": sliced("softmax", "softmax", softmax, softmax_slope),
    "log_softmax": sliced("softmax", "log_softmax", log_softmax, log_softmax_slope),
    "softmin": sliced("softmax", "softmin", softmin, softmin_slope),
    "logsumexp": sliced("softmax", "logsumexp", logsumexp, softmax),
    "cross_entropy": classified("cross_entropy", cross_entropy, cross_entropy_slope),
    "nll_loss": classified("nll_loss", nll_loss, nll_loss_slope),
    "binary_cross_entropy": compared(
        "binary_cross_entropy",
        "binary_cross_entropy",
        1,
        lambda x: -mpmath.log(x),
        lambda x: -1 / x,
        PROBABILITIES,
        domain=(0, 1),
    ),
    "binary_cross_entropy_with_logits": compared(
        "binary_cross_entropy",
        "binary_cross_entropy_with_logits",
        1,
        lambda x: mpmath.log1p(mpmath.exp(-x)),
        lambda x: -logistic(-x),
    ),
    "kl_div": compared(
        "kl_div",
        "kl_div",
        0.5,
        lambda x: (mpmath.log(0.5) - x) / 2,
        lambda x: -0.5,
    ),
    "kl_div beside a target of 0": compared("kl_div", "kl_div", 0, lambda x: 0, lambda x: 0),
    "mse_loss": compared(
        "mse_loss",
        "mse_loss",
        1,
        lambda x: (x - 1) ** 2,
        lambda x: 2 * (x - 1),
    ),
    "linear": Operator(
        "linear",
        ROWS,
        lambda x: f.linear(x, weights(x)),
        lambda g, x: f.linear.vjp(g, x, weights(x))[0],
        lambda x: on_torch("linear", x, weights(x.detach().numpy())),
        linear,
        linear_slope,
        least=2,
        fixed="weight=[[1, 0]]",
    ),
}
