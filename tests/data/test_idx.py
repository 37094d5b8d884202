"""IDX files are read whole and sound, or refused with the file, the byte and the remedy."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import tarfile
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from refimpl.utils.data import idx as module
from refimpl.utils.data.idx import (
    FASHION_MNIST,
    FILES,
    TYPES,
    IDXError,
    Published,
    fashion_mnist,
    fashion_mnist_folder,
    mnist_family,
    read_idx,
)
from tests.conftest import needs_images

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
        header(7, 2**10) + b"abc",
        "at byte 15: found the end of the file; expected 7180 bytes for the shape (7, 1024)",
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


VAST = header(2**11, 2**20) + b"abc"  # announces two gibibytes
ANNOUNCED = {  # what each holds of them, or beyond the six bytes that it announces
    "plain and short": ("file", VAST),
    "compressed and short": ("file.gz", gzip.compress(VAST)),
    "compressed otherwise and short": ("file.xz", lzma.compress(VAST, preset=0)),
    "compressed and endless": ("file.gz", gzip.compress(SOUND + bytes(2**26), 1)),
    "compressed otherwise and endless": ("file.bz2", bz2.compress(SOUND + bytes(2**24), 1)),
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


def test_a_compressed_file_is_refused_when_it_is_too_small_for_its_shape(tmp_path):
    data = gzip.compress(VAST)
    (tmp_path / "file.gz").write_bytes(data)
    with pytest.raises(IDXError) as refusal:
        read_idx(tmp_path / "file.gz")
    assert str(refusal.value) == (
        f"{tmp_path}/file.gz: at byte 4: found the shape (2048, 1048576), {12 + 2**31} bytes; "
        f"expected at most {1032 * len(data)}, for the compressed file has {len(data)}"
    )


def test_what_can_be_compressed_most_is_read(tmp_path):
    zeros = np.zeros(2**22, np.uint8)
    data = gzip.compress(idx(zeros), 9)
    assert zeros.size > 1000 * len(data)  # nearly all that deflate can do, 1032
    (tmp_path / "file").write_bytes(data)
    assert not read_idx(tmp_path / "file").any()


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


PACKED = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "plain": bytes}


@pytest.mark.parametrize("name", ["file", "file.gz", "file.xz", "file.tar"])
@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_the_first_bytes_tell_the_compression_and_not_the_name(tmp_path, name, packed):
    (tmp_path / name).write_bytes(packed(SOUND))
    assert np.array_equal(read_idx(tmp_path / name), np.arange(6).reshape(2, 3))


@pytest.mark.parametrize(("packed"), list(PACKED.values())[:3], ids=list(PACKED)[:3])
def test_compression_that_breaks_off_is_refused_at_its_end(tmp_path, packed):
    path, whole = tmp_path / "file", packed(SOUND)
    for cut in (6, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:cut])
        with pytest.raises(IDXError) as refusal:
            read_idx(path)
        assert str(refusal.value).startswith(f"{path}: at byte {cut}: found broken compression (")


@pytest.mark.parametrize(("packed"), list(PACKED.values())[:3], ids=list(PACKED)[:3])
def test_compression_that_contradicts_itself_is_refused(tmp_path, packed):
    path, whole = tmp_path / "file", bytearray(packed(SOUND))
    whole[-6] ^= 1  # in the checksum, or in the size
    path.write_bytes(whole)
    with pytest.raises(IDXError, match="found broken compression .*; expected a whole file"):
        read_idx(path)


def test_what_follows_a_gzip_file_is_refused(tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(SOUND) + b"xy")
    with pytest.raises(IDXError, match="found broken compression .Not a gzipped file"):
        read_idx(path)


@pytest.mark.parametrize("call", [read_idx, lambda path: mnist_family(path / "x")])
def test_what_the_system_refuses_keeps_its_error_and_its_place(tmp_path, call):
    (tmp_path / "x").write_bytes(SOUND)
    says = f"Is a directory: '{tmp_path}|{tmp_path}/x is neither a folder nor a tar archive"
    with pytest.raises(OSError, match=says):
        call(tmp_path)


def test_a_folder_that_may_not_be_read_is_named_with_advice(tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    family(tmp_path)
    monkeypatch.setattr(Path, "stat", refused)  # who runs the tests may read everything
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    with pytest.raises(PermissionError, match=FILES["train_images"]) as refusal:
        mnist_family(tmp_path)
    assert refusal.value.__notes__ == [
        f"give yourself the right to read {tmp_path}, or name another folder"
    ]


def test_a_folder_in_the_place_of_a_file_does_not_hide_the_plain_one(tmp_path):
    arrays = family(tmp_path)
    (tmp_path / f"{FILES['test_labels']}.gz").mkdir()
    assert np.array_equal(mnist_family(tmp_path).test_labels, arrays["test_labels"])


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
    with pytest.raises(FileNotFoundError, match=f"{FILES[field]} is missing, plain and") as refusal:
        mnist_family(tmp_path)
    assert str(tmp_path) in refusal.value.__notes__[0]


def test_more_classes_admit_more_labels(tmp_path):
    family(tmp_path)
    write("train_labels", LABELS)(tmp_path)
    assert mnist_family(tmp_path, classes=100).train_labels.max() == 99


SUFFIXES = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def published(arrays, size=64):
    """What is known of a data set: its shapes and sums, and a CRC for every few bytes."""
    known = {}
    for field, items in arrays.items():
        data = idx(items)
        pieces = "".join(
            f"{module.zlib.crc32(data[i : i + size]):08x}" for i in range(0, len(data), size)
        )
        known[field] = Published(items.shape, hashlib.sha256(data).hexdigest(), pieces)
    return known


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A small data set in the place of Fashion-MNIST; return its arrays."""
    arrays = family(tmp_path)
    monkeypatch.setattr(module, "PIECE", 64)
    monkeypatch.setattr(module, "FASHION_MNIST", published(arrays))
    return arrays


