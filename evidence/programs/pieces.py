"""Programs on pieces of tensors: splitting, joining, indices, expansion; for both engines."""

import numpy as np

PROGRAMS = {}


def program(function):
    """Enter a program under its name, underscores as blanks."""
    PROGRAMS[function.__name__.strip("_").replace("_", " ")] = function
    return function


def leaf(T, *values):
    return T.tensor(list(values), requires_grad=True)


def cube(T):
    return T.arange(24.0).reshape(2, 3, 4)


@program
def pieces_of_nothing(T):
    nothing = T.zeros(0, 2)
    return nothing.split(2), nothing.split(0), nothing.split([]), nothing.chunk(3)


@program
def pieces_by_lengths(T):
    x = T.arange(5)
    return x.split([5, 0]), x.split((2, 3)), x.split(T.tensor(2)), x.chunk(7), x.split(2**62)


@program
def cat_passes_over_what_has_shape_0(T):
    kept = T.tensor([])
    for step in range(2):
        kept = T.cat([kept, T.full((1, 3), float(step))])
    none = T.tensor([])
    wide = T.tensor([], dtype=T.float64)
    rows = T.ones(2, 1)
    return (
        kept,
        T.cat([rows, none], dim=1),
        T.cat([none, rows], dim=-1),
        T.cat([wide, rows]),
        T.cat([none, none], dim=1),
        T.cat([T.zeros(0, 1), rows]),
    )


@program
def cat_gives_gradients_beside_what_has_shape_0(T):
    x, none = leaf(T, [1.0, 2.0]), leaf(T)
    (T.cat([none, x, none], dim=1) * T.tensor([[3.0, 4.0]])).sum().backward()
    return x.grad, none.grad


@program
def second_gradients_through_cat_beside_what_has_shape_0(T):
    x, none = leaf(T, [1.0, 2.0]), leaf(T)
    y = (T.cat([none, x], dim=1) ** 3).sum()
    (first, nothing) = T.autograd.grad(y, [x, none], create_graph=True)
    first.sum().backward()
    return first, nothing, x.grad


@program
def lists_in_a_list_are_one_index_each(T):
    x = T.arange(6.0).reshape(2, 3)
    found = [
        x[[[0, 1]]],
        x[[[0, 1], [1, 2]]],
        x[[[0, 1], 1]],
        x[[0, [1, 2]]],
        x[[T.tensor([0, 1]), T.tensor([1, 2])]],
        x[[0, slice(None)]],
        x[[None, 1]],
        x[[..., 1]],
        x[[range(2), range(2)]],
        x[[(0, 1), (1, 2)]],
        x[[[[0, 1]]]],
    ]
    x[[[0, 1], [1, 2]]] = 9.0
    return found, x


@program
def long_lists_of_lists_are_one_index(T):
    x = T.arange(6)
    return x[[[1]] * 33].shape, x[list(range(6)) * 6].shape


@program
def lists_that_are_one_index(T):
    x = T.arange(6.0).reshape(2, 3)
    return (
        x[[1, 0]],
        x[[1.7, -0.5]],
        x[[True, False]],
        x[[True, 1]],
        x[([0, 1],)],
        x[:, [[0, 1], [1, 2]]],
        x[(0, 1),],
        x[range(2)],
        x[range(0)],
        x[[]],
        x[np.array([1.0, 0.0])],
        x[np.array(1)],
        x[np.int64(1)],
    )


@program
def numbers_are_taken_before_lists(T):
    x = cube(T)
    return (
        x[0, :, [1, 2]],
        x[1, :, T.tensor([0, 1])],
        x[T.tensor(1), :, T.tensor([0, 1])],
        x[:, 0, [0, 1]],
        x[[0], :, 1],
        x[[0, 1], 0, [1, 2]],
        x[[0, 1], :, [1, 2]],
        x[[0, 1], ..., [1, 2]],
        x[[0, 1], None, [1, 2]],
        x[..., 0, [1, 2]],
        x[0, None, [1, 2]],
        x[True, [0, 1], :, 1],
        x[0, [True, False, True]],
        x[..., 0, ...],
    )


