"""Checks of A4, softmax regression from scratch and soft labels."""

import math
import re

import numpy as np

from evidence.articles.programs import (
    LOGITS,
    fixed,
    fixed_list,
    hessian,
    jacobian,
    leaf,
    lines,
    named,
    raised,
    softmax64,
    trials,
)
from evidence.articles.registry import check
from refimpl.articles import load, published_losses
from refimpl.articles.ledger import numbers

RATE, BATCH, CLASSES = 0.1, 256, 10
TWO_ITEMS = [[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]
TWO_LABELS = [0, 2]

# The article's program, in its parts.


def start(torch, features=784):
    """Its parameters: small normal weights and a bias of zeros."""
    weight = torch.normal(0, 0.01, size=(features, CLASSES), requires_grad=True)
    return weight, torch.zeros(CLASSES, requires_grad=True)


def own_softmax(torch, x):
    """Exponentials over their row sums, nothing subtracted."""
    exps = torch.exp(x)
    return exps / exps.sum(1, keepdim=True)


def own_cross_entropy(torch, probs, labels):
    """Minus the logarithm of the labelled probability of each item."""
    return -torch.log(probs[range(len(probs)), labels])


def network(torch, images, weight, bias):
    """Flatten, affine map, softmax."""
    return own_softmax(torch, torch.matmul(images.reshape((-1, weight.shape[0])), weight) + bias)


def hits(predictions, labels):
    """How many predictions are right, as a float."""
    if len(predictions.shape) > 1 and predictions.shape[1] > 1:
        predictions = predictions.argmax(axis=1)
    right = predictions.type(labels.dtype) == labels
    return float(right.type(labels.dtype).sum())


def update(torch, parameters, batch_size):
    """One step by hand."""
    with torch.no_grad():
        for parameter in parameters:
            parameter -= RATE * parameter.grad / batch_size
            parameter.grad.zero_()


class Accumulator:
    """Running sums."""

    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *terms):
        self.data = [a + float(b) for a, b in zip(self.data, terms, strict=True)]

    def reset(self):
        self.data = [0.0] * len(self.data)

    def __getitem__(self, i):
        return self.data[i]


def epoch(torch, batches, parameters, optimiser=None):
    """One pass over the data, by an optimiser of the library on the mean loss or by hand."""
    totals = Accumulator(3)
    for images, labels in batches:
        probs = network(torch, images, *parameters)
        losses = own_cross_entropy(torch, probs, labels)
        if optimiser:
            optimiser.zero_grad()
            losses.mean().backward()
            optimiser.step()
        else:
            losses.sum().backward()
            update(torch, parameters, len(labels))
        totals.add(losses.sum().item(), hits(probs, labels), labels.numel())
    return totals[0] / totals[2], totals[1] / totals[2]


def pictures(torch, items, features=784):
    """Random pixels between 0 and 1, and random labels."""
    random = trials()
    pixels = torch.tensor(random.uniform(0, 1, (items, features)), dtype=torch.float32)
    return pixels, torch.tensor(random.integers(0, CLASSES, items))


def two_starts(torch, features=784):
    """Two sets of parameters with the same numbers."""
    torch.manual_seed(0)
    one = start(torch, features)
    return one, tuple(leaf(torch, part.tolist(), torch.float32) for part in one)


def loss_gradient(torch, logits, target):
    """Gradient in the logits of cross-entropy against one probability target."""
    x = leaf(torch, [logits], torch.float32)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor([target]))
    return torch.autograd.grad(loss, x)[0][0]


# The article's statements.


@check("A4-C02")
def the_three_virtues_hold(torch):
    def softmax(x):
        return torch.nn.functional.softmax(x, dim=0)

    step = 1e-6
    for point in trials().normal(size=(20, 4)):
        probs = softmax(torch.tensor(point)).numpy()
        assert (probs >= 0).all() and math.isclose(probs.sum(), 1, rel_tol=1e-15)
        ends = [softmax(torch.tensor(point + step * np.eye(4)[j])).numpy() for j in range(4)]
        slopes = (np.array(ends).T - probs[:, None]) / step
        # A one-sided difference errs by the step times the curvature, below 1e-6.
        np.testing.assert_allclose(jacobian(torch, softmax, point), slopes, atol=1e-6)


