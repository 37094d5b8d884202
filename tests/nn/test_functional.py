"""The functions of torch.nn.functional beside torch: values, gradients, names, refusals."""

import functools
import inspect
import itertools
import warnings

import numpy as np
import pytest

import refimpl
from evidence.engines import observed

X = [[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]]
P = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]
Q = [[0.5, 0.1, 0.4], [0.3, 0.5, 0.2]]
W = [1.5, 0.5, 2.0]
LABELS = [2, 0]
REDUCTIONS = ("mean", "sum", "none")


def logs(values):
    return np.log(values).tolist()


def case(name, *inputs, labels=None, tensors=(), **options):
    """One call: `inputs` require a gradient, `labels` and the tensors among the options do not."""
    shown = ", ".join(f"{key}={value}" for key, value in options.items() if key not in tensors)
    title = " ".join([name, *(f"rank {np.ndim(x)}" for x in inputs[:1]), shown, *tensors]).strip()
    return pytest.param((name, inputs, labels, tensors, options), id=title)


CUBE = (np.linspace(-1.3, 1.9, 24).reshape(2, 3, 4) ** 3).tolist()
CUBE_LABELS = [[0, 1, 2, 0], [2, 2, 1, 0]]
IMAGE = np.array(CUBE).reshape(2, 3, 2, 2).tolist()
IMAGE_LABELS = np.array(CUBE_LABELS).reshape(2, 2, 2).tolist()

ACTIVATIONS = [
    *(
        case(f, x, dim=d)
        for f in ("softmax", "log_softmax", "softmin")
        for x, d in [(X, 1), (X, 0)]
    ),
    *(case(f, X) for f in ("sigmoid", "logsigmoid", "tanh", "relu", "softplus")),
    case("softplus", X, beta=3, threshold=1),
    *(case("linear", *args) for args in [(X, P), (X, P, W[:2]), (W, P), (W, P, W[:2])]),
    case("linear", CUBE, [[1.0, 2.0, -1.0, 0.5]]),
    case("linear", CUBE, [[1.0, 2.0, -1.0, 0.5]], [0.25]),
    case("linear", X, P, [0.25]),
]
LOSSES = [
    each
    for r in REDUCTIONS
    for each in (
        case("cross_entropy", X, labels=LABELS, reduction=r),
        case("cross_entropy", X, labels=LABELS, reduction=r, label_smoothing=0.1),
        case("cross_entropy", X, labels=LABELS, reduction=r, ignore_index=0),
        case("cross_entropy", X, labels=LABELS, reduction=r, weight=W, tensors=("weight",)),
        case("cross_entropy", W, labels=1, reduction=r),
        case("cross_entropy", CUBE, labels=CUBE_LABELS, reduction=r),
        case("cross_entropy", CUBE, labels=CUBE_LABELS, reduction=r, label_smoothing=0.2),
        case("cross_entropy", IMAGE, labels=IMAGE_LABELS, reduction=r),
        case("cross_entropy", X, P, reduction=r),
        case("cross_entropy", X, P, reduction=r, weight=W, tensors=("weight",)),
        case("nll_loss", X, labels=LABELS, reduction=r),
        case("nll_loss", X, labels=LABELS, reduction=r, weight=W, tensors=("weight",)),
        case("nll_loss", W, labels=1, reduction=r),
        case("nll_loss", CUBE, labels=CUBE_LABELS, reduction=r),
        case("nll_loss", IMAGE, labels=IMAGE_LABELS, reduction=r),
        case("mse_loss", X, P, reduction=r),
        case("mse_loss", X, P, reduction=r, weight=Q, tensors=("weight",)),
        case("binary_cross_entropy", P, Q, reduction=r),
        case("binary_cross_entropy", P, Q, reduction=r, weight=W, tensors=("weight",)),
        case("binary_cross_entropy_with_logits", X, Q, reduction=r),
        case("binary_cross_entropy_with_logits", X, Q, reduction=r, weight=W, tensors=("weight",)),
        case(
            "binary_cross_entropy_with_logits",
            X,
            Q,
            reduction=r,
            pos_weight=W,
            tensors=("pos_weight",),
        ),
    )
]
DIVERGENCES = [
    case("kl_div", logs(P), logs(Q) if log else Q, reduction=r, log_target=log)
    for r, log in itertools.product((*REDUCTIONS, "batchmean"), (False, True))
]
CASES = ACTIVATIONS + LOSSES + DIVERGENCES


