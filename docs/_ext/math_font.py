"""Make the font of formulas: STIX Two Math with the characters that the formulas of the site have.

    tox run -e font            writes docs/_static/fonts/math.woff2 anew

Run it after a build when a test says that a character is missing. The font comes from npm, at one
version. Letters stay in all: browsers turn the letters of a formula into italic ones by themselves.
"""

import argparse
import html
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs/_static/fonts/math.woff2"
PACKAGE = "@fontsource/stix-two-math@5.3.0"
INSIDE = "package/files/stix-two-math-latin-400-normal.woff2"
FORMULA, TAG = re.compile(r"<math\b.*?</math>", re.S), re.compile(r"<[^>]*>")
ITALIC = {*map(chr, (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)))}
ITALIC = ITALIC - {"\U0001d455"} | {"\u210e"}  # the italic h has another place
ASCII = set(map(chr, range(0x20, 0x7F)))
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")  # in the fonts of the reader


def characters(site):
    """Return the characters in the formulas of a built site, less the Chinese ones."""
    found = set()
    for page in site.glob("*/**/*.html"):
        for formula in FORMULA.findall(page.read_text("utf-8")):
            found.update(html.unescape(TAG.sub("", formula)))
    return {each for each in found if not CHINESE.match(each) and not each.isspace()}


def original(folder):
    """Fetch the whole font; return its path."""
    subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True
    )
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extract(INSIDE, folder, filter="data")
    return folder / INSIDE


def main(arguments=()):
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        options = subset.Options(layout_features=["*"], flavor="woff2")
        font = subset.load_font(original(Path(name)), options)
        reduced = subset.Subsetter(options)
        wanted = characters(ROOT / "build/html") | ITALIC | ASCII
        reduced.populate(unicodes=map(ord, wanted))
        reduced.subset(font)
        subset.save_font(font, FILE, options)
    print(f"{FILE.name}: {len(wanted)} characters, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
