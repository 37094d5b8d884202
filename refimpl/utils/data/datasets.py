"""Data sets: items by number."""

import math
import warnings
from itertools import accumulate
from types import GenericAlias

from refimpl import random
from refimpl.errors import advise, failure, unsupported


class Dataset:
    """Items by number: subclass it and write ``__getitem__`` and ``__len__``.

    Examples
    --------
    >>> import refimpl as torch
    >>> class Squares(torch.utils.data.Dataset):
    ...     def __len__(self):
    ...         return 4
    ...
    ...     def __getitem__(self, index):
    ...         return index**2
    >>> list(torch.utils.data.DataLoader(Squares(), batch_size=2))
    [tensor([0, 1]), tensor([4, 9])]
    """

    __class_getitem__ = classmethod(GenericAlias)

    def __getitem__(self, index):
        raise failure(NotImplementedError, "Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other):
        raise unsupported("ConcatDataset", "Write a Dataset that goes on to the second one.")


class TensorDataset(Dataset):
    """The rows of several tensors side by side.

    Parameters
    ----------
    *tensors : Tensor of any shape but ()
        Of one length.

    Raises
    ------
    AssertionError
        Where the lengths differ.
    IndexError, AttributeError
        For a tensor of rank 0; for what is no tensor.

    Examples
    --------
    >>> import refimpl as torch
    >>> data = torch.utils.data.TensorDataset(torch.tensor([1.0, 2.0]), torch.tensor([0, 1]))
    >>> data[1]
    (tensor(2.), tensor(1))
    """

    def __init__(self, *tensors):
        lengths = [_length(each) for each in tensors]
        if len(set(lengths)) > 1:
            raise failure(
                AssertionError,
                "Size mismatch between tensors",
                f"TensorDataset: the lengths are {lengths}.",
            )
        self.tensors = tensors

    def __getitem__(self, index):
        return tuple(each[index] for each in self.tensors)

    def __len__(self):
        return len(self.tensors[0])


def _length(tensor):
    advice = "TensorDataset: give tensors, whose first dimension counts the items."
    try:
        return tensor.size(0)
    except IndexError:
        text = "Dimension specified as 0 but tensor has no dimensions"
        raise failure(IndexError, text, advice) from None
    except (AttributeError, TypeError) as error:
        advise(error, advice)
        raise


class Subset(Dataset):
    """Some of the items of another data set.

    Parameters
    ----------
    dataset : Dataset
    indices : sequence of int
        The numbers of its items, in the order in which they come here.

    Raises
    ------
    IndexError
        When asked for an item that is not there.

    Examples
    --------
    >>> import refimpl as torch
    >>> list(torch.utils.data.Subset("softmax", [0, 1, 4]))
    ['s', 'o', 'm']
    """

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices
        cls = type(self)
        if cls.__getitem__ is not Subset.__getitem__ and cls.__getitems__ is Subset.__getitems__:
            raise failure(
                NotImplementedError,
                f"{cls.__name__} overrides __getitem__ but not __getitems__. When subclassing "
                "Subset and overriding __getitem__, you must also override __getitems__ to ensure "
                "DataLoader works correctly with your custom logic. A simple implementation:\n\n"
                "def __getitems__(self, indices):\n"
                "    return [self.__getitem__(idx) for idx in indices]",
            )

    def __getitem__(self, index):
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, numbers):
        """Return the items of a batch; a data set that has such a method is asked at once."""
        chosen = [self.indices[i] for i in numbers]
        if callable(getattr(self.dataset, "__getitems__", None)):
            return self.dataset.__getitems__(chosen)
        return [self.dataset[i] for i in chosen]

    def __len__(self):
        return len(self.indices)


def random_split(dataset, lengths, generator=None):
    """Deal the items at random into sets of the given lengths.

    Parameters
    ----------
    dataset : Dataset
    lengths : sequence of int, or of float
        How many items each set gets; or shares of the whole, which add to 1. Shares are rounded
        down, and what is left is dealt out in turn.
    generator : Generator, optional
        Instead of the default one.

    Returns
    -------
    list of Subset

    Raises
    ------
    ValueError
        Where the lengths do not add to the whole; for a share outside [0, 1].
    TypeError
        For a generator that is none.

    Notes
    -----
    The order is one `randperm` of the generator, cut into pieces.

    Examples
    --------
    >>> import refimpl as torch
    >>> _ = torch.manual_seed(0)
    >>> parts = torch.utils.data.random_split(range(5), [3, 2])
    >>> [list(part) for part in parts]
    [[4, 0, 1], [3, 2]]
    """
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = _whole(lengths, len(dataset))
    if sum(lengths) != len(dataset):
        raise failure(
            ValueError,
            "Sum of input lengths does not equal the length of the input dataset!",
            f"random_split: the lengths add to {sum(lengths)}, the data set has {len(dataset)}.",
        )
    if isinstance(sum(lengths), float):
        raise failure(
            TypeError,
            "randperm() received an invalid combination of arguments - "
            "got (float, generator=torch._C.Generator)",
            "random_split: give whole lengths, or shares that add to 1.",
        )
    order = random.randperm(len(dataset), generator=generator).tolist()
    return [
        Subset(dataset, order[end - length : end])
        for end, length in zip(accumulate(lengths), lengths, strict=True)
    ]


def _whole(shares, count):
    """Round shares down to numbers of items and deal the rest out in turn."""
    for i, share in enumerate(shares):
        if not 0 <= share <= 1:
            raise failure(ValueError, f"Fraction at index {i} is not between 0 and 1")
    lengths = [math.floor(count * share) for share in shares]
    for i in range(count - sum(lengths)):
        lengths[i % len(lengths)] += 1
    for i, length in enumerate(lengths):
        if length == 0:
            warnings.warn(
                f"Length of split at index {i} is 0. This might result in an empty dataset.",
                UserWarning,
                stacklevel=3,
            )
    return lengths
