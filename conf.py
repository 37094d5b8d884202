"""Sphinx configuration: conf.py at the top, sources in docs/ and gallery/, output in build/."""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs/_ext")]

with (ROOT / "pyproject.toml").open("rb") as file:
    release = version = tomllib.load(file)["project"]["version"]

project = "refimpl"
author = "The refimpl contributors"
project_copyright = author
language = "en"

extensions = [
    "freshness",  # own: caches keyed by fingerprint, the line that dates a page's numbers
    "ledger",  # own: the articles, claim by claim
    "mathml",  # own: static MathML
    "repairs",  # own: accessibility, descriptions, edit links, the 404 page
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

# Text and maths
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
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
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": False,
    "image_srcset": ["2x"],
    "reset_modules": ("matplotlib", "gallery_style.reset"),
    "min_reported_time": 1e9,
    "reference_url": {"refimpl": None},
    "show_signature": False,
    "write_computation_times": False,
}

# API pages: types are in the docstrings
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

# Other projects, from inventories that lie here: no network
INVENTORIES = {
    "python": "https://docs.python.org/3/",
    "numpy": "https://numpy.org/doc/stable/",
    "scipy": "https://docs.scipy.org/doc/scipy/",
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
html_baseurl = os.environ.get("REFIMPL_BASEURL", "")
html_theme_options = {
    "source_repository": "https://github.com/softmax-reference/refimpl",
    "source_branch": "main",
    "source_directory": "docs/",
    "top_of_page_buttons": ["edit"],
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
