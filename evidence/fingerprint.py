"""One hash of everything that a number of the site can depend on.

Caches of executed pages carry it in their path, so a number computed by other code, by other
versions or on another kind of CPU is never found again.
"""

import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path

import numpy as np

from evidence.command import parser
from refimpl.utils.data.idx import fashion_mnist_folder

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ("refimpl", "evidence")  # what runs the articles, the examples and the edge cases
SOURCES = (*ENGINE, "benchmarks", "docs/_ext", "docs/_data", "conf.py")
PACKAGES = ("torch", "numpy", "scipy", "matplotlib", "scikit-learn", "sympy", "mpmath", "lark")
PACKAGES += ("sphinx", "sphinx-gallery", "myst-nb", "ipykernel", "numpydoc", "furo", "math-core")
PACKAGES += ("numba",)
SWITCHES = ("ATEN_CPU_CAPABILITY", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "REFIMPL_FULL")


def installed(package):
    """Return the installed version of `package`, or "absent"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"


def sources(root=ROOT, names=SOURCES):
    """List the files whose content can change a number, in a fixed order."""
    found = []
    for name in names:
        top = root / name
        found += [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
    return [p for p in found if "__pycache__" not in p.parts]


def fingerprint(root=ROOT, names=SOURCES):
    """Hash sources, versions and CPU; 16 hexadecimal digits."""
    facts = [f"python={platform.python_version()}", f"machine={platform.machine()}"]
    facts += [f"{package}={installed(package)}" for package in PACKAGES]
    facts += [f"{switch}={os.environ.get(switch, '')}" for switch in SWITCHES]
    facts += [f"simd={np.show_config(mode='dicts')['SIMD Extensions']['found']}"]
    # Which folder does not count: wherever the files lie, their bytes are proved.
    facts += [f"Fashion-MNIST={fashion_mnist_folder() is not None}"]
    for path in sources(root, names):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        facts.append(f"{path.relative_to(root).as_posix()}={digest}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


if __name__ == "__main__":
    parser("python -m evidence.fingerprint", __doc__).parse_args()
    print(fingerprint())
