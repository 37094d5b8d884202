"""Small programs whose printed results must be the same on both engines.

A program is given the engine and returns what is compared, as text.
"""

import copy
import pickle

import numpy as np

PROGRAMS = {}


def program(function):
    """Enter a program under its name, underscores as blanks."""
    PROGRAMS[function.__name__.strip("_").replace("_", " ")] = function
    return function


def leaf(T, *values):
    return T.tensor(list(values), requires_grad=True)


# ---- gradients ------------------------------------------------------------------------


@program
def gradients_accumulate(T):
    x = leaf(T, 1.0, 2.0)
    (x * x).sum().backward()
    first = x.grad.clone()
    (x * x).sum().backward()
    return first, x.grad


@program
def a_sum_can_be_walked_twice(T):
    x = leaf(T, 1.0, 2.0)
    y = (x + 1 + x - 2).sum()
    y.backward()
    y.backward()
    return x.grad


@program
def a_retained_graph_can_be_walked_again(T):
    x = leaf(T, 1.0, 2.0)
    y = T.softmax(x, 0)[0]
    y.backward(retain_graph=True)
    y.backward()
    return x.grad


@program
def backward_of_a_leaf(T):
    x = T.tensor(2.0, requires_grad=True)
    x.backward()
    return x.grad


@program
def backward_with_a_cotangent(T):
    x = leaf(T, 1.0, 2.0)
    (x**3).backward(T.tensor([1.0, 10.0]))
    return x.grad


@program
def backward_into_chosen_inputs(T):
    x, y = leaf(T, 1.0), leaf(T, 2.0)
    (x * y).backward(inputs=[x])
    return x.grad, y.grad


@program
def backward_of_several(T):
    x = leaf(T, 1.0, 2.0)
    T.autograd.backward([x.sum(), x * 2], [T.tensor(3.0), T.tensor([1.0, 0.0])])
    return x.grad


@program
def grad_leaves_nothing_behind(T):
    x = leaf(T, 1.0, 2.0)
    return T.autograd.grad((x * x).sum(), x), x.grad


@program
def grad_of_inner_tensors(T):
    x = leaf(T, 1.0, 2.0)
    y = x * 3
    z = (y * y).sum()
    return T.autograd.grad(z, [y, x])


@program
def grad_of_the_output_itself(T):
    y = leaf(T, 1.0, 2.0).sum()
    return T.autograd.grad(y, y)


@program
def grad_of_the_unused(T):
    x, y = leaf(T, 1.0), leaf(T, 2.0)
    none = T.autograd.grad(x.sum(), [x, y], allow_unused=True)
    zeros = T.autograd.grad(x.sum(), [x, y], materialize_grads=True)
    return none, zeros


@program
def higher_derivatives(T):
    x = T.tensor(0.5, requires_grad=True)
    found, y = [], T.exp(x * x)
    for _ in range(4):
        (y,) = T.autograd.grad(y, x, create_graph=True)
        found.append(y)
    return found


@program
def third_derivatives_of_arithmetic(T):
    x = T.tensor([0.5, -1.5], requires_grad=True)
    y = (x**4 / (1 + x * x)).sum()
    for _ in range(3):
        (g,) = T.autograd.grad(y, x, create_graph=True)
        y = g.sum()
    return g


@program
def gradient_of_a_gradient_penalty(T):
    x = leaf(T, 0.3, -0.2, 0.7)
    loss = T.log_softmax(x, 0)[0]
    (g,) = T.autograd.grad(loss, x, create_graph=True)
    (g * g).sum().backward()
    return g, x.grad


@program
def what_requires_a_gradient(T):
    x, c = leaf(T, 1.0), T.ones(1)
    with T.no_grad():
        inside = x * 2
    return [
        (each.requires_grad, each.is_leaf, each.grad_fn is None)
        for each in (x, c, x * c, c * c, x.detach(), inside, x > 0, x.argmax(), x.long())
    ]


@program
def no_grad_and_enable_grad_nest(T):
    x = leaf(T, 1.0)
    states = []
    with T.no_grad():
        states.append(T.is_grad_enabled())
        with T.enable_grad():
            states.append((x * 2).requires_grad)
        states.append((x * 2).requires_grad)
    states.append(T.is_grad_enabled())
    return states


