"""However a build ends: the old site or the new one is there, whole; no warning is forgotten.

docs/_ext/build.py runs here as it is. What it starts is replaced by small programs. One stands for
Sphinx and knows this of it: a page that was read is not read again, and warns only when it is read.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import freshness
import pytest

from build import exchange
from tests.site.conftest import ROOT, builder, run_builder

PAGES = ("index", "404")
# Reads the pages that are new or changed, writes all, waits while there is a file "hold".
SPHINX = """
import signal, sys, time
from pathlib import Path

def main(arguments):
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        print("Ctrl-C would make Sphinx speak too", file=sys.stderr)
    return write(Path(arguments[-1]))

def write(out):
    seen = Path("build/staging/doctrees")
    warned = False
    for page in Path("docs").glob("*.md"):
        text, doctree = page.read_text(), seen / page.name
        if not doctree.exists() or doctree.read_text() != text:
            warned |= "warns" in text
        for path in (doctree, out / f"{page.stem}.html"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    end = time.monotonic() + 20  # so that a test that fails also ends
    while Path("hold").exists() and time.monotonic() < end:
        Path("held").touch()
        time.sleep(0.01)
    return warned
"""
# Builds again and again, each time with a fault one step later; prints what was found.
FAULTS = """
import errno, json, os, shutil, signal, sys

sys.path.insert(0, "docs/_ext")
import build
from sphinx.cmd.build import write

def kill(event, args):
    os.kill(os.getpid(), signal.SIGKILL)

def fill(event, args):
    if event == "os.mkdir" or (event == "open" and args[2] & os.O_WRONLY):
        raise OSError(errno.ENOSPC, "No space left on device")

def interrupt(event, args):
    os.kill(os.getpid(), signal.SIGINT)

FAULT = {"kill": kill, "fill": fill, "interrupt": interrupt}[sys.argv[1]]

def build_pages(names):
    if any([write(build.STAGING / "html" / name) for name in names]):
        raise build.BuildError("")

def built(sound=None):
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    step = 0

    def hook(event, args):
        nonlocal step
        step += event in ("open", "ctypes.dlsym") or event.startswith(("os.", "shutil."))
        if step > sound and event != "os.kill":
            FAULT(event, args)

    if sound is not None:
        sys.addaudithook(hook)
    os._exit(build.main())

def site():
    pages = ("en/index.html", "en/404.html", "404.html")
    return " and ".join({(build.SITE / page).read_text() for page in pages if build.SITE.exists()})

build.fingerprint = lambda: "1"
build.check_ledger = lambda: None
build.build_pages = build_pages
if sys.argv[2] == "two steps":
    build.exchange = lambda one, other: False
shutil.copytree("build", "before")
found, code = [], None
while len(found) < 500 and code != int(sys.argv[3]):
    shutil.rmtree("build")
    shutil.copytree("before", "build")
    code = built(len(found))
    left = build.FRESH.exists() or build.OLD.exists()
    found.append([code, site(), left, built(), site()])
print(json.dumps(found))
"""
PROGRAMS = {
    "evidence/__init__.py": "",
    "evidence/articles/__init__.py": "",
    "evidence/fingerprint.py": "print(16 * '1')",
    "evidence/articles/runner.py": "",
    "sphinx/__init__.py": "",
    "sphinx/application.py": "builtin_extensions = ()",
    "sphinx/cmd/__init__.py": "",
    "sphinx/cmd/build.py": SPHINX,
    "faults.py": FAULTS,
}


def write_pages(project, text):
    """Write the pages of a project, each with the same text."""
    (project / "docs").mkdir(exist_ok=True)
    for page in PAGES:
        (project / f"docs/{page}.md").write_text(text)


def published(project):
    """Return the text of the published pages: of every page, and of nothing else."""
    site = project / "build/html"
    texts = {(site / f"en/{page}.html").read_text() for page in PAGES}
    assert {"en", "index.html", "404.html"} == {path.name for path in site.iterdir()}
    assert len(texts) == 1
    return texts.pop()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project whose old pages were built and published."""
    project = tmp_path_factory.mktemp("built") / "project"
    for name, text in PROGRAMS.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "requirements").mkdir()
    for name in ("docs.txt", "seeds.txt"):
        (project / "requirements" / name).touch()
    (project / "docs/_ext").mkdir(parents=True)
    for name in ("build.py", "pages.py"):
        shutil.copy(ROOT / "docs/_ext" / name, project / "docs/_ext")
    write_pages(project, "old")
    done = run_builder(project)
    assert (done.returncode, done.stderr, published(project)) == (0, "", "old")
    return project


@pytest.fixture
def project(built, tmp_path):
    """A copy of the project, with new pages that are not built yet."""
    copy = shutil.copytree(built, tmp_path / "project")
    write_pages(copy, "new")
    return copy


