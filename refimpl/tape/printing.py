"""How tensors print: the options, which are one set for all, and the text."""

from refimpl.printing import PrintOptions, tensor_text
from refimpl.tape import dtypes


class Printing:
    """What `set_printoptions` changes."""

    options = PrintOptions()


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """Choose how tensors are printed; what is not named stays as it is.

    Parameters
    ----------
    precision : int, optional
        Digits after the decimal point.
    threshold : float, optional
        A tensor of more elements is summarised.
    edgeitems : int, optional
        Elements kept at both ends of every dimension of a summary.
    linewidth : int, optional
        Characters per line.
    profile : {"default", "short", "full"}, optional
        Sets all of these together; further settings win.
    sci_mode : bool, optional
        Scientific notation always or never. Not named, it goes back to None: where the magnitudes
        call for it.

    Raises
    ------
    TypeError, ValueError
        For a setting of the wrong type or sign, or an unknown profile. torch takes it in silence
        and fails at the next tensor.

    See Also
    --------
    refimpl.printing.PrintOptions : the same options for arrays

    Examples
    --------
    >>> import refimpl as torch
    >>> torch.set_printoptions(precision=2)
    >>> torch.tensor([1 / 3])
    tensor([0.33])
    >>> torch.set_printoptions(profile="default")
    """
    Printing.options = Printing.options.changed(
        precision=precision,
        threshold=threshold,
        edgeitems=edgeitems,
        linewidth=linewidth,
        profile=profile,
        sci_mode=sci_mode,
    )


def _name_of_node(x):
    try:
        node = x.grad_fn
    except RuntimeError:  # one of several views whose base was changed
        return "Invalid"
    return None if node is None else type(node).__name__


def text(self, *, tensor_contents=None):
    return tensor_text(
        self._array,
        grad_fn=_name_of_node(self),
        requires_grad=self.requires_grad,
        options=Printing.options,
        default_dtype=dtypes.Defaults.dtype.numpy,
    )