@program
def no_grad_as_a_decorator(T):
    @T.no_grad()
    def double(x):
        return x * 2

    @T.no_grad
    def triple(x):
        return x * 3

    x = leaf(T, 1.0)
    return double(x), triple(x), x * 2


@program
def set_grad_enabled_as_context_and_call(T):
    x = leaf(T, 1.0)
    with T.set_grad_enabled(False):
        inside = x * 2
    T.autograd.set_grad_enabled(False)
    off = T.is_grad_enabled()
    T.autograd.set_grad_enabled(True)
    return inside, off, T.is_grad_enabled()


@program
def set_grad_enabled_puts_back_what_was(T):
    states = []
    for before in (True, False):
        T.set_grad_enabled(before)
        for inside in (True, False):
            with T.set_grad_enabled(inside):
                states.append(T.is_grad_enabled())
                with T.set_grad_enabled(not inside):
                    states.append(T.is_grad_enabled())
                states.append(T.is_grad_enabled())
            states.append(T.is_grad_enabled())
            try:
                with T.set_grad_enabled(inside):
                    raise LookupError
            except LookupError:
                states.append(T.is_grad_enabled())
    T.set_grad_enabled(True)
    return states


@program
def set_grad_enabled_as_a_decorator(T):
    @T.set_grad_enabled(False)
    def double(x):
        return x * 2

    x = leaf(T, 1.0)
    states = [T.is_grad_enabled(), double(x).requires_grad, T.is_grad_enabled()]
    with T.no_grad():

        @T.set_grad_enabled(True)
        def triple(x):
            return x * 3

        states += [T.is_grad_enabled(), triple(x).requires_grad, T.is_grad_enabled()]
    return states


@program
def the_walk_back_leaves_the_mode_as_it_was(T):
    x = leaf(T, 1.0)
    y = (x * x).sum()
    with T.no_grad():
        y.backward()
        states = [T.is_grad_enabled()]
    z = (x * x).sum()
    z.register_hook(lambda g: states.append(T.is_grad_enabled()))
    (first,) = T.autograd.grad(z, x, create_graph=True)
    first.backward()
    try:
        z.backward()
    except RuntimeError:
        states.append(T.is_grad_enabled())
    return states


@program
def retain_grad_keeps_inner_gradients(T):
    x = leaf(T, 1.0, 2.0)
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward()
    return y.grad, y.retains_grad, x.retains_grad, x.grad


@program
def hooks_see_and_replace_gradients(T):
    seen = []
    x = leaf(T, 1.0, 2.0)
    y = x * 3
    y.register_hook(lambda g: seen.append(g) or g * 10)
    x.register_hook(lambda g: seen.append(g))
    handle = x.register_hook(lambda g: seen.append("never"))
    handle.remove()
    (y + x).sum().backward()
    return seen, x.grad


@program
def next_functions_lead_back(T):
    x = leaf(T, 1.0)
    y = (x * 2).exp().sum()
    first = y.grad_fn.next_functions[0][0]
    return y.grad_fn.name(), first.name(), first.next_functions[0][0].name()


@program
def requires_grad_can_be_switched(T):
    x = T.ones(2)
    x.requires_grad_()
    states = [x.requires_grad]
    x.requires_grad = False
    return states, x.requires_grad, x.requires_grad_(True)


@program
def a_variable_is_a_tensor(T):
    x = T.autograd.Variable(T.ones(2), requires_grad=True)
    return x, isinstance(x, T.Tensor), isinstance(T.ones(1), T.autograd.Variable)


@program
def max_shares_among_ties_and_max_dim_chooses(T):
    x = leaf(T, 2.0, 5.0, 5.0)
    x.max().backward()
    shared = x.grad.clone()
    x.grad = None
    x.max(0).values.backward()
    y = leaf(T, 1.0, 1.0)
    T.maximum(y, T.ones(2)).sum().backward()
    return shared, x.grad, y.grad


@program
def kinks_have_torchs_gradients(T):
    found = []
    for function in (
        T.relu,
        T.abs,
        lambda x: x.clamp(0.0, 1.0),
        T.sqrt,
        T.sign,
        lambda x: x.norm(),
    ):
        x = leaf(T, 0.0, 1.0, -0.0)
        function(x).sum().backward()
        found.append(x.grad)
    return found


