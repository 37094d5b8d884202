"""Checks of A5, softmax, cross-entropy, automatic differentiation and a small linear network."""

import inspect
import math

import numpy as np

from evidence.articles.programs import (
    LOGITS,
    descend,
    draws_of_linear_net,
    fixed,
    fixed_list,
    hessian,
    jacobian,
    leaf,
    linear_net,
    messages,
    named,
    raised,
    simple_fc,
    softmax64,
    trials,
)
from evidence.articles.registry import check

ARTICLES_FORMAT = "%.4f"


def doubled(torch, z):
    """The loss of A5's network for label 0: softmax, then cross-entropy, which applies it again."""
    return single(torch, torch.nn.functional.softmax(z, dim=0))


def single(torch, z):
    """Cross-entropy of one vector of logits for label 0."""
    return torch.nn.functional.cross_entropy(z.reshape(1, -1), torch.tensor([0]))


def gradient(torch, loss, point):
    z = leaf(torch, point)
    return torch.autograd.grad(loss(torch, z), z)[0].tolist()


def in_tens(losses):
    """Seventy losses as the program formats them, ten to a line."""
    texts = [fixed(loss) for loss in losses]
    return "\n".join(" ".join(texts[i : i + 10]) for i in range(0, len(texts), 10))


@check("A5-C01")
def sigmoid_lies_between_0_and_1(torch):
    y = torch.sigmoid(torch.tensor(np.linspace(-700, 36, 1000))).numpy()
    assert (y > 0).all() and (y < 1).all()


@check("A5-C02")
def sigmoid_is_two_class_softmax(torch):
    x = trials().normal(0, 5, 1000)
    pairs = torch.tensor(np.stack([x, np.zeros_like(x)], axis=1))
    first = torch.nn.functional.softmax(pairs, dim=1).numpy()[:, 0]
    np.testing.assert_allclose(first, torch.sigmoid(torch.tensor(x)).numpy(), rtol=2e-15)


@check("A5-C03")
def sigmoids_are_not_normalised(torch):
    return {"sum of the sigmoids of (2, 1, 0.1)": torch.sigmoid(torch.tensor(LOGITS)).sum()}


@check("A5-C04")
def tanh_is_odd_and_a_shifted_sigmoid(torch):
    x = torch.tensor(trials().uniform(-15, 15, 1000))
    y = torch.tanh(x).numpy()
    assert (np.abs(y) < 1).all()
    np.testing.assert_array_equal(torch.tanh(-x).numpy(), -y)
    np.testing.assert_allclose(2 * torch.sigmoid(2 * x).numpy() - 1, y, atol=4e-16)


@check("A5-C06")
def relu_is_the_larger_of_0_and_x(torch):
    x = trials().normal(size=1000)
    relu = torch.nn.functional.relu(torch.tensor(x)).numpy()
    np.testing.assert_array_equal(relu, np.maximum(0, x))


@check("A5-C07")
def the_slope_of_relu_is_0_or_1_and_0_at_the_corner(torch):
    x = leaf(torch, [-1.0, 0.0, 2.0], torch.float32)
    torch.nn.functional.relu(x).sum().backward()
    return {"gradient at -1, 0 and 2": x.grad}


@check("A5-C08")
def ten_sigmoids_shrink_a_gradient_and_ten_relus_do_not(torch):
    def slope(function, at, dtype=torch.float64):
        x = y = leaf(torch, at, dtype)
        for _ in range(10):
            y = function(y)
        return torch.autograd.grad(y, x)[0]

    bound = 0.25**10
    grid = np.linspace(-5, 5, 101)
    assert all(0 < slope(torch.sigmoid, at).item() <= bound for at in grid.tolist())
    return {
        "bound for ten sigmoids": f"{bound:.4e}",
        "derivative of ten active ReLUs": slope(torch.nn.functional.relu, 1.0, torch.float32),
    }