@check("A4-C03")
def a_high_scale_makes_softmax_one_hot_at_the_arg_max(torch):
    y = torch.nn.functional.softmax(100 * torch.tensor(LOGITS), dim=0)
    x = trials().normal(size=(100, 5))
    limits = torch.nn.functional.softmax(torch.tensor(1e6 * x), dim=1).numpy()
    np.testing.assert_array_equal(limits, np.eye(5)[x.argmax(axis=1)])
    return {"softmax of a hundred times (2, 1, 0.1)": fixed_list(y.tolist())}


@check("A4-C04")
def softmax_is_strictly_inside_the_interval(torch):
    for k in (2, 3, 10):
        x = torch.tensor(trials().uniform(-15, 15, (1000, k)))
        y = torch.nn.functional.softmax(x, dim=1).numpy()
        assert (y > 0).all() and (y < 1).all()
        np.testing.assert_allclose(y.sum(axis=1), 1, rtol=2e-15)  # k + 1 roundings


@check("A4-C05")
def the_definition_is_the_library_function(torch):
    x = trials().normal(size=(100, 7))
    ours = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    theirs = torch.nn.functional.softmax(torch.tensor(x), dim=1).numpy()
    np.testing.assert_allclose(theirs, ours, rtol=2e-15)


@check("A4-C06")
def probabilities_choose_the_class_of_the_logits(torch):
    x = torch.tensor(trials().normal(size=(1000, 10)))
    y = torch.nn.functional.softmax(x, dim=1)
    assert y.argmax(axis=1).tolist() == x.argmax(axis=1).tolist()


@check("A4-C07")
def the_three_outputs_are_right_to_one_decimal(torch):
    y = torch.nn.functional.softmax(torch.tensor(LOGITS), dim=0)
    return {
        "softmax of (2, 1, 0.1) to one decimal": fixed_list(y.tolist(), 1),
        "softmax of (2, 1, 0.1)": y,
    }


@check("A4-C08")
def softmax_regression_is_one_affine_map(torch):
    layer = torch.nn.Linear(784, CLASSES)
    return {
        "parameters of 784 inputs and 10 outputs": sum(part.numel() for part in layer.parameters())
    }


@check("A4-C10")
def a_one_hot_target_is_a_hard_label(torch):
    random, cross_entropy = trials(), torch.nn.functional.cross_entropy
    x, labels = torch.tensor(random.normal(size=(50, 6))), random.integers(0, 6, 50)
    hard = cross_entropy(x, torch.tensor(labels)).item()
    assert math.isclose(
        cross_entropy(x, torch.tensor(np.eye(6)[labels])).item(), hard, rel_tol=1e-14
    )


@check("A4-C11")
def the_least_loss_against_a_soft_label_is_its_entropy(torch):
    target = np.array([0.6, 0.4])
    targets = torch.tensor(target[None])

    def loss(gap):
        return torch.nn.functional.cross_entropy(
            torch.tensor([[gap, 0.0]]).double(), targets
        ).item()

    entropy = -(target * np.log(target)).sum()
    least = min(loss(gap) for gap in np.linspace(-2, 2, 401).tolist())
    best = torch.nn.functional.cross_entropy(torch.tensor(np.log(target)[None]), targets).item()
    assert math.isclose(best, entropy, rel_tol=1e-15) and best <= least
    return {
        "least cross-entropy against (0.6, 0.4)": fixed(best),
        "gradient at the logits (0, 0)": loss_gradient(torch, [0.0, 0.0], [0.6, 0.4]),
    }


@check("A4-C14")
def hard_and_soft_gradients_are_both_dense(torch):
    hard = loss_gradient(torch, [0.0] * 3, [1.0, 0.0, 0.0])
    soft = loss_gradient(torch, [0.0] * 3, [0.6, 0.3, 0.1])
    assert all(hard.tolist()) and all(soft.tolist())
    return {
        "gradient at zero logits, hard label": hard,
        "gradient at zero logits, soft label (0.6, 0.3, 0.1)": soft,
    }


@check("A4-C15")
def soft_labels_have_finite_best_logits(torch):
    gap = math.log(0.6 / 0.4)
    slopes = loss_gradient(torch, [gap, 0.0], [0.6, 0.4]).tolist()
    np.testing.assert_allclose(slopes, 0, atol=6e-8)  # one float32 rounding of 0.6
    steep = [loss_gradient(torch, [x, 0.0], [1.0, 0.0])[0].item() for x in (0.0, 5.0, 10.0, 15.0)]
    assert all(slope < 0 for slope in steep) and sorted(steep) == steep
    return {"gap of the logits at which the gradient is zero": fixed(gap)}


