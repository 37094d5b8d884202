"""Figures serve every language and both page colours: no words, and colours that stand out."""

import re

import pytest
from gallery_style import COLOURS, GREY
from matplotlib.colors import to_rgb

import conf
from evidence.gallery.scripts import SCRIPTS, name, run
from tests.conftest import both_engines

PAGES = [theme["color-background-primary"] for theme in (conf.LIGHT, conf.DARK)]


@both_engines
@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_figures_hold_symbols_and_numbers_only(script, engine):
    texts = run(script, engine)[1]
    bare = [
        re.sub(r"\\[a-z]+", "", text) for text in texts
    ]  # \sigma, \ln ... are symbols; so is ij
    assert [text for text in bare if re.search(r"[^\W\d_]{3}", text)] == []


def luminance(colour):
    """Relative luminance as the Web Content Accessibility Guidelines define it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    """Ratio of the lighter to the darker, 1 to 21."""
    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("colour", "least"), [(GREY, 4.0), *((c, 3.0) for c in COLOURS)]
)  # 3 is the guidelines' bound for graphics and large text; no grey has 4.5 with both pages
def test_colour_stands_out_from_the_page(colour, least, page):
    assert contrast(colour, page) >= least