@check("A5-C09")
def a_dead_unit_never_moves(torch):
    x = torch.tensor(trials().uniform(0, 1, (20, 3)))
    weight, bias = leaf(torch, [[-1.0, -2.0, -3.0]]), leaf(torch, [-1.0])
    before = weight.tolist(), bias.tolist()
    optimiser = torch.optim.SGD([weight, bias], lr=0.1)
    for _ in range(5):
        optimiser.zero_grad()
        unit = torch.nn.functional.relu(torch.nn.functional.linear(x, weight, bias))
        ((unit - 1) ** 2).mean().backward()
        assert not weight.grad.numpy().any() and not bias.grad.numpy().any()
        optimiser.step()
    assert (weight.tolist(), bias.tolist()) == before


@check("A5-C10")
def softmax_is_a_distribution(torch):
    probs = torch.nn.functional.softmax(torch.tensor(trials().normal(0, 5, (200, 6))), dim=1)
    assert (probs.numpy() > 0).all()
    np.testing.assert_allclose(probs.numpy().sum(axis=1), 1, rtol=1e-15)


@check("A5-C11")
def two_class_cross_entropy_is_binary_cross_entropy(torch):
    functional, random = torch.nn.functional, trials()
    x, label = random.normal(0, 3, 200), random.integers(0, 2, 200)
    pairs = torch.tensor(np.stack([x, np.zeros_like(x)], axis=1))
    one = functional.cross_entropy(pairs, torch.tensor(1 - label), reduction="none")
    two = functional.binary_cross_entropy_with_logits(
        torch.tensor(x), torch.tensor(label.astype(float)), reduction="none"
    )
    np.testing.assert_allclose(one.numpy(), two.numpy(), rtol=1e-14, atol=1e-15)


@check("A5-C12")
def the_restored_two_class_formula_is_the_library_function(torch):
    random = trials()
    p, y = random.uniform(0.01, 0.99, 200), random.uniform(0, 1, 200)
    library = torch.nn.functional.binary_cross_entropy(
        torch.tensor(p), torch.tensor(y), reduction="none"
    )
    formula = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    np.testing.assert_allclose(library.numpy(), formula, rtol=1e-13)


@check("A5-C13")
def the_untangled_formula_is_the_library_function(torch):
    random = trials()
    p, one_hot = random.dirichlet(np.ones(5), 200), np.eye(5)[random.integers(0, 5, 200)]
    library = torch.nn.functional.cross_entropy(  # the softmax of log p is p
        torch.tensor(np.log(p)), torch.tensor(one_hot), reduction="none"
    )
    np.testing.assert_allclose(library.numpy(), -(one_hot * np.log(p)).sum(axis=1), rtol=1e-13)


@check("A5-C14")
def an_index_and_its_one_hot_vector_give_one_loss(torch):
    random, cross_entropy = trials(), torch.nn.functional.cross_entropy
    for _ in range(200):
        logits = torch.tensor(random.normal(size=(7, 5)), dtype=torch.float32)
        labels = random.integers(0, 5, 7)
        one_hot = torch.tensor(np.eye(5)[labels], dtype=torch.float32)
        index_loss = cross_entropy(logits, torch.tensor(labels)).item()
        ulp = float(np.spacing(np.float32(index_loss)))
        # Seven items are summed in another order, each with a rounding of a ULP at most.
        assert abs(cross_entropy(logits, one_hot).item() - index_loss) <= 7 * ulp


@check("A5-C15")
def the_inputs_of_seed_7(torch):
    inputs, _, _ = draws_of_linear_net(torch)
    assert tuple(inputs.shape) == (7, 2, 2)
    return {"inputs, viewed with four columns": inputs.view(-1, 4)}


@check("A5-C16")
def the_targets_of_seed_7(torch):
    return {"targets": draws_of_linear_net(torch)[1]}


@check("A5-C17")
def the_initial_weights_of_seed_7(torch):
    layer = draws_of_linear_net(torch)[2]
    for parameter in layer.parameters():
        assert np.abs(parameter.detach().numpy()).max() < 1 / math.sqrt(4)
    return {"initial weight": layer.weight.detach(), "initial bias": layer.bias.detach()}


@check("A5-C19")
def class_2_never_occurs_and_is_pushed_down(torch):
    run = linear_net(torch)
    means = run.first_probs[:, 2].mean(), run.last_probs[:, 2].mean()
    return {
        "classes among the targets": sorted(set(run.targets.tolist())),
        "mean probability of class 2 before and after 70 epochs": fixed_list(means),
    }