@program
def std_of_equal_numbers(T):
    x = leaf(T, 2.0, 2.0)
    x.std().backward()
    return x.grad


# ---- in place, versions, views --------------------------------------------------------


@program
def versions_count_changes(T):
    x = T.ones(3)
    view = x[1:]
    x.add_(1)
    x[0] = 5
    view.mul_(2)
    x.detach().zero_()
    return x._version, view._version, x


@program
def a_changed_tensor_has_a_new_node(T):
    x = leaf(T, 1.0, 2.0)
    y = x * 2
    names = [y.grad_fn.name()]
    for change in (lambda: y.add_(1), lambda: y.mul_(3), lambda: y.sub_(x), lambda: y.div_(2)):
        change()
        names.append(y.grad_fn.name())
    y.sum().backward()
    return names, y, x.grad


@program
def a_constant_that_takes_a_gradient_in(T):
    x, total = leaf(T, 1.0, 2.0), T.zeros(2)
    total += x
    total += x * x
    total.sum().backward()
    return total, x.grad


@program
def items_written_into_a_constant(T):
    x, out = leaf(T, 1.0, 2.0), T.zeros(2, 2)
    out[0] = x
    out[1, 0] = x[0] * x[1]
    (out * out).sum().backward()
    return out, x.grad


@program
def a_view_and_its_base_change_together(T):
    x = leaf(T, 1.0, 2.0, 3.0)
    base = x * 1
    view = base[1:]
    base.mul_(2)
    seen = view.grad_fn.name()
    view.add_(1)
    (base * T.tensor([1.0, 10.0, 100.0])).sum().backward()
    return seen, base, view, x.grad


@program
def a_transposed_view_is_changed(T):
    x = T.arange(6.0).reshape(2, 3).requires_grad_()
    base = x * 1
    base.T[1:].mul_(T.tensor([10.0, 20.0]))
    base.sum().backward()
    return base, x.grad


@program
def leaves_change_without_record(T):
    w = leaf(T, 1.0, 2.0)
    with T.no_grad():
        w -= 0.5
        w[0] = 7.0
    return w, w._version, w.is_leaf


@program
def a_view_of_a_view_is_a_view_of_the_base(T):
    x = T.arange(6.0).reshape(2, 3)
    x.T[0].fill_(9)
    x.view(-1)[5] = 7
    x.unsqueeze(0).squeeze()[0, 1:].zero_()
    return x


@program
def views_know_their_base(T):
    x = T.ones(2, 3)
    return [
        each._base is x
        for each in (x[0], x.T, x.view(-1), x[:, 1:], x.unsqueeze(0), x.detach(), x.clone(), x + 0)
    ]


@program
def copies_are_no_views(T):
    x = T.arange(6.0).reshape(2, 3)
    for own in (x[[0, 1]], x[x > 2], x.T.reshape(-1), x.clone(), x.contiguous().clone()):
        own += 100
    return x


@program
def masks_and_labels_assign(T):
    x = T.arange(6.0).reshape(2, 3)
    x[x > 3] = -1.0
    x[[0, 1], [0, 2]] = T.tensor([8.0, 9.0])
    x[..., 1] = T.tensor(5)
    return x


# ---- NumPy ----------------------------------------------------------------------------


@program
def from_numpy_shares_memory(T):
    array = np.arange(3.0)
    x = T.from_numpy(array)
    array[0] = 10
    x[1] = 20
    return x, array, x.dtype


@program
def numpy_shares_memory(T):
    x = T.zeros(3)
    x.numpy()[1] = 5
    np.asarray(x)[2] = 6
    return x, np.shares_memory(x.numpy(), np.asarray(x))


@program
def tensors_go_into_numpy(T):
    x = T.tensor([1.0, 4.0])
    return [
        np.asarray(x),
        np.array(x, dtype=np.int64),
        np.sqrt(x),
        np.stack([x, x]),
        np.float32(2) * x,
        x + np.ones(2),
        x * np.float64(3),
        np.allclose(x, x),
    ]


