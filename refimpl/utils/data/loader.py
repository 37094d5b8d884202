"""The loader: batches of a data set, in torch's order."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from refimpl import streams
from refimpl.errors import failure, unsupported
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
        Floats become float64; texts stay a list; tuples become a list, named ones keep their kind.

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
    if isinstance(first, np.ndarray) and first.dtype in dtypes.DTYPES:
        return joining.stack([creation.as_tensor(each) for each in batch])
    if isinstance(first, float):
        return creation.tensor(batch, dtype=dtypes.float64)
    if isinstance(first, (np.bool_, np.number)):
        return creation.tensor(np.asarray(batch))
    if isinstance(first, int):
        return creation.tensor(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        columns = {key: default_collate([each[key] for each in batch]) for key in first}
        return type(first)(columns)
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
    return type(first)(*columns) if named else columns


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
        Accepted: items and order do not depend on it, and all are made by the one process.
    collate_fn : callable, optional
        Makes a batch of a list of items; by default `default_collate`.
    pin_memory : bool
        Accepted: it concerns other devices.
    drop_last : bool
        Leave out a last batch that is not full.
    timeout : float
        Accepted: it concerns workers.
    worker_init_fn, multiprocessing_context : None
        Outside the subset.
    generator : Generator, optional
        Instead of the default one.
    prefetch_factor, persistent_workers : int, optional, and bool
        Accepted: they concern workers.

    Raises
    ------
    ValueError
        For settings that make no sense.
    TypeError
        For a generator that is none, when the items are asked for.
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
    ):
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
        if num_workers == 0 and persistent_workers:
            raise failure(ValueError, "persistent_workers option needs num_workers > 0")
        for name, value in (
            ("sampler", sampler),
            ("batch_sampler", batch_sampler),
            ("worker_init_fn", worker_init_fn),
            ("multiprocessing_context", multiprocessing_context),
        ):
            if value is not None:
                raise unsupported(
                    f"DataLoader({name}=...)",
                    "Near it: a Subset of the data set takes chosen items in a chosen order.",
                )
        if batch_size is None:
            raise unsupported(
                "DataLoader(batch_size=None)", "Near it: iterate over the data set itself."
            )
        if shuffle and len(dataset) == 0:
            raise failure(
                ValueError,
                "num_samples should be a positive integer value, but got num_samples=0",
                "DataLoader: the data set is empty.",
            )
        _check_batches(batch_size, drop_last)
        if shuffle and len(dataset) == 0:
            raise failure(
                ValueError,
                "num_samples should be a positive integer value, but got num_samples=0",
                "DataLoader: the data set is empty.",
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = bool(shuffle)
        self.num_workers = num_workers
        self.collate_fn = collate_fn or default_collate
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.generator = generator

    def __len__(self):
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        source = source_of("DataLoader", self.generator)
        _seed(source)  # torch gives it to its workers
        return self._batches(self._order(source))

    def _order(self, source):
        """Yield the numbers of the items in the order of one pass."""
        count = len(self.dataset)
        if not self.shuffle:
            yield from range(count)
            return
        permuting = self.generator or streams.Generator(_seed(source))
        yield from streams.randperm(permuting, count).tolist()
        if self.generator:  # torch asks for a remainder of zero items, which draws as well
            streams.randperm(permuting, count)

    def _batches(self, order):
        while numbers := list(islice(order, self.batch_size)):
            if len(numbers) == self.batch_size or not self.drop_last:
                yield self._batch(numbers)

    def _batch(self, numbers):
        if type(self.dataset) is TensorDataset and self.collate_fn is default_collate:
            tensors = self.dataset.tensors
            if not any(each.requires_grad for each in tensors):
                return [wrap(each._array[numbers]) for each in tensors]
        return self.collate_fn([self.dataset[i] for i in numbers])


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