@check("A5-C20")
def the_network_gives_a_distribution_per_item(torch):
    output = linear_net(torch).output
    np.testing.assert_allclose(output.detach().numpy().sum(axis=1), 1, rtol=2e-7)
    return {"shape of the output": output.shape}


@check("A5-C21")
def with_axis_1_rows_total_one_and_columns_do_not(torch):
    output = linear_net(torch).output.detach().numpy()
    np.testing.assert_allclose(output.sum(axis=1), 1, rtol=2e-7)
    assert (np.abs(output.sum(axis=0) - 1) > 0.1).all()


@check("A5-C22")
def cross_entropy_loss_gained_label_smoothing_and_warns_of_two(torch):
    loss = torch.nn.CrossEntropyLoss
    parameters = inspect.signature(loss).parameters
    defaults = [parameters[name].default for name in ("ignore_index", "reduction")]
    defaults.append(parameters["label_smoothing"].default)
    (first,) = messages(lambda: loss(size_average=True))
    (second,) = messages(lambda: loss(reduce=True))
    assert first == second
    return {
        "parameters of CrossEntropyLoss": ", ".join(parameters),
        "defaults of ignore_index, reduction and label_smoothing": ", ".join(map(str, defaults)),
        "warning of size_average and of reduce": first,
    }


@check("A5-C23")
def the_loss_is_0_for_certainty_alone(torch):
    random = trials()
    logits, labels = random.normal(0, 5, (1000, 4)), random.integers(0, 4, 1000)
    losses = torch.nn.functional.cross_entropy(
        torch.tensor(logits), torch.tensor(labels), reduction="none"
    )
    assert (losses.numpy() > 0).all()
    certain = torch.tensor([[1e30, 0.0]])
    assert torch.nn.functional.cross_entropy(certain, torch.tensor([0])).item() == 0


@check("A5-C24")
def cross_entropy_is_log_softmax_then_nll(torch):
    functional, random = torch.nn.functional, trials()
    logits = torch.tensor(random.normal(0, 3, (2000, 5)), dtype=torch.float32)
    labels = torch.tensor(random.integers(0, 5, 2000))
    joined = functional.cross_entropy(logits, labels, reduction="none").numpy()
    log_probs = functional.log_softmax(logits, dim=1)
    in_two = functional.nll_loss(log_probs, labels, reduction="none").numpy()
    return {"items of 2000 with other bits": int((joined != in_two).sum())}


@check("A5-C25")
def softmax_is_applied_twice(torch):
    twice, once = linear_net(torch), linear_net(torch, softmax=False)
    logits = torch.tensor(twice.first_probs, dtype=torch.float32)
    labels = torch.tensor(twice.targets)
    again = torch.nn.functional.log_softmax(logits, dim=1)
    loss = torch.nn.functional.nll_loss(again, labels).item()
    assert math.isclose(loss, twice.losses[0], rel_tol=2e-7)
    return {
        "first loss, softmax twice": fixed(twice.losses[0]),
        "first loss from logits": fixed(once.losses[0]),
    }


def losses_of_probabilities(torch, probs):
    """The loss for label 0 that each row of probabilities has as logits."""
    labels = torch.tensor([0] * len(probs))
    return torch.nn.functional.cross_entropy(torch.tensor(probs), labels, reduction="none").numpy()


@check("A5-C26")
def the_doubled_softmax_has_a_floor(torch):
    floors = []
    for k in (2, 3, 10, 1000):
        (at_vertex,) = losses_of_probabilities(torch, np.eye(k)[:1])
        assert math.isclose(at_vertex, math.log(math.e + k - 1) - 1, rel_tol=1e-14)
        for sharpness in (0.01, 1.0):
            probs = trials().dirichlet(np.full(k, sharpness), 1000)
            assert losses_of_probabilities(torch, probs).min() >= at_vertex - 1e-15
        floors.append(at_vertex)
    return {"floor for K = 2, 3, 10, 1000": fixed_list(floors, 6)}


