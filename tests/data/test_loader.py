"""Loaders: torch's batches in torch's order, from torch's draws."""

import collections

import numpy as np
import pytest

import refimpl
from evidence.engines import observed, refusal

PROGRAMS = {}


def program(function):
    PROGRAMS[function.__name__.replace("_", " ")] = function
    return function


def pairs(T, count=10):
    x = T.arange(2.0 * count).reshape(count, 2)
    return T.utils.data.TensorDataset(x, T.arange(count))


@program
def in_order(T):
    loader = T.utils.data.DataLoader(pairs(T), batch_size=4)
    return list(loader), len(loader)


@program
def without_the_last(T):
    loader = T.utils.data.DataLoader(pairs(T), batch_size=4, drop_last=True)
    return list(loader), len(loader)


@program
def one_by_one(T):
    return list(T.utils.data.DataLoader(pairs(T, 3)))


@program
def shuffled(T):
    T.manual_seed(1)
    loader = T.utils.data.DataLoader(pairs(T), batch_size=3, shuffle=True)
    return list(loader), list(loader), T.rand(2)


@program
def shuffled_by_a_generator_of_its_own(T):
    T.manual_seed(2)
    own = T.Generator().manual_seed(5)
    loader = T.utils.data.DataLoader(pairs(T), 4, shuffle=True, generator=own)
    return list(loader), list(loader), T.rand(2), T.rand(2, generator=own)


@program
def order_without_shuffle_draws_one_number(T):
    T.manual_seed(3)
    list(T.utils.data.DataLoader(pairs(T), batch_size=4))
    return T.rand(2)


@program
def a_loader_that_is_started_only(T):
    T.manual_seed(4)
    iter(T.utils.data.DataLoader(pairs(T), batch_size=4, shuffle=True))
    first = T.rand(2)
    next(iter(T.utils.data.DataLoader(pairs(T), batch_size=4, shuffle=True)))
    return first, T.rand(2)


@program
def a_data_set_of_ones_own(T):
    class Squares(T.utils.data.Dataset):
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return {"x": T.tensor([float(i), i * i]), "label": i, "half": i / 2, "name": str(i)}

    return list(T.utils.data.DataLoader(Squares(), batch_size=2))


@program
def items_of_many_kinds(T):
    items = [
        (1, 2.5, True, np.float32(3), np.arange(2), [T.ones(1), 4]),
        (2, 3.5, False, np.float32(4), np.arange(2) + 1, [T.zeros(1), 5]),
    ]
    return list(T.utils.data.DataLoader(items, batch_size=2))


@program
def a_collate_function_of_ones_own(T):
    return list(T.utils.data.DataLoader(range(5), batch_size=2, collate_fn=lambda items: items))


@program
def dealt_at_random(T):
    T.manual_seed(6)
    split = T.utils.data.random_split
    own = T.Generator().manual_seed(1)
    return [
        [list(part) for part in split(range(10), [7, 3])],
        [list(part) for part in split(range(10), [0.5, 0.25, 0.25])],
        [list(part) for part in split(range(6), [3, 3], generator=own)],
        [len(part) for part in split(pairs(T), [9, 1])],
        T.rand(1),
    ]


@program
def tensor_data_sets(T):
    data = pairs(T, 4)
    subset = T.utils.data.Subset(data, [3, 1])
    return data[1], len(data), data[1:3], subset[0], len(subset), list(subset)


@program
def draws_between_batches(T):
    T.manual_seed(7)
    own = T.Generator().manual_seed(5)
    found = []
    for options in ({}, {"shuffle": True}, {"shuffle": True, "generator": own}):
        for count in (6, 7):
            for drop in (False, True):
                loader = T.utils.data.DataLoader(pairs(T, count), 3, drop_last=drop, **options)
                found += [(batch, T.rand(1), T.rand(1, generator=own)) for batch in loader]
                found += [(len(loader), T.rand(1), T.rand(1, generator=own))]
    return found


@program
def two_passes_at_once(T):
    T.manual_seed(8)
    loader = T.utils.data.DataLoader(pairs(T), 3, shuffle=True)
    first, second = iter(loader), iter(loader)
    return next(first), next(second), next(first), T.rand(1)


@program
def data_that_draws_its_items(T):
    class Noise(T.utils.data.Dataset):
        def __len__(self):
            return 5

        def __getitem__(self, index):
            return index, T.randn(2)

    T.manual_seed(9)
    return list(T.utils.data.DataLoader(Noise(), 2, shuffle=True)), T.randn(1)


@program
def collections_keep_their_kind(T):
    pair = collections.namedtuple("pair", "a b")
    batches = [
        [pair(1, 2.0), pair(3, 4.0)],
        [collections.OrderedDict(a=1), collections.OrderedDict(a=2)],
        [[1, 2], [3, 4]],
        [("x", 1), ("y", 2)],
        ["x", "y"],
        [b"x", b"y"],
        [True, False],
        [1, 2.5],
        [np.int32(2), np.int32(3)],
        [T.ones(2, requires_grad=True), T.zeros(2)],
        [(1, {"a": (T.ones(1), 2)}), (3, {"a": (T.ones(1), 4)})],
    ]
    return [T.utils.data.default_collate(batch) for batch in batches]


