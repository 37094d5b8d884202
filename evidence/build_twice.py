"""Build the site, and again where nothing has changed, before any test looks at it.

    python -m evidence.build_twice RUN TIMES

What the builds said goes into a file that names the run of the tests; each of its processes waits
for that file. Nobody builds later: a test of one process would look at the site while a test of
another one replaces it.
"""

import json
import signal
import subprocess
import sys

from evidence.command import parser
from evidence.fingerprint import ROOT
from evidence.kept import write_whole

SAID = ROOT / "build/built-for-tests.json"


def built():
    """Build once; return the exit code and all that was said."""
    command = [sys.executable, "docs/_ext/build.py"]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **output) as build:
        signal.signal(signal.SIGTERM, lambda *_: build.terminate())
        said = build.communicate()[0]
    return {"code": build.returncode, "said": said}


def main(run, times):
    """Build so many times, or until it fails; write down what was said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the build, which says so
    builds = [built()]
    while len(builds) < times and not builds[-1]["code"]:
        builds.append(built())
    write_whole(SAID, json.dumps({"run": run, "builds": builds}))


def said(run):
    """Return what the builds for this run of the tests said, None before their end."""
    try:
        found = json.loads(SAID.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found["builds"] if found["run"] == run else None


if __name__ == "__main__":
    command = parser("python -m evidence.build_twice", __doc__)
    command.add_argument("run")
    command.add_argument("times", type=int)
    main(**vars(command.parse_args()))
