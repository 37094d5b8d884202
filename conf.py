"""Sphinx configuration: conf.py at the top, sources in docs/ and gallery/, output in build/."""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs/_ext")]
os.environ.setdefault("TQDM_DISABLE", "1")  # no progress bars among the lines of a build

with (ROOT / "pyproject.toml").open("rb") as file:
    release = version = tomllib.load(file)["project"]["version"]

project = "refimpl"
author = "The refimpl contributors"
project_copyright = author
language = "en"

extensions = [
    "chinese_search",  # own: pairs of characters
    "derivations",  # own: every displayed formula of a derivation page is checked
    "error_pages",  # own: the entries of the error messages
    "edge_cases",  # own: the operators at the edge of the numbers
    "elsewhere",  # own: the same call in other libraries
    "findable",  # own: what the search finds first
    "fitted_titles",  # own: titles in sentences, without a stop behind a question
    "folded",  # own: answers that open on demand
    "gallery_figures",  # own: captions and alternative texts of the gallery's figures
    "gallery_links",  # own: the claims that an example names, its downloads
    "freshness",  # own: caches keyed by fingerprint, the line that dates a page's numbers
    "languages",  # own: the way to the same page in the other language
    "ledger",  # own: the articles, claim by claim
    "mathml",  # own: static MathML
    "messages",  # own: what is to be translated
    "measurements",  # own: recorded accuracy and speed
    "one_sheet",  # own: one style sheet in place of many
    "operators",  # own: a page for each operator, from its record
    "policy",  # own: no inline script or style, so that a strict policy holds
    "machine",  # own: what programs read of the site
    "movable",  # own: figures that one can move
    "mutation",  # own: which changes of the code the tests notice
    "navigation",  # own: the tree of pages, resolved once
    "page_programs",  # own: programs that must print what stands under them
    "reference",  # own: the count of documented names, the members of a tensor
    "runnable",  # own: Run buttons
    "repairs",  # own: accessibility, descriptions, edit links, the 404 page
    "search_form",  # own: the field of the search in a page
    "second_language",  # own: Chinese pages from the English doctrees
    "source_code",  # own: functions as they stand, and links to where they are hosted
    "terms",  # own: the terms in both languages
    "topics",  # own: the lists of pages
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
]

source_suffix = {".rst": "restructuredtext", ".md": "myst-nb"}
exclude_patterns = ["_*", "auto_examples/*.ipynb", "auto_examples/**/*.ipynb"]
templates_path = ["docs/_templates"]

# The other language: a catalogue to a page, in docs/locale
locale_dirs = ["locale"]  # relative to docs, the folder of the sources
gettext_compact = False
gettext_auto_build = False  # docs/_ext/second_language.py reads the catalogues themselves

# Text and maths
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
]
myst_heading_anchors = 3
html_math_renderer = "mathml"
math_numfig = False

# Executed pages
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_ipywidgets_js = {}

sphinx_gallery_conf = {
    "examples_dirs": [str(ROOT / "gallery")],
    "gallery_dirs": ["auto_examples"],
    "within_subsection_order": "gallery_style.ClaimOrder",
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": False,
    "image_scrapers": ["gallery_figures"],
    "image_srcset": ["2x"],
    "reset_modules": ("matplotlib", "gallery_style.reset"),
    "min_reported_time": 1e9,
    "show_signature": False,
    "write_computation_times": False,
}

# API pages: types are in the docstrings
autodoc_typehints = "none"
add_module_names = False
default_role = "literal"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
autosummary_generate = False  # numpydoc brings it; to look for its pages takes half a second

# Other projects, from inventories that lie here: no network
INVENTORIES = {
    "python": "https://docs.python.org/3/",
    "numpy": "https://numpy.org/doc/stable/",
    "matplotlib": "https://matplotlib.org/stable/",
    "torch": "https://docs.pytorch.org/docs/stable/",
}
intersphinx_mapping = {
    name: (url, str(ROOT / f"docs/_inv/{name}.inv")) for name, url in INVENTORIES.items()
}

copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.highlight:not(.no-copy) pre"

html_theme = "furo"
html_title = "refimpl"
html_static_path = ["docs/_static"]
html_css_files = ["refimpl.css"]
html_favicon = "docs/_static/favicon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_search_summary = False  # an excerpt would fetch each page that is found
BASEURL = os.environ.get("REFIMPL_BASEURL", "").rstrip("/")  # where the whole site will stand
html_baseurl = f"{BASEURL}/{language}/" if BASEURL else ""
refimpl_policy_meta = bool(os.environ.get("REFIMPL_POLICY_META"))  # for hosts without headers
# Paper and ink, a deep sea blue for what can be followed, amber for what was corrected.
LIGHT = {
    "color-foreground-primary": "#1b2327",
    "color-foreground-secondary": "#4b585e",
    "color-foreground-muted": "#5c6a70",
    "color-foreground-border": "#8a979c",
    "color-background-primary": "#ffffff",
    "color-background-secondary": "#f5f7f7",
    "color-background-hover": "#e9eeee",
    "color-background-hover--transparent": "#e9eeee00",
    "color-background-border": "#dfe5e6",
    "color-background-item": "#9aa7ab",
    "color-brand-primary": "#14566b",
    "color-brand-content": "#0b6480",
    "color-brand-visited": "#5d4a86",
    "color-link-underline": "#a9c7d0",
    "color-api-name": "#14566b",
    "color-api-pre-name": "#4b585e",
    "color-inline-code-background": "#f0f3f3",
    "color-code-background": "#f5f7f7",
    "color-code-foreground": "#1b2327",
    "color-highlight-on-target": "#fdf3df",
    "color-accent": "#9a5b00",
    "color-accent-background": "#fdf3df",
    "color-output-border": "#8fb9c5",
    "color-admonition-title": "#14566b",
    "color-admonition-title-background": "#e7f0f2",
    "color-picture": "#ffffff",
}
DARK = {
    "color-foreground-primary": "#dde4e4",
    "color-foreground-secondary": "#a9b6ba",
    "color-foreground-muted": "#92a1a6",
    "color-foreground-border": "#6c7a80",
    "color-background-primary": "#12171a",
    "color-background-secondary": "#181f23",
    "color-background-hover": "#212a2f",
    "color-background-hover--transparent": "#212a2f00",
    "color-background-border": "#2a343a",
    "color-background-item": "#56646a",
    "color-brand-primary": "#8ac9da",
    "color-brand-content": "#84c5d8",
    "color-brand-visited": "#b9a8e0",
    "color-link-underline": "#37606d",
    "color-api-name": "#8ac9da",
    "color-api-pre-name": "#a9b6ba",
    "color-inline-code-background": "#1f272c",
    "color-code-background": "#1a2226",
    "color-code-foreground": "#dde4e4",
    "color-highlight-on-target": "#33290f",
    "color-accent": "#f0b95c",
    "color-accent-background": "#2c2413",
    "color-output-border": "#3f6f7d",
    "color-admonition-title": "#8ac9da",
    "color-admonition-title-background": "#1a2a30",
    "color-picture": "#12171a",
}
html_theme_options = {
    "light_css_variables": LIGHT,
    "dark_css_variables": DARK,
    "source_repository": "https://github.com/softmax-reference/refimpl",
    "source_branch": "main",
    "source_directory": "docs/",
    "top_of_page_buttons": ["edit"],
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
