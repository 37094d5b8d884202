"""What several checks share: the articles' programs as functions of the engine, and small tools."""

import functools
import warnings

import numpy as np

LOGITS = [2.0, 1.0, 0.1]  # the three scores of A3 and A4


def trials(seed=0):
    """A seeded NumPy generator for random trials, independent of the engine's own stream."""
    return np.random.default_rng(seed)


def leaf(torch, values, dtype=None):
    """A tensor that requires grad, float64 unless told otherwise."""
    return torch.tensor(values, dtype=dtype or torch.float64, requires_grad=True)


def jacobian(torch, function, point):
    """Rows of derivatives of a vector function at `point` (an ndarray), by reverse mode."""
    x = leaf(torch, point)
    y = function(x)
    rows = [torch.autograd.grad(y[i], x, retain_graph=True)[0] for i in range(len(point))]
    return np.array([row.tolist() for row in rows])


def hessian(torch, function, point):
    """Second derivatives of a scalar function at `point`, by differentiating the gradient."""
    x = leaf(torch, point)
    (slope,) = torch.autograd.grad(function(x), x, create_graph=True)
    rows = [torch.autograd.grad(slope[i], x, retain_graph=True)[0] for i in range(len(point))]
    return np.array([row.tolist() for row in rows])


def softmax64(x, axis=-1):
    """Softmax in plain NumPy float64, for closed forms."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def fixed(value, decimals=4):
    """A number as text with a fixed number of decimals."""
    return f"{float(value):.{decimals}f}"


def fixed_list(values, decimals=4):
    """A sequence of numbers as one line of text."""
    return ", ".join(fixed(value, decimals) for value in values)


def as_printed(array):
    """The numbers a reader sees: each entry rounded to the four decimals that torch prints."""
    return np.array([float(fixed(value)) for value in array.flat]).reshape(array.shape)


def raised(kind, call):
    """The exception of type `kind` that `call()` must raise."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, but nothing was raised")


def implicit_dim_warnings(call):
    """How many warnings of an implicit axis `call()` gives, and its result."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    texts = [str(warning.message) for warning in caught]
    assert all(text.startswith("Implicit dimension choice") for text in texts), texts
    return len(texts), result


@functools.cache
def a2_prints(torch, seeds=2000):
    """The three tensors of A2's program for the seeds 0, 1, ..., each of shape (seeds, 2, 2)."""
    functional, draws = torch.nn.functional, []
    for seed in range(seeds):
        torch.manual_seed(seed)
        logits = torch.rand(2, 2)
        probs = functional.softmax(logits, dim=1)
        log_probs = functional.log_softmax(logits, dim=1)
        draws.append([logits.tolist(), probs.tolist(), log_probs.tolist()])
    return np.array(draws).transpose(1, 0, 2, 3)
