"""Start programs on several ranks, as torchrun does on a user's machine."""

import os
import subprocess
import sys

from evidence.gallery.scripts import ROOT

FOLDER = ROOT / "gallery" / "shards"
SECONDS = 900  # a launch takes some ten; whoever waits longer waits for ever


def environment():
    """Return the surroundings of a rank: one thread, and the modules beside the scripts."""
    paths = [str(ROOT), str(FOLDER), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def torchrun(ranks, script, *arguments):
    """Run a script on some ranks of this machine; return the finished process."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", ranks, script, *arguments]
    return subprocess.run(
        list(map(str, command)),
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
    )


def checked(process):
    """Return what a process printed, or raise with what it complained of."""
    if process.returncode:
        raise RuntimeError(f"{' '.join(process.args)}\n{process.stdout}\n{process.stderr}")
    return process.stdout
