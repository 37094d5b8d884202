"""The built site, a server on loopback and a browser, each made once for all tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browser_assets import WHEEL

from benchmarks import served
from evidence.build_twice import said

ROOT = Path(__file__).resolve().parents[2]
BUILD = pytest.StashKey()
HOUR = 3600
# The first is Chromium without windows: a page of its own costs a fifth of the time there.
CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def builder(root):
    """Return the arguments with which subprocess builds the site of a project."""
    leave = {"PYTHONPATH", "PYTHONUNBUFFERED"}  # the second would hide what is said too late
    leave |= {WHEEL} if root != ROOT else set()  # small sites have no buttons
    environment = {k: v for k, v in os.environ.items() if k not in leave}
    command = [sys.executable, "docs/_ext/build.py"]
    return {"args": command, "cwd": root, "env": environment, "text": True}


def run_builder(root):
    """Build the small site of a test; return the finished process."""
    assert root != ROOT, "others look at this site: evidence/build_twice.py builds it for all"
    return subprocess.run(**builder(root), capture_output=True)


def run_of(config):
    """Return the name of this run of the tests, the same in all workers of pytest-xdist."""
    return config.workerinput["testrunuid"] if several(config) else f"process {os.getpid()}"


def several(config):
    """Tell whether this process is one of several, which pytest-xdist gives tests."""
    return hasattr(config, "workerinput")


def first(config):
    """Tell whether this process is the only one of the run, or the first of several."""
    return not several(config) or config.workerinput["workerid"] == "gw0"


@pytest.hookimpl(tryfirst=True)  # before a worker says that it can be given tests
def pytest_collection_finish(session):
    """Start building when a test will want the site, beside the other tests."""
    config = session.config
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    possible = importlib.util.find_spec("torch") and not config.option.collectonly
    if "builds" in wanted and possible and first(config):
        times = 2 if "again" in wanted else 1
        module = "evidence.build_twice"
        command = [sys.executable, "-m", module, run_of(config), str(times)]
        build = subprocess.Popen(**builder(ROOT) | {"args": command})
        config.stash[BUILD] = build
        config.add_cleanup(build.wait)
        if not several(config):  # else others may want the site when the first has done its part
            config.add_cleanup(build.terminate)
    if "builds" in wanted and several(config) and hasattr(os, "nice"):
        os.nice(5)  # the build goes first: half of the run waits for it


@pytest.fixture(scope="session")
def builds(torch, pytestconfig):
    """What the builds of the site said, by the one command, which needs torch: code and text."""
    end = time.monotonic() + HOUR
    while (found := said(run_of(pytestconfig))) is None:
        build = pytestconfig.stash.get(BUILD, None)
        ended = build is not None and build.poll() is not None
        assert not ended or said(run_of(pytestconfig)), "the builder ended without a word"
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


@pytest.fixture(scope="session")
def site(builds):
    """The folder of the published site."""
    assert not builds[0]["code"], builds[0]["said"][-8000:]
    return ROOT / "build/html"


@pytest.fixture(scope="session")
def again(site, builds):
    """What a build said that followed when nothing had changed."""
    assert not builds[1]["code"], builds[1]["said"][-8000:]
    return builds[1]["said"]


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
