"""Make the pages of several languages, one after the other, in one process.

    python docs/_ext/pages.py FOLDER LANGUAGE ...    English first: the others are made of it

Python, Sphinx and the extensions start once. Python's collector of cycles is off: to go through the
trees of all pages, and to free them, took a fifth of a build.
"""

import argparse
import gc
import sys
from importlib import import_module

from sphinx.application import builtin_extensions
from sphinx.cmd.build import main

SOURCE = "en"

for module in builtin_extensions:  # words of a module stay in the language that it is imported in
    import_module(module)  # before there is one, they follow that of the pages


def make(folder, language):
    """Let Sphinx make the pages of a language, every warning an error; return its exit code."""
    options = ["-n", "-W", "-c", ".", "-d", f"{folder}/doctrees/{language}"]
    options += ["-D", f"language={language}"]
    if language != SOURCE:
        options += ["-j", "auto"]  # it reads nothing, and pages are written side by side
        gc.collect()  # or the trees of two languages would fill the memory
    return main([*options, "docs", f"{folder}/html/{language}"])


def make_all(folder, languages):
    """Make the pages of all languages; return the exit code of the first that fails, or 0."""
    return next(filter(None, (make(folder, language) for language in languages)), 0)


if __name__ == "__main__":
    gc.disable()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("languages", nargs="+")
    given = parser.parse_args()
    code = make_all(given.folder, given.languages)
    gc.freeze()  # nor are they freed one by one at the end
    sys.exit(code)