@check("A4-C16")
def cross_entropy_accepts_class_probabilities(torch):
    random = trials()
    x, target = random.normal(size=(50, 6)), random.dirichlet(np.ones(6), 50)
    loss = torch.nn.functional.cross_entropy(torch.tensor(x), torch.tensor(target)).item()
    by_hand = -(target * np.log(softmax64(x))).sum(axis=1).mean()
    assert math.isclose(loss, by_hand, rel_tol=1e-14)


@check("A4-C17")
def float32_exponentials_overflow_and_underflow(torch):
    y = torch.exp(torch.tensor([88.72, 88.73, -103.9, -104.0])).numpy()
    assert fixed(math.log(float(np.finfo(np.float32).max))) == "88.7228"
    assert fixed(-150 * math.log(2)) == "-103.9721"
    key = "exp of 88.72, 88.73, -103.9, -104 in float32"
    return {key: ", ".join(str(value) for value in y)}


@check("A4-C18")
def a_shift_leaves_softmax_as_it_is_and_a_scale_does_not(torch):
    x, softmax = torch.tensor(LOGITS), torch.nn.functional.softmax
    high = softmax(torch.tensor(LOGITS, dtype=torch.float64) + 1000, dim=0).numpy()
    np.testing.assert_allclose(high, softmax64(np.array(LOGITS)), rtol=1e-12)  # 1000.1 rounded
    return {
        "softmax of (2, 1, 0.1) divided by its maximum": softmax(x / x.max(), dim=0),
        "softmax of (2, 1, 0.1) less its maximum": softmax(x - x.max(), dim=0),
    }


@check("A4-C20")
def no_two_probabilities_exceed_one_half(torch):
    x = torch.tensor(trials().normal(0, 10, (10000, 4)))
    second = np.sort(torch.nn.functional.softmax(x, dim=1).numpy(), axis=1)[:, -2]
    assert second.max() <= 0.5
    tie = torch.nn.functional.softmax(torch.tensor([9.0, 9.0, -200.0]), dim=0)
    assert tie.tolist() == [0.5, 0.5, 0.0]


@check("A4-C21")
def the_loss_of_softmax_regression_is_convex(torch):
    random, least = trials(), 0.0

    def of_one(z):
        return torch.nn.functional.cross_entropy(z.reshape(1, -1), torch.tensor([0]))

    for point in random.normal(0, 3, (100, 4)):
        h = hessian(torch, of_one, point)
        p = softmax64(point)
        np.testing.assert_allclose(h, np.diag(p) - np.outer(p, p), atol=1e-15)
        least = min(least, np.linalg.eigvalsh(h).min())
    assert least >= -1e-12
    x, labels = torch.tensor(random.normal(size=(30, 5))), torch.tensor(random.integers(0, 3, 30))

    def of_weights(weight):
        logits = torch.nn.functional.linear(x, torch.tensor(weight))
        return torch.nn.functional.cross_entropy(logits, labels).item()

    for one, two in random.normal(0, 3, (100, 2, 3, 5)):
        chord = (of_weights(one) + of_weights(two)) / 2
        assert of_weights((one + two) / 2) < chord
    return {"smallest eigenvalue of the Hessian at 100 random points": fixed(least, 6)}


# The article's program.


@check("A4-C23")
def the_settings_give_7850_parameters(torch):
    torch.manual_seed(0)
    weight, bias = start(torch)
    assert tuple(weight.shape) == (784, 10) and bias.tolist() == [0.0] * 10
    assert all(part.requires_grad and part.is_leaf for part in (weight, bias))
    values = np.array(weight.tolist())
    # The mean of 7840 draws strays by 0.01 / sqrt(7840), the deviation by that over sqrt(2).
    assert abs(values.mean()) < 4 * 0.01 / math.sqrt(7840)
    assert abs(values.std() - 0.01) < 4 * 0.01 / math.sqrt(2 * 7840)
    return {"number of parameters": weight.numel() + bias.numel()}


@check("A4-C24")
def the_first_loss_is_near_the_logarithm_of_ten(torch):
    images, labels = pictures(torch, BATCH)
    for seed in range(5):
        torch.manual_seed(seed)
        probs = network(torch, images, *start(torch))
        loss = own_cross_entropy(torch, probs, labels).mean().item()
        assert abs(loss - math.log(10)) < 0.15
    return {"ln 10": fixed(math.log(10), 6)}