@program
def tensors_that_are_trained_stay_on_the_tape(T):
    data = T.utils.data.TensorDataset(T.ones(3, 2, requires_grad=True))
    return list(T.utils.data.DataLoader(data, 2))


@program
def an_empty_share_warns(T):
    T.manual_seed(3)
    return [list(part) for part in T.utils.data.random_split(range(1), [0.5, 0.5])]


@program
def accepted_settings(T):
    loader = T.utils.data.DataLoader(range(4), 2, pin_memory=False, timeout=0, prefetch_factor=None)
    return loader.batch_size, loader.drop_last, loader.num_workers, loader.dataset, list(loader)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_returns_one_text_on_both_engines(name, torch):
    assert observed(refimpl, PROGRAMS[name]) == observed(torch, PROGRAMS[name])


@pytest.mark.parametrize("workers", [1, 2])
def test_the_order_does_not_depend_on_the_number_of_workers(workers):
    def batches(count):
        refimpl.manual_seed(0)
        loader = refimpl.utils.data.DataLoader(range(9), 2, shuffle=True, num_workers=count)
        return [batch.tolist() for batch in loader]

    assert batches(workers) == batches(0)


MISUSES = {
    "an empty batch": lambda T: T.utils.data.DataLoader(range(3), batch_size=0),
    "a batch of a fraction": lambda T: T.utils.data.DataLoader(range(3), batch_size=1.5),
    "workers below zero": lambda T: T.utils.data.DataLoader(range(3), num_workers=-1),
    "shuffling nothing": lambda T: T.utils.data.DataLoader([], shuffle=True),
    "tensors of two lengths": lambda T: T.utils.data.TensorDataset(T.ones(2), T.ones(3)),
    "lengths that do not add up": lambda T: T.utils.data.random_split(range(3), [1, 1]),
    "shares above one": lambda T: T.utils.data.random_split(range(3), [0.7, 0.7]),
    "items of two shapes": lambda T: list(
        T.utils.data.DataLoader([T.ones(1), T.ones(2)], batch_size=2)
    ),
    "items of no known kind": lambda T: list(T.utils.data.DataLoader([None, None], batch_size=2)),
    "lists of two lengths": lambda T: T.utils.data.default_collate([[1], [2, 3]]),
    "texts in arrays": lambda T: T.utils.data.default_collate([np.array(["a"])]),
    "a batch of a truth": lambda T: T.utils.data.DataLoader(range(3), True),
    "a batch of a text": lambda T: T.utils.data.DataLoader(range(3), "a"),
    "drop_last as a text": lambda T: T.utils.data.DataLoader(range(3), 2, drop_last="yes"),
    "a timeout below zero": lambda T: T.utils.data.DataLoader(range(3), timeout=-1),
    "prefetching without workers": lambda T: T.utils.data.DataLoader(range(3), prefetch_factor=2),
    "workers that stay, without any": lambda T: T.utils.data.DataLoader(
        range(3), persistent_workers=True
    ),
    "an unknown setting": lambda T: T.utils.data.DataLoader(range(3), size=2),
    "no data": lambda T: list(T.utils.data.DataLoader(None)),
    "a set": lambda T: list(T.utils.data.DataLoader({1, 2})),
    "an iterator": lambda T: list(T.utils.data.DataLoader(iter([1, 2]))),
    "a list among the tensors": lambda T: T.utils.data.TensorDataset([1, 2]),
    "a tensor of rank 0": lambda T: T.utils.data.TensorDataset(T.tensor(1.0)),
    "an item beyond": lambda T: pairs(T)[10],
    "an item beyond the subset": lambda T: T.utils.data.Subset(pairs(T), [3])[1],
    "shares below zero": lambda T: T.utils.data.random_split(range(11), [1.2, -0.2]),
    "no lengths": lambda T: T.utils.data.random_split(range(3), []),
    "a data set without items": lambda T: T.utils.data.Dataset()[0],
}


@pytest.mark.parametrize("name", MISUSES)
def test_refusal_has_torchs_type_and_text(name, torch):
    theirs, ours = (refusal(engine, MISUSES[name]) for engine in (torch, refimpl))
    assert type(ours).__name__ == type(theirs).__name__
    assert str(ours) == str(theirs)


OUTSIDE = {
    "sampler": {"sampler": [2, 0, 1]},
    "batch_sampler": {"batch_sampler": [[0, 1], [2]]},
    "worker_init_fn": {"worker_init_fn": print},
    "batch_size": {"batch_size": None},
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_names_what_is_near(name):
    error = refusal(refimpl, lambda T: T.utils.data.DataLoader(range(3), **OUTSIDE[name]))
    assert type(error) is NotImplementedError
    assert str(error).startswith(f"DataLoader({name}=")
    assert error.__notes__[0].startswith("Near it:")
