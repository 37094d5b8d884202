"""Figures of the recorded measurements, drawn anew by every build in the gallery's look."""

from pathlib import Path

import matplotlib as mpl
from gallery_style import GREY, STYLE
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "figures"


def by_margin(axes, found):
    """Draw the error of the winner's log-probability against its margin."""
    curves = found["by margin"]
    for name in ("torch", "SciPy", "refimpl"):
        axes.plot(curves["margin"], curves[name], label=name)
    axes.set_yscale("log")
    axes.set_xlabel("$m$")
    axes.set_ylabel("ULP")
    axes.legend()


def by_size(axes, found):
    """Draw the errors of three softmax formulas against the size of the log-partition."""
    curves = found["by size"]
    sizes = curves["lse"]
    labels = {
        "exp": r"$e^{x - \ell}$",
        "division": r"$e^{x - m} / \sum$",
        "unshifted": r"$e^{x} / \sum$",
    }
    for kind, label in labels.items():
        finite = [(x, y) for x, y in zip(sizes, curves[kind], strict=True) if y < float("inf")]
        axes.plot(*zip(*finite, strict=True), label=label)
    axes.plot(sizes, sizes, ":", color=GREY, linewidth=1.5, label=r"$|\ell|$")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"$|\ell|$")
    axes.set_ylabel(r"$\delta / u$")
    axes.legend()


def near_zero(axes, found):
    """Draw the error of the log-partition against its condition number."""
    curves = found["near zero"]
    labels = {"unshifted": r"$\log \sum e^x$", "shifted": r"$m + \log \sum$", "refimpl": "refimpl"}
    for kind, label in labels.items():
        axes.plot(curves["condition"], curves[kind], label=label)
    axes.plot(
        curves["condition"],
        curves["condition"],
        ":",
        color=GREY,
        linewidth=1.5,
        label=r"$\kappa$",
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(r"$\kappa$")
    axes.set_ylabel(r"$\delta / u$")
    axes.legend()


FIGURES = {"by-margin": by_margin, "by-size": by_size, "near-zero": near_zero}


def draw(name, found):
    """Draw one figure; return the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.svg"
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(5.6, 3.8))
        FIGURES[name](figure.subplots(), found)
        figure.savefig(path, metadata={"Date": None})
    return path