@check("A4-C25")
def the_update_is_that_of_sgd_on_the_mean_loss(torch):
    by_hand, by_library = two_starts(torch)
    images, labels = pictures(torch, BATCH)
    own_cross_entropy(torch, network(torch, images, *by_hand), labels).sum().backward()
    update(torch, by_hand, BATCH)
    optimiser = torch.optim.SGD(by_library, lr=RATE)
    own_cross_entropy(torch, network(torch, images, *by_library), labels).mean().backward()
    optimiser.step()
    for one, two in zip(by_hand, by_library, strict=True):
        assert not one.grad.numpy().any()
        np.testing.assert_allclose(one.tolist(), two.tolist(), rtol=0, atol=1e-7)


@check("A4-C27")
def the_loader_makes_235_and_40_batches(torch):
    data, shapes = torch.utils.data, []
    for items, shuffle in ((60000, True), (10000, False)):
        numbers_ = torch.tensor(np.arange(items))
        loader = data.DataLoader(data.TensorDataset(numbers_), batch_size=BATCH, shuffle=shuffle)
        seen = [batch.numpy() for (batch,) in loader]
        order = np.concatenate(seen)
        assert (order.tolist() == numbers_.tolist()) != shuffle
        assert sorted(order.tolist()) == numbers_.tolist()
        shapes.append(f"{len(seen)}, {len(seen[-1])}")
    return {
        "training batches, size of the last": shapes[0],
        "test batches, size of the last": shapes[1],
    }


@check("A4-C28")
def the_softmax_function_agrees_for_moderate_logits(torch):
    x = torch.tensor(trials().uniform(-10, 10, (1000, 10)), dtype=torch.float32)
    gap = own_softmax(torch, x) - torch.nn.functional.softmax(x, dim=1)
    assert np.abs(gap.numpy()).max() < 1e-6


@check("A4-C29")
def the_softmax_function_overflows(torch):
    fine, high, low = (torch.tensor([pair]) for pair in ([88.0, 0.0], [89.0, 0.0], [-104.0] * 2))
    assert own_softmax(torch, fine)[0, 0].item() == 1
    assert torch.nn.functional.softmax(high, dim=1)[0, 0].item() == 1
    return {
        "softmax of the program at (89, 0)": own_softmax(torch, high),
        "softmax of the program at (-104, -104)": own_softmax(torch, low),
        "softmax of the library at (-104, -104)": torch.nn.functional.softmax(low, dim=1),
    }


@check("A4-C30")
def the_cross_entropy_function_picks_and_takes_logarithms(torch):
    probs, labels = torch.tensor(TWO_ITEMS), torch.tensor(TWO_LABELS)
    losses = own_cross_entropy(torch, probs, labels)
    library = torch.nn.functional.nll_loss(torch.log(probs), labels, reduction="none")
    assert losses.tolist() == library.tolist()
    return {"losses of (0.1, 0.3, 0.6) and (0.3, 0.2, 0.5) with labels 0 and 2": losses}


@check("A4-C31")
def the_cross_entropy_function_breaks_at_probability_zero(torch):
    x, label = leaf(torch, [[0.0, -104.0]], torch.float32), torch.tensor([1])
    losses = own_cross_entropy(torch, own_softmax(torch, x), label)
    return {
        "loss of the program at the logits (0, -104), label 1": losses.detach(),
        "gradient of this loss": torch.autograd.grad(losses.sum(), x)[0],
        "loss of the library at the same logits": torch.nn.functional.cross_entropy(
            x.detach(), label
        ),
    }


@check("A4-C32")
def the_network_gives_a_distribution_per_image(torch):
    torch.manual_seed(0)
    output = network(torch, torch.rand(BATCH, 1, 28, 28), *start(torch))
    np.testing.assert_allclose(np.array(output.tolist()).sum(axis=1), 1, rtol=5e-7)  # ten float32
    return {"shape of the output for 256 images of 1×28×28": output.shape}


@check("A4-C33")
def the_accuracy_function_counts_hits(torch):
    probs, labels = torch.tensor(TWO_ITEMS), torch.tensor(TWO_LABELS)
    assert probs.argmax(axis=1).tolist() == [2, 2]
    assert probs.argmax(axis=1).dtype == labels.dtype == torch.int64
    return {"hits of the two items of A4-C30": hits(probs, labels)}


@check("A4-C34")
def the_evaluation_function_builds_graphs_for_nothing(torch):
    parameters, (images, labels) = two_starts(torch)[0], pictures(torch, 96)
    tracked = network(torch, images, *parameters)
    with torch.no_grad():
        untracked = network(torch, images, *parameters)
    assert hits(tracked, labels) == hits(untracked, labels)
    flags = tracked.requires_grad, untracked.requires_grad
    return {"output requires grad in the loop, and inside no_grad": f"{flags[0]}, {flags[1]}"}