@program
def as_tensor_shares_where_it_can(T):
    array = np.zeros(2, np.float32)
    x = T.as_tensor(array)
    array[0] = 1
    y = T.as_tensor(x)
    return x, y is x, T.as_tensor(array, dtype=T.float64), T.as_tensor([1, 2])


@program
def tensor_copies(T):
    array = np.zeros(2)
    x = T.tensor(array)
    array[0] = 1
    return x


# ---- creation -------------------------------------------------------------------------


@program
def numbers_become_tensors(T):
    return [
        T.tensor(each)
        for each in (
            1,
            1.5,
            True,
            [1, 2.5],
            [True, 2],
            [],
            [[]],
            [[1], [2]],
            (1, 2),
            range(3),
            np.float64(2),
            np.int32(3),
            np.arange(3, dtype=np.uint8),
            [np.float64(1), 2],
            [T.tensor(1), T.tensor(2.5)],
            float("nan"),
            -float("inf"),
            2**40,
        )
    ]


@program
def creation_functions(T):
    return [
        T.zeros(2),
        T.zeros((1, 2)),
        T.zeros(2, dtype=T.bool),
        T.ones(2, 1),
        T.ones(2, dtype=T.long),
        T.full((2,), 7),
        T.full((1, 2), 0.5),
        T.full((2,), True),
        T.eye(2),
        T.eye(2, 3, dtype=T.int32),
        T.arange(4),
        T.arange(1, 4),
        T.arange(5, 0, -2),
        T.arange(0, 1, 0.3),
        T.arange(3.0),
        T.linspace(0, 1, 5),
        T.linspace(3, -3, 4),
        T.linspace(0, 10, 1),
        T.linspace(0, 1, 3, dtype=T.double),
        T.zeros_like(T.ones(2, dtype=T.int16)),
        T.ones_like(T.zeros(2), dtype=T.half),
        T.full_like(T.zeros(2), 3),
        T.empty(2).shape,
        T.zeros(0),
        T.zeros(2, 0),
        T.Tensor([1, 2]),
        T.Tensor(np.asarray([2, 3])),
        T.Tensor(2, 3).shape,
        T.zeros(2, requires_grad=True),
    ]


@program
def random_draws(T):
    T.manual_seed(5)
    return [
        T.rand(3),
        T.randn(2, 3),
        T.randn(17).sum() * 0 + 1,
        T.randint(10, (4,)),
        T.randint(-3, 3, (2, 2)),
        T.randperm(6),
        T.normal(0.0, 1.0, (2, 2)),
        T.normal(T.zeros(2), T.ones(2)),
        T.normal(T.zeros(2), 2.0),
        T.normal(1.0, T.ones(2)),
        T.bernoulli(T.tensor([0.5, 0.5, 0.5])),
        T.rand_like(T.zeros(2)),
        T.randn_like(T.zeros(2)),
        T.rand(2, dtype=T.float64),
        T.zeros(3).uniform_(-1, 1),
        T.zeros(3).normal_(2, 0.5),
        T.zeros(4).bernoulli_(0.5),
        T.rand(2, requires_grad=True),
        T.initial_seed(),
    ]


@program
def generators_are_independent(T):
    generator = T.Generator()
    generator.manual_seed(3)
    T.manual_seed(4)
    return [
        T.rand(2, generator=generator),
        T.rand(2),
        T.randperm(4, generator=generator),
        T.randn(2, generator=generator),
        T.randint(5, (3,), generator=generator),
        generator.initial_seed(),
    ]


# ---- text -----------------------------------------------------------------------------


@program
def tensors_as_text(T):
    x = T.tensor([[1.0, -2.5], [1e5, 0.001]], requires_grad=True)
    return [
        x,
        x * 2,
        x.detach(),
        x.sum(),
        x > 0,
        x.long(),
        x.half(),
        T.tensor([True]),
        T.ones(2).double(),
        (x * x).mean(1, keepdim=True),
        T.arange(2000),
        x[0, 0],
        T.tensor(3),
        x.shape,
        x.size(0),
        str(x[0]),
        f"{x[0, 0]:.3f}",
        f"{T.tensor(7):d}",
        format(x[0, 0]),
        x.dtype,
        x.type(),
        x.device,
    ]


