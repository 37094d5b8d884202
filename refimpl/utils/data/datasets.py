"""Data sets: items by number."""

from refimpl import random
from refimpl.tape.errors import failure


class Dataset:
    """Items by number: subclass it and write ``__getitem__`` and ``__len__``."""

    def __getitem__(self, index):
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")


class TensorDataset(Dataset):
    """The rows of several tensors side by side.

    Examples
    --------
    >>> import refimpl as torch
    >>> data = torch.utils.data.TensorDataset(torch.tensor([1.0, 2.0]), torch.tensor([0, 1]))
    >>> data[1]
    (tensor(2.), tensor(1))
    """

    def __init__(self, *tensors):
        for each in tensors:
            if len(each) != len(tensors[0]):
                raise failure(
                    AssertionError,
                    "Size mismatch between tensors",
                    f"TensorDataset: the lengths are {[len(each) for each in tensors]}.",
                )
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(each[index] for each in self.tensors)

    def __len__(self):
        return len(self.tensors[0])


class Subset(Dataset):
    """Some of the items of another data set."""

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index):
        return self.dataset[self.indices[index]]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Deal the items at random into sets of the given lengths, or shares of the whole.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> parts = torch.utils.data.random_split(range(5), [3, 2])
    >>> [list(part) for part in parts]
    [[4, 0, 1], [3, 2]]
    """
    if 0 < sum(lengths) <= 1 + 1e-9 and all(0 <= share <= 1 for share in lengths):
        lengths = _whole(lengths, len(dataset))
    if sum(lengths) != len(dataset):
        raise failure(
            ValueError,
            "Sum of input lengths does not equal the length of the input dataset!",
            f"random_split: the lengths add to {sum(lengths)}, the data set has {len(dataset)}.",
        )
    order = random.randperm(sum(lengths), generator=generator).tolist()
    parts, start = [], 0
    for length in lengths:
        parts.append(Subset(dataset, order[start : start + length]))
        start += length
    return parts


def _whole(shares, count):
    """Round shares down to numbers of items and deal the rest out in turn."""
    lengths = [int(count * share) for share in shares]
    for i in range(count - sum(lengths)):
        lengths[i % len(lengths)] += 1
    return lengths