@program
def numbers_before_lists_give_gradients(T):
    x, v = T.ones(1, 2, 3, requires_grad=True), leaf(T, [7.0, 8.0], [9.0, 10.0])
    picked = x[0, :, [1, 2]]
    (picked * T.tensor([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    y = x * 1
    y[0, :, [0, 2]] = v
    (y * T.arange(6.0).reshape(1, 2, 3)).sum().backward()
    return picked.grad_fn.next_functions[0][0].name(), y.grad_fn.name(), x.grad, v.grad


@program
def masks_of_every_kind(T):
    x = T.arange(6).reshape(2, 3)
    return (
        x[T.tensor(True)],
        x[T.tensor(False)],
        x[T.tensor(1, dtype=T.uint8)],
        x[T.tensor([1, 0], dtype=T.uint8)],
        x[T.zeros(2, 3, dtype=T.bool)],
        x[T.zeros(2, dtype=T.bool)],
        T.zeros(0, 3)[T.zeros(0, dtype=T.bool)],
        T.tensor(1.0)[T.tensor(True)],
    )


@program
def slices_from_tensors(T):
    x = T.arange(6)
    return x[T.tensor(1) :], x[T.tensor([2]) : 5], x[np.int64(1) :], x[2**70 :], x[True:]


@program
def only_an_integer_element_is_an_index(T):
    return list(range(T.tensor([2]))), T.tensor([[1]]).__index__(), [5, 6][T.tensor(1)]


@program
def assignments(T):
    x = T.zeros(2, 3)
    x[0, 0] = T.tensor([1.0])
    x[1] = T.tensor([[2.0, 3.0, 4.0]])
    x[:, 2] = T.tensor([5, 6])
    x[T.tensor([True, False]), 1] = 7.0
    y = T.zeros(3)
    y[T.tensor([True, False, True])] = T.tensor(2)
    z = T.zeros(3)
    z[[0, 1]] = T.tensor([[1.0, 2.0]])
    n = T.tensor(1.0)
    n[()] = 3.0
    m = T.tensor(1.0)
    m[T.tensor(True)] = 4.0
    return x, y, z, n, m


@program
def assignments_behind_numbers(T):
    x = cube(T)
    x[0, :, [1, 2]] = T.ones(3, 2)
    x[1, 2] = -1.0
    return x, x._version


@program
def gather_at_its_edges(T):
    x = T.arange(9.0).reshape(3, 3)
    nothing = T.zeros(0, 0, dtype=T.int64)
    return (
        T.gather(T.tensor(5.0), 0, T.tensor(0)),
        T.gather(T.tensor(5.0), -1, T.tensor([0, 0])),
        T.gather(T.tensor([5.0, 6.0]), 0, T.tensor(1)),
        T.gather(x, 1, nothing),
        T.gather(x, 0, T.zeros(5, 0, dtype=T.int64)),
        T.gather(x, 1, T.zeros(0, dtype=T.int64)),
        T.gather(x, 1, T.tensor([[2, 1], [0, 0]])),
        T.gather(x, 0, T.tensor([[2], [0]])),
        T.gather(x, 1, T.tensor([[0]], dtype=T.int32)),
    )


@program
def gather_at_its_edges_gives_gradients(T):
    found = []
    for start, dim, index in (
        (5.0, 0, T.tensor(0)),
        (5.0, 0, T.tensor([0, 0])),
        ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], 1, T.tensor([[1], [0]])),
        ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], 0, T.tensor([[2], [2]])),
        ([[1.0, 2.0], [3.0, 4.0]], 1, T.zeros(0, 0, dtype=T.int64)),
    ):
        x = T.tensor(start, requires_grad=True)
        y = T.gather(x * x, dim, index)
        (first,) = T.autograd.grad(y.sum(), x, create_graph=True)
        (second,) = T.autograd.grad(first.sum(), x)
        found += [first, second]
    return found


