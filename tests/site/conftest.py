"""The built site, a server on loopback and a browser, each made once for all tests."""

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = pytest.StashKey()
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def builder(root):
    """Return the arguments with which subprocess builds the site of a project."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, "docs/_ext/build.py"]
    return {"args": command, "cwd": root, "env": environment, "text": True}


def run_builder(root):
    """Build the site of a project; return the finished process."""
    return subprocess.run(**builder(root), capture_output=True)


def pytest_collection_finish(session):
    """Start building when a test will want the site, on a core that the other tests leave free."""
    wanted = any("site" in getattr(item, "fixturenames", ()) for item in session.items)
    possible = importlib.util.find_spec("torch") and not session.config.option.collectonly
    if wanted and possible:
        output = tempfile.TemporaryFile("w+")
        build = subprocess.Popen(**builder(ROOT), stdout=output, stderr=subprocess.STDOUT)
        session.config.stash[BUILD] = build, output
        for last_to_first in (output.close, build.wait, build.terminate):
            session.config.add_cleanup(last_to_first)


@pytest.fixture(scope="session")
def site(torch, pytestconfig):
    """The folder of the published site, built by the one command, which needs torch."""
    build, output = pytestconfig.stash[BUILD]
    failed = build.wait()
    output.seek(0)
    assert not failed, output.read()[-8000:]
    return ROOT / "build/html"


class Handler(SimpleHTTPRequestHandler):
    """A server that answers for missing pages as public hosts do, with the root's 404.html."""

    def send_error(self, code, message=None, explain=None):
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address(site):
    """The address at which the site is served on loopback."""
    handler = functools.partial(Handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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
