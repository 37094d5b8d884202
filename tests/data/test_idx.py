"""IDX files are read whole and sound, or refused with the file, the byte and the remedy."""

import gzip
import hashlib
import os
import threading
import tracemalloc

import numpy as np
import pytest

from refimpl.utils.data.idx import (
    FASHION_MNIST_MD5,
    FILES,
    TYPES,
    IDXError,
    fashion_mnist,
    mnist_family,
    read_idx,
)

CODES = {np.dtype(dtype).newbyteorder("="): code for code, dtype in TYPES.items()}


def idx(items):
    """The bytes of an IDX file, written from the format's description."""
    header = bytes([0, 0, CODES[items.dtype], items.ndim])
    sizes = b"".join(int(n).to_bytes(4, "big") for n in items.shape)
    return header + sizes + items.astype(items.dtype.newbyteorder(">")).tobytes()


def family(folder, compress=False):
    """Write a small sound data set and return its four arrays by field."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, n in (("train", 5), ("test", 3)):
        arrays[f"{part}_images"] = rng.integers(0, 256, (n, 4, 3), dtype=np.uint8)
        arrays[f"{part}_labels"] = rng.integers(0, 10, n, dtype=np.uint8)
    for field, items in arrays.items():
        data = idx(items)
        if compress:
            (folder / f"{FILES[field]}.gz").write_bytes(gzip.compress(data, mtime=0))
        else:
            (folder / FILES[field]).write_bytes(data)
    return arrays


@pytest.mark.parametrize("dtype", list(CODES), ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3), (2, 1, 3, 2)], ids=str)
def test_every_type_and_rank_is_read_back(tmp_path, dtype, shape):
    items = np.random.default_rng(1).integers(0, 100, shape).astype(dtype)
    (tmp_path / "file").write_bytes(idx(items))
    read = read_idx(tmp_path / "file")
    assert (read.dtype, read.shape) == (dtype, shape)
    assert np.array_equal(read, items)
    assert read.flags.writeable


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gz"])
def test_a_family_is_read_plain_or_compressed(tmp_path, compress):
    arrays = family(tmp_path, compress)
    read = mnist_family(str(tmp_path))._asdict()
    assert all(np.array_equal(read[field], items) for field, items in arrays.items())


def test_the_compressed_file_wins_where_both_lie_there(tmp_path):
    arrays = family(tmp_path, compress=True)
    (tmp_path / FILES["test_labels"]).write_bytes(b"not read")
    assert np.array_equal(mnist_family(tmp_path).test_labels, arrays["test_labels"])


def header(*lengths, code=8):
    """The first bytes of an IDX file, whatever may follow them."""
    return bytes([0, 0, code, len(lengths)]) + b"".join(n.to_bytes(4, "big") for n in lengths)


HUGE = 2**32 - 1
SOUND = idx(np.arange(6, dtype=np.uint8).reshape(2, 3))
BROKEN = {
    "empty": (b"", "at byte 0: found the bytes of an empty file; expected 00 00, type, rank"),
    "magic": (b"\x89PNG", "at byte 0: found the bytes 89 50 4e 47; expected 00 00, type, rank"),
    "type": (b"\0\0\x07\1", "at byte 2: found the type 07; expected one of 08, 09, 0b, 0c, 0d, 0e"),
    "header": (SOUND[:9], "at byte 9: found the end of the file; expected a header of 12 bytes"),
    "truncated": (
        SOUND[:-1],
        "at byte 17: found the end of the file; expected 18 bytes for the shape (2, 3)",
    ),
    "over-long": (
        SOUND + b"xy",
        "at byte 18: found 2 bytes too many; expected the end, for the shape (2, 3)",
    ),
    "nan": (
        idx(np.array([1.0, np.nan], dtype=np.float32)),
        "at byte 12: found nan as item 1; expected a number",
    ),
    "65 dimensions": (
        header(*[1] * 65) + b"a",
        "at byte 3: found 65 dimensions; expected at most 64",
    ),
    "255 dimensions": (
        header(*[1] * 255)[:9],
        "at byte 3: found 255 dimensions; expected at most ",
    ),
    "a zero after huge lengths": (
        header(HUGE, HUGE, HUGE, 0),
        f"at byte 4: found the shape ({HUGE}, {HUGE}, {HUGE}, 0); expected lengths that an array "
        "can have",
    ),
    "a zero between huge lengths": (
        header(HUGE, 0, HUGE),
        f"at byte 4: found the shape ({HUGE}, 0, {HUGE}); expected lengths that an array can have",
    ),
    "huge lengths of large items": (
        header(2**31, 2**29, code=0x0E),
        f"at byte 4: found the shape ({2**31}, {2**29}); expected lengths that an array can have",
    ),
    "more than the file bears": (
        header(HUGE, 2**20) + b"abc",
        f"at byte 15: found the end of the file; expected {12 + HUGE * 2**20} bytes for the shape "
        f"({HUGE}, {2**20})",
    ),
    "a mebibyte too much": (
        SOUND + bytes(2**20 + 1),
        "at byte 18: found 1048577 bytes too many; expected the end, for the shape (2, 3)",
    ),
}


@pytest.mark.parametrize(("data", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_at_its_byte(tmp_path, data, says):
    path = tmp_path / "file-idx2-ubyte"
    path.write_bytes(data)
    with pytest.raises(IDXError) as refusal:
        read_idx(path)
    assert str(refusal.value).startswith(f"{path}: {says}")
    assert "fetch the file again" in refusal.value.__notes__[0]


@pytest.mark.parametrize(("data", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_in_the_same_words_when_it_is_compressed(tmp_path, data, says):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(data))
    with pytest.raises(IDXError) as refusal:
        read_idx(path)
    says = says.replace("found 1048577 bytes", "found at least 1048576 bytes")
    assert str(refusal.value).startswith(f"{path}: {says}")


@pytest.mark.parametrize("shape", [(0, HUGE), (HUGE, 0), (1,) * 64, (0,) * 64], ids=str)
def test_a_shape_that_an_array_can_have_is_read(tmp_path, shape):
    (tmp_path / "file").write_bytes(header(*shape) + bytes(0 not in shape))
    assert read_idx(tmp_path / "file").shape == np.empty(shape, np.uint8).shape == shape


ANNOUNCED = {  # what each holds of the two gibibytes it announces, or beyond the six bytes
    "plain and short": ("file", header(2**11, 2**20) + b"abc"),
    "compressed and short": ("file.gz", gzip.compress(header(2**11, 2**20) + b"abc")),
    "compressed and endless": ("file.gz", gzip.compress(SOUND + bytes(2**27), 1)),
    "plain and too long": ("file", SOUND + bytes(2**25)),
}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_no_memory_is_taken_for_what_a_file_does_not_bear(tmp_path, name):
    file, data = ANNOUNCED[name]
    (tmp_path / file).write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(IDXError):
            read_idx(tmp_path / file)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20  # pieces are of one mebibyte
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of POSIX")
@pytest.mark.parametrize("surplus", [b"", b"xy"], ids=["sound", "over-long"])
def test_a_pipe_is_read_though_it_has_no_length(tmp_path, surplus):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=[SOUND + surplus])
    writer.start()
    try:
        if surplus:
            with pytest.raises(IDXError, match="at byte 18: found 2 bytes too many"):
                read_idx(tmp_path / "pipe")
        else:
            assert read_idx(tmp_path / "pipe").shape == (2, 3)
    finally:
        writer.join()


def test_what_is_no_gzip_file_is_refused_at_its_start_and_a_short_one_at_its_end(tmp_path):
    path = tmp_path / "file.gz"
    whole = gzip.compress(SOUND)
    for data, at in ((SOUND, 0), (b"", 0), (whole[:-3], len(whole) - 3), (whole + b"xy", 0)):
        path.write_bytes(data)
        at = len(data) if data[:2] == whole[:2] else at
        with pytest.raises(IDXError) as refusal:
            read_idx(path)
        assert str(refusal.value).startswith(f"{path}: at byte {at}: found ")


@pytest.mark.parametrize("call", [read_idx, lambda path: mnist_family(path / "x")])
def test_what_the_system_refuses_keeps_its_error_and_its_place(tmp_path, call):
    (tmp_path / "x").write_bytes(SOUND)
    with pytest.raises(OSError, match=f"(Is|Not) a directory: '{tmp_path}"):
        call(tmp_path)


def test_a_folder_in_the_place_of_a_file_does_not_hide_the_plain_one(tmp_path):
    arrays = family(tmp_path)
    (tmp_path / f"{FILES['test_labels']}.gz").mkdir()
    assert np.array_equal(mnist_family(tmp_path).test_labels, arrays["test_labels"])


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-9], lambda d: b"no gzip", lambda d: d[:12] + d[9:]]
)
def test_damaged_compression_is_refused(tmp_path, damage):
    path = tmp_path / "file.gz"
    path.write_bytes(damage(gzip.compress(SOUND)))
    with pytest.raises(IDXError, match="found broken compression .*; expected a whole gzip file"):
        read_idx(path)


def swap(folder):
    images, labels = folder / FILES["train_images"], folder / FILES["train_labels"]
    first, second = images.read_bytes(), labels.read_bytes()
    images.write_bytes(second), labels.write_bytes(first)


def write(field, items):
    return lambda folder: (folder / FILES[field]).write_bytes(idx(items))


LABELS = np.array([0, 1, 10, 2, 99], dtype=np.uint8)
UNFIT = {
    "swapped": (
        swap,
        "train-images-idx3-ubyte: at byte 2: found uint8 of shape (5,); expected uint8 "
        "with 3 dimension(s); are two files swapped?",
    ),
    "float images": (
        write("test_images", np.zeros((3, 4, 3), np.float32)),
        "t10k-images-idx3-ubyte: at byte 2: found float32 of shape (3, 4, 3); expected uint8 with "
        "3 dimension(s); are two files swapped?",
    ),
    "counts": (
        write("test_labels", np.zeros(4, np.uint8)),
        "t10k-labels-idx1-ubyte: at byte 4: found 4 labels; expected 3, one for each image",
    ),
    "label out of range": (
        write("train_labels", LABELS),
        "train-labels-idx1-ubyte: at byte 10: found the label 10 of item 2; expected 0 to 9",
    ),
    "sizes": (
        write("test_images", np.zeros((3, 3, 4), np.uint8)),
        "t10k-images-idx3-ubyte: at byte 8: found images of (3, 4); expected (4, 3) as in training",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), UNFIT.values(), ids=UNFIT)
def test_files_that_do_not_fit_are_refused(tmp_path, spoil, says):
    family(tmp_path)
    spoil(tmp_path)
    with pytest.raises(IDXError) as refusal:
        mnist_family(tmp_path)
    assert str(refusal.value) == f"{tmp_path}/{says}"


@pytest.mark.parametrize("field", FILES)
def test_a_missing_file_is_named_with_its_folder(tmp_path, field):
    family(tmp_path)
    (tmp_path / FILES[field]).unlink()
    with pytest.raises(FileNotFoundError, match=f"{FILES[field]}.gz is missing") as refusal:
        mnist_family(tmp_path)
    assert str(tmp_path) in refusal.value.__notes__[0]


def test_more_classes_admit_more_labels(tmp_path):
    family(tmp_path)
    write("train_labels", LABELS)(tmp_path)
    assert mnist_family(tmp_path, classes=100).train_labels.max() == 99


def test_another_file_under_a_published_name_is_refused(tmp_path):
    family(tmp_path, compress=True)
    found = hashlib.md5((tmp_path / f"{FILES['train_images']}.gz").read_bytes()).hexdigest()
    says = (
        f"MD5 {found} over all bytes; expected {FASHION_MNIST_MD5['train_images']}, the published"
    )
    with pytest.raises(IDXError, match=says):
        fashion_mnist(tmp_path)


def test_right_checksums_are_accepted_and_each_is_compared(tmp_path):
    family(tmp_path, compress=True)
    md5 = {
        field: hashlib.md5((tmp_path / f"{name}.gz").read_bytes()).hexdigest()
        for field, name in FILES.items()
    }
    assert len(mnist_family(tmp_path, md5=md5).train_images) == 5
    for field in FILES:
        with pytest.raises(IDXError, match=f"{FILES[field]}.gz: at byte 0: found MD5"):
            mnist_family(tmp_path, md5=md5 | {field: "0" * 32})


def test_a_plain_file_has_no_published_checksum(tmp_path):
    family(tmp_path)
    with pytest.raises(IDXError, match="found a plain file; expected the .gz file"):
        fashion_mnist(tmp_path)


def test_a_checksum_of_no_file_is_refused(tmp_path):
    family(tmp_path, compress=True)
    with pytest.raises(ValueError, match="^md5 names 'labels'; the files are train_images, train_"):
        mnist_family(tmp_path, md5={"labels": "0" * 32})
