"""The project stands alone: its commands agree, and it knows no machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from refimpl import formulas

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python3 -m venv .venv && .venv/bin/pip install tox && .venv/bin/tox run -e {}"
MACHINE = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|work|opt|mnt|srv|tmp|var/folders)/\w|[A-Z]:\\\\Users"
)


def files():
    """Return the files that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_path_of_a_machine():
    texts = [
        p
        for p in files()
        if p.suffix not in {".inv", ".woff2", ".png", ".gz"} and p != Path(__file__)
    ]
    named = [
        f"{p.relative_to(ROOT)}: {found[0]}"
        for p in texts
        if (found := MACHINE.search(p.read_text("utf-8")))
    ]
    assert named == []


@pytest.mark.parametrize("text", ["open('/home/me/x')", "cd /srv/x", '"/tmp/x"'])
def test_a_path_of_a_machine_would_be_found(text):
    assert MACHINE.search(text)


@pytest.mark.parametrize("environment", ["docs", "tests"])
def test_the_readme_gives_each_command_on_one_line(environment):
    assert COMMAND.format(environment) in (ROOT / "README.md").read_text("utf-8").splitlines()


def test_the_chinese_readme_has_the_same_commands_and_programs():
    block = re.compile(r"^```.*?^```$", re.M | re.S)
    texts = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    assert block.findall(texts[0]) == block.findall(texts[1])


def test_continuous_integration_takes_its_command_from_the_readme():
    script = (ROOT / ".ci/run").read_text("utf-8")
    pattern = re.search(r"grep -m 1 '([^']+)' README.md", script)[1]
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(pattern, line)] == [COMMAND.format("tests")]
    assert COMMAND.format("docs") in (ROOT / ".github/workflows/pages.yml").read_text("utf-8")


def test_every_requirement_is_pinned():
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    for path in (ROOT / "requirements").glob("*.txt"):
        for name in path.read_text("utf-8").split():
            assert re.search(rf"^{re.escape(name)}==", pins, re.M), f"{path.name}: {name}"


def test_the_package_needs_numpy_alone():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [re.match(r"\w+", need)[0] for need in project["dependencies"]] == ["numpy"]


def test_pages_name_the_roles_of_formulas_as_they_are_called():
    """A reader calls ``softmax.vjp``; the function ``softmax_vjp`` is private."""
    role = re.compile(rf"`(?:{'|'.join(formulas.__all__)})_\w*(?:vjp|jvp|pullback)`")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = {page.name: role.findall(page.read_text("utf-8")) for page in pages}
    assert len(pages) > 20 and not any(found.values()), found
