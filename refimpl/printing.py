"""torch's text for an ndarray: what ``print`` shows of a tensor, character for character."""

import math
from typing import NamedTuple

import numpy as np

from refimpl.errors import failure

__all__ = ["PrintOptions", "tensor_text"]

PREFIX = "tensor("
DTYPES = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool")


class _Options(NamedTuple):
    precision: int
    threshold: float
    edgeitems: int
    linewidth: int
    sci_mode: bool | None


class PrintOptions(_Options):
    """How much of an array is shown, and how wide.

    Parameters
    ----------
    precision : int
        Digits after the decimal point.
    threshold : float
        An array of more elements is summarised; `math.inf` never summarises.
    edgeitems : int
        Elements kept at both ends of every axis of a summary.
    linewidth : int
        Characters per line, for breaking rows and suffixes.
    sci_mode : bool or None
        Scientific notation always, never, or where the magnitudes call for it (None).

    Raises
    ------
    TypeError, ValueError
        A setting of the wrong type or sign, named with what came. torch takes it in silence
        and fails, or prints nonsense, at the next tensor.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.printing import PrintOptions, tensor_text
    >>> tensor_text(np.float32([0.5, 2 / 3]), options=PrintOptions(precision=2))
    'tensor([0.50, 0.67])'
    """

    __slots__ = ()

    def __new__(cls, precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None):
        self = super().__new__(cls, precision, threshold, edgeitems, linewidth, sci_mode)
        self._check()
        return self

    def _check(self):
        for name, least in (("precision", 0), ("edgeitems", 0), ("linewidth", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise failure(TypeError, f"{name} must be an int, not {type(value).__name__}")
            if value < least:
                raise failure(ValueError, f"{name} must be at least {least}, but got {value}")
        if isinstance(self.threshold, bool) or not isinstance(self.threshold, (int, float)):
            raise failure(
                TypeError, f"threshold must be a number, not {type(self.threshold).__name__}"
            )
        if not self.threshold >= 0:
            raise failure(ValueError, f"threshold must be at least 0, but got {self.threshold}")
        if self.sci_mode is not None and not isinstance(self.sci_mode, bool):
            raise failure(TypeError, f"sci_mode must be True, False or None, not {self.sci_mode!r}")

    def changed(self, *, profile=None, sci_mode=None, **settings):
        """Return the options that ``torch.set_printoptions`` would leave behind.

        Parameters
        ----------
        profile : {"default", "short", "full"}, optional
            Sets precision, threshold, edgeitems and linewidth together; further settings win.
        sci_mode : bool or None
            Always replaced: a call that does not name it returns to None, as in torch.
        **settings : int or float, optional
            `precision`, `threshold`, `edgeitems`, `linewidth`; None keeps the present value.

        Returns
        -------
        PrintOptions

        Raises
        ------
        ValueError
            An unknown profile (torch ignores it), or a setting of the wrong sign.
        TypeError
            A setting of the wrong type.

        Examples
        --------
        >>> from refimpl.printing import PrintOptions
        >>> PrintOptions(linewidth=100).changed(profile="short", edgeitems=1)
        PrintOptions(precision=2, threshold=1000, edgeitems=1, linewidth=80, sci_mode=None)
        """
        if profile is not None and profile not in PROFILES:
            raise failure(
                ValueError, f"profile must be one of {', '.join(PROFILES)}, but got {profile!r}"
            )
        start = self if profile is None else PROFILES[profile]
        given = {name: value for name, value in settings.items() if value is not None}
        return PrintOptions(**{**start._asdict(), **given, "sci_mode": sci_mode})

    def as_dict(self):
        """Return the settings by name, as ``torch.get_printoptions`` does.

        Returns
        -------
        dict

        Examples
        --------
        >>> from refimpl.printing import PrintOptions
        >>> PrintOptions().as_dict()["edgeitems"]
        3
        """
        return self._asdict()


PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=math.inf),
}
DEFAULT = PROFILES["default"]


