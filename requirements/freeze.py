"""Write constraints.txt from what is installed: `tox run -e constraints` calls this.

Local version labels and the packages of one kind of graphics card are left out: the same file
serves torch with and without them.
"""

import re
from importlib import metadata
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "constraints.txt"
HEADER = """\
# The versions that the numbers of the site were checked with.
# Refresh: tox run -e constraints
"""
LEFT_OUT = re.compile(r"pip|setuptools|nvidia-.*|cuda-.*|triton", re.IGNORECASE)


def pins(installed):
    """Turn (name, version) pairs into sorted lines without local version labels."""
    kept = {f"{name}=={v.split('+')[0]}" for name, v in installed if not LEFT_OUT.fullmatch(name)}
    return "".join(f"{line}\n" for line in sorted(kept, key=str.lower))


if __name__ == "__main__":
    installed = [(d.metadata["Name"], d.version) for d in metadata.distributions()]
    TARGET.write_text(HEADER + pins(installed), encoding="utf-8")
