"""Tools around the parameters of a network."""

from refimpl.errors import outside
from refimpl.nn.utils.clip_grad import clip_grad_norm_, clip_grad_value_

__all__ = ["clip_grad_norm_", "clip_grad_value_"]

__getattr__ = outside("torch.nn.utils", __all__)
