"""A figure's label becomes its caption and its alternative text on the page."""

import re

import gallery_figures
import matplotlib.pyplot as plt
import pytest

IMAGE = ".. image-sg:: /images/one.png\n   :alt: plot one\n   :class: sphx-glr-single-img\n"


@pytest.fixture
def scraped(monkeypatch):
    """Scrape figures with the given labels, without writing a file."""
    monkeypatch.setattr(gallery_figures, "matplotlib_scraper", lambda *rest: IMAGE)

    def scrape(*labels):
        for label in labels:
            plt.figure().set_label(label)
        try:
            return gallery_figures.scrape(None, None, None)
        finally:
            plt.close("all")

    return scrape


def test_the_first_sentence_is_the_caption_and_the_rest_the_alternative_text(scraped):
    rst = scraped(r"The loss. It falls \ to 0.45.")
    assert re.findall(r":alt: (.*)", rst) == [r"It falls \ to 0.45."]
    assert rst.endswith(".. rst-class:: figure-caption\n\nThe loss.\n\n")


def test_a_figure_without_a_label_keeps_what_sphinx_gallery_gives_it(scraped):
    assert scraped("") == IMAGE


def test_image_and_caption_become_one_figure_of_the_page():
    image = '<img src="a.png" alt="x" class = "sphx-glr-single-img"/>'
    context = {"body": f'<p>before</p>{image}\n<p class="figure-caption">The loss.</p><p>after</p>'}
    gallery_figures.tie_captions(None, "auto_examples/a4/plot_x", None, context, None)
    assert context["body"] == (
        f'<p>before</p><figure class="shown">{image}<figcaption>The loss.</figcaption></figure>'
        "<p>after</p>"
    )
