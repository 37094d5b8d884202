"""The libraries behind a GPU, as scripts ask for them: none is there."""

from refimpl.backends import cudnn, mps
from refimpl.errors import outside

__all__ = ["cudnn", "mps"]

__getattr__ = outside("torch.backends", __all__)
