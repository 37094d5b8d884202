"""The figures of the gallery, each with a caption and an alternative text.

A script says both in the label of a figure, which no drawing shows: the first sentence is the
caption, the others say what is seen. Numbers in it are computed by the script.

    figure.set_label("The loss of ten epochs. It falls from 0.79 to 0.45, fast at first.")
"""

import os
import re
from pathlib import Path

from PIL import Image
from sphinx_gallery.scrapers import matplotlib_scraper

COLOURS = 64
ALT = re.compile(r"(?<=:alt: ).*")


def caption_and_alt(label):
    """Split the label of a figure: its first sentence, and the rest; of one sentence both."""
    caption, _, alt = label.partition(". ")
    return (f"{caption}.", alt) if alt else (label, label)


def scrape(block, block_vars, gallery_conf):
    """Save the figures as sphinx-gallery does, and put in what their labels say."""
    import matplotlib.pyplot as plt

    labels = [plt.figure(number).get_label() for number in plt.get_fignums()]
    rst = matplotlib_scraper(block, block_vars, gallery_conf)
    if len(labels) != 1 or not labels[0]:  # one figure to a block, but for figures without labels
        return rst
    caption, alt = caption_and_alt(labels[0])
    return f"{ALT.sub(lambda _: alt, rst, count=1)}\n.. rst-class:: figure-caption\n\n{caption}\n\n"


def _get_sg_image_scraper():
    """Return the scraper: sphinx-gallery looks for this name."""
    return scrape


def squeeze(app):
    """Keep 64 colours of each picture: lines and letters look alike, at a quarter of the size."""
    for file in Path(app.srcdir, "auto_examples").glob("**/images/**/*.png"):
        with Image.open(file) as picture:
            if picture.mode == "P":
                continue
            few = picture.convert("RGBA").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
        aside = file.with_suffix(f".{os.getpid()}")  # killed in between, the old one is still whole
        few.save(aside, "PNG", optimize=True)
        aside.replace(file)


# What sphinx-gallery writes for an image, and the caption behind it.
FIGURE = re.compile(
    r'(<img [^>]*sphx-glr-single-img[^>]*/?>)\s*<p class="figure-caption">(.*?)</p>', re.DOTALL
)


def tie_captions(app, page, template, context, doctree):
    """Tie every caption to its image, as HTML does it."""
    if page.startswith("auto_examples/") and "body" in context:
        figure = r'<figure class="shown">\1<figcaption>\2</figcaption></figure>'
        context["body"] = FIGURE.sub(figure, context["body"])


def setup(app):
    app.connect("builder-inited", squeeze, priority=900)  # when the examples have been run
    app.connect("html-page-context", tie_captions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
