"""The loader: batches of a data set, in torch's order."""

import numpy as np

from refimpl import random, streams
from refimpl.tape import creation, dtypes, shaping
from refimpl.tape.errors import failure
from refimpl.tape.tensor import Tensor, wrap
from refimpl.utils.data.datasets import TensorDataset


def default_collate(batch):
    """Make a batch of items: stack tensors, gather numbers, and go into tuples, lists and dicts.

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.utils.data.default_collate([(torch.ones(2), 3), (torch.zeros(2), 4)])
    [tensor([[1., 1.],
            [0., 0.]]), tensor([3, 4])]
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return shaping.stack(batch)
    if isinstance(first, np.ndarray):
        return shaping.stack([creation.as_tensor(each) for each in batch])
    if isinstance(first, float):
        return creation.tensor(batch, dtype=dtypes.float64)
    if isinstance(first, (int, np.generic)):
        return creation.tensor(np.asarray(batch))
    if isinstance(first, str):
        return batch
    if isinstance(first, dict):
        return {key: default_collate([each[key] for each in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        columns = [default_collate(list(column)) for column in zip(*batch, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else columns
    raise failure(
        TypeError,
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {type(first)}",
    )


class DataLoader:
    """Go through a data set in batches.

    Parameters
    ----------
    dataset : Dataset
    batch_size : int
    shuffle : bool
        Take the items in the random order that torch takes.
    num_workers : int
        Accepted and not used: the order does not depend on it.
    collate_fn : callable, optional
        Make a batch of a list of items; by default `default_collate`.
    drop_last : bool
        Leave out a last batch that is not full.
    generator : Generator, optional
        Instead of the default one.

    Notes
    -----
    Every pass draws one 64-bit number from the generator, torch's seed for its workers; with
    `shuffle` a second one seeds the permutation.

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
        **unused,
    ):
        if num_workers < 0:
            raise ValueError(
                "num_workers option should be non-negative; use num_workers=0 to disable "
                "multiprocessing."
            )
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = bool(shuffle)
        self.num_workers = num_workers
        self.collate_fn = collate_fn or default_collate
        self.drop_last = drop_last
        self.generator = generator

    def __len__(self):
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        source = self.generator or random.default_generator
        _long(source)  # torch seeds its workers with it
        return self._batches(source)

    def _batches(self, source):
        count = len(self.dataset)
        order = np.arange(count)
        if self.shuffle:
            seeded = self.generator or streams.Generator(_long(source))
            order = streams.randperm(seeded, count)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            yield self._batch(order[start : start + self.batch_size])

    def _batch(self, numbers):
        if type(self.dataset) is TensorDataset and self.collate_fn is default_collate:
            return [wrap(each._array[numbers]) for each in self.dataset.tensors]
        return self.collate_fn([self.dataset[i] for i in numbers.tolist()])


def _long(generator):
    return int(streams.random(generator, ()))