@program
def printing_can_be_set(T):
    x = T.tensor([1 / 3, 2e-7])
    T.set_printoptions(precision=2, sci_mode=False)
    short = str(x)
    T.set_printoptions(profile="default")
    return short, str(x)


@program
def max_and_min_as_text(T):
    x = T.tensor([[1.0, 3.0], [4.0, 2.0]], requires_grad=True)
    return x.max(1), x.min(0), x.max(dim=0, keepdim=True), T.max(x), x.max(1).indices


@program
def shapes_and_counts(T):
    x = T.zeros(2, 3, 4)
    return [
        x.shape,
        x.size(),
        x.size().numel(),
        x.size(-1),
        x.dim(),
        x.ndim,
        x.numel(),
        len(x),
        x.shape[1:],
        x.stride(),
        x.element_size(),
        x.is_contiguous(),
        x.transpose(0, 2).is_contiguous(),
        T.numel(x),
        x.nelement(),
        x.is_floating_point(),
        T.is_tensor(x),
        T.is_tensor(3),
        list(x.shape),
        tuple(x.shape) == x.shape,
    ]


@program
def numbers_out_of_tensors(T):
    x = T.tensor([[1.5, 2.0]])
    return [
        x.tolist(),
        x[0, 0].item(),
        T.tensor(3).item(),
        T.tensor(True).item(),
        float(x[0, 1]),
        int(T.tensor([7])),
        bool(T.tensor(0)),
        [1, 2, 3][T.tensor(1)],
        2.0 in x,
        list(range(T.tensor(2))),
    ]


@program
def conversions(T):
    x = T.tensor([1.7, -1.7, 300.0])
    return [
        x.long(),
        x.int(),
        x.short(),
        x.double(),
        x.half(),
        x.bool(),
        x.float() is x,
        x.to(T.int64),
        x.to(dtype=T.float64),
        x.to(T.zeros(1, dtype=T.int32)),
        x.type(T.int64),
        x.type("torch.DoubleTensor"),
        x.type(),
        x.to("cpu") is x,
        x.cpu() is x,
    ]


@program
def comparisons(T):
    x, y = T.tensor([1.0, 2.0, float("nan")]), T.tensor([1, 3, 3])
    return [
        x == y,
        x != y,
        x < y,
        x <= 1,
        x > 1,
        2 >= x,
        T.eq(x, 1),
        T.isnan(x),
        T.isinf(x),
        T.isfinite(x),
        T.equal(x, x),
        T.equal(y, y),
        T.allclose(x[:2], x[:2] + 1e-9),
        T.isclose(x, x, equal_nan=True),
        (x == 1).any(),
        (x > 0).all(),
        (y > 1).sum(),
        ~(y > 1),
        (y > 1) & (y < 3),
        (y > 1) | (y < 2),
        (y > 1) ^ (y < 3),
        T.logical_and(y, y - 1),
        T.logical_or(y - 1, y - 3),
        T.logical_not(y - 1),
    ]


@program
def positions(T):
    x = T.tensor([[1.0, 5.0, 5.0], [7.0, 0.0, 7.0]])
    return [
        x.argmax(),
        x.argmax(1),
        x.argmax(dim=0, keepdim=True),
        x.argmin(),
        x.argmin(-1),
        x.argmax(axis=1),
        T.argmax(x, 1),
        x.max(1),
        x.min(),
        T.where(x > 4),
        x.sum(axis=1),
        x.mean(axis=0),
        T.tensor([1.0, float("nan"), 2.0]).argmax(),
        T.tensor([1.0, float("nan")]).max(),
        T.tensor(3.0).argmax(),
        T.tensor(2.0).max(0),
        T.softmax(x, axis=1),
        x.log_softmax(axis=0),
    ]


@program
def one_hot(T):
    f = T.nn.functional.one_hot
    return f(T.tensor([0, 2])), f(T.tensor([[1]]), 3), f(T.tensor(1), num_classes=2)


@program
def one_hot_of_nothing(T):
    nothing = T.zeros(0, 2, dtype=T.int64)
    encoded = T.nn.functional.one_hot(nothing, 3)
    return encoded.shape, encoded.dtype


@program
def a_truth_behind_a_length_is_a_length(T):
    return T.zeros(2, True), T.ones((1, True, False)), T.full((2, True), 7.0)


