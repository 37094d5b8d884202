"""Write the small inventories in this folder: only the names that our pages link to.

    python docs/_inv/make.py

They stand for the inventories of the other projects, so that building needs no network.
"""

from importlib.metadata import version
from pathlib import Path

import sphobjinv

HERE = Path(__file__).resolve().parent
GENERATED = "generated/{name}.html#{name}"
# project: (package that knows the version, [(domain, role, name, address)])
NAMES = {
    "python": ("", [("py", "exception", "IndexError", "library/exceptions.html#IndexError")]),
    "numpy": ("numpy", [("py", "class", "numpy.ndarray", f"reference/{GENERATED}")]),
    "scipy": ("scipy", [("py", "function", "scipy.special.softmax", f"reference/{GENERATED}")]),
    "matplotlib": (
        "matplotlib",
        [("py", "function", "matplotlib.pyplot.subplots", "api/_as_gen/{name}.html#{name}")],
    ),
    "torch": (
        "torch",
        [
            ("py", "class", "torch.Tensor", "tensors.html#{name}"),
            ("py", "function", "torch.softmax", GENERATED),
            ("py", "function", "torch.nn.functional.softmax", GENERATED),
            ("py", "function", "torch.nn.functional.log_softmax", GENERATED),
            ("py", "function", "torch.nn.functional.cross_entropy", GENERATED),
        ],
    ),
}


def inventory(project, package, names):
    """Build one inventory from (domain, role, name, address) rows."""
    built = sphobjinv.Inventory()
    built.project, built.version = project, version(package) if package else ""
    for domain, role, name, address in names:
        uri = address.format(name=name)
        built.objects.append(
            sphobjinv.DataObjStr(
                name=name, domain=domain, role=role, priority="1", uri=uri, dispname="-"
            )
        )
    return built


if __name__ == "__main__":
    for project, (package, names) in NAMES.items():
        text = inventory(project, package, names).data_file()
        sphobjinv.writebytes(HERE / f"{project}.inv", sphobjinv.compress(text))
