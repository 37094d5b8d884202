"""Build the site: check the ledger, build aside, publish only what built without a warning.

    python docs/_ext/build.py

The published site lies in build/html. Whatever ends a build, a warning, Ctrl-C, SIGTERM, SIGKILL or
a full disk: the old site or the new one lies there, whole.

One build at a time: a second one waits until the processes of the first have ended. The lock is
the system's, so a kill leaves none behind.

Sphinx takes pages that warned for done, and would let the same build pass when it is repeated. So
the pages are built in build/staging, and staging without its stamp is thrown away. The stamp is
removed before Sphinx runs and written after a whole build without a warning.

The new site is copied to build/html.new, and the two folders exchange their names. Linux and macOS
do this in one step. Windows and some file systems of networks cannot: there it takes two renames, a
moment without a site lies between them, and after a kill in this moment the next build puts the old
site back. On Windows, Ctrl-C reaches Sphinx too, which then says more than one sentence.
"""

import argparse
import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

WINDOWS = os.name == "nt"
if WINDOWS:
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("requirements/docs.txt", "requirements/seeds.txt")
BUILD = ROOT / "build"
LOCK = BUILD / "lock"
STAGING = BUILD / "staging"
WHOLE = STAGING / "whole"  # the stamp
SITE = BUILD / "html"
FRESH = BUILD / "html.new"
OLD = BUILD / "html.old"
ROOM = 1 << 20  # bytes: a disk with less is full
STOPS = (signal.SIGINT, signal.SIGTERM)

ENTRANCE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>refimpl</title>
<script src="en/_static/entrance.js" data-languages="{languages}"></script>
<meta http-equiv="refresh" content="1; url=en/index.html">
<link rel="icon" href="en/_static/favicon.svg">
<p><a href="en/index.html">refimpl: softmax and its relatives, checked</a></p>
{others}</html>
"""
OTHER = '<p lang="zh-CN"><a href="zh_CN/index.html">refimpl：softmax 及相关函数，逐一核对</a></p>\n'


class BuildError(Exception):
    """Why nothing is published, in a sentence; empty when it has been said."""


def check_packages():
    """Refuse to start without a package that the site needs."""
    there = [ROOT / file for file in NEEDED if (ROOT / file).exists()]  # a part may have one
    needed = [name for file in there for name in file.read_text("utf-8").split()]
    absent = [name for name in needed if not any(metadata.distributions(name=name))]
    if absent:
        raise BuildError(
            f"The site needs {', '.join(absent)}, not installed here: build it with "
            "tox run -e docs, or first run\n"
            f"python -m pip install -c constraints.txt -r {' -r '.join(NEEDED)}"
        )


def check_room():
    """Say that the disk is full: nobody else says it in one sentence."""
    free = shutil.disk_usage(BUILD).free
    if free < ROOM:
        raise BuildError(f"The disk is full: {free} bytes are left for {BUILD}.")


def stop(number, frame):
    """Answer a signal that asks to stop: once, for a second one must not disturb the ending."""
    finish_anyway()
    raise SystemExit(128 + number)


def finish_anyway():
    """Let Ctrl-C and SIGTERM no longer stop what is nearly done."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)


def leave_interrupts():
    """Let a process that is started not hear Ctrl-C: this script ends it and says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run(program, *arguments, **options):
    """Run a file or a module from the root of the project; return the finished process, or fail.

    It inherits the lock: when only this script is killed, what it started goes on for a while.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if not WINDOWS:
        options["preexec_fn"] = leave_interrupts
    start = [program] if program.endswith(".py") else ["-m", program]
    command = [sys.executable, *start, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, close_fds=False, **options)
    if done.returncode:
        check_room()
        ended = f"{program} was ended by signal {-done.returncode}."
        raise BuildError(ended if done.returncode < 0 else "")  # else the process has said why
    return done


def fingerprint():
    """Ask for the fingerprint of the project as it lies there now."""
    return run("evidence.fingerprint", stdout=subprocess.PIPE, text=True).stdout.strip()


def check_ledger():
    """Compute the claims of the articles, once per fingerprint."""
    run("evidence.articles.runner")


def languages():
    """Return the languages of the site: English, and those that have catalogues."""
    return ["en", *sorted(p.name for p in (ROOT / "docs/locale").glob("*") if p.is_dir())]


