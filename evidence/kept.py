"""Keep what was computed, in build/, for as long as its fingerprint is the current one."""

import json
import os
from contextlib import contextmanager, suppress

from evidence.fingerprint import ENGINE, ROOT, fingerprint

try:
    import fcntl
except ModuleNotFoundError:  # on Windows two processes may compute the same
    fcntl = None

FOLDER = ROOT / "build"
DIGITS = "[0-9a-f]" * 16  # a fingerprint, as a pattern of file names


def kept(name, compute, holds=lambda found: True, sources=ENGINE):
    """Return what `compute` gives, from the file of this fingerprint if there is one that holds.

    The fingerprint is that of `sources`, the folders and files that `compute` depends on.
    Computed or read, it has been through JSON. The files of other fingerprints are deleted. Of two
    processes that want the same one computes it, and the other waits.
    """
    path = FOLDER / f"{name}-{fingerprint(names=sources)}.json"
    with _alone(name):
        return _read_or_made(name, path, compute, holds)


@contextmanager
def _alone(name):
    """Keep other processes waiting that want the same; a killed one leaves no lock behind."""
    if fcntl is None:
        yield
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read_or_made(name, path, compute, holds):
    with suppress(FileNotFoundError):  # another process may delete it at any moment
        found = json.loads(path.read_text(encoding="utf-8"))
        if holds(found):
            return found
    text = json.dumps(compute(), indent=1, ensure_ascii=False)
    write_whole(path, text)
    for other in set(FOLDER.glob(f"{name}-{DIGITS}.json")) - {path}:
        other.unlink(missing_ok=True)
    return json.loads(text)


def write_whole(path, text):
    """Write a file in one step: whoever reads it finds the old text or the new, never a part.

    Where the disk is full, the old text stays and nothing lies beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
