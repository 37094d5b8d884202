"""One look for the figures of the gallery: legible on a phone, in light and in dark.

The background is transparent, so every colour has to stand out from white and from the theme's
dark page alike: each has a contrast of at least 3 to 1 with both, the grey of the text at least 4
(tests/gallery/test_figures.py).
"""

import re
from pathlib import Path

import matplotlib as mpl

GREY = "#7c7c7c"
# Hues of Okabe and Ito's palette for all kinds of colour vision, brought to one lightness; lines
# differ in dashes too.
COLOURS = ["#2f7fc1", "#d55e00", "#009370", "#b8609a"]
DASHES = ["-", "--", "-.", ":"]

STYLE = {
    "figure.figsize": (5.0, 3.6),
    "figure.constrained_layout.use": True,
    "savefig.transparent": True,
    "savefig.dpi": 100,
    "font.size": 14,
    "axes.labelsize": 16,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=COLOURS) + mpl.cycler(linestyle=DASHES),
    "text.color": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "lines.linewidth": 2.5,
    "lines.markersize": 8,
    "legend.frameon": False,
    "legend.fontsize": 14,
    "image.cmap": "cividis",
}


def reset(gallery_conf, script):
    """Give each script the style anew, whatever the script before it did."""
    mpl.rcParams.update(STYLE)


class ClaimOrder:
    """Sort key of the scripts in a section: by the first claim that each of them mentions.

    Scripts that mention none come after the others, by name.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def __call__(self, script):
        found = re.search(r"(?i)a\d-c\d\d", (self.folder / script).read_text("utf-8"))
        return found[0].upper() if found else script