@check("A4-C35")
def the_accumulator_adds_in_double_precision(torch):
    sums, terms = Accumulator(2), trials().uniform(0, 1, 1000).tolist()
    for term in terms:
        sums.add(torch.tensor(term, dtype=torch.float64), 1)
    total = 0.0
    for term in terms:
        total += term
    assert (sums[0], sums[1]) == (total, 1000.0)
    sums.reset()
    assert sums.data == [0.0, 0.0]


@check("A4-C36")
def backward_on_per_item_losses_fails(torch):
    parameters, (images, labels) = two_starts(torch)[0], pictures(torch, 96)
    losses = own_cross_entropy(torch, network(torch, images, *parameters), labels)
    assert tuple(losses.shape) == (96,)
    error = raised(RuntimeError, lambda: losses.backward())
    losses.mean().backward()
    return {"error of backward on a vector": f"RuntimeError: {error}"}


@check("A4-C37")
def the_summed_loss_over_its_items_is_the_mean_loss(torch):
    (one, two), (images, labels) = two_starts(torch), pictures(torch, 96)
    own_cross_entropy(torch, network(torch, images, *one), labels).sum().backward()
    own_cross_entropy(torch, network(torch, images, *two), labels).mean().backward()
    for summed, mean in zip(one, two, strict=True):
        np.testing.assert_allclose(summed.grad.numpy() / 96, mean.grad.numpy(), rtol=0, atol=1e-6)


@check("A4-C38")
def the_metrics_are_means_taken_before_each_update(torch):
    by_hand, by_library = two_starts(torch, features=20)
    images, labels = pictures(torch, 200, features=20)
    batches = [(images[i : i + 64], labels[i : i + 64]) for i in range(0, 200, 64)]
    optimiser = torch.optim.SGD(by_library, lr=RATE)
    first = [epoch(torch, batches[:1], parts) for parts in two_starts(torch, features=20)]
    before = network(torch, batches[0][0], *by_hand)
    losses = own_cross_entropy(torch, before, batches[0][1])
    assert math.isclose(first[0][0], losses.mean().item(), rel_tol=2e-7)
    assert first[0][1] == hits(before, batches[0][1]) / 64
    one = epoch(torch, batches, by_hand)
    two = epoch(torch, batches, by_library, optimiser)
    np.testing.assert_allclose(one, two, rtol=1e-6)  # float32 totals of 200 items
    after = own_cross_entropy(torch, network(torch, images, *by_hand), labels).mean().item()
    assert after < one[0]


@check("A4-C40")
def unseeded_draws_differ(torch):
    draws = []
    for _ in range(2):
        torch.seed()  # what a new process does
        draws.append(start(torch)[0].tolist())
    assert draws[0] != draws[1]


def published_lines():
    """The published logs as the ledger has them: a table, and a fourth log in the last line."""
    (claim,) = (claim for article in load() for claim in article.claims if claim.id == "A4-C42")
    return claim.statement.splitlines()


def published_shares():
    """The shares of hits in the table: of training and of test, a list for each epoch."""
    rows = [line.strip("|").split("|") for line in published_lines() if line.startswith("| ")]
    return [[list(map(float, numbers(row[i]))) for row in rows[2:]] for i in (2, 3)]


TRAINING = "a4/plot_train_from_scratch"


def reports(text):
    """The reports of all epochs: train_loss, train_acc, test_acc."""
    found = lines(text, "train_loss ")
    return found, [list(map(float, numbers(line))) for line in found]


@check("A4-C41", study=TRAINING)
def the_program_and_the_published_logs_keep_the_bounds_of_the_textbook(torch, text):
    (last,) = (line for line in published_lines() if line.startswith("| 10 |"))
    _, losses, training, test = (numbers(cell) for cell in last.strip("|").split("|"))
    printed, figures = reports(text)
    assert len(figures) == 10
    loss, train_acc, test_acc = figures[-1]
    assert max(loss, *map(float, losses)) < 0.5
    assert all(0.7 < share <= 1 for share in (train_acc, test_acc, *map(float, training + test)))
    return {"report after ten epochs": printed[-1]}


