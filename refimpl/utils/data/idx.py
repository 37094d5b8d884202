"""Read IDX files, the format of the MNIST family; refuse what is damaged or contradicts itself."""

import gzip
import hashlib
import zlib
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
        Wrong magic, unknown type, a length that contradicts the header, damaged compression, or a
        nan among the items. The message says at which byte.

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
    data = _bytes(path)
    if len(data) < 4 or data[:2] != b"\0\0":
        _refuse(
            path, 0, f"the bytes {data[:4].hex(' ') or 'of an empty file'}", "00 00, type, rank"
        )
    if data[2] not in TYPES:
        known = ", ".join(f"{code:02x}" for code in TYPES)
        _refuse(path, 2, f"the type {data[2]:02x}", f"one of {known}")
    dtype, start = np.dtype(TYPES[data[2]]), 4 + 4 * data[3]
    if len(data) < start:
        _refuse(path, len(data), "the end of the file", f"a header of {start} bytes")
    shape = tuple(np.frombuffer(data, ">u4", data[3], 4).tolist())
    end = start + prod(shape) * dtype.itemsize
    if len(data) < end:
        _refuse(path, len(data), "the end of the file", f"{end} bytes for the shape {shape}")
    if len(data) > end:
        _refuse(path, end, f"{len(data) - end} bytes too many", f"the end, for the shape {shape}")
    items = np.frombuffer(data, dtype, offset=start).astype(dtype.newbyteorder("="))
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


def _bytes(path):
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            return file.read()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        size = path.stat().st_size
        raise _error(path, size, f"broken compression ({error})", "a whole gzip file") from error


def _find(folder, name):
    compressed = folder / f"{name}.gz"
    for path in (compressed, folder / name):
        if path.is_file():
            return path
    error = FileNotFoundError(f"{compressed} is missing, and so is the plain file without .gz")
    error.add_note(f"put the four IDX files of the data set into {folder}, as they were published")
    raise error


def _check_md5(path, expected):
    if path.suffix != ".gz":
        _refuse(path, 0, "a plain file", "the .gz file, for which the checksum is published")
    found = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
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