def called(T, each, dtype="float64"):
    name, inputs, labels, tensors, options = each
    kind = {"dtype": getattr(T, dtype)}
    leaves = [T.tensor(x, requires_grad=True, **kind) for x in inputs]
    extra = [] if labels is None else [T.tensor(labels)]
    options = {k: T.tensor(v, **kind) if k in tensors else v for k, v in options.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is said is compared elsewhere
        return getattr(T.nn.functional, name)(*leaves, *extra, **options), leaves


def mixed(T, y):
    """Return fixed factors of the shape of y, so that no entry's gradient cancels another's."""
    return T.tensor(
        np.cos(np.arange(y.numel()) + 0.5).reshape(tuple(y.shape)).tolist(), dtype=y.dtype
    )


def derivatives(T, each):
    """Return the first gradients, and those of their mixture in the inputs and in the cotangent."""
    y, leaves = called(T, each)
    seed = mixed(T, y).requires_grad_()
    firsts = T.autograd.grad(y, leaves, seed, create_graph=True)
    mixture = sum((g * mixed(T, g)).sum() for g in firsts)
    seconds = T.autograd.grad(mixture, [*leaves, seed], allow_unused=True)
    return [each.detach().numpy() for each in firsts], [
        0.0 if each is None else each.detach().numpy() for each in seconds
    ]


@pytest.mark.parametrize("each", CASES)
def test_text_and_node_are_torchs(each, torch):
    ours, theirs = (called(engine, each, "float32")[0] for engine in (refimpl, torch))
    assert repr(ours) == repr(theirs)
    assert ours.grad_fn.name() == theirs.grad_fn.name()


@pytest.mark.parametrize("each", CASES)
def test_first_and_second_derivatives_are_torchs(each, torch):
    (ours, our_seconds), (theirs, their_seconds) = (
        derivatives(engine, each) for engine in (refimpl, torch)
    )
    # some hundred roundings of float64; torch adds 1e-12 to p (1 - p) in the second derivative
    rtol, atol = (1e-10, 1e-10) if each[0] == "binary_cross_entropy" else (1e-12, 1e-13)
    for a, b in zip(ours + our_seconds, theirs + their_seconds, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


# ---- signatures and warnings ----------------------------------------------------------


def parameters(function):
    """Return names, kinds and defaults; None where Python cannot see them."""
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    return [(each.name, each.kind, each.default) for each in found]


NAMES = [f"nn.functional.{name}" for name in refimpl.nn.functional.__all__]
NAMES += [f"nn.{name}" for name in refimpl.nn.__all__ if name not in ("functional", "Module")]
NAMES += [f"optim.{name}" for name in refimpl.optim.__all__]


def reached(engine, path):
    return functools.reduce(getattr, path.split("."), engine)


@pytest.mark.parametrize("path", NAMES)
def test_parameters_and_defaults_are_torchs(path, torch):
    theirs = parameters(reached(torch, path))
    opened = theirs is None or theirs[0][0] == "args"  # *args, **kwargs of a built-in or of Module
    if not opened:
        assert parameters(reached(refimpl, path)) == theirs
    else:
        assert path.split(".")[-1] in (
            "linear logsigmoid one_hot softplus LogSigmoid Sigmoid Tanh Sequential".split()
        )


SPEAKING = {
    "softmax": lambda T: T.nn.functional.softmax(T.ones(2)),
    "log_softmax": lambda T: T.nn.functional.log_softmax(T.ones(2, 2)),
    "softmin": lambda T: T.nn.functional.softmin(T.ones(2, 2, 2)),
    "Softmax": lambda T: T.nn.Softmax()(T.ones(2)),
    "LogSoftmax": lambda T: T.nn.LogSoftmax()(T.ones(2)),
    "Softmin": lambda T: T.nn.Softmin()(T.ones(2)),
    "kl_div": lambda T: T.nn.functional.kl_div(T.zeros(2), T.ones(2)),
    "mse_loss": lambda T: T.nn.functional.mse_loss(T.zeros(2), T.ones(1)),
}
DEPRECATED = {
    "cross_entropy": lambda T: T.nn.functional.cross_entropy(
        T.ones(1, 2), T.tensor([0]), reduce=True
    ),
    "CrossEntropyLoss": lambda T: T.nn.CrossEntropyLoss(size_average=False),
    "NLLLoss": lambda T: T.nn.NLLLoss(reduce=False),
    "MSELoss": lambda T: T.nn.MSELoss(size_average=False),
    "KLDivLoss": lambda T: T.nn.KLDivLoss(size_average=True),
    "BCELoss": lambda T: T.nn.BCELoss(reduce=True),
    "BCEWithLogitsLoss": lambda T: T.nn.BCEWithLogitsLoss(reduce=False),
}


@pytest.mark.parametrize("name", SPEAKING | DEPRECATED)
def test_warning_has_torchs_text(name, torch):
    program = (SPEAKING | DEPRECATED)[name]

    def silent(T):
        program(T)

    assert observed(refimpl, silent) == observed(torch, silent)
    assert len(observed(refimpl, silent)[1]) == 1


@pytest.mark.parametrize("name", SPEAKING | DEPRECATED)
def test_warning_names_the_line_that_is_to_be_changed(name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (SPEAKING | DEPRECATED)[name](refimpl)
    assert [each.filename for each in caught] == [__file__]
