"""Read IDX files, the format of the MNIST family; refuse what is damaged or contradicts itself."""

import gzip
import hashlib
import os
import stat
import zlib
from contextlib import contextmanager
from functools import partial
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["IDXError", "ImageSets", "fashion_mnist", "mnist_family", "read_idx"]

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
MOST_DIMENSIONS = 64  # of an ndarray
PIECE = 2**20  # bytes read at once: memory grows with what a file holds, not with what it announces
GZIP = b"\x1f\x8b"  # how every gzip file starts
# MD5 of the four compressed files that the authors of Fashion-MNIST publish.
FASHION_MNIST_MD5 = {
    "train_images": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train_labels": "25c81989df183df01b3e8a0aad5dffbe",
    "test_images": "bef4ecab320f06d8554ea6380940ec79",
    "test_labels": "bb300cfdad3c16e7a12a480ee83cd310",
}


class IDXError(ValueError):
    """A file is not the IDX file that it should be; the message names the file and the byte.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from refimpl.utils.data.idx import IDXError, read_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels-idx1-ubyte"
    ...     _ = path.write_bytes(b"PK")
    ...     try:
    ...         read_idx(path)
    ...     except IDXError as error:
    ...         print(str(error).replace(str(path), path.name))
    labels-idx1-ubyte: at byte 0: found the bytes 50 4b; expected 00 00, type, rank
    """


class ImageSets(NamedTuple):
    """Images of shape (N, height, width) and labels of shape (N,), for training and for test.

    Parameters
    ----------
    train_images, train_labels, test_images, test_labels : ndarray of uint8, of these shapes

    Examples
    --------
    >>> from refimpl.utils.data.idx import ImageSets
    >>> ImageSets._fields
    ('train_images', 'train_labels', 'test_images', 'test_labels')
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def read_idx(path):
    r"""Read one IDX file, plain or compressed with gzip (its name then ends in ``.gz``).

    The file is two zero bytes, one byte for the type, one for the number of dimensions, a
    big-endian 32-bit integer for each dimension, and then the items in row-major order:

    .. math:: \text{length} = 4 + 4 d + b \prod_{k=1}^{d} n_k

    with :math:`b` bytes to an item.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray
        Shape as the header says; uint8, int8, int16, int32, float32 or float64 in native order.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    IDXError
        Wrong magic, unknown type, a shape that no array can have, a length that contradicts the
        header, damaged compression, or a nan among the items. The message says at which byte.

    Notes
    -----
    The header is believed as far as the file bears it: no memory is taken for what it announces,
    and what a compressed file holds beyond it is not unpacked.

    References
    ----------
    Y. LeCun, C. Cortes and C. J. C. Burges,
    "The MNIST database of handwritten digits" (1998).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from refimpl.utils.data.idx import read_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels-idx1-ubyte"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 4]))
    ...     read_idx(path)
    array([9, 0, 4], dtype=uint8)
    """
    path = Path(path)
    with _opened(path) as file:
        dtype, shape = _header(path, file)
        start = 4 + 4 * len(shape)
        end = start + prod(shape) * dtype.itemsize
        size = _size(path, file)
        if size is not None:
            _check_length(path, size, end, shape)
        data = _read(file, end - start)
        _check_length(path, start + len(data) + len(file.read(PIECE)), end, shape)
    items = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="), copy=False)
    broken = np.flatnonzero(np.isnan(items))
    if broken.size:
        at = start + int(broken[0]) * dtype.itemsize
        _refuse(path, at, f"nan as item {broken[0]}", "a number")
    return items.reshape(shape)


def mnist_family(folder, *, classes=10, md5=None):
    """Read the four files of MNIST, Fashion-MNIST or a data set of the same shape from a folder.

    Either all four are returned, whole and in agreement with one another, or an error is raised.

    Parameters
    ----------
    folder : str or Path
        Holds ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte``
        and ``t10k-labels-idx1-ubyte``, each plain or with ``.gz`` appended; where both lie there,
        the compressed one is read.
    classes : int
        Labels run from 0 to ``classes - 1``.
    md5 : dict, optional
        Published checksums of the compressed files, by the field names of `ImageSets`.

    Returns
    -------
    ImageSets
        Four uint8 arrays.

    Raises
    ------
    FileNotFoundError
        A file is missing.
    ValueError
        `md5` names no field of `ImageSets`.
    IDXError
        A file is broken, is another one than its name says, does not fit its partner, holds a
        label out of range, or has another checksum than the published one.

    Examples
    --------
    >>> from refimpl.utils.data.idx import mnist_family
    >>> mnist_family("no/such/folder")
    Traceback (most recent call last):
    FileNotFoundError: no/such/folder/train-images-idx3-ubyte.gz is missing, and so is the plain \