@check("A4-C42", study=TRAINING)
def the_program_stays_in_the_band_of_the_published_logs(torch, text):
    logs = published_losses()
    fourth = [float(number) for number in numbers(published_lines()[-1])]
    assert (len(logs), len(fourth)) == (10, 5)
    assert (np.diff(logs, axis=0) < 0).all() and (np.diff(fourth) < 0).all()
    together = [[*three, *fourth[i : i + 1]] for i, three in enumerate(logs)]
    spread = max(max(runs) - min(runs) for runs in together)
    assert spread < 0.0025
    for shares in published_shares():
        assert max(max(runs) - min(runs) for runs in shares) < 0.0045
    own = np.array(reports(text)[1])[:, 0]
    distance = np.abs(own - np.mean(logs, axis=1)).max()
    assert distance < 0.005
    return {
        "losses of the run": fixed_list(own),
        "largest distance of the run from the mean of the logs": fixed(distance),
        "largest difference between the losses of one epoch": fixed(spread),
    }


@check("A4-C43")
def a_leaf_is_changed_in_place_inside_no_grad_only(torch):
    weight = start(torch, features=4)[0]
    before = weight.tolist()
    error = raised(RuntimeError, lambda: weight.sub_(1))
    assert weight.tolist() == before
    with torch.no_grad():
        weight -= 1
    assert weight.tolist() != before and weight.requires_grad and weight.is_leaf
    return {"error outside no_grad": f"RuntimeError: {error}"}


# Studies: what scripts of the gallery print.

INTERVAL = re.compile(r"[\d.]+ ± [\d.]+")


def means(cells):
    """The middles of intervals."""
    return [float(cell.split()[0]) for cell in cells]


@check("A4-C44", study="a4/plot_flip_labels")
def more_labels_help_and_softness_does_not(torch, text):
    clean, flipped = (
        [INTERVAL.findall(line) for line in lines(text, start)] for start in ("   0%", "  40%")
    )
    hits, loss, _ = zip(*flipped, strict=True)
    hard, smooth, majority, votes = means(hits)
    half = float(hits[0].split()[-1])
    assert abs(smooth - hard) < half < min(majority, votes) - hard
    hard, smooth, majority, votes = means(loss)
    assert majority < votes < hard < smooth
    errors = [row[2] for row in clean[:2]]
    assert means(errors)[0] < means(errors)[1]
    ways = "hard, smoothing, majority, five votes"
    return {
        f"share of hits with 40 % flipped: {ways}": ", ".join(hits),
        f"loss with 40 % flipped: {ways}": ", ".join(loss),
        "calibration error without flips: hard, smoothing": ", ".join(errors),
    }


@check("A4-C45", study="a4/plot_calibrate_by_temperature")
def a_temperature_repairs_the_probabilities(torch, text):
    names = ["share of hits", "loss", "calibration error"]
    before, after = (named(text, start, names) for start in ("T = 1", "T found"))
    (temperature,) = named(text, "temperature", ["temperature"])
    assert float(temperature) > 1 and before[0] == after[0]
    assert float(after[1]) < float(before[1]) and float(after[2]) < float(before[2])
    pairs = [", ".join(pair) for pair in zip(before, after, strict=True)]
    return {"temperature": temperature} | {
        f"{name} before and after": pair for name, pair in zip(names, pairs, strict=True)
    }


@check("A4-C46", study="a4/plot_run_until_it_breaks")
def the_program_breaks_at_larger_rates(torch, text):
    found = {}
    for rate in ("0.1", "1.0", "10.0"):
        rows = [line.split("not finite: ")[1] for line in lines(text, f"rate {rate:>4} ")]
        texts = [re.sub("[,:]", "", row) for row in rows]
        found[f"rate {float(rate):g}: naive, clamped, shifted, fused"] = ", ".join(texts)
        assert texts[3] == "never"
    return found


@check("A4-C47", study="a4/plot_choose_rate_and_batch")
def smaller_batches_learn_more_and_a_large_rate_is_chaos(torch, text):
    starts = [f"batches of {size:4}, rate  0.1" for size in (32, 256, 1024)]
    loss, hits = zip(*(named(text, s, ["loss", "share of hits"]) for s in starts), strict=True)
    assert sorted(map(float, loss)) == list(map(float, loss))
    calm = ["less" in lines(text, f"rate {rate}:")[0] for rate in ("0.1", "0.5")]
    return {
        "loss at rate 0.1: batches of 32, 256, 1024": ", ".join(loss),
        "share of hits at rate 0.1: batches of 32, 256, 1024": ", ".join(hits),
        "whether the change in the loss stays below 1e-9: at rate 0.1, at rate 0.5": ", ".join(
            "yes" if each else "no" for each in calm
        ),
    }