@check("A5-C27")
def the_doubled_softmax_has_a_ceiling(torch):
    (ceiling,) = losses_of_probabilities(torch, np.eye(3)[1:2])
    assert math.isclose(ceiling, math.log(math.e + 2), rel_tol=1e-14)
    for sharpness in (0.01, 1.0):
        probs = trials().dirichlet(np.full(3, sharpness), 10000)
        assert losses_of_probabilities(torch, probs).max() <= ceiling + 1e-15
    assert losses_of_probabilities(torch, np.array([[-1e6, 0.0, 0.0]]))[0] > 1e6  # plain logits
    return {"largest loss for K = 3": fixed(ceiling, 6)}


@check("A5-C28")
def the_gradient_of_the_doubled_softmax(torch):
    for point in trials().normal(0, 2, (20, 3)):
        p = softmax64(point)
        formula = (np.diag(p) - np.outer(p, p)) @ (softmax64(p) - np.eye(3)[0])
        np.testing.assert_allclose(gradient(torch, doubled, point), formula, atol=1e-15)
    for k in (2, 3, 10):
        twice, once = (gradient(torch, loss, np.zeros(k)) for loss in (doubled, single))
        np.testing.assert_allclose(twice, np.array(once) / k, rtol=2e-15)
    at_zero = [gradient(torch, loss, np.zeros(3)) for loss in (doubled, single)]
    wrong = [gradient(torch, loss, [-3.0, 0.0, 0.0])[0] for loss in (doubled, single)]
    assert round(wrong[1] / wrong[0]) == 36
    return {
        "softmax twice, at (0, 0, 0)": fixed_list(at_zero[0], 6),
        "softmax once, at (0, 0, 0)": fixed_list(at_zero[1], 6),
        "first entry at (-3, 0, 0), twice and once": fixed_list(wrong, 6),
    }


@check("A5-C29")
def the_doubled_softmax_is_not_convex(torch):
    def eigenvalues(loss, point):
        return np.linalg.eigvalsh(hessian(torch, lambda z: loss(torch, z), point))

    for point in trials().normal(0, 2, (20, 3)):
        assert eigenvalues(single, point).min() >= -1e-15
    twice, once = (eigenvalues(loss, np.zeros(3)) for loss in (doubled, single))
    assert math.isclose(twice[0], -2 / 27, rel_tol=1e-14)
    return {
        "eigenvalues at (0, 0, 0), softmax twice": fixed_list(twice, 6),
        "eigenvalues at (0, 0, 0), softmax once": fixed_list(once, 6),
    }


def exact_losses(run, softmax):
    """The losses that float64 arithmetic gives from the float32 draws of a run, as printed."""
    exact = descend(run, len(run.losses), softmax).losses
    # float32 carries some 1e-7 into each loss; the nearest rounding tie is 1.4e-6 away.
    np.testing.assert_allclose(run.losses, exact, rtol=0, atol=5e-7)
    assert in_tens(run.losses) == in_tens(exact)
    return exact


@check("A5-C30")
def the_seventy_losses(torch):
    run = linear_net(torch)
    distances = np.abs(np.array(exact_losses(run, softmax=True)) * 1e4 % 1 - 0.5) / 1e4
    return {
        "losses of epochs 1 to 70": in_tens(run.losses),
        "nearest rounding tie": f"epoch {distances.argmin() + 1}, {distances.min():.1e}",
    }


@check("A5-C31")
def the_seventy_losses_from_logits(torch):
    run = linear_net(torch, softmax=False)
    exact_losses(run, softmax=False)
    assert run.losses[5] < linear_net(torch).losses[69]
    return {"losses of epochs 1 to 70": in_tens(run.losses)}


@check("A5-C32")
def what_the_doubled_softmax_costs(torch):
    twice, once = linear_net(torch), linear_net(torch, softmax=False)
    right = twice.last_probs[np.arange(7), twice.targets]
    norms = [run.gradient_norms[epoch] for run in (twice, once) for epoch in (0, -1)]
    return {
        "softmax twice: loss after the last step, hits, true cross-entropy": (
            f"{fixed(twice.last_loss)}, {twice.hits} of 7, {fixed(-np.log(right).mean())}"
        ),
        "logits: loss after the last step, hits": f"{fixed(once.last_loss)}, {once.hits} of 7",
        "softmax twice: gradient norm in epochs 1 and 70": fixed_list(norms[:2]),
        "logits: gradient norm in epochs 1 and 70": fixed_list(norms[2:]),
        "ratio of the first two norms": fixed(norms[2] / norms[0], 2),
    }