def wait_for(condition):
    """Wait until something is so, for 30 seconds at most."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def start(project):
    """A function that starts a build; all that still runs at the end of the test is killed."""
    running = []

    def start():
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(**builder(project), **output, start_new_session=True))
        return running[-1]

    yield start
    (project / "hold").unlink(missing_ok=True)
    for build in running:
        build.kill()
        build.communicate()


def held(project, start):
    """Start a build; return it when it has read the pages and waits before its end."""
    (project / "held").unlink(missing_ok=True)
    (project / "hold").touch()
    build = start()
    wait_for((project / "held").exists)
    return build


@pytest.mark.parametrize(
    ("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGKILL", -signal.SIGKILL)]
)
@pytest.mark.parametrize("whom", [os.kill, os.killpg], ids=["alone", "with what it started"])
def test_a_build_stopped_after_pages_warned_fails_when_repeated(project, start, number, code, whom):
    write_pages(project, "new warns")
    build = held(project, start)
    whom(build.pid, getattr(signal, number))
    if code < 0:
        (project / "hold").unlink()  # a Sphinx that lives on comes to its end
    said = build.communicate()[1]
    assert build.returncode == code
    assert said == ("The build was stopped; the published site is unchanged.\n" * (code > 0))
    (project / "hold").unlink(missing_ok=True)
    for _ in range(2):
        assert run_builder(project).returncode == 1
        assert published(project) == "old"
    write_pages(project, "new")
    assert run_builder(project).returncode == 0
    assert published(project) == "new"


def test_two_builds_take_turns(project, start):
    first = held(project, start)
    second = start()
    said = second.stdout.readline()
    assert said.startswith(f"Another build is running (process {first.pid}, since ")
    assert first.poll() is second.poll() is None  # it is said while there is something to wait for
    (project / "hold").unlink()
    for build in (first, second):
        out, err = build.communicate()
        assert (build.returncode, err) == (0, "")
        assert "Open file://" in out
    assert published(project) == "new"


def test_what_a_killed_build_started_has_its_turn_too(project, start):
    write_pages(project, "new warns")
    first = held(project, start)
    first.kill()
    first.wait()
    second = start()
    assert "waiting for its end" in second.stdout.readline()
    (project / "hold").unlink()
    assert "The build failed; the published site is unchanged." in second.communicate()[1]
    assert published(project) == "old"


def test_a_build_that_waits_can_be_stopped(project, start):
    held(project, start)
    second = start()
    second.stdout.readline()
    second.send_signal(signal.SIGINT)
    said = second.communicate()[1]
    assert (second.returncode, said) == (
        130,
        "The build was stopped; the published site is unchanged.\n",
    )
    assert (project / "build/staging").exists()  # the first one's work


def faults(project, fault, switch="one step", until=0):
    """Build with a fault at each step, until a build exits with `until`; return what was found.

    For each step: exit code, site, whether a folder is left beside it; exit code and site of the
    next build. And what all of them said.
    """
    command = [sys.executable, "faults.py", fault, switch, str(until)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert 30 < len(found) < 500
    assert found[-1][0] == until
    return found, done.stderr


@pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="not run: here it takes two steps"
)
def test_a_kill_at_any_step_leaves_the_old_site_or_the_new_one(project):
    found, _ = faults(project, "kill")
    assert {code for code, *_ in found} == {-signal.SIGKILL, 0}
    assert {site for _, site, *_ in found} == {"old", "new"}
    assert {(code, site) for *_, code, site in found} == {(0, "new")}


def test_a_kill_at_any_step_forgets_no_warning(project):
    write_pages(project, "new warns")
    found, _ = faults(project, "kill", until=1)
    assert {code for code, *_ in found} == {-signal.SIGKILL, 1}
    assert {(site, code, later) for _, site, _, code, later in found} == {("old", 1, "old")}


def test_a_kill_between_two_renames_is_mended_by_the_next_build(project):
    found, _ = faults(project, "kill", "two steps")
    assert {site for _, site, *_ in found} == {"old", "", "new"}
    assert {(code, site) for *_, code, site in found} == {(0, "new")}


def test_a_site_that_was_set_aside_is_put_back_by_a_build_that_fails_too(project):
    (project / "build/html").rename(project / "build/html.old")
    write_pages(project, "new warns")
    assert run_builder(project).returncode == 1
    assert published(project) == "old"


@pytest.mark.parametrize("switch", ["one step", "two steps"])
def test_ctrl_c_from_any_step_on_again_and_again_stops_the_build_or_lets_it_end(project, switch):
    found, said = faults(project, "interrupt", switch)
    assert {tuple(step[:3]) for step in found} == {(130, "old", False), (0, "new", False)}
    assert {(code, site) for *_, code, site in found} == {(0, "new")}
    stopped = "The build was stopped; the published site is unchanged.\n"
    assert said == stopped * [code for code, *_ in found].count(130)


@pytest.mark.parametrize("switch", ["one step", "two steps"])
def test_a_full_disk_at_any_step_is_said_and_leaves_the_old_site(project, switch):
    found, said = faults(project, "fill", switch)
    failed = [step for step in found if step[0]]
    assert {tuple(step) for step in failed} == {(1, "old", False, 0, "new")}
    sentence = "No space left on device\nThe build failed; the published site is unchanged.\n"
    assert said.count(sentence) == len(failed) > 10


def run_changed(project, change):
    """Build with a module `build` that a few lines of Python change first."""
    script = f'import sys\nsys.path.insert(0, "docs/_ext")\nimport build\n{dedent(change)}\n'
    command = [sys.executable, "-c", script + "sys.exit(build.main())"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True)


def test_a_file_that_does_not_fit_is_named(project):
    (project / "docs/index.md").write_text("new" * 10_000)
    change = """
        import resource
        publish = build.publish
        def publish_with_little_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
            publish()
        build.publish = publish_with_little_room
    """
    done = run_changed(project, change)
    assert done.returncode == 1
    assert done.stderr.startswith(f"[Errno {errno.EFBIG}] {os.strerror(errno.EFBIG)}: ")
    assert "index.html" in done.stderr
    assert done.stderr.endswith("\nThe build failed; the published site is unchanged.\n")
    assert published(project) == "old"
    assert not (project / "build/html.new").exists()


@pytest.mark.parametrize("free", [[7], [1 << 30, 7]], ids=["from the start", "when Sphinx fails"])
def test_a_full_disk_is_said_in_one_sentence(project, free):
    write_pages(project, "new warns")
    change = f"""
        from types import SimpleNamespace
        free = {free}
        build.shutil.disk_usage = lambda path: SimpleNamespace(free=free.pop(0))
    """
    done = run_changed(project, change)
    assert (done.returncode, published(project)) == (1, "old")
    assert done.stderr == (
        f"The disk is full: 7 bytes are left for {project / 'build'}.\n"
        "The build failed; the published site is unchanged.\n"
    )


def test_a_site_that_cannot_be_replaced_is_put_back(project):
    """As on Windows, where a folder with an open file cannot be renamed."""
    change = """
        build.exchange = lambda one, other: False
        def refuse(event, args):
            if event == "os.rename" and str(args[0]).endswith("html.new"):
                raise PermissionError(13, "Permission denied")
        sys.addaudithook(refuse)
    """
    done = run_changed(project, change)
    assert (done.returncode, published(project)) == (1, "old")
    assert "Permission denied\nThe build failed; the published site is unchanged." in done.stderr


def test_a_killed_process_is_named(project):
    (project / "sphinx/cmd/build.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    done = run_builder(project)
    assert (done.returncode, published(project)) == (1, "old")
    assert done.stderr == (
        "docs/_ext/pages.py was ended by signal 9.\n"
        "The build failed; the published site is unchanged.\n"
    )


def test_sources_that_change_during_a_build_are_not_published(project):
    done = run_changed(project, 'build.fingerprint = iter(["1", "2"]).__next__')
    assert (done.returncode, published(project)) == (1, "old")
    assert done.stderr.startswith("The sources changed during the build: run it again.\n")


@pytest.fixture
def app(tmp_path, monkeypatch):
    """As much of Sphinx as the caches of examples and executed pages ask for."""
    monkeypatch.setattr(freshness, "fingerprint", lambda root: "1")
    config = SimpleNamespace()
    return SimpleNamespace(confdir=tmp_path, srcdir=tmp_path / "docs", config=config, _warncount=0)


CACHES = ("docs/auto_examples", "build/nbcache-1")


def cached_after(app, *ends):
    """Fill both caches in one build, which comes so far; return what the next build finds."""
    freshness.use_current_caches(app, app.config)
    for cache in CACHES:
        (app.confdir / cache / "page").touch()
    for end in ends:
        end(app)
    freshness.use_current_caches(app, app.config)
    return [(app.confdir / cache / "page").exists() for cache in CACHES]


def pages_are_whole(app):
    freshness.pages_are_whole(app, None)


def test_what_is_cached_is_used_again_when_it_was_complete(app):
    assert cached_after(app, freshness.examples_are_whole, pages_are_whole) == [True, True]
    assert cached_after(app, freshness.examples_are_whole) == [True, False]
    assert cached_after(app) == [False, False]


def test_examples_that_warned_are_made_again(app):
    app._warncount = 1
    assert cached_after(app, freshness.examples_are_whole, pages_are_whole) == [False, True]


def test_what_another_fingerprint_cached_is_made_again(app, monkeypatch):
    cached_after(app, freshness.examples_are_whole, pages_are_whole)
    monkeypatch.setattr(freshness, "fingerprint", lambda root: "2")
    freshness.use_current_caches(app, app.config)
    assert not (app.confdir / CACHES[0] / "page").exists()


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no step exchanges two names")
@pytest.mark.parametrize("relative", [False, True])
def test_two_folders_exchange_their_names_in_one_step(relative, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"was {name}").touch()
    top = Path() if relative else tmp_path
    assert exchange(top / "one", top / "other")
    assert (tmp_path / "one/was other").exists() and (tmp_path / "other/was one").exists()
    assert not exchange(top / "one", top / "neither")
