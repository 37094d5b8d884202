"""Build the site: check the ledger, build aside, publish only what built without a warning.

    python docs/_ext/build.py

The published site lies in build/html and is replaced only by a build that succeeded. A failed
build leaves it alone and drops what it made: Sphinx would otherwise take the pages that warned
for done and let the same build pass when it is repeated.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from fingerprint import fingerprint, installed

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ROOT / "requirements/docs.txt"
BUILD = ROOT / "build"
STAGING = BUILD / "staging"
SITE = BUILD / "html"
ENTRANCE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>refimpl</title>
<meta http-equiv="refresh" content="0; url=en/index.html">
<link rel="icon" href="en/_static/favicon.svg">
<p><a href="en/index.html">refimpl: softmax and its relatives, checked</a></p>
</html>
"""


def run(*arguments):
    """Run a Python module from the root of the project; return its exit code."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, env=environment).returncode


def check_ledger():
    """Compute the claims of the articles, once per fingerprint."""
    return run("tests.articles.run")


def build_pages(language):
    """Build one language into the staging folder."""
    doctrees, out = STAGING / "doctrees" / language, STAGING / "html" / language
    options = ["-n", "-W", "-c", ".", "-d", str(doctrees), "-D", f"language={language}"]
    return run("sphinx", *options, "docs", str(out))


def publish():
    """Swap a copy of the staged site into the place of the published one."""
    fresh, old = BUILD / "html.new", BUILD / "html.old"
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(STAGING / "html", fresh)
    (fresh / "index.html").write_text(ENTRANCE, encoding="utf-8")
    shutil.copy(fresh / "en/404.html", fresh / "404.html")
    if SITE.exists():
        SITE.rename(old)
    fresh.rename(SITE)
    shutil.rmtree(old, ignore_errors=True)


def forget(kept):
    """Delete the caches of fingerprints that are no longer current."""
    for pattern in ("nbcache-*", "computed-*.json", "claims-*.json", "edge-cases-*.json"):
        for path in BUILD.glob(pattern):
            if kept not in path.name:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def main():
    """Return 0 and publish, or say what failed and leave the published site as it was."""
    missing = [name for name in NEEDED.read_text("utf-8").split() if installed(name) == "absent"]
    if missing:
        print(
            f"The site needs {', '.join(missing)}, not installed here: build it with "
            "tox run -e docs, or first run\n"
            "python -m pip install -c constraints.txt -r requirements/docs.txt",
            file=sys.stderr,
        )
        return 1
    before = fingerprint(ROOT)
    failed = check_ledger() or build_pages("en")
    if not failed and fingerprint(ROOT) != before:
        print("The sources changed during the build: run it again.", file=sys.stderr)
        failed = 1
    if failed:
        shutil.rmtree(STAGING, ignore_errors=True)
        state = "is unchanged" if SITE.exists() else "does not exist yet"
        print(f"The build failed; the published site {state}.", file=sys.stderr)
        return 1
    publish()
    forget(before)
    print(f"Open {(SITE / 'index.html').as_uri()}")
    print("or serve it: python3 -m http.server --bind 127.0.0.1 --directory build/html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