@program
def flips(T):
    x = T.arange(6.0).reshape(2, 3)
    number = T.tensor(1.0)
    return x.flip(0, 1), x.flip((0, -1)), x.flip([]), number.flip(0), number.flip(-1)


@program
def flattening_beside_an_empty_axis(T):
    return (
        T.zeros(0, 3, 2).flatten(1).shape,
        T.zeros(0, 0, 4).flatten(1).shape,
        T.zeros(4, 0, 0).flatten(0, 1).shape,
        T.zeros(2, 0).reshape(-1).shape,
        T.zeros(2, 0).view(-1, 2).shape,
    )


@program
def expansion_at_its_edges(T):
    return (
        T.zeros(1).expand(0),
        T.zeros(3).expand(0, 3).shape,
        T.tensor(1.0).expand([]),
        T.tensor(1.0).expand(2),
        T.zeros(3).expand(2**40, 3).shape,
    )


@program
def a_huge_view_prints_what_is_shown(T):
    return (
        T.tensor([1.5]).expand(10**12),
        T.tensor([[1.0, -2.5]]).expand(10**11, 2),
        T.zeros(1, 1).expand(10**6, 10**6),
    )


@program
def an_expanded_view_can_be_set_where_torch_lets_it(T):
    base = T.zeros(1)
    view = base.expand(3)
    view[1] = 4.0
    states = [base.clone(), view.clone(), view._version]
    view.fill_(1.0)
    states.append(view.clone())
    view[0:1].add_(2.0)
    states.append(view.clone())
    view.zero_()
    states.append(view.clone())
    view[[0, 1]] = 7.0
    states.append(view.clone())
    view.masked_fill_(T.tensor([True, False, False]), 8.0)
    states.append(view.clone())
    columns = T.zeros(2, 1).expand(2, 3)
    columns[:, 0] = T.tensor([1.0, 2.0])
    row = T.zeros(3).expand(1, 3)
    row.add_(2.0)
    return states, columns, row, T.zeros(1).expand(1).add_(1.0)


@program
def an_expanded_view_of_what_changes(T):
    found = []
    for change in (
        lambda base, view: base.mul_(2.0),
        lambda base, view: view[0].mul_(2.0),
        lambda base, view: view.__setitem__(0, 2.0),
    ):
        x = T.ones(1, requires_grad=True)
        base = x * 1
        view = base.expand(3)
        change(base, view)
        view.sum().backward()
        found += [x.grad, view]
    return found


@program
def an_expanded_view_shows_changes_of_its_base(T):
    base = T.zeros(3)
    view = base.expand(2, 3)
    base.add_(1)
    return view


@program
def a_state_of_two_axes(T):
    first = T.Generator().manual_seed(3)
    second = T.Generator().set_state(first.get_state().reshape(2, -1))
    third = T.Generator().set_state(first.get_state()[:, None])
    T.set_rng_state(first.get_state().reshape(-1, 1))
    return [T.rand(2, generator=each) for each in (first, second, third)], T.rand(2)


@program
def two_numbers_become_a_tensor(T):
    return T.add(2, 3), T.sub(2, 3.5), T.mul(2, 3), T.div(2, 3), T.floor_divide(7, 2)


@program
def alpha_of_every_kind(T):
    some = T.tensor([True, False])
    return (
        T.add(T.arange(2), T.arange(2), alpha=2),
        T.add(T.arange(2), T.ones(2), alpha=0.5),
        T.add(some, some, alpha=True),
        T.add(some, some, alpha=2),
        T.add(T.zeros(2), T.ones(2), alpha=T.tensor(2.0)),
        T.sub(T.ones(2), 3, alpha=2),
    )


@program
def where_with_a_condition_of_bytes(T):
    return T.where(T.tensor([1, 0], dtype=T.uint8), 1, 2)