file without .gz
    put the four IDX files of the data set into no/such/folder, as they were published
    """
    paths = {field: _find(Path(folder), name) for field, name in FILES.items()}
    for field in set(md5 or {}) - set(FILES):
        raise ValueError(f"md5 names {field!r}; the files are {', '.join(FILES)}")
    for field, expected in (md5 or {}).items():
        _check_md5(paths[field], expected)
    sets = ImageSets(**{field: read_idx(path) for field, path in paths.items()})
    for field, items in sets._asdict().items():
        rank = 3 if field.endswith("images") else 1
        if items.dtype != np.uint8 or items.ndim != rank:
            found = f"{items.dtype} of shape {items.shape}"
            _refuse(
                paths[field], 2, found, f"uint8 with {rank} dimension(s); are two files swapped?"
            )
    for part in ("train", "test"):
        _check_pair(paths, sets, part, classes)
    if sets.train_images.shape[1:] != sets.test_images.shape[1:]:
        found, expected = sets.test_images.shape[1:], sets.train_images.shape[1:]
        _refuse(paths["test_images"], 8, f"images of {found}", f"{expected} as in training")
    return sets


def fashion_mnist(folder):
    """Read Fashion-MNIST as its authors published it, which four checksums prove.

    Parameters
    ----------
    folder : str or Path
        Holds the four ``.gz`` files.

    Returns
    -------
    ImageSets
        As `mnist_family`.

    Raises
    ------
    FileNotFoundError, IDXError
        As `mnist_family`; where a checksum is another one.

    References
    ----------
    H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking
    machine learning algorithms", arXiv:1708.07747 (2017).

    Examples
    --------
    >>> from refimpl.utils.data.idx import FASHION_MNIST_MD5, fashion_mnist
    >>> FASHION_MNIST_MD5["test_labels"]
    'bb300cfdad3c16e7a12a480ee83cd310'
    """
    return mnist_family(folder, md5=FASHION_MNIST_MD5)


@contextmanager
def _opened(path):
    """Open a file, plain or compressed, and refuse compression that breaks while it is read."""
    if path.suffix != ".gz":
        with path.open("rb") as file:
            yield file
        return
    try:
        with gzip.open(path) as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        with path.open("rb") as file:
            at = 0 if file.read(2) != GZIP else path.stat().st_size
        raise _error(path, at, f"broken compression ({error})", "a whole gzip file") from error


def _header(path, file):
    """Read the type and the shape, and refuse those that no array can have."""
    first = file.read(4)
    if len(first) < 4 or first[:2] != b"\0\0":
        found = f"the bytes {first.hex(' ') or 'of an empty file'}"
        _refuse(path, 0, found, "00 00, type, rank")
    code, rank = first[2:]
    if code not in TYPES:
        _refuse(path, 2, f"the type {code:02x}", f"one of {', '.join(f'{c:02x}' for c in TYPES)}")
    if rank > MOST_DIMENSIONS:
        _refuse(path, 3, f"{rank} dimensions", f"at most {MOST_DIMENSIONS}")
    lengths = file.read(4 * rank)
    if len(lengths) < 4 * rank:
        found = 4 + len(lengths)
        _refuse(path, found, "the end of the file", f"a header of {4 + 4 * rank} bytes")
    dtype, shape = np.dtype(TYPES[code]), tuple(np.frombuffer(lengths, ">u4").tolist())
    # NumPy leaves zeros out where it asks whether an array is too large.
    if prod(n or 1 for n in shape) * dtype.itemsize > np.iinfo(np.intp).max:
        _refuse(path, 4, f"the shape {shape}", "lengths that an array can have")
    return dtype, shape


def _size(path, file):
    """Return the length of a plain file; what is compressed or comes from a pipe has none yet."""
    status = os.fstat(file.fileno())
    return status.st_size if path.suffix != ".gz" and stat.S_ISREG(status.st_mode) else None


def _check_length(path, size, end, shape):
    if size < end:
        _refuse(path, size, "the end of the file", f"{end} bytes for the shape {shape}")
    if size > end:
        least = "at least " * (size - end == PIECE)  # what follows was not unpacked
        found = f"{least}{size - end} bytes too many"
        _refuse(path, end, found, f"the end, for the shape {shape}")


def _read(file, count):
    """Return the next `count` bytes, or all that there are."""
    data = bytearray()
    while piece := file.read(min(PIECE, count - len(data))):
        data += piece
    return data


def _find(folder, name):
    compressed = folder / f"{name}.gz"
    for path in (compressed, folder / name):
        try:
            if not stat.S_ISDIR(path.stat().st_mode):
                return path
        except FileNotFoundError:
            continue
    error = FileNotFoundError(f"{compressed} is missing, and so is the plain file without .gz")
    error.add_note(f"put the four IDX files of the data set into {folder}, as they were published")
    raise error


def _check_md5(path, expected):
    if path.suffix != ".gz":
        _refuse(path, 0, "a plain file", "the .gz file, for which the checksum is published")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, partial(hashlib.md5, usedforsecurity=False))
    found = digest.hexdigest()
    if found != expected:
        _refuse(path, 0, f"MD5 {found} over all bytes", f"{expected}, the published one")


def _check_pair(paths, sets, part, classes):
    """Refuse labels that are not one to an image, or that lie out of range."""
    images, labels = getattr(sets, f"{part}_images"), getattr(sets, f"{part}_labels")
    path = paths[f"{part}_labels"]
    if len(images) != len(labels):
        _refuse(path, 4, f"{len(labels)} labels", f"{len(images)}, one for each image")
    wrong = np.flatnonzero(labels >= classes)
    if wrong.size:
        at = int(wrong[0])
        _refuse(path, 8 + at, f"the label {labels[at]} of item {at}", f"0 to {classes - 1}")


def _error(path, offset, found, expected):
    error = IDXError(f"{path}: at byte {offset}: found {found}; expected {expected}")
    error.add_note(
        "fetch the file again from where the data set is published, and do not rename it"
    )
    return error


def _refuse(path, offset, found, expected):
    raise _error(path, offset, found, expected)
