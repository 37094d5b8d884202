"""Open what a data set is stored in: a folder or a tar archive, its files plain or compressed.

What a file is, its first bytes tell, not its name.
"""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

# How compressed files start, and what reads them.
GZIP = b"\x1f\x8b"
COMPRESSED = {GZIP: gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
SUFFIXES = (".gz", ".bz2", ".xz", "")  # in the order in which they are looked for
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError)
DEFLATED = 1032  # bytes at most that one byte of gzip can stand for


class DamageError(Exception):
    """Compressed data break off or contradict themselves."""


class Source(NamedTuple):
    """A file of a data set: what errors call it, and the function that opens it."""

    name: str
    open: object


class Opened:
    """A file that is being read, uncompressed: its name, its bytes, how many there can be."""

    def __init__(self, name, raw):
        self.name = name
        start = raw.peek(6)[:6]
        self._decompress = next((f for m, f in COMPRESSED.items() if start.startswith(m)), None)
        self._bytes = raw if self._decompress is None else self._decompress(raw)
        self.size = _size(raw)  # of the file as it is stored; a pipe has none

    @property
    def most(self):
        """How many bytes there can be, as far as the stored size tells it."""
        if self.size is None or self._decompress not in (None, gzip.open):
            return None
        return self.size if self._decompress is None else DEFLATED * self.size

    @property
    def plain(self):
        return self._decompress is None

    def read(self, count):
        """Return the next `count` bytes, fewer at the end; refuse compression that breaks."""
        try:
            return self._bytes.read(count)
        except BROKEN as error:
            raise DamageError(str(error)) from error
        except OSError as error:
            if self.plain or error.errno:  # the system's own; bz2 gives a text alone
                raise
            raise DamageError(str(error)) from error


def _size(raw):
    try:
        status = os.fstat(raw.fileno())
    except (AttributeError, OSError):  # a file in an archive
        at = raw.tell()
        size = raw.seek(0, io.SEEK_END)
        raw.seek(at)
        return size
    return status.st_size if stat.S_ISREG(status.st_mode) else None


@contextmanager
def opened(source):
    """Open a path or a `Source`, whatever it is compressed with."""
    if not isinstance(source, Source):
        path = Path(source)
        source = Source(str(path), partial(path.open, "rb"))
    with source.open() as raw:
        yield Opened(source.name, raw)


@contextmanager
def collection(place):
    """Open a folder or a tar archive; yield the function that finds a file by its name."""
    place = Path(place)
    if not place.is_file():
        yield lambda name: _in_folder(place, name)
        return
    try:
        archive = tarfile.open(place)
    except tarfile.TarError as error:
        text = f"{place} is neither a folder nor a tar archive"
        raise NotADirectoryError(text) from error
    with archive:
        members = {Path(m.name).name: m for m in archive.getmembers() if m.isfile()}
        yield lambda name: _in_archive(place, archive, members, name)


def _in_folder(folder, name):
    for suffix in SUFFIXES:
        path = folder / f"{name}{suffix}"
        try:
            if not stat.S_ISDIR(path.stat().st_mode):
                return Source(str(path), partial(path.open, "rb"))
        except FileNotFoundError:
            continue
        except PermissionError as error:
            error.add_note(f"give yourself the right to read {folder}, or name another folder")
            raise
    raise _missing(folder, name)


def _in_archive(place, archive, members, name):
    for suffix in SUFFIXES:
        member = members.get(f"{name}{suffix}")
        if member is not None:
            return Source(f"{place}/{member.name}", partial(archive.extractfile, member))
    raise _missing(place, name)


def _missing(place, name):
    error = FileNotFoundError(f"{place}/{name} is missing, plain and with .gz, .bz2 or .xz")
    error.add_note(f"put the four IDX files of the data set into {place}, under their own names")
    return error
