"""The built site, a server on loopback and a browser, each made once for all tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from browser_assets import WHEEL

from benchmarks import served

ROOT = Path(__file__).resolve().parents[2]
BUILD = pytest.StashKey()
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def builder(root):
    """Return the arguments with which subprocess builds the site of a project."""
    leave = {"PYTHONPATH", "PYTHONUNBUFFERED"}  # the second would hide what is said too late
    leave |= {WHEEL} if root != ROOT else set()  # small sites have no buttons
    environment = {k: v for k, v in os.environ.items() if k not in leave}
    command = [sys.executable, "docs/_ext/build.py"]
    return {"args": command, "cwd": root, "env": environment, "text": True}


def run_builder(root):
    """Build the site of a project; return the finished process."""
    return subprocess.run(**builder(root), capture_output=True)


def first(config):
    """Tell whether this process is the only worker of pytest-xdist, or the first of several."""
    return getattr(config, "workerinput", {}).get("workerid", "gw0") == "gw0"


def pytest_collection_finish(session):
    """Start building when a test will want the site, beside the other tests."""
    wanted = any("site" in getattr(item, "fixturenames", ()) for item in session.items)
    possible = importlib.util.find_spec("torch") and not session.config.option.collectonly
    if wanted and possible and first(session.config):
        output = tempfile.TemporaryFile("w+")
        build = subprocess.Popen(**builder(ROOT), stdout=output, stderr=subprocess.STDOUT)
        session.config.stash[BUILD] = build, output
        for last_to_first in (output.close, build.wait, build.terminate):
            session.config.add_cleanup(last_to_first)


@pytest.fixture(scope="session")
def site(torch, pytestconfig):
    """The folder of the published site, built by the one command, which needs torch.

    In another worker than the first, the command waits for the build of the first one.
    """
    if BUILD not in pytestconfig.stash:
        done = run_builder(ROOT)
        assert not done.returncode, (done.stdout + done.stderr)[-8000:]
        return ROOT / "build/html"
    build, output = pytestconfig.stash[BUILD]
    failed = build.wait()
    output.seek(0)
    assert not failed, output.read()[-8000:]
    return ROOT / "build/html"


def kinds(site, language="en"):
    """Choose pages of every kind: the first of each folder, and those outside of folders."""
    pages = sorted(p.relative_to(site).as_posix() for p in site.glob(f"{language}/**/*.html"))
    folders = {}
    for page in pages:
        folders.setdefault((page.rpartition("/")[0], page.endswith("index.html")), page)
    alone = {page for page in pages if page.count("/") == 1}
    return sorted(set(folders.values()) | alone)


class Handler(served.Handler):
    """A server that does as public hosts do.

    What `broken` names is not sent as it is: a path with the bytes to send, or None for a 404.
    """

    broken = {}

    def is_kept(self):
        return super().is_kept() and self.path.rpartition("/")[2] not in self.broken

    def do_GET(self):  # noqa: N802
        name = self.path.rpartition("/")[2]
        if name not in self.broken:
            super().do_GET()
        elif self.broken[name] is None:
            self.send_error(404)
        else:
            self.answer(200, self.broken[name])


@pytest.fixture(scope="session")
def address(site):
    """The address at which the site is served on loopback."""
    with served.served(site, Handler) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; where there is none the tests are reported as not run."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("not run: needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    """Open a page and return it with the log of its requests and complaints."""
    contexts = []

    def visit(path, width=1280, scheme="light", **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.requested, page.complaints = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address + path, wait_until="load")
        return page

    yield visit
    for context in contexts:
        context.close()