@pytest.mark.parametrize(("suffix", "packed"), SUFFIXES.items(), ids=[*PACKED][3:] + [*PACKED][:3])
def test_the_published_bytes_are_accepted_however_they_are_packed(tmp_path, known, suffix, packed):
    for name in FILES.values():
        data = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        (tmp_path / f"{name}{suffix}").write_bytes(packed(data))
    read = fashion_mnist(tmp_path)._asdict()
    assert all(np.array_equal(read[field], items) for field, items in known.items())


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_an_archive_stands_for_a_folder(tmp_path, known, mode, suffix):
    with tarfile.open(tmp_path / "images", mode) as archive:
        for name in FILES.values():
            data = SUFFIXES[suffix]((tmp_path / name).read_bytes())
            member = tarfile.TarInfo(f"some/folder/{name}{suffix}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    read = fashion_mnist(tmp_path / "images")._asdict()
    assert all(np.array_equal(read[field], items) for field, items in known.items())


def test_an_archive_without_a_file_is_refused(tmp_path):
    with tarfile.open(tmp_path / "images.tar", "w"):
        pass
    with pytest.raises(FileNotFoundError, match="images.tar/train-images-idx3-ubyte is missing"):
        fashion_mnist(tmp_path / "images.tar")


@pytest.mark.parametrize("field", FILES)
def test_every_changed_byte_is_refused_with_its_place(tmp_path, known, field):
    path = tmp_path / FILES[field]
    whole = path.read_bytes()
    start = 4 + 4 * known[field].ndim
    for at in range(start, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(IDXError) as refusal:
            fashion_mnist(tmp_path)
        first, last = at // 64 * 64, min(at // 64 * 64 + 64, len(whole))
        text = str(refusal.value)
        assert text.startswith(f"{path}: at byte {first}: found SHA-256 ")
        assert f", with another byte before byte {last}; expected " in text
        assert text.endswith(f"{module.FASHION_MNIST[field].sha256}, the published one")


def test_a_change_that_no_piece_shows_is_refused_all_the_same(tmp_path, known, monkeypatch):
    other = {field: each._replace(sha256="0" * 64) for field, each in published(known).items()}
    monkeypatch.setattr(module, "FASHION_MNIST", other)
    with pytest.raises(IDXError, match="train-images-idx3-ubyte: at byte 0: found SHA-256"):
        fashion_mnist(tmp_path)


def test_another_shape_is_refused_before_its_items_are_read(tmp_path, known):
    data = gzip.compress(header(2**12, 4, 3) + bytes(2**12 * 12 - 1))
    (tmp_path / f"{FILES['train_images']}.gz").write_bytes(data)
    with pytest.raises(IDXError) as refusal:
        fashion_mnist(tmp_path)
    assert str(refusal.value) == (
        f"{tmp_path}/{FILES['train_images']}.gz: at byte 4: found the shape (4096, 4, 3); "
        "expected (5, 4, 3), the published one"
    )


def test_swapped_files_are_refused(tmp_path, known):
    swap(tmp_path)
    says = r"found the shape \(5,\); expected \(5, 4, 3\), the published one; are two files swapped"
    with pytest.raises(IDXError, match=says):
        fashion_mnist(tmp_path)


def test_what_is_known_of_fashion_mnist_fits_its_size():
    for each in FASHION_MNIST.values():
        size = 4 + 4 * len(each.shape) + int(np.prod(each.shape))
        assert len(each.pieces) in (0, 8 * -(-size // 2**20))


@needs_images
def test_the_installed_files_are_the_published_ones():
    sets = fashion_mnist()
    assert [items.shape for items in sets] == [each.shape for each in FASHION_MNIST.values()]
    assert np.array_equal(np.bincount(sets.train_labels), [6000] * 10)


def test_right_checksums_are_accepted_and_each_is_compared(tmp_path):
    sums = {field: known.sha256 for field, known in published(family(tmp_path)).items()}
    assert len(mnist_family(tmp_path, sha256=sums).train_images) == 5
    for field in FILES:
        with pytest.raises(IDXError, match=f"{FILES[field]}: at byte 0: found SHA-256"):
            mnist_family(tmp_path, sha256=sums | {field: "0" * 64})


def test_a_checksum_of_no_file_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match="^sha256 names 'labels'; the files are train_images, train_"
    ):
        mnist_family(tmp_path, sha256={"labels": "0" * 64})


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two folders for data, and nothing said of Fashion-MNIST."""
    monkeypatch.delenv("FASHION_MNIST", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", f"{tmp_path / 'one'}{os.pathsep}{tmp_path / 'two'}")
    return [tmp_path / name / "datasets/fashion-mnist" for name in ("home", "one", "two")]


def test_the_folder_is_found_where_distributions_put_it(places):
    for place in reversed(places):
        place.mkdir(parents=True)
        assert fashion_mnist_folder() == place


def test_the_variable_goes_before_all_places_and_an_empty_one_says_no(places, monkeypatch):
    places[0].mkdir(parents=True)
    monkeypatch.setenv("FASHION_MNIST", "elsewhere")
    assert fashion_mnist_folder() == Path("elsewhere")
    monkeypatch.setenv("FASHION_MNIST", "")
    assert fashion_mnist_folder() is None


def test_where_nothing_is_found_all_places_and_the_remedies_are_named(places, monkeypatch):
    monkeypatch.setattr(module.sys, "prefix", str(places[0]))
    with pytest.raises(FileNotFoundError) as refusal:
        fashion_mnist()
    assert all(str(place) in str(refusal.value) for place in places)
    assert refusal.value.__notes__ == [
        "install dataset-fashion-mnist (Debian, Ubuntu), give the folder, or name it in "
        "FASHION_MNIST"
    ]


def test_the_argument_goes_before_the_variable(tmp_path, known, monkeypatch):
    monkeypatch.setenv("FASHION_MNIST", "elsewhere")
    assert len(fashion_mnist(tmp_path).train_images) == 5
    with pytest.raises(FileNotFoundError, match="elsewhere/train-images-idx3-ubyte is missing"):
        fashion_mnist()