@check("A5-C33")
def the_seven_items_are_separable(torch):
    run = linear_net(torch)
    twice, once = (descend(run, 20000, softmax) for softmax in (True, False))
    x = np.column_stack([run.inputs, np.ones(7)])
    plane = once.weights[0] - once.weights[1]
    side = np.where(run.targets == 0, 1, -1)
    assert (side * (x @ plane) > 0.1).all()
    # Weights far out along that plane, with class 2 far down, bring either loss to its floor.
    far = 1e4 * np.stack([plane, -plane, -1e3 * np.eye(5)[4]])
    logits, labels = torch.tensor(x @ far.T), torch.tensor(run.targets)
    cross_entropy = torch.nn.functional.cross_entropy
    floor = math.log(math.e + 2) - 1
    infimum = cross_entropy(torch.nn.functional.softmax(logits, dim=1), labels).item()
    assert math.isclose(infimum, floor, rel_tol=1e-12)
    assert cross_entropy(logits, labels).item() < 1e-12
    return {
        "floor for three classes": fixed(floor, 6),
        "loss of epoch 20000, softmax twice": fixed(twice.losses[-1], 6),
        "loss of epoch 20000, logits": fixed(once.losses[-1], 6),
    }


@check("A5-C34")
def the_sum_of_the_loss_is_the_loss(torch):
    loss = linear_net(torch).last_loss_tensor
    assert tuple(loss.shape) == ()
    assert loss.sum().item() == loss.item()


@check("A5-C35")
def formatting_the_running_loss_warns(torch):
    loss = linear_net(torch).last_loss_tensor
    running = 0
    running += loss
    assert running.requires_grad
    # torch says it once per process, and another check may have come first; refimpl says it always.
    with_always = getattr(torch, "set_warn_always", lambda always: None)
    before = getattr(torch, "is_warn_always_enabled", lambda: True)()
    with_always(True)
    (text,) = messages(lambda: ARTICLES_FORMAT % running)
    with_always(before)
    return {"warning when the running loss is formatted": text.splitlines()[0]}


@check("A5-C36")
def nothing_is_random_after_the_draws(torch):
    first, second = (linear_net.__wrapped__(torch) for _ in range(2))
    assert first.losses == second.losses
    assert first.last_probs.tolist() == second.last_probs.tolist()


@check("A5-C37")
def backward_has_two_more_parameters(torch):
    return {
        "parameters of torch.autograd.backward": ", ".join(
            inspect.signature(torch.autograd.backward).parameters
        )
    }


@check("A5-C38")
def grad_tensors_weight_the_outputs(torch):
    v = leaf(torch, [3.0, 4.0], torch.float32)
    error = raised(RuntimeError, lambda: torch.autograd.backward(2 * v))
    torch.autograd.backward(2 * v, grad_tensors=torch.tensor([1.0, 0.1]))
    return {
        "gradient of 2v with the weights (1, 0.1)": v.grad,
        "error of backward on a vector without weights": f"RuntimeError: {error}",
    }


def product(torch):
    """A5's second program up to y: its leaves w and x and the result (w + x)(w + 1)."""
    w, x = leaf(torch, [1.0], torch.float32), leaf(torch, [2.0], torch.float32)
    return w, x, torch.mul(torch.add(w, x), torch.add(w, 1))


@check("A5-C39")
def create_graph_gives_the_second_derivative(torch):
    w, _, y = product(torch)
    (first,) = torch.autograd.grad(y, w, create_graph=True)
    (second,) = torch.autograd.grad(first, w)
    return {"first and second derivative": f"{first.item()}, {second.item()}"}


@check("A5-C40")
def retain_graph_keeps_the_graph_and_follows_create_graph(torch):
    for keep in ({"retain_graph": True}, {"create_graph": True}):
        w, _, y = product(torch)
        for _ in range(2):
            (slope,) = torch.autograd.grad(y, w, **keep)
            assert slope.item() == 5
    w, _, y = product(torch)
    y.backward()
    raised(RuntimeError, lambda: y.backward())


