"""The loader: batches of a data set, in torch's order."""

import copy
import operator
import sys
import warnings
from collections import deque
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from contextlib import contextmanager
from itertools import islice
from types import GenericAlias

import numpy as np

from refimpl import random, streams
from refimpl.errors import NotInSubset, failure, kind, unsupported
from refimpl.random.generators import source as source_of
from refimpl.tape import creation, dtypes, joining
from refimpl.tape.tensor import Tensor, wrap
from refimpl.utils.data.datasets import TensorDataset


def default_collate(batch):
    """Make a batch of items: stack tensors, gather numbers, and go into tuples, lists and dicts.

    Parameters
    ----------
    batch : list
        Tensors or arrays of one shape, numbers, texts, or tuples, lists and dicts of these.

    Returns
    -------
    Tensor, or a collection of tensors
        Floats become float64; texts stay a list; tuples become a list. Named tuples and other
        collections keep their kind where it can be made anew, and what it holds beside its items.

    Raises
    ------
    TypeError
        For items of another kind.
    RuntimeError
        Where shapes or lengths differ.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.utils.data.default_collate([(torch.ones(2), 3), (torch.zeros(2), 4)])
    [tensor([[1., 1.],
            [0., 0.]]), tensor([3, 4])]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return joining.stack(batch)
    if isinstance(first, np.ndarray) and first.dtype.kind not in "SUO":
        return joining.stack([creation.as_tensor(each) for each in batch])
    if isinstance(first, (np.bool_, np.number)):
        return creation.as_tensor(batch)
    if isinstance(first, float):
        return creation.tensor(batch, dtype=dtypes.float64)
    if isinstance(first, int):
        return creation.tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        columns = {key: default_collate([each[key] for each in batch]) for key in first}
        return _mapping_like(first, columns)
    if isinstance(first, Sequence):
        return _collate_sequences(first, batch)
    kind = first.dtype if isinstance(first, np.ndarray) else type(first)
    raise failure(
        TypeError,
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {kind}",
        "DataLoader: give a collate_fn that knows these items.",
    )


def _collate_sequences(first, batch):
    named = hasattr(first, "_fields")
    if not named and any(len(each) != len(first) for each in batch):
        raise failure(
            RuntimeError,
            "each element in list of batch should be of equal size",
            f"default_collate: the lengths are {[len(each) for each in batch]}.",
        )
    columns = [default_collate(column) for column in zip(*batch, strict=True)]
    if named:
        return type(first)(*columns)
    return columns if isinstance(first, tuple) else _sequence_like(first, columns)


def _mapping_like(first, columns):
    """Put columns into a mapping like `first`; a dict serves where that cannot be."""
    try:
        if not isinstance(first, MutableMapping):
            return type(first)(columns)
        filled = copy.copy(first)
        filled.update(columns)
        return filled
    except TypeError:
        return columns


def _sequence_like(first, columns):
    """Put columns into a sequence like `first`; a list serves where that cannot be."""
    try:
        if not isinstance(first, MutableSequence):
            return type(first)(columns)
        filled = copy.copy(first)
        for i, column in enumerate(columns):
            filled[i] = column
        return filled
    except TypeError:
        return columns


# What torch does not let one set once the loader is made.
FIXED = {"batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"}


class DataLoader:
    """Go through a data set in batches.

    Parameters
    ----------
    dataset : Dataset, or any sequence
    batch_size : int
        Items in a batch; None lies outside the subset.
    shuffle : bool, optional
        Take the items in the random order that torch takes.
    sampler, batch_sampler : None
        Outside the subset.
    num_workers : int
        As many generators draw what the items draw from torch's default one, in turn; the order
        does not depend on it, and all items are made by the one process.
    collate_fn : callable, optional
        Makes a batch of a list of items; by default `default_collate`.
    pin_memory : bool
        Accepted: it concerns other devices. A pass warns that there is none.
    drop_last : bool
        Leave out a last batch that is not full.
    timeout : float
        Accepted where there are workers, whom it concerns.
    worker_init_fn : callable, optional
        Outside the subset where there are workers that would call it.
    multiprocessing_context : None
        Outside the subset.
    generator : Generator, optional
        Instead of the default one.
    prefetch_factor : int, optional
        Accepted where there are workers: the order of so many batches for each is drawn ahead; by
        default 2.
    persistent_workers : bool
        Accepted where there are workers: they keep their generators from pass to pass.
    pin_memory_device : str
        Accepted: it concerns other devices.
    in_order : bool
        Accepted: one process makes the batches in order.

    Raises
    ------
    ValueError
        For settings that make no sense, or are changed afterwards.
    AssertionError
        When a pass starts: for a timeout without workers; for a prefetch_factor of 0.
    TypeError
        When a pass starts: for a generator that is none; for workers that are no whole number.
    NotImplementedError
        For what lies outside the subset.

    Notes
    -----
    Every pass draws one 64-bit number from the generator, torch's seed for its workers. With
    `shuffle` the first batch draws a second one, which seeds the permutation. A `generator` of
    the caller's makes the permutation itself, and one more at the end of the pass, since torch
    then asks for the remainder of a whole number of passes.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> loader = torch.utils.data.DataLoader(range(5), batch_size=2, shuffle=True)
    >>> list(loader)
    [tensor([1, 4]), tensor([2, 3]), tensor([0])]
    """

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor=None,
        persistent_workers=False,
        pin_memory_device="",
        in_order=True,
    ):
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        self.num_workers = num_workers
        self.prefetch_factor = 2 if num_workers > 0 and prefetch_factor is None else prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.multiprocessing_context = multiprocessing_context
        self.worker_init_fn = worker_init_fn
        self.in_order = in_order
        _check_samplers(batch_size, shuffle, sampler, batch_sampler, drop_last)
        if shuffle and len(dataset) == 0:
            raise failure(
                ValueError,
                "num_samples should be a positive integer value, but got num_samples=0",
                "DataLoader: the data set is empty.",
            )
        _check_batches(batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self._shuffle = bool(shuffle)
        self.collate_fn = default_collate if collate_fn is None else collate_fn
        self.drop_last = drop_last
        self.generator = generator
        self.persistent_workers = persistent_workers
        self._kept = None
        self._made = True

    __class_getitem__ = classmethod(GenericAlias)

    def __setattr__(self, name, value):
        if name in FIXED and getattr(self, "_made", False):
            raise failure(
                ValueError,
                f"{name} attribute should not be set after {type(self).__name__} is initialized",
                "DataLoader: make another one.",
            )
        if name == "multiprocessing_context" and value is not None:
            _refuse_context(self.num_workers)
        super().__setattr__(name, value)

    def __getattr__(self, name):
        message = f"'{type(self).__name__}' object has no attribute '{name}'"
        if name in ("sampler", "batch_sampler"):
            raise NotInSubset(message, f"DataLoader.{name}")
        raise failure(AttributeError, message)

    def __len__(self):
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        if not (self.persistent_workers and self.num_workers > 0):
            return _SingleProcessDataLoaderIter(self)
        if self._kept is None:
            self._kept = _SingleProcessDataLoaderIter(self)
        else:
            self._kept.start()  # workers that stay keep their seed: none is drawn
        return self._kept

    def _order(self):
        """Yield the numbers of the items in the order of one pass."""
        count = len(self.dataset)
        if not self._shuffle:
            yield from range(count)
            return
        permuting = self.generator
        if permuting is None:
            permuting = streams.Generator(_seed(random.default_generator))
        yield from streams.randperm(permuting, count).tolist()
        if self.generator is not None:
            # torch asks for a remainder of zero items, which draws as well.
            streams.randperm(permuting, count)

    def _numbers(self):
        """Yield the numbers of the items of each batch."""
        order = self._order()
        while numbers := list(islice(order, self.batch_size)):
            if len(numbers) == self.batch_size or not self.drop_last:
                yield numbers

    def _batch(self, numbers):
        dataset = self.dataset
        if type(dataset) is TensorDataset and self.collate_fn is default_collate:
            if not any(each.requires_grad for each in dataset.tensors):
                return [wrap(each._array[numbers]) for each in dataset.tensors]
        if getattr(dataset, "__getitems__", None):
            return self.collate_fn(dataset.__getitems__(numbers))
        return self.collate_fn([dataset[i] for i in numbers])


class _SingleProcessDataLoaderIter:  # torch's name, which a program prints
    """One pass through the data of a loader."""

    def __init__(self, loader):
        self._loader = loader
        _warn_of_pinning(loader)
        seed = _seed(source_of("DataLoader", loader.generator))
        _check_pass(loader)
        self._seed, self._count = seed, operator.index(loader.num_workers)
        self._workers = []  # the generators of those that have had a batch
        self.start()

    def start(self):
        """Go to the start; with workers, torch asks for the numbers of some batches ahead."""
        self._coming = self._loader._numbers()
        ahead = self._count and self._count * self._loader.prefetch_factor
        self._ahead = deque(islice(self._coming, min(ahead, sys.maxsize)))
        self._turn = 0

    def __iter__(self):
        return self

    def __len__(self):
        return len(self._loader)

    def __next__(self):
        self._ahead.extend(islice(self._coming, 1))
        if not self._ahead:
            raise StopIteration
        numbers = self._ahead.popleft()
        if not self._count:
            return self._loader._batch(numbers)
        with _in_place_of_the_default(self._next_worker()):
            return self._loader._batch(numbers)

    def _next_worker(self):
        """Return the generator of the worker whose turn it is."""
        at, self._turn = self._turn % self._count, self._turn + 1
        if at == len(self._workers):
            self._workers.append(random.Generator().manual_seed(self._seed + at))
        return self._workers[at]


@contextmanager
def _in_place_of_the_default(generator):
    """Let draws come from the generator of a worker, as they do in its process."""
    default = random.default_generator
    kept = default.get_state()
    default.set_state(generator.get_state())
    try:
        yield
    finally:
        generator.set_state(default.get_state())
        default.set_state(kept)


def _check_workers(num_workers, timeout, prefetch_factor, persistent_workers):
    if num_workers < 0:
        raise failure(
            ValueError,
            "num_workers option should be non-negative; use num_workers=0 to disable "
            "multiprocessing.",
        )
    if timeout < 0:
        raise failure(ValueError, "timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None:
        raise failure(
            ValueError,
            "prefetch_factor option could only be specified in multiprocessing."
            "let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to "
            "None.",
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise failure(ValueError, "prefetch_factor option should be non-negative")
    if num_workers == 0 and persistent_workers:
        raise failure(ValueError, "persistent_workers option needs num_workers > 0")


def _refuse_context(num_workers):
    if num_workers > 0:
        raise unsupported(
            "DataLoader(multiprocessing_context=...)", "Here no processes are started."
        )
    raise failure(
        ValueError,
        "multiprocessing_context can only be used with multi-process loading (num_workers > 0), "
        f"but got num_workers={num_workers}",
    )


def _check_samplers(batch_size, shuffle, sampler, batch_sampler, drop_last):
    """Refuse what excludes each other, as torch does, and then what lies outside the subset."""
    if sampler is not None and shuffle:
        raise failure(ValueError, "sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None and not (
        batch_size == 1 and not shuffle and sampler is None and not drop_last
    ):
        raise failure(
            ValueError,
            "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
            "drop_last",
        )
    for name, value in (("sampler", sampler), ("batch_sampler", batch_sampler)):
        if value is not None:
            raise unsupported(
                f"DataLoader({name}=...)",
                "Near it: a Subset of the data set takes chosen items in a chosen order.",
            )
    if batch_size is None:
        if drop_last:
            raise failure(
                ValueError,
                "batch_size=None option disables auto-batching and is mutually exclusive with "
                "drop_last",
            )
        raise unsupported(
            "DataLoader(batch_size=None)", "Near it: iterate over the data set itself."
        )


def _warn_of_pinning(loader):
    if loader.pin_memory and loader.pin_memory_device:
        warnings.warn(
            "pin_memory_device is deprecated, the current accelerator will be used as the device,"
            f"ignore pin_memory_device='{loader.pin_memory_device}'.",
            UserWarning,
            stacklevel=4,
        )
    if loader.pin_memory:
        warnings.warn(
            "'pin_memory' argument is set as true but no accelerator is found, then device pinned "
            "memory won't be used.",
            UserWarning,
            stacklevel=4,
        )


def _check_pass(loader):
    """Refuse settings that torch finds wrong only when it starts its workers, or starts none."""
    if loader.num_workers == 0:
        if loader.timeout != 0:
            raise failure(
                AssertionError,
                "_SingleProcessDataLoaderIter requires timeout == 0",
                "DataLoader: a timeout is for workers; leave it out, or give num_workers.",
            )
    elif loader.prefetch_factor <= 0:
        raise failure(
            AssertionError,
            "prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter",
        )
    elif not hasattr(loader.num_workers, "__index__"):
        raise failure(
            TypeError,
            f"'{kind(loader.num_workers)}' object cannot be interpreted as an integer",
            f"DataLoader: num_workers={loader.num_workers} is no whole number.",
        )
    elif loader.worker_init_fn is not None:
        raise unsupported("DataLoader(worker_init_fn=...)", "Here no workers are started.")


def _check_batches(batch_size, drop_last):
    if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
        raise failure(
            ValueError,
            f"batch_size should be a positive integer value, but got batch_size={batch_size}",
        )
    if not isinstance(drop_last, bool):
        raise failure(
            ValueError, f"drop_last should be a boolean value, but got drop_last={drop_last}"
        )


def _seed(generator):
    return int(streams.random(generator, ()))
