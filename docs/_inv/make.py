"""Write the small inventories in this folder: only the names that our pages link to.

    python docs/_inv/make.py

They stand for the inventories of the other projects, so that building needs no network.
"""

import argparse
from importlib.metadata import version
from pathlib import Path

import sphobjinv

HERE = Path(__file__).resolve().parent
GENERATED = "generated/{name}.html#{name}"
# project: (package that knows the version, {address: (role, names)})
NAMES = {
    "python": (
        "",
        {
            "library/fractions.html#{name}": ("class", ["fractions.Fraction"]),
            "library/math.html#{name}": ("function", ["math.log"]),
        },
    ),
    "numpy": (
        "numpy",
        {
            f"reference/{GENERATED}": (
                "function",
                """numpy.array numpy.asarray numpy.linalg.eigvalsh numpy.linspace numpy.mean
                numpy.trapezoid""".split(),
            ),
        },
    ),
    "matplotlib": (
        "matplotlib",
        {
            "api/_as_gen/{name}.html#{name}": (
                "function",
                ["matplotlib.pyplot.show", "matplotlib.pyplot.subplots"],
            ),
        },
    ),
    "torch": (
        "torch",
        {
            "tensors.html#{name}": ("class", ["torch.Tensor"]),
            "data.html#{name}": (
                "class",
                ["torch.utils.data.DataLoader", "torch.utils.data.TensorDataset"],
            ),
            GENERATED: (
                "function",
                """torch.add torch.autograd.backward torch.autograd.grad torch.exp torch.eye
                torch.linspace torch.log torch.manual_seed torch.matmul torch.mul
                torch.nn.functional.cross_entropy torch.nn.functional.log_softmax
                torch.nn.functional.softmax torch.nn.LogSigmoid torch.nn.LogSoftmax
                torch.nn.Sigmoid torch.nn.Softmax torch.no_grad torch.normal torch.ones
                torch.optim.SGD torch.rand torch.randint torch.randn torch.softmax torch.stack
                torch.tensor torch.zeros""".split(),
            ),
        },
    ),
}


def inventory(project, package, names):
    """Build one inventory from {address: (role, names)}."""
    built = sphobjinv.Inventory()
    built.project, built.version = project, version(package) if package else ""
    for address, (role, group) in names.items():
        for name in group:
            entry = {"name": name, "domain": "py", "role": role, "priority": "1"}
            uri = address.format(name=name)
            built.objects.append(sphobjinv.DataObjStr(**entry, uri=uri, dispname="-"))
    return built


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    for project, (package, names) in NAMES.items():
        text = inventory(project, package, names).data_file()
        sphobjinv.writebytes(HERE / f"{project}.inv", sphobjinv.compress(text))
