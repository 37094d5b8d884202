"""Data sets, loaders and the IDX reader."""

from refimpl.errors import outside
from refimpl.utils.data.datasets import Dataset, Subset, TensorDataset, random_split
from refimpl.utils.data.loader import DataLoader, default_collate

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate", "random_split"]

__getattr__ = outside("torch.utils.data", __all__)