@check("A5-C41")
def backward_takes_one_tensor_or_several(torch):
    x = leaf(torch, 1.0, torch.float32)
    torch.autograd.backward(2 * x)
    assert x.grad.item() == 2
    x.grad = None
    torch.autograd.backward([2 * x, 3 * x])
    return {"gradient of a sequence of two tensors, 2x and 3x": x.grad}


@check("A5-C42")
def the_example_gives_6_5_and_2(torch):
    w, x, y = product(torch)
    y.backward(retain_graph=True)
    return {"y": y, "w.grad": w.grad, "x.grad": x.grad}


@check("A5-C43")
def a_second_pass_doubles_the_gradients(torch):
    w, x, y = product(torch)
    y.backward(retain_graph=True)
    y.backward()
    raised(RuntimeError, lambda: y.backward())
    return {"w.grad and x.grad after two passes": f"{w.grad.item()}, {x.grad.item()}"}


@check("A5-C44")
def gradients_add_up_until_cleared(torch):
    w, x, _ = product(torch)
    for n in (1, 2, 3):
        torch.mul(torch.add(w, x), torch.add(w, 1)).backward()
        assert (w.grad.item(), x.grad.item()) == (5 * n, 2 * n)
    w.grad.zero_()
    x.grad = None
    torch.mul(torch.add(w, x), torch.add(w, 1)).backward()
    assert (w.grad.item(), x.grad.item()) == (5, 2)


@check("A5-C45")
def four_results_of_leaves(torch):
    plain, tracked = torch.tensor([1.0]), leaf(torch, [1.0], torch.float32)
    with torch.no_grad():
        untracked = tracked * 2
    results = [plain * 2, tracked * plain, untracked, tracked > plain]
    return {
        "tracked: plain leaves, one that requires grad, inside no_grad, a comparison": ", ".join(
            str(result.requires_grad) for result in results
        )
    }


@check("A5-C46")
def a_leaf_may_be_changed_without_grad_or_inside_no_grad(torch):
    plain, tracked = torch.tensor([1.0]), leaf(torch, [1.0], torch.float32)
    plain += 1
    error = raised(RuntimeError, lambda: tracked.add_(1))
    with torch.no_grad():
        tracked += 1
    assert plain.item() == tracked.item() == 2
    return {"error for a leaf that requires grad": f"RuntimeError: {error}"}


@check("A5-C47")
def the_jacobian_of_a_dense_layer_is_its_weight(torch):
    weight = trials().normal(size=(3, 4))

    def layer(x):
        return torch.nn.functional.linear(x, torch.tensor(weight), torch.tensor(weight[:, 0]))

    np.testing.assert_array_equal(jacobian(torch, layer, np.ones(4)), weight)


@check("A5-C49")
def backward_agrees_with_central_differences(torch):
    random, step = trials(), 1e-5
    x, labels = torch.tensor(random.normal(size=(6, 4))), torch.tensor([0, 1, 2, 0, 1, 2])
    start = random.normal(size=(3, 4))

    def loss(weight):
        logits = torch.tanh(torch.nn.functional.linear(x, weight))
        return torch.nn.functional.cross_entropy(logits, labels)

    weight = leaf(torch, start)
    loss(weight).backward()
    slopes = np.empty_like(start)
    for place in np.ndindex(start.shape):
        shift = np.zeros_like(start)
        shift[place] = step
        up, down = (loss(torch.tensor(start + sign * shift)).item() for sign in (1, -1))
        slopes[place] = (up - down) / (2 * step)
    # The difference quotient errs by step² and by rounding / step, some 1e-10 either.
    np.testing.assert_allclose(weight.grad.numpy(), slopes, atol=1e-9)


@check("A5-C50")
def gradients_are_known_from_the_output_back(torch):
    order = []
    a = leaf(torch, 0.5) * 1
    b = torch.sigmoid(a)
    c = torch.tanh(b)
    for name, tensor in (("a", a), ("b", b), ("c", c)):
        tensor.register_hook(lambda _, name=name: order.append(name))
    c.backward()
    key = "order in which the gradients of a, b = sigmoid(a), c = tanh(b) are known"
    return {key: ", ".join(order)}


@check("A5-C51")
def leaves_keep_their_gradient_and_others_only_when_told(torch):
    x = leaf(torch, 3.0)
    forgotten, kept = x * x, x * x
    kept.retain_grad()
    (forgotten + 2 * kept).backward()
    assert x.grad.item() == 18
    assert kept.grad.item() == 2
    (text,) = messages(lambda: forgotten.grad)
    assert "not a leaf Tensor" in text