@program
def truths_divided_by_truths(T):
    yes, both = T.tensor([True, True]), T.tensor([True, False])
    return both / yes, both / True, T.tensor([3, 4]) / T.tensor([2, 2]), True / yes


@program
def reductions_of_nothing(T):
    x = T.zeros(0, 3)
    return [
        x.sum(),
        x.sum(0),
        x.sum(1),
        x.mean(0),
        x.prod(),
        x.prod(1),
        x.softmax(1),
        x.argmax(1),
        x.all(),
        x.any(),
        x.numel(),
        x.T,
        T.cat([x, T.ones(1, 3)]),
        x.max(1),
        x.norm(),
    ]


# ---- warnings -------------------------------------------------------------------------


@program
def conversion_of_what_requires_a_gradient_warns(T):
    x = leaf(T, 0.5)
    return float(x), int(x), f"{x[0]:.2f}", format(x[0], ".3f"), percent(x)


@program
def gradient_of_an_inner_tensor_warns(T):
    return (leaf(T, 1.0) * 2).grad


@program
def backward_with_create_graph_warns(T):
    x = leaf(T, 2.0)
    (x**3).sum().backward(create_graph=True)
    return x.grad


@program
def grad_variables_warns(T):
    x = leaf(T, 2.0)
    T.autograd.backward(x * 2, grad_variables=T.ones(1))
    return x.grad


@program
def a_copy_of_a_tensor_warns(T):
    return T.tensor(T.ones(2))


@program
def transposing_a_vector_warns(T):
    return T.ones(3).T, T.ones(2, 3).T, T.tensor(1.0).T


@program
def variance_of_one_number_warns(T):
    return T.ones(1).var(), T.ones(1).std()


@program
def empty_reductions_in_silence(T):
    return (
        T.zeros(0).mean(),
        T.zeros(0).sum(),
        T.ones(1) / 0,
        T.log(T.zeros(1)),
        T.exp(T.ones(1) * 1e3),
    )


def percent(x):
    form = "%.4f"
    return form % x


@program
def copies_and_pickles(T):
    x = T.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    deep = copy.deepcopy(x)
    deep.grad.zero_()
    return [
        deep,
        x.grad,
        copy.copy(x),
        pickle.loads(pickle.dumps(x.detach())),
        pickle.loads(pickle.dumps(T.float32)) is T.float32,
    ]


@program
def a_chain_of_many_steps(T):
    x = T.ones(1, requires_grad=True)
    y = x
    for _ in range(20000):
        y = y + 1
    y.backward()
    return x.grad


@program
def pythons_own_functions(T):
    x = T.tensor([3, 1, 2])
    return sorted(x), max(x), sum(x), list(zip(x, x, strict=True)), abs(-x)


@program
def deep_copies_of_results_are_refused(T):
    try:
        copy.deepcopy(T.ones(1, requires_grad=True) * 2)
    except RuntimeError as error:
        return str(error)


@program
def a_gradient_of_another_dtype_is_converted(T):
    found = []
    for dtype in (T.float64, T.int64, T.bool, T.float16):
        x = T.ones(2, requires_grad=True)
        (x * 2).backward(T.ones(2).to(dtype))
        found += [x.grad, T.autograd.grad(x * 3, x, T.ones(2).to(dtype))]
    return found


@program
def strides_of_one_dimension(T):
    return T.ones(2, 3).stride(0), T.ones(2, 3).stride(-1)


@program
def losses_of_logits_have_the_dtype_of_the_target(T):
    loss, found = T.nn.functional.binary_cross_entropy_with_logits, []
    for given in (T.float16, T.float32, T.float64):
        for wanted in (T.float16, T.float32, T.float64):
            x = T.zeros(2, dtype=given, requires_grad=True)
            value = loss(x, T.ones(2, dtype=wanted))
            value.backward()
            found += [value.dtype, x.grad]
    return found


@program
def tensors_among_numbers_leave_the_record(T):
    x = T.tensor(2.0, requires_grad=True)
    return T.tensor([x * 2, 3.0]), T.tensor([[x, 1], [2, 3]]), T.tensor([T.ones(1), T.ones(1, 1)])
