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
from importlib import metadata
from pathlib import Path

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


def missing():
    """List the packages that the site needs and that are not installed."""
    needed = NEEDED.read_text("utf-8").split()
    return [name for name in needed if not any(metadata.distributions(name=name))]


def run(*arguments, **options):
    """Run a Python module from the root of the project; return the finished process."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, env=environment, **options)


def fingerprint():
    """Ask for the fingerprint of the project as it lies there now."""
    return run("evidence.fingerprint", stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def check_ledger():
    """Compute the claims of the articles, once per fingerprint; return the exit code."""
    return run("evidence.articles.runner").returncode


def build_pages(language):
    """Build one language into the staging folder; return the exit code."""
    doctrees, out = STAGING / "doctrees" / language, STAGING / "html" / language
    options = ["-n", "-W", "-c", ".", "-d", str(doctrees), "-D", f"language={language}"]
    return run("sphinx", *options, "docs", str(out)).returncode


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


def forget_pages(current):
    """Delete the executed pages of other fingerprints than the current one."""
    for path in BUILD.glob("nbcache-*"):
        if current not in path.name:
            shutil.rmtree(path)


def main():
    """Return 0 and publish, or say what failed and leave the published site as it was."""
    absent = missing()
    if absent:
        print(
            f"The site needs {', '.join(absent)}, not installed here: build it with "
            "tox run -e docs, or first run\n"
            "python -m pip install -c constraints.txt -r requirements/docs.txt",
            file=sys.stderr,
        )
        return 1
    before = fingerprint()
    failed = check_ledger() or build_pages("en")
    if not failed and fingerprint() != before:
        print("The sources changed during the build: run it again.", file=sys.stderr)
        failed = 1
    if failed:
        shutil.rmtree(STAGING, ignore_errors=True)
        state = "is unchanged" if SITE.exists() else "does not exist yet"
        print(f"The build failed; the published site {state}.", file=sys.stderr)
        return 1
    publish()
    forget_pages(before)
    print(f"Open {(SITE / 'index.html').as_uri()}")
    print("or serve it: python3 -m http.server --bind 127.0.0.1 --directory build/html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