def tensor_text(
    array, *, grad_fn=None, requires_grad=False, options=DEFAULT, default_dtype=np.float32
):
    r"""Write an array as torch prints the tensor that holds it.

    All elements share one notation, decided by the finite nonzero ones, :math:`a` being their
    magnitudes in float64:

    .. math:: \text{scientific} \iff \frac{\max a}{\min a} > 1000
              \ \text{ or } \max a > 10^8 \ \text{ or } \min a < 10^{-4}

    otherwise, if all of them are whole, digits and a bare point ("3."); else `precision`
    decimals. The longest of them gives the width to which every element is padded.

    Parameters
    ----------
    array : ndarray of float16, float32, float64, int8 to int64, uint8 or bool, any shape
    grad_fn : str, optional
        Name of the backward node; shown as ``grad_fn=<Name>``.
    requires_grad : bool
        Shown for a leaf only, that is without `grad_fn`.
    options : PrintOptions
    default_dtype : dtype
        The floating dtype that needs no suffix (int64 and bool need none either).

    Returns
    -------
    str

    Raises
    ------
    TypeError
        A dtype that is none of the above.

    Notes
    -----
    Zeros, infinities and nan do not count towards the width, so a column may stand ragged
    beside them: ``tensor([nan, 1.])``. Of a summary only the elements shown count.

    References
    ----------
    torch 2.13, ``torch/_tensor_str.py``; compared with it in ``tests/printing``.

    Examples
    --------
    >>> import numpy as np
    >>> from refimpl.printing import tensor_text
    >>> print(tensor_text(np.float32([[1, -2.5], [np.inf, 0]])))
    tensor([[ 1.0000, -2.5000],
            [    inf,  0.0000]])
    >>> print(tensor_text(np.array([1.0, 2.0]), requires_grad=True))
    tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    >>> print(tensor_text(np.float32(1e-5), grad_fn="MeanBackward0"))
    tensor(1.0000e-05, grad_fn=<MeanBackward0>)
    """
    array = np.asarray(array)
    if array.dtype.name not in DTYPES:
        raise failure(
            TypeError,
            f"a tensor of dtype {array.dtype} cannot be printed; known: {', '.join(DTYPES)}",
        )
    suffixes = _suffixes(array, grad_fn, requires_grad, options, np.dtype(default_dtype))
    return _append(PREFIX + _body(array, options), suffixes, options.linewidth)


def _suffixes(array, grad_fn, requires_grad, options, default_dtype):
    suffixes = []
    if array.size == 0:
        silent = (default_dtype,)  # no element tells an integer from a float
        sized = array.ndim != 1
    else:
        silent = (default_dtype, np.dtype(np.int64), np.dtype(np.bool_))
        sized = options.edgeitems == 0
    if sized:
        suffixes.append(f"size={array.shape}")
    if array.dtype not in silent:
        suffixes.append(f"dtype=torch.{array.dtype.name}")
    if grad_fn is not None:
        suffixes.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return suffixes


def _append(text, suffixes, linewidth):
    """Close the parenthesis after the suffixes, each on the last line or below the first row."""
    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if column + len(suffix) + 2 > linewidth:
            text += ",\n" + " " * len(PREFIX) + suffix
            column = len(PREFIX) + len(suffix)
        else:
            text += ", " + suffix
            column += len(suffix) + 2
    return text + ")"


def _body(array, options):
    if array.size == 0:
        return "[]"
    edge = options.edgeitems if array.size > options.threshold else math.inf
    write, width = _element_writer(_ends(array, edge), options)
    if array.ndim == 0:
        return write(array.item())
    return _nested(array, len(PREFIX), edge, write, width, options.linewidth)


def _ends(array, edge):
    """Keep the first and last `edge` entries of every axis longer than both together.

    All axes are cut at once, so that of a huge view nothing is copied but what is shown.
    """
    if all(length <= 2 * edge for length in array.shape):
        return array
    kept = [
        np.r_[0:edge, length - edge : length] if length > 2 * edge else np.arange(length)
        for length in array.shape
    ]
    return array[np.ix_(*kept)]


def _element_writer(shown, options):
    """Choose the common notation; return the function that writes a number, and its width."""
    if shown.dtype.kind != "f":
        plain = str
        counted = shown.ravel().tolist()
    else:
        counted = shown[np.isfinite(shown) & (shown != 0)]
        plain = _float_notation(counted.astype(np.float64), options)
        counted = counted.tolist()
    width = max((len(plain(value)) for value in counted), default=1)
    return (lambda value: plain(value).rjust(width)), width


def _float_notation(counted, options):
    """Return the notation that the finite nonzero numbers call for."""
    if counted.size == 0:
        return _whole
    low, high = float(np.abs(counted).min()), float(np.abs(counted).max())
    scientific = options.sci_mode
    if scientific is None:
        scientific = high / low > 1000.0 or high > 1.0e8 or low < 1.0e-4
    if scientific:
        return f"{{:.{options.precision}e}}".format
    if np.all(counted == np.ceil(counted)):
        return _whole
    return f"{{:.{options.precision}f}}".format


def _whole(value):
    return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"


def _nested(array, indent, edge, write, width, linewidth):
    """Write an array of one axis or more as bracketed rows, the first at column `indent`."""
    if array.ndim == 1:
        items = _with_gap(
            array, edge, lambda part: map(write, part.tolist()), gap=" ..." if edge else "..."
        )
        per_line = max(1, (linewidth - indent) // (width + 2))
        lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        newlines = 1
    else:

        def rows(part):
            return [_nested(row, indent + 1, edge, write, width, linewidth) for row in part]

        lines = _with_gap(array, edge, rows, gap="...")
        newlines = array.ndim - 1
    return "[" + ("," + "\n" * newlines + " " * (indent + 1)).join(lines) + "]"


def _with_gap(array, edge, write_all, gap):
    """Write the entries along the first axis, those in the middle of a long one as a gap."""
    if len(array) <= 2 * edge:
        return [*write_all(array)]
    return [*write_all(array[:edge]), gap, *write_all(array[len(array) - edge :])]