@check("A5-C52")
def backward_leaves_the_weights_to_the_optimiser(torch):
    layer, optimiser, loss = simple_fc(torch, seed=0)[:3]
    before = layer.weight.tolist()
    loss.backward()
    assert layer.weight.tolist() == before
    optimiser.step()
    assert layer.weight.tolist() != before


@check("A5-C53")
def a_constant_added_to_the_loss_changes_no_gradient(torch):
    for point in trials().normal(size=(20, 3)):
        plain = gradient(torch, single, point)
        assert gradient(torch, lambda torch, z: single(torch, z) + 1000, point) == plain


@check("A5-C54")
def the_loss_rises_along_the_gradient_and_falls_against_it(torch):
    random = trials()
    for point in random.normal(size=(20, 3)):
        slope = np.array(gradient(torch, single, point))
        slope /= np.linalg.norm(slope)

        def change(direction, point=point):
            ends = [single(torch, torch.tensor(z)).item() for z in (point, point + direction)]
            return ends[1] - ends[0]

        assert change(1e-3 * slope) > 0 > change(-1e-3 * slope)
        others = random.normal(size=(20, 3))
        others /= np.linalg.norm(others, axis=1, keepdims=True)
        # Over a step of 1e-3 the curvature, at most 1/2, may cost 2.5e-7 either way.
        assert all(change(1e-3 * other) <= change(1e-3 * slope) + 5e-7 for other in others)


@check("A5-C55")
def one_step_shrinks_every_residual_by_the_same_factor(torch):
    factors = set()
    for seed in range(10):
        layer, optimiser, loss, output, (inputs, target) = simple_fc(torch, seed)
        loss.backward()
        optimiser.step()
        residuals = (layer(inputs) - target).tolist()[0], (output - target).tolist()[0]
        after = torch.nn.MSELoss()(layer(inputs), target).item()
        for new, old in zip(*residuals, strict=True):
            factors.add(f"{fixed(new / old)}, {fixed(after / loss.item())}")
    (same,) = factors
    return {"residual and loss, after over before, for ten seeds": same}


@check("A5-C56")
def the_gradients_of_the_step(torch):
    for seed in range(10):
        layer, _, loss, output, (inputs, target) = simple_fc(torch, seed)
        loss.backward()
        residual = np.array((output - target).tolist()[0])
        weight_slope = np.outer(residual, inputs.tolist()[0])
        np.testing.assert_allclose(layer.weight.grad.numpy(), weight_slope, rtol=2e-7)
        np.testing.assert_allclose(layer.bias.grad.numpy(), residual, rtol=2e-7)


@check("A5-C57")
def the_step_of_seed_7(torch):
    layer, optimiser, loss, output, _ = simple_fc(torch, seed=7)
    loss.backward()
    optimiser.step()
    return {
        "output of the layer": output,
        "mean squared error": loss,
        "gradient of the weight": layer.weight.grad,
        "gradient of the bias": layer.bias.grad,
        "weight after the step": layer.weight.detach(),
        "bias after the step": layer.bias.detach(),
    }


@check("A5-C58", study="a5/plot_train_ten_classes_twice")
def ten_classes_lose_epochs_by_a_second_softmax(torch, text):
    (ratio,) = named(text, "gradient norms", ["ratio"])
    (floor,) = named(text, "floor of the loss", ["twice:"])
    (epochs,) = named(text, "epochs in which", ["twice:"])
    assert floor == fixed(math.log(math.e + 9) - 1) and 9 < float(ratio) < 11
    once, twice = (named(text, start, ["loss", "cross-entropy"]) for start in ("once", "twice"))
    assert float(twice[0]) > float(floor) and float(once[1]) < float(twice[1])
    return {
        "ratio of the first gradient norms": ratio,
        "floor of the loss": floor,
        "loss after ten epochs: once, twice": f"{once[0]}, {twice[0]}",
        "cross-entropy on test images: once, twice": f"{once[1]}, {twice[1]}",
        "epochs in which once reaches the last cross-entropy of twice": epochs,
    }
