"""What is timed of refimpl, and a worker process that times it.

Run by path, the file answers on standard output what it is asked on standard input, each as a line
of JSON. It imports NumPy and the refimpl that is on the path, nothing else: so the same file times
an older checkout too. Of the two ways in which versions offer the roles of a formula,
``softmax.vjp`` and ``softmax_vjp``, it takes the one that exists.
"""

import functools
import gc
import json
import sys
from functools import partial
from itertools import product
from time import process_time

import numpy as np

import refimpl
from refimpl import formulas
from refimpl.nn import functional

# --- the tape -------------------------------------------------------------------------------------


def recorded(engine, small, operation):
    """Apply an operation to two small tensors, one of which requires a gradient."""
    x, y = engine.tensor(small).requires_grad_(), engine.tensor(small)
    turned = y.T
    return lambda: operation(x, y, turned)


def rounded(total):
    """Round a sum in float64 once, as refimpl's are."""
    return total.astype(np.float32)


OPERATIONS = {  # each with an array function for the same numbers
    "product": (lambda x, y, t: x * y, np.multiply),
    "sum of two": (lambda x, y, t: x + y, np.add),
    "quotient": (lambda x, y, t: x / y, np.divide),
    "matrix product": (lambda x, y, t: x @ t, lambda x, y: x @ y.T),
    "exp": (lambda x, y, t: x.exp(), lambda x, y: np.exp(x)),
    "log": (lambda x, y, t: x.log(), lambda x, y: np.log(x)),
    "sum": (lambda x, y, t: x.sum(), lambda x, y: rounded(x.sum(dtype=np.float64))),
    "sum of rows": (lambda x, y, t: x.sum(1), lambda x, y: rounded(x.sum(1, np.float64))),
    "mean": (lambda x, y, t: x.mean(), lambda x, y: rounded(x.mean(dtype=np.float64))),
    "relu": (lambda x, y, t: x.relu(), lambda x, y: np.maximum(x, 0)),
    "sigmoid": (lambda x, y, t: x.sigmoid(), lambda x, y: refimpl.formulas.sigmoid(x)),
    "reshape": (lambda x, y, t: x.reshape(3, 7), lambda x, y: x.reshape(3, 7)),
    "column": (lambda x, y, t: x[:, 1], lambda x, y: x[:, 1]),
}


def walked(engine, small):
    """Multiply, sum, and walk back."""
    x = engine.tensor(small).requires_grad_()
    y = engine.tensor(small)

    def both():
        x.grad = None
        (x * y).sum().backward()

    return both


def article(engine):
    """Return the network of the fifth article's program, its inputs, targets, loss, optimiser."""
    nn = engine.nn
    engine.manual_seed(7)
    inputs, targets = engine.rand(7, 2, 2), engine.randint(0, 2, (7,))

    class LinearNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = nn.Linear(4, 3)
            self.softmax = nn.Softmax(dim=1)

        def forward(self, x):
            return self.softmax(self.dense(x.view(-1, 4)))

    net = LinearNet()
    optimizer = engine.optim.SGD(net.parameters(), lr=0.1)
    return net, inputs, targets, nn.CrossEntropyLoss(), optimizer