def build_pages(names):
    """Build languages into the staging folder; English first, the others are made of it."""
    run("docs/_ext/pages.py", str(STAGING), *names)


def locked(file):
    """Lock a file for this process and what it starts; return whether no other process has it."""
    try:
        if WINDOWS:
            os.lseek(file.fileno(), 1 << 20, os.SEEK_SET)  # beyond the text, which others read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(file.fileno(), True)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def alone():
    """Wait until no other build is at work here, and keep others waiting."""
    BUILD.mkdir(exist_ok=True)
    with LOCK.open("a", encoding="utf-8") as file:
        if not locked(file):
            other = LOCK.read_text("utf-8")
            print(f"Another build is running ({other}): waiting for its end.", flush=True)
            while not locked(file):
                time.sleep(0.1)
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
        file.flush()
        yield


def drop_unfinished():
    """Throw the staged pages away unless they are those of a whole build without a warning."""
    if STAGING.exists() and not WHOLE.exists():
        shutil.rmtree(STAGING)


def tidy():
    """Remove what publishing left; put the old site back if it was interrupted in between."""
    if OLD.exists() and not SITE.exists():
        OLD.rename(SITE)
    for leftover in (FRESH, OLD):
        shutil.rmtree(leftover, ignore_errors=True)


def exchange(one, other):
    """Let two folders exchange their names in one step; return whether the system did it."""
    paths = os.fsencode(one), os.fsencode(other)
    if WINDOWS:
        return False
    libc = ctypes.CDLL(None)
    if hasattr(libc, "renamex_np"):  # macOS; 2 is RENAME_SWAP
        return libc.renamex_np(*paths, 2) == 0
    if hasattr(libc, "renameat2"):  # Linux; -100 is AT_FDCWD, 2 is RENAME_EXCHANGE
        return libc.renameat2(-100, paths[0], -100, paths[1], 2) == 0
    return False


def entrance():
    """Return the page that leads to one of the languages."""
    names = languages()
    others = OTHER if "zh_CN" in names else ""
    return ENTRANCE.format(languages=" ".join(names), others=others)


def publish():
    """Put a copy of the staged site in the place of the published one."""
    try:
        shutil.copytree(STAGING / "html", FRESH)
        (FRESH / "index.html").write_text(entrance(), encoding="utf-8")
        shutil.copy(FRESH / "en/404.html", FRESH / "404.html")
        finish_anyway()
        if not (SITE.exists() and exchange(FRESH, SITE)):
            if SITE.exists():
                SITE.rename(OLD)
            FRESH.rename(SITE)
    finally:
        tidy()


def forget_pages(current):
    """Delete the executed pages of other fingerprints than the current one."""
    for path in BUILD.glob("nbcache-*"):
        if current not in path.name:
            shutil.rmtree(path, ignore_errors=True)


def build():
    """Build and publish; whatever ends this early leaves the published site as it was."""
    tidy()
    drop_unfinished()
    check_room()
    try:
        before = fingerprint()
        check_ledger()
        WHOLE.unlink(missing_ok=True)
        build_pages(languages())
        if fingerprint() != before:
            raise BuildError("The sources changed during the build: run it again.")
        WHOLE.touch()
        publish()
    finally:
        drop_unfinished()
    forget_pages(before)


def reason(error):
    """Return the text of an error; copying a folder collects one for every file."""
    return error.args[0][0][2] if isinstance(error, shutil.Error) else str(error)


def main():
    """Return 0 and publish, or say what failed and leave the published site as it was."""
    code, what = 1, "The build failed"
    try:
        for each in STOPS:
            signal.signal(each, stop)
        check_packages()
        with alone():
            build()
    except (BuildError, OSError) as error:
        if reason(error):
            print(reason(error), file=sys.stderr)
    except SystemExit as stopped:
        code, what = stopped.code, "The build was stopped"
    else:
        print(f"Open {(SITE / 'index.html').as_uri()}")
        print("or serve it: python3 -m http.server --bind 127.0.0.1 --directory build/html")
        return 0
    state = "is unchanged" if SITE.exists() else "does not exist yet"
    print(f"{what}; the published site {state}.", file=sys.stderr)
    return code


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    sys.exit(main())
