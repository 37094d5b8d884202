"""What several checks share: the articles' programs as functions of the engine, and small tools."""

import functools
import warnings
from types import SimpleNamespace

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
    rows = [torch.autograd.grad(entry, x, retain_graph=True)[0] for entry in y]
    return np.array([row.tolist() for row in rows])


def hessian(torch, function, point):
    """Second derivatives of a scalar function at `point`, by differentiating the gradient."""
    x = leaf(torch, point)
    (slope,) = torch.autograd.grad(function(x), x, create_graph=True)
    rows = [torch.autograd.grad(entry, x, retain_graph=True)[0] for entry in slope]
    return np.array([row.tolist() for row in rows])


def softmax64(x, axis=-1):
    """Softmax in plain NumPy float64, for closed forms."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def fixed(value, decimals=4):
    """A number as text with a fixed number of decimals."""
    return f"{round(float(value), decimals) + 0.0:.{decimals}f}"  # + 0.0 drops the sign of -0.0


def fixed_list(values, decimals=4):
    """A sequence of numbers as one line of text."""
    return ", ".join(fixed(value, decimals) for value in values)


def lines(text, start):
    """The lines of a printed text that begin with `start`; there has to be one."""
    found = [line for line in text.splitlines() if line.startswith(start)]
    assert found, f"no line begins with {start!r}"
    return found


def named(text, start, names):
    """The numbers behind each of the names in the one line that begins with `start`."""
    (line,) = lines(text, start)
    return [line.split(name, 1)[1].split(",")[0].split()[0] for name in names]


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


def messages(call):
    """The texts of the warnings that `call()` gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [str(warning.message) for warning in caught]


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


def draws_of_linear_net(torch):
    """What A5's first program draws from seed 7: inputs, targets and the dense layer."""
    torch.manual_seed(7)
    inputs = torch.rand(7, 2, 2)
    targets = torch.randint(0, 2, (7,))
    return inputs, targets, torch.nn.Linear(4, 3)


@functools.cache
def linear_net(torch, softmax=True):
    """A5's first program, 70 epochs, with its softmax before the loss or without; a record."""
    inputs, targets, layer = draws_of_linear_net(torch)
    activation = torch.nn.Softmax(dim=1)
    criterion = torch.nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.1)

    def probs():
        return activation(layer(inputs.view(-1, 4)))

    def loss():
        return criterion(probs() if softmax else layer(inputs.view(-1, 4)), targets)

    run = SimpleNamespace(
        inputs=np.array(inputs.view(-1, 4).tolist()),
        targets=np.array(targets.tolist()),
        weights=np.column_stack([layer.weight.tolist(), layer.bias.tolist()]),
        first_probs=np.array(probs().tolist()),
        losses=[],
        gradient_norms=[],
    )
    for _ in range(70):
        error = loss()
        optimiser.zero_grad()
        error.backward()
        slopes = [np.ravel(parameter.grad.tolist()) for parameter in layer.parameters()]
        run.gradient_norms.append(np.linalg.norm(np.concatenate(slopes)))
        optimiser.step()
        run.losses.append(error.item())
    run.output = probs()
    run.last_probs = np.array(run.output.tolist())
    run.hits = int((run.last_probs.argmax(axis=1) == run.targets).sum())
    run.last_loss_tensor = loss()
    run.last_loss = run.last_loss_tensor.item()
    return run


def descend(run, epochs, softmax):
    """The same training as closed form in NumPy float64, from the draws of `run`."""
    x, weights = np.column_stack([run.inputs, np.ones(7)]), run.weights.copy()
    one_hot, losses = np.eye(3)[run.targets], []
    for _ in range(epochs):
        z = x @ weights.T
        p = softmax64(z)
        logits = p if softmax else z
        log_partition = np.log(np.exp(logits).sum(axis=1))
        losses.append(np.mean(log_partition - (one_hot * logits).sum(axis=1)))
        slope = ((softmax64(p) if softmax else p) - one_hot) / 7
        if softmax:
            slope = p * (slope - (p * slope).sum(axis=1, keepdims=True))
        weights -= 0.1 * slope.T @ x
    return SimpleNamespace(losses=losses, weights=weights)


def simple_fc(torch, seed):
    """A5's last program up to its loss: layer, optimiser, loss, output, (input, target)."""
    torch.manual_seed(seed)
    layer = torch.nn.Linear(3, 2)
    inputs, target = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[4.0, 5.0]])
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.01)
    output = layer(inputs)
    return layer, optimiser, torch.nn.MSELoss()(output, target), output, (inputs, target)
