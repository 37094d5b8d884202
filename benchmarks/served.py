"""The built site on the loopback, as public hosts send it.

With the headers that the site asks for, compressed by gzip for who accepts it; its 404.html stands
in the place of what is missing.
"""

import contextlib
import fnmatch
import functools
import gzip
import re
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMPRESSED = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml", ".wasm")


@functools.cache
def headers_of(site):
    """Read the headers of a site: pairs for each pattern of paths, as Netlify reads them."""
    text = (site / "_headers").read_text("utf-8")
    rules = [rule.splitlines() for rule in re.split(r"\n(?=/)", text)]
    return {path: [tuple(line.strip().split(": ", 1)) for line in lines] for path, *lines in rules}


@functools.lru_cache(64)
def packed(path, changed):
    """Return a file as gzip sends it; `changed` is when the file was written."""
    return gzip.compress(path.read_bytes(), 6)


class Handler(SimpleHTTPRequestHandler):
    """Answer as a host does."""

    protocol_version = "HTTP/1.1"

    def send_response(self, code, message=None):
        self.code = code
        super().send_response(code, message)

    def end_headers(self):
        for pattern, pairs in headers_of(Path(self.directory)).items():
            if fnmatch.fnmatch(self.path.partition("?")[0], pattern):
                for name, value in pairs:
                    if self.is_kept() or name != "Cache-Control":
                        self.send_header(name, value)
        super().end_headers()

    def is_kept(self):
        """Tell whether an answer may be kept: nobody keeps an error for ever."""
        return self.code in (200, 304)

    def do_GET(self):  # noqa: N802
        path = Path(self.translate_path(self.path))
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if accepted and path.suffix in COMPRESSED and path.is_file():
            self.answer(200, packed(path, path.stat().st_mtime), {"Content-Encoding": "gzip"})
        else:
            super().do_GET()

    def answer(self, code, body, more=(), kind=None):
        """Send some bytes."""
        self.send_response(code)
        self.send_header("Content-Type", kind or self.guess_type(self.path.partition("?")[0]))
        self.send_header("Content-Length", str(len(body)))
        for name, value in dict(more).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code, message=None, explain=None):
        body = Path(self.directory, "404.html").read_bytes()
        self.answer(code, body, kind="text/html; charset=utf-8")

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    """A server that says nothing where a browser hangs up."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def served(site, handler=Handler):
    """Serve a site while the block runs; yield its address."""
    handler = functools.partial(handler, directory=str(site))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
