"""Loaders: torch's batches in torch's order, from torch's draws."""

import collections
import copy
import inspect
import types
import warnings

import numpy as np
import pytest

import refimpl
from evidence.engines import observed, refusal

PROGRAMS = {}


class Named(collections.abc.Mapping):
    """A mapping that is not made from a dict."""

    def __init__(self, *, a):
        self.a = a

    def __getitem__(self, key):
        return {"a": self.a}[key]

    def __iter__(self):
        return iter("a")

    def __len__(self):
        return 1


class Titled(list):
    """A list that holds something beside its items."""

    title = ""


class TitledDict(dict):
    """A dict that holds something beside its items."""

    title = ""


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
    return data[1], len(data), data[1:3], subset[0], subset[[1, 0]], len(subset), list(subset)


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
    found = [list(T.utils.data.DataLoader(Noise(), 2, shuffle=True)), T.randn(1)]
    for options in ({"num_workers": 2}, {"num_workers": 2, "persistent_workers": True}):
        loader = T.utils.data.DataLoader(Noise(), 2, shuffle=True, **options)
        found += [list(loader), T.randn(1), list(loader), T.randn(1)]
    return found


@program
def collections_keep_their_kind(T):
    pair = collections.namedtuple("pair", "a b")
    batches = [
        [pair(1, 2.0), pair(3, 4.0)],
        [collections.OrderedDict(b=1, a=2), collections.OrderedDict(a=3, b=4)],
        [collections.defaultdict(list, a=1), collections.defaultdict(list, a=2)],
        [collections.Counter("aab"), collections.Counter("ab")],  # whose update() adds
        [types.MappingProxyType({"a": 1}), types.MappingProxyType({"a": 2})],
        [Named(a=1), Named(a=2)],
        [collections.deque([1, 2]), collections.deque([3, 4])],
        [collections.UserList([1, 2]), collections.UserList([3, 4])],
        [range(2), range(2)],
        [bytearray(b"ab"), bytearray(b"cd")],
        [np.float32(1), 2],
        [np.float16(1), np.float16(2)],
        [np.float64(1), 2],
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
def collections_keep_what_they_hold_beside_their_items(T):
    found = []
    for kind, items in ((Titled, [1, 2]), (TitledDict, {"a": 1})):
        first, second = kind(items), kind(items)
        first.title = "first"
        batch = T.utils.data.default_collate([first, second])
        found += [type(batch).__name__, batch.title, batch]
        found += [list(first), type(first[0] if kind is Titled else first["a"]).__name__]
    factory = T.utils.data.default_collate([collections.defaultdict(int, a=1)]).default_factory
    return found, factory


@program
def a_data_set_that_gives_whole_batches(T):
    class Tens(T.utils.data.Dataset):
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return i

        def __getitems__(self, numbers):
            return [10 * i for i in numbers]

    loader, subset = T.utils.data.DataLoader, T.utils.data.Subset
    return list(loader(Tens(), 2)), list(loader(subset(Tens(), [2, 0]), 2)), Tens()[1]


@program
def a_data_set_with_a_type_in_brackets(T):
    class Numbers(T.utils.data.Dataset[int]):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return i

    loaders = T.utils.data.DataLoader[int], T.utils.data.Subset[int]
    return list(T.utils.data.DataLoader(Numbers())), len(loaders)


@program
def shares_that_add_to_a_little_less_than_one(T):
    T.manual_seed(0)
    split = T.utils.data.random_split
    assert sum([0.1] * 10) < 1 and sum([0.7, 0.2, 0.1]) < 1
    parts = split(range(15), [0.1] * 10) + split(range(15), [0.7, 0.2, 0.1])
    return [list(part) for part in parts]


@program
def lengths_that_are_tensors(T):
    T.manual_seed(0)
    return [list(part) for part in T.utils.data.random_split(range(3), T.tensor([1, 2]))]


@program
def draws_between_the_batches_of_workers(T):
    T.manual_seed(7)
    own = T.Generator().manual_seed(5)
    found = []
    for options in ({}, {"generator": own}, {"prefetch_factor": 1}):
        loader = T.utils.data.DataLoader(
            pairs(T, 13), 2, shuffle=True, num_workers=2, drop_last=True, **options
        )
        passing = iter(loader)
        found += [(T.rand(1), T.rand(1, generator=own))]
        found += [(batch, T.rand(1), T.rand(1, generator=own)) for batch in passing]
    return found


@program
def workers_that_stay_draw_one_seed(T):
    T.manual_seed(8)
    loader = T.utils.data.DataLoader(
        pairs(T, 5), 2, shuffle=True, num_workers=1, persistent_workers=True
    )
    first = iter(loader)
    return list(first), T.rand(1), iter(loader) is first, list(loader), T.rand(1)


@program
def a_pass_knows_its_length_and_is_its_own_iterator(T):
    passing = iter(T.utils.data.DataLoader(range(5), 2))
    return len(passing), iter(passing) is passing, next(passing), list(passing), list(passing)


@program
def settings_of_devices_and_workers(T):
    loader = T.utils.data.DataLoader(
        range(3),
        pin_memory=True,
        pin_memory_device="cuda",
        in_order=False,
        worker_init_fn=print,  # which nobody calls without workers
    )
    bare = T.utils.data.DataLoader(range(3), pin_memory_device="cuda", num_workers=True)
    return list(loader), list(bare), list(loader)


@program
def attributes(T):
    loader = T.utils.data.DataLoader
    names = (
        "batch_size drop_last num_workers collate_fn pin_memory pin_memory_device timeout "
        "worker_init_fn multiprocessing_context generator prefetch_factor persistent_workers "
        "in_order dataset"
    )
    found = []
    for options in ({"timeout": 5}, {"num_workers": 1}, {"num_workers": 1, "prefetch_factor": 3}):
        made = loader(range(6), 2, collate_fn=print, **options)
        found += [getattr(made, name) for name in names.split()]
    return found


@program
def attributes_that_may_be_set(T):
    T.manual_seed(0)
    loader = T.utils.data.DataLoader(range(6), 4)
    loader.shuffle = loader.remark = True  # which torch has not, and does not look at
    loader.collate_fn, loader.pin_memory, loader.timeout = sum, False, 0
    loader.multiprocessing_context = None
    loader.generator = T.Generator().manual_seed(1)
    return list(loader), T.rand(1), T.rand(1, generator=loader.generator)


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


def changed(name, value, **options):
    """A program that changes an attribute of a loader and then uses it."""

    def change(T):
        loader = T.utils.data.DataLoader(range(6), 2, **options)
        setattr(loader, name, value)
        return list(loader)

    return change


def subset_without_its_second_method(T):
    class Doubled(T.utils.data.Subset):
        def __getitem__(self, index):
            return 2 * super().__getitem__(index)

    return Doubled(range(3), [0])


MISUSES = {
    "half a worker": lambda T: list(T.utils.data.DataLoader(range(3), num_workers=1.5)),
    "workers as a text": lambda T: T.utils.data.DataLoader(range(3), num_workers="2"),
    "no number of workers": lambda T: T.utils.data.DataLoader(range(3), num_workers=None),
    "half a worker afterwards": changed("num_workers", 1.5, num_workers=1),
    "a timeout without workers": lambda T: list(T.utils.data.DataLoader(range(3), timeout=5)),
    "a timeout afterwards": changed("timeout", 1),
    "a timeout as a text": lambda T: T.utils.data.DataLoader(range(3), timeout="5"),
    "prefetching below zero": lambda T: T.utils.data.DataLoader(
        range(3), num_workers=1, prefetch_factor=-1
    ),
    "a context without workers": lambda T: T.utils.data.DataLoader(
        range(3), multiprocessing_context="spawn"
    ),
    "a context afterwards": changed("multiprocessing_context", "spawn"),
    "a sampler and shuffling": lambda T: T.utils.data.DataLoader(
        range(3), sampler=[1], shuffle=True
    ),
    "a sampler of batches and their size": lambda T: T.utils.data.DataLoader(
        range(3), 2, batch_sampler=[[1]]
    ),
    "a sampler of batches and shuffling": lambda T: T.utils.data.DataLoader(
        range(3), batch_sampler=[[1]], shuffle=True
    ),
    "a sampler of batches and another": lambda T: T.utils.data.DataLoader(
        range(3), batch_sampler=[[1]], sampler=[1]
    ),
    "a sampler of batches and drop_last": lambda T: T.utils.data.DataLoader(
        range(3), batch_sampler=[[1]], drop_last=True
    ),
    "no batches, the last dropped": lambda T: T.utils.data.DataLoader(
        range(3), None, drop_last=True
    ),
    "nothing to shuffle into empty batches": lambda T: T.utils.data.DataLoader([], 0, shuffle=True),
    "a collate function that is none": lambda T: list(
        T.utils.data.DataLoader(range(3), collate_fn=0)
    ),
    "an attribute that torch has not": lambda T: T.utils.data.DataLoader(range(3)).shuffle,
    "batch_size afterwards": changed("batch_size", 3),
    "drop_last afterwards": changed("drop_last", True),
    "dataset afterwards": changed("dataset", [1]),
    "sampler afterwards": changed("sampler", [1]),
    "batch_sampler afterwards": changed("batch_sampler", [[1]]),
    "persistent_workers afterwards": changed("persistent_workers", True),
    "half of a subset": subset_without_its_second_method,
    "an array among the tensors": lambda T: T.utils.data.TensorDataset(np.zeros(3)),
    "a tensor of rank 0 behind another": lambda T: T.utils.data.TensorDataset(
        T.zeros(3), T.tensor(1.0)
    ),
    "a list behind a tensor": lambda T: T.utils.data.TensorDataset(T.zeros(1), [1]),
    "objects in arrays": lambda T: T.utils.data.default_collate([np.array([None])]),
    "bytes in arrays": lambda T: T.utils.data.default_collate([np.array([b"a"])]),
    "a key that is missing": lambda T: T.utils.data.default_collate([{"a": 1}, {"b": 1}]),
    "no items": lambda T: T.utils.data.default_collate([]),
    "lengths as texts": lambda T: T.utils.data.random_split(range(3), ["a"]),
    "an empty batch": lambda T: T.utils.data.DataLoader(range(3), batch_size=0),
    "a batch of a fraction": lambda T: T.utils.data.DataLoader(range(3), batch_size=1.5),
    "workers below zero": lambda T: T.utils.data.DataLoader(range(3), num_workers=-1),
    "shuffling nothing": lambda T: T.utils.data.DataLoader([], shuffle=True),
    "tensors of two lengths": lambda T: T.utils.data.TensorDataset(T.ones(2), T.ones(3)),
    "lengths that do not add up": lambda T: T.utils.data.random_split(range(3), [1, 1]),
    "shares that add to a little more than one": lambda T: T.utils.data.random_split(
        range(10), [0.2, 0.4, 0.3, 0.1]
    ),
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


@pytest.mark.parametrize("kind", ["generator", "lengths"])
def test_arguments_of_a_draw_are_refused_by_torchs_type_and_the_start_of_its_text(kind, torch):
    def program(T):
        lengths = [2.5, 0.5] if kind == "lengths" else [1, 2]
        T.utils.data.random_split(range(3), lengths, T.default_generator if lengths[0] > 1 else 5)

    theirs, ours = (refusal(engine, program) for engine in (torch, refimpl))
    assert type(ours) is type(theirs) is TypeError
    assert ours.__notes__
    if kind == "lengths":
        assert str(theirs).startswith(str(ours))


def test_prefetching_nothing_is_refused_when_the_pass_starts():
    loader = refimpl.utils.data.DataLoader(range(3), num_workers=1, prefetch_factor=0)
    text = "^prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter\n"
    with pytest.raises(AssertionError, match=text):  # torch's destructor then complains as well
        iter(loader)


@pytest.mark.parametrize("kind", [list, collections.OrderedDict])
def test_collating_leaves_the_items_as_they_were(kind):
    items = [kind({"a": 1}), kind({"a": 1})]
    before = [copy.copy(each) for each in items]
    refimpl.utils.data.default_collate(items)
    assert items == before


WARNING = {
    "pinning": lambda: iter(refimpl.utils.data.DataLoader(range(1), pin_memory=True)),
    "an empty share": lambda: refimpl.utils.data.random_split(range(1), [0.0, 1.0]),
}


@pytest.mark.parametrize("name", WARNING)
def test_a_warning_points_to_the_line_of_the_caller(name):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        WARNING[name]()
    assert [each.filename for each in caught] == [__file__]


@pytest.mark.parametrize("name", ["sampler", "batch_sampler"])
def test_an_attribute_that_lies_outside_says_so(name):
    with pytest.raises(refimpl.NotInSubset) as caught:
        getattr(refimpl.utils.data.DataLoader(range(3)), name)
    assert str(caught.value) == f"'DataLoader' object has no attribute '{name}'"
    assert caught.value.__notes__[0].startswith(f"DataLoader.{name} lies outside the subset")


def test_two_data_sets_are_not_added():
    pair = pairs(refimpl)
    with pytest.raises(NotImplementedError, match="^ConcatDataset lies outside the subset"):
        pair + pair


OUTSIDE = {  # the arguments, and how the advice starts
    "sampler": ({"sampler": [2, 0, 1]}, "Near it: a Subset"),
    "batch_sampler": ({"batch_sampler": [[0, 1], [2]]}, "Near it: a Subset"),
    "worker_init_fn": (
        {"worker_init_fn": print, "num_workers": 1},
        "Here no workers are started.",
    ),
    "multiprocessing_context": (
        {"multiprocessing_context": "spawn", "num_workers": 1},
        "Here no processes are started.",
    ),
    "batch_size": ({"batch_size": None}, "Near it: iterate"),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_says_so_and_what_to_do(name):
    options, advice = OUTSIDE[name]
    error = refusal(refimpl, lambda T: list(T.utils.data.DataLoader(range(3), **options)))
    assert type(error) is NotImplementedError
    assert str(error).startswith(f"DataLoader({name}=")
    assert error.__notes__[0].startswith(advice)


def test_every_parameter_of_torchs_is_known(torch):
    for name in ("DataLoader", "Subset", "random_split", "default_collate"):
        theirs, ours = (
            [
                (each.name, each.kind, each.default if each.name != "generator" else None)
                for each in inspect.signature(getattr(T.utils.data, name)).parameters.values()
            ]
            for T in (torch, refimpl)
        )
        assert ours == theirs


@pytest.mark.parametrize(
    ("workers", "ahead", "count"), [(1, 1, 3), (2, 2, 3), (2, 2, 8), (2, 1, 2), (1, 3, 2)]
)
def test_workers_ask_for_the_numbers_of_as_many_batches_ahead(torch, workers, ahead, count):
    """Where the order ends ahead, the generator has drawn the remainder, too."""

    def states(T):
        drawn = T.Generator().manual_seed(3)
        loader = T.utils.data.DataLoader(
            range(count), shuffle=True, num_workers=workers, prefetch_factor=ahead, generator=drawn
        )
        batches = iter(loader)
        yield drawn.get_state().tolist()
        next(batches)
        yield drawn.get_state().tolist()

    assert list(states(refimpl)) == list(states(torch))


def test_workers_without_a_batch_cost_nothing():
    data = refimpl.utils.data
    assert list(data.DataLoader(["a", "b"], num_workers=2**63)) == [["a"], ["b"]]
    assert len(list(data.DataLoader(range(3), num_workers=1, prefetch_factor=2**63))) == 3
