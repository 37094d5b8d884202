"""Read IDX files, the format of the MNIST family; refuse what is damaged or contradicts itself."""

import hashlib
import os
import sys
import zlib
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from refimpl.utils.data.containers import DamageError, collection, opened

__all__ = [
    "IDXError",
    "ImageSets",
    "fashion_mnist",
    "fashion_mnist_folder",
    "mnist_family",
    "read_idx",
]

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
MOST_DIMENSIONS = 64  # of an ndarray
PIECE = 2**20  # bytes read at once: memory grows with what a file holds, not with what it announces
VARIABLE = "FASHION_MNIST"  # of the environment
INSIDE = "datasets/fashion-mnist"  # of the folders of data that a system has
PACKAGE = "dataset-fashion-mnist"  # of Debian and Ubuntu


class Published(NamedTuple):
    """What is known of a file: its shape, the SHA-256 of its bytes, the CRC-32 of each mebibyte."""

    shape: tuple = None
    sha256: str = None
    pieces: str = ""


# Of the four files that the authors of Fashion-MNIST publish, uncompressed: how they are compressed
# says nothing about what they hold.
FASHION_MNIST = {
    "train_images": Published(
        (60000, 28, 28),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "c579cae97cb8e3ee220a884efa1ce47b436217df3df0ce98f21964794d4e29d946aa68fbe349089e382d4351"
        "f716d7ada10c3cd6d9ce1b64dcd549039cb3446b6edf7dd23bd4a2dc6c7383712af15ad4f98d9d96fa0a8c92"
        "437ef609908cf5cbabde50822bd540e1057c2c1cfd848d2eeb5dabe12372a80a3f938d1fc1688f78d19e9906"
        "3a34489dfef567bcd00202656f6ce52a27f8099e65bef817fe53ab4b41bd3a327ad11a70499951e8a8cafead"
        "7ba44d5e",
    ),
    "train_labels": Published(
        (60000,), "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
    ),
    "test_images": Published(
        (10000, 28, 28),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "f57640aba77778ef5ae60cfc339a51abc8fe377b8e0e97d8ad0e4d4c19e6d5c9",
    ),
    "test_labels": Published(
        (10000,), "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
    ),
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
    r"""Read one IDX file, plain or compressed with gzip, bzip2 or xz, whatever its name.

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
    return _read(path, Published())


def mnist_family(folder, *, classes=10, sha256=None):
    """Read the four files of MNIST, Fashion-MNIST or a data set of the same shape.

    Either all four are returned, whole and in agreement with one another, or an error is raised.

    Parameters
    ----------
    folder : str or Path
        A folder or a tar archive. It holds ``train-images-idx3-ubyte``,
        ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``, each
        plain or with ``.gz``, ``.bz2`` or ``.xz`` appended; where several lie there, the
        compressed one is read.
    classes : int
        Labels run from 0 to ``classes - 1``.
    sha256 : dict, optional
        Published checksums of the uncompressed bytes, by the field names of `ImageSets`.

    Returns
    -------
    ImageSets
        Four uint8 arrays.

    Raises
    ------
    FileNotFoundError
        A file is missing.
    NotADirectoryError
        `folder` is a file and no archive.
    ValueError
        `sha256` names no field of `ImageSets`.
    IDXError
        A file is broken, is another one than its name says, does not fit its partner, holds a
        label out of range, or has another checksum than the published one.

    Examples
    --------
    >>> from refimpl.utils.data.idx import mnist_family
    >>> mnist_family("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: no/such/folder/train-images-idx3-ubyte is missing, plain and with .gz, .bz2 \
or .xz
    put the four IDX files of the data set into no/such/folder, under their own names
    """
    for field in set(sha256 or {}) - set(FILES):
        raise ValueError(f"sha256 names {field!r}; the files are {', '.join(FILES)}")
    known = {field: Published(sha256=value) for field, value in (sha256 or {}).items()}
    return _family(folder, classes, known)


def fashion_mnist(folder=None):
    """Read Fashion-MNIST as its authors published it, which four checksums prove.

    Parameters
    ----------
    folder : str or Path, optional
        As of `mnist_family`; by default `fashion_mnist_folder`.

    Returns
    -------
    ImageSets
        As `mnist_family`.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, IDXError
        As `mnist_family`; where a shape or a checksum is another one.

    Notes
    -----
    What is proved are the uncompressed bytes: they may be packed in any way. A file with another
    byte is refused with the mebibyte in which the first one stands.

    References
    ----------
    H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking
    machine learning algorithms", arXiv:1708.07747 (2017).

    Examples
    --------
    >>> from refimpl.utils.data.idx import fashion_mnist
    >>> fashion_mnist("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: no/such/folder/train-images-idx3-ubyte is missing, plain and with .gz, .bz2 \
or .xz
    put the four IDX files of the data set into no/such/folder, under their own names
    """
    if folder is None:
        folder = fashion_mnist_folder()
    if folder is None:
        error = FileNotFoundError(f"Fashion-MNIST is in none of {', '.join(map(str, _places()))}")
        error.add_note(
            f"install {PACKAGE} (Debian, Ubuntu), give the folder, or name it in {VARIABLE}"
        )
        raise error
    return _family(folder, 10, FASHION_MNIST)


def fashion_mnist_folder():
    """Return where Fashion-MNIST lies on this machine, or None.

    Returns
    -------
    Path or None
        What the environment variable ``FASHION_MNIST`` names; nothing where it is empty. Without
        it ``datasets/fashion-mnist`` in the first of the system's folders for data that has it:
        there the package ``dataset-fashion-mnist`` of Debian and Ubuntu puts the files.

    Examples
    --------
    >>> import os
    >>> from unittest import mock
    >>> from refimpl.utils.data.idx import fashion_mnist_folder
    >>> with mock.patch.dict(os.environ, FASHION_MNIST="my/images"):
    ...     print(fashion_mnist_folder().as_posix())
    my/images
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    return next((place for place in _places() if place.is_dir()), None)


def _places():
    """Return the folders that a package may put the files into."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    system = os.environ.get("XDG_DATA_DIRS") or os.pathsep.join(["/usr/local/share", "/usr/share"])
    folders = [home, *system.split(os.pathsep), Path(sys.prefix, "share")]
    return list(dict.fromkeys(Path(folder, INSIDE) for folder in folders if folder))


def _family(folder, classes, known):
    """Read four files and compare them with what is known of each, and with one another."""
    with collection(folder) as find:
        files = {field: find(name) for field, name in FILES.items()}
        read = {field: _read(files[field], known.get(field, Published())) for field in FILES}
    sets, names = ImageSets(**read), {field: file.name for field, file in files.items()}
    for field, items in read.items():
        rank = 3 if field.endswith("images") else 1
        if items.dtype != np.uint8 or items.ndim != rank:
            found = f"{items.dtype} of shape {items.shape}"
            _refuse(
                names[field], 2, found, f"uint8 with {rank} dimension(s); are two files swapped?"
            )
    for part in ("train", "test"):
        _check_pair(names, sets, part, classes)
    if sets.train_images.shape[1:] != sets.test_images.shape[1:]:
        found, expected = sets.test_images.shape[1:], sets.train_images.shape[1:]
        _refuse(names["test_images"], 8, f"images of {found}", f"{expected} as in training")
    return sets


def _read(source, known):
    """Read one file; refuse it if it is damaged or another one than is known."""
    with opened(source) as file:
        try:
            header, dtype, shape = _header(file)
            _check_shape(file, shape, known.shape)
            start, end = len(header), len(header) + prod(shape) * dtype.itemsize
            _check_room(file, end, shape)
            data = _bytes(file, end - start)
            surplus = len(file.read(PIECE))
        except DamageError as damage:
            found = f"broken compression ({damage})"
            raise _error(file.name, file.size or 0, found, "a whole file") from damage
        _check_length(file.name, start + len(data) + surplus, end, shape)
    _check_bytes(file.name, header, data, known)
    items = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="), copy=False)
    if dtype.kind == "f" and np.isnan(items).any():
        item = int(np.argmax(np.isnan(items)))
        _refuse(file.name, start + item * dtype.itemsize, f"nan as item {item}", "a number")
    return items.reshape(shape)


def _header(file):
    """Read the type and the shape, and refuse those that no array can have."""
    first = file.read(4)
    if len(first) < 4 or first[:2] != b"\0\0":
        found = f"the bytes {first.hex(' ') or 'of an empty file'}"
        _refuse(file.name, 0, found, "00 00, type, rank")
    code, rank = first[2:]
    if code not in TYPES:
        known = ", ".join(f"{c:02x}" for c in TYPES)
        _refuse(file.name, 2, f"the type {code:02x}", f"one of {known}")
    if rank > MOST_DIMENSIONS:
        _refuse(file.name, 3, f"{rank} dimensions", f"at most {MOST_DIMENSIONS}")
    lengths = file.read(4 * rank)
    if len(lengths) < 4 * rank:
        found = 4 + len(lengths)
        _refuse(file.name, found, "the end of the file", f"a header of {4 + 4 * rank} bytes")
    dtype, shape = np.dtype(TYPES[code]), tuple(np.frombuffer(lengths, ">u4").tolist())
    # NumPy leaves zeros out where it asks whether an array is too large.
    if prod(n or 1 for n in shape) * dtype.itemsize > np.iinfo(np.intp).max:
        _refuse(file.name, 4, f"the shape {shape}", "lengths that an array can have")
    return first + lengths, dtype, shape


def _check_shape(file, shape, expected):
    """Refuse a shape other than the published one before its items are read."""
    if expected is not None and shape != expected:
        swapped = "; are two files swapped?" * (len(shape) != len(expected))
        found = f"the shape {shape}"
        _refuse(file.name, 4, found, f"{expected}, the published one{swapped}")


def _check_room(file, end, shape):
    """Refuse more items than a file of this size can hold before they are read."""
    if file.plain and file.size is not None:
        _check_length(file.name, file.size, end, shape)
    elif file.most is not None and end > file.most:
        found = f"the shape {shape}, {end} bytes"
        held = f"at most {file.most}, for the compressed file has {file.size}"
        _refuse(file.name, 4, found, held)


def _check_length(name, size, end, shape):
    if size < end:
        _refuse(name, size, "the end of the file", f"{end} bytes for the shape {shape}")
    if size > end:
        least = "at least " * (size - end == PIECE)  # what follows was not unpacked
        found = f"{least}{size - end} bytes too many"
        _refuse(name, end, found, f"the end, for the shape {shape}")


def _bytes(file, count):
    """Return the next `count` bytes, or all that there are."""
    data = bytearray()
    while piece := file.read(min(PIECE, count - len(data))):
        data += piece
    return data


def _check_bytes(name, header, data, known):
    """Refuse other bytes than the published ones."""
    if known.sha256 is None:
        return
    digest = hashlib.sha256(header)
    digest.update(data)
    if digest.hexdigest() != known.sha256:
        first, last = _place(header, data, known.pieces)
        found = f"SHA-256 {digest.hexdigest()}, with another byte before byte {last}"
        _refuse(name, first, found, f"{known.sha256}, the published one")


def _place(header, data, pieces):
    """Return the ends of the first mebibyte that differs; of the whole file where that is open."""
    whole = bytes(header) + data
    for i in range(len(pieces) // 8):
        piece = whole[i * PIECE : (i + 1) * PIECE]
        if f"{zlib.crc32(piece):08x}" != pieces[8 * i : 8 * i + 8]:
            return i * PIECE, i * PIECE + len(piece)
    return 0, len(whole)


def _check_pair(names, sets, part, classes):
    """Refuse labels that are not one to an image, or that lie out of range."""
    images, labels = getattr(sets, f"{part}_images"), getattr(sets, f"{part}_labels")
    name = names[f"{part}_labels"]
    if len(images) != len(labels):
        _refuse(name, 4, f"{len(labels)} labels", f"{len(images)}, one for each image")
    wrong = np.flatnonzero(labels >= classes)
    if wrong.size:
        at = int(wrong[0])
        _refuse(name, 8 + at, f"the label {labels[at]} of item {at}", f"0 to {classes - 1}")


def _error(name, offset, found, expected):
    error = IDXError(f"{name}: at byte {offset}: found {found}; expected {expected}")
    error.add_note(
        "fetch the file again from where the data set is published, and do not rename it"
    )
    return error


def _refuse(name, offset, found, expected):
    raise _error(name, offset, found, expected)
