"""Figures are read on a phone, in light and in dark, and by those who do not see them.

All have a caption and a text that says what is seen. Those of the studies have words on their axes
and in their legends. The others hold symbols and numbers only, which serve every language.
"""

import re

import pytest
from gallery_figures import caption_and_alt
from gallery_style import COLOURS, GREY
from matplotlib.colors import to_rgb

import conf
from evidence.gallery.scripts import SCRIPTS, name, run, trains_on_pictures
from tests.conftest import both_engines

PAGES = [theme["color-background-primary"] for theme in (conf.LIGHT, conf.DARK)]
WORD = re.compile(r"[^\W\d_]{3}")
STUDIES = [script for script in SCRIPTS if trains_on_pictures(script)]
OTHERS = [script for script in SCRIPTS if script not in STUDIES]


@both_engines
@pytest.mark.parametrize("script", OTHERS, ids=name)
def test_figures_hold_symbols_and_numbers_only(script, engine):
    texts = [text for figure in run(script, engine)["figures"] for text in figure["texts"]]
    bare = [
        re.sub(r"\\[a-z]+", "", text) for text in texts
    ]  # \sigma, \ln ... are symbols; so is ij
    assert [text for text in bare if WORD.search(text)] == []


@both_engines
@pytest.mark.parametrize("script", STUDIES, ids=name)
def test_axes_are_named_in_words(script, engine):
    figures = run(script, engine)["figures"]
    assert figures
    for figure in figures:
        assert all(WORD.search(label) for axes in figure["axes"] for label in axes)


@both_engines
@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_figures_say_what_is_seen(script, engine):
    for figure in run(script, engine)["figures"]:
        caption, alt = caption_and_alt(figure["label"])
        assert len(caption) < 100 and len(alt) > 85
        assert alt.endswith(".")


def test_a_label_of_one_sentence_is_caption_and_alternative_text():
    assert caption_and_alt("The loss.") == ("The loss.", "The loss.")


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