def step(engine, small):
    """Return one step of the fifth article's program."""
    net, inputs, targets, criterion, optimizer = article(engine)

    def once():
        loss = criterion(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return once


def epoch(engine, small, loaded=False, items=60000):
    """Return an epoch of the fourth article's program over tensors in memory.

    Either the batches are cut beforehand, or a loader shuffles the items, as in the article.
    """
    engine.manual_seed(4)
    images = engine.rand(items, 784)
    labels = engine.randint(0, 10, (items,))
    if loaded:
        data = engine.utils.data
        batches = data.DataLoader(data.TensorDataset(images, labels), 256, shuffle=True)
    else:
        batches = [(images[i : i + 256], labels[i : i + 256]) for i in range(0, items, 256)]
    return epoch_of(engine, batches)


def epoch_of(engine, batches):
    """Return an epoch of the fourth article's program over batches of images and labels."""
    engine.manual_seed(4)
    weight = engine.normal(0, 0.01, size=(784, 10)).requires_grad_()
    bias = engine.zeros(10, requires_grad=True)

    def softmax(x):
        exponentials = engine.exp(x)
        return exponentials / exponentials.sum(1, keepdim=True)

    def cross_entropy(probs, target):
        return -engine.log(probs[range(len(probs)), target])

    def once():
        loss, hits = 0.0, 0.0
        for x, target in batches:
            probs = softmax(engine.matmul(x.reshape((-1, 784)), weight) + bias)
            losses = cross_entropy(probs, target)
            losses.sum().backward()
            with engine.no_grad():
                for parameter in (weight, bias):
                    parameter -= 0.1 * parameter.grad / len(target)
                    parameter.grad.zero_()
            loss += float(losses.detach().sum())
            hits += float((probs.detach().argmax(axis=1) == target).type(target.dtype).sum())

    return once


def loss(engine, small, dtype, walks, size=4096):
    """Return a call of cross entropy with classes, of logits whose gradient is asked for or not."""
    x = engine.tensor(drawn("logits", (size, size), dtype)).requires_grad_(walks)
    target = engine.tensor(classes((size, size), dtype))

    def once():
        x.grad = None
        found = engine.nn.functional.cross_entropy(x, target)
        if walks:
            found.backward()

    return once


def optimised(engine, small):
    """Return a step of the optimiser alone."""
    net, inputs, targets, criterion, optimizer = article(engine)
    criterion(net(inputs), targets).backward()
    return optimizer.step


def recorded_and_back(engine, small, operation):
    """Apply an operation to two small tensors, and walk back from its result."""
    x, y = engine.tensor(small).requires_grad_(), engine.tensor(small)
    turned = y.T
    cotangent = engine.ones_like(operation(x, y, turned).detach())

    def both():
        x.grad = None
        operation(x, y, turned).backward(cotangent)

    return both


# --- the formulas ---------------------------------------------------------------------------------

SHAPES = {"7×3": (7, 3), "256×1000": (256, 1000), "1024×4096": (1024, 4096)}
DTYPES = ("float32", "float64")
ROLES = ("value", "vjp", "jvp", "vjp_vjp")
OF_SEVERAL_ROLES = ("_vjp", "_jvp", "_value_and_")  # in the names that older versions give to roles
BY_DIM = ("softmax", "log_softmax", "softmin", "logsumexp")
BY_PASS = ("softmax", "cross_entropy")  # value and gradient were one call before all had it
PLAIN = {"sgd": ("logits", "directions"), "softmax_jacobian": ("logits",)}  # the value alone


@functools.lru_cache(maxsize=8)
def drawn(kind, shape, dtype):
    """Return seeded numbers of a kind; the large arrays repeat 65537 of them."""
    seed, draw = {
        "logits": (0, lambda rng: rng.normal(0, 3, 65537)),
        "directions": (1, lambda rng: rng.normal(0, 1, 65537)),
        "seconds": (2, lambda rng: rng.normal(0, 1, 65537)),
        "probs": (3, lambda rng: rng.uniform(0.01, 0.99, 65537)),
        "truths": (4, lambda rng: rng.uniform(0.01, 0.99, 65537)),
    }[kind]
    return np.resize(draw(np.random.default_rng(seed)), shape).astype(dtype)


def classes(shape, dtype):
    return np.random.default_rng(5).integers(0, shape[1], shape[0])


def weight(shape, dtype):
    return drawn("directions", (4 + shape[0] // 16, shape[1]), dtype)


def bias(shape, dtype):
    return drawn("directions", (4 + shape[0] // 16,), dtype)


# The inputs of a formula, each a kind or a function; what is not listed here takes one array.
INPUTS = {
    "binary_cross_entropy": ("probs", "truths"),
    "binary_cross_entropy_with_logits": ("logits", "truths"),
    "cross_entropy": ("logits", classes),
    "huber_loss": ("logits", "directions"),
    "kl_div": ("logits", "truths"),
    "l1_loss": ("logits", "directions"),
    "linear": ("logits", weight, bias),
    "mse_loss": ("logits", "directions"),
    "nll_loss": ("logits", classes),
    "smooth_l1_loss": ("logits", "directions"),
}
ONE_GRADIENT = ("nll_loss",)  # of two inputs, but its vjp returns no tuple
OPTIONS = {name: {"dim": -1} for name in BY_DIM} | {"kl_div": {"reduction": "batchmean"}}
VARIANTS = {  # a label, the formula, its options
    "softmax along axis 0": ("softmax", {"dim": 0}),
    "unreduced cross_entropy": ("cross_entropy", {"reduction": "none"}),
}


def role(name, suffix):
    """Return a role of a formula, wherever this version has it; None where it has none."""
    formula = getattr(formulas, name)
    if suffix == "value":
        return formula
    return getattr(formula, suffix, None) or getattr(formulas, f"{name}_{suffix}", None)


def operators():
    """List the formulas of this version: label, name, options."""
    single = [n for n in formulas.__all__ if not any(part in n for part in OF_SEVERAL_ROLES)]
    known = [(n, n, OPTIONS.get(n, {})) for n in single if role(n, "vjp")]
    return known + [(label, *variant) for label, variant in VARIANTS.items()]


def inputs_of(name, shape, dtype):
    """Return the arrays that a formula is called with."""
    kinds = INPUTS.get(name, ("logits",))
    return [k(shape, dtype) if callable(k) else drawn(k, shape, dtype) for k in kinds]


@functools.lru_cache(maxsize=2)
def cotangent_of(name, options, shape, dtype):
    """Return a cotangent of the value of a formula."""
    value = getattr(formulas, name)(*inputs_of(name, shape, dtype), **dict(options))
    return drawn("directions", value.shape, dtype)


def tangents_of(kind, name, inputs):
    """Return a direction for every floating input, None beside classes."""
    found = [drawn(kind, a.shape, a.dtype.name) if a.dtype.kind == "f" else None for a in inputs]
    return found if len(found) > 1 and name not in ONE_GRADIENT else found[0]


def called(name, suffix, options, shape, dtype):
    """Return a call of one role of a formula."""
    function = role(name, suffix)
    inputs = inputs_of(name, shape, dtype)
    before = []
    if suffix in ("vjp", "vjp_vjp"):
        before = [cotangent_of(name, tuple(options.items()), shape, dtype)]
    if suffix in ("jvp", "vjp_vjp"):
        before = [tangents_of("seconds", name, inputs), *before]
    return partial(function, *before, *inputs, **options)


def by_pass(name, options, shape, dtype):
    """Return a call that computes value and gradients together."""
    cotangent = cotangent_of(name, tuple(options.items()), shape, dtype)
    inputs = inputs_of(name, shape, dtype)
    both = role(name, "value_and_vjp")
    if both:
        return partial(both, cotangent, *inputs, **options)

    def passed():
        value, pullback = getattr(formulas, name).value_and_pullback(*inputs, **options)
        return value, pullback(cotangent)

    return passed


def plain(name, shape, dtype):
    """Return a call of a function that has no other role."""
    inputs = [drawn(kind, shape, dtype) for kind in PLAIN[name]]
    if name == "softmax_jacobian":
        rows = max(1, shape[0] * shape[1] // 10000)  # 100 classes: as many entries as of the others
        return partial(
            formulas.softmax_jacobian, inputs[0].ravel()[: rows * 100].reshape(rows, -1), 1
        )
    return partial(formulas.sgd, *inputs, momentum=0.9)


def through_tape(name, options, shape, dtype):
    """Return a call that records a formula and walks back from it."""
    function = getattr(functional, name, None) or getattr(refimpl, name)
    arrays = inputs_of(name, shape, dtype)
    leaves = [refimpl.tensor(a) for a in arrays]
    asked = leaves if name == "linear" else leaves[:1]
    for leaf in asked:
        leaf.requires_grad_()
    cotangent = refimpl.tensor(cotangent_of(name, tuple(options.items()), shape, dtype))

    def both():
        for leaf in asked:
            leaf.grad = None
        function(*leaves, **options).backward(cotangent)

    return both


def logged(shape, halved):
    """Return a call of a recorded loss: nobody walks back, or from its half."""
    x, t = map(refimpl.tensor, inputs_of("cross_entropy", shape, "float32"))
    x.requires_grad_()

    def alone():
        return functional.cross_entropy(x, t)

    def half():
        x.grad = None
        (functional.cross_entropy(x, t) / 2).backward()

    return half if halved else alone


# --- all cases ------------------------------------------------------------------------------------


def formula_cases():
    """Yield the name of every case of the formulas, and what builds its call."""
    for name in (*BY_DIM, "cross_entropy"):
        for suffix in ROLES:
            build = partial(called, name, suffix, OPTIONS.get(name, {}), (256, 10), "float64")
            yield f"{name}, {suffix}, 256×10 float64", build
    for (size, shape), dtype in product(SHAPES.items(), DTYPES):
        at = f"{size} {dtype}"
        for label, name, options in operators():
            for suffix in ROLES:
                yield (
                    f"{label}, {suffix}, {at}",
                    partial(called, name, suffix, options, shape, dtype),
                )
            if name in BY_PASS:
                build = partial(by_pass, name, options, shape, dtype)
                yield f"{label}, value and gradient, {at}", build
        for name in PLAIN:
            yield f"{name}, {at}", partial(plain, name, shape, dtype)


def tape_cases():
    """Yield the name of every case of recorded operations, and what builds its call."""
    small = np.random.default_rng(0).uniform(0.5, 2, size=(7, 3)).astype(np.float32)
    for name, (operation, _) in OPERATIONS.items():
        yield f"recorded {name}, 7×3", partial(recorded, refimpl, small, operation)
        build = partial(recorded_and_back, refimpl, small, operation)
        yield f"recorded {name} with its backward, 7×3", build
    yield "recorded product, sum, backward, 7×3", partial(walked, refimpl, small)
    for (size, shape), dtype in product(SHAPES.items(), DTYPES):
        for label, name, options in operators():
            build = partial(through_tape, name, options, shape, dtype)
            yield f"recorded {label} with its backward, {size} {dtype}", build
    for size, shape in SHAPES.items():
        yield f"recorded loss without backward, {size}", partial(logged, shape, halved=False)
        yield f"(loss / 2).backward(), {size}", partial(logged, shape, halved=True)


def program_cases():
    """Yield the name of every case of whole programs, and what builds its call."""
    yield "LinearNet step", partial(step, refimpl, None)
    yield "optimiser step", partial(optimised, refimpl, None)
    yield "20 batches of an epoch", partial(epoch, refimpl, None, items=20 * 256)


CASES = {"formulas": formula_cases, "tape": tape_cases, "programs": program_cases}


# --- the worker -----------------------------------------------------------------------------------


def seconds(call, calls):
    """Return how much of the processor's time so many calls take."""
    gc.disable()  # as timeit does
    start = process_time()
    for _ in range(calls):
        call()
    passed = process_time() - start
    gc.enable()
    return passed


def estimate(call, least):
    """Return the seconds of a call, from as many calls as take `least`."""
    calls, passed = 1, seconds(call, 1)
    while passed < least:
        calls, passed = 2 * calls, seconds(call, 2 * calls)
    return passed / calls


def main():
    """Answer: which cases there are, what one call takes about, how long so many take."""
    builders = {case: build for cases in CASES.values() for case, build in cases()}
    call = None
    for line in sys.stdin:
        request = json.loads(line)
        if "case" in request:
            call = None  # what the last case held is free before the next is built
            gc.collect()
            call = builders[request["case"]]()
            answer = estimate(call, request["least"])
        elif "calls" in request:
            answer = seconds(call, request["calls"])
        else:
            groups = {group: [case for case, _ in cases()] for group, cases in CASES.items()}
            answer = {"package": refimpl.__file__, "groups": groups}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
