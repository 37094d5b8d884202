"""How tensors print: the options, which are one set for all, and the text."""

from refimpl.printing import PrintOptions, tensor_text
from refimpl.tape import dtypes


class Printing:
    """What `set_printoptions` changes."""

    options = PrintOptions()


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """Choose how tensors are printed, see `refimpl.printing.PrintOptions`."""
    Printing.options = Printing.options.changed(
        precision=precision,
        threshold=threshold,
        edgeitems=edgeitems,
        linewidth=linewidth,
        profile=profile,
        sci_mode=sci_mode,
    )


def text(self, *, tensor_contents=None):
    node = self.grad_fn
    return tensor_text(
        self._array,
        grad_fn=None if node is None else type(node).__name__,
        requires_grad=self.requires_grad,
        options=Printing.options,
        default_dtype=dtypes.Defaults.dtype.numpy,
    )
