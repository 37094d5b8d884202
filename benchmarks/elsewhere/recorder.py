"""Install a library in an environment of its own, ask it every case, and record the answers.

    python -m benchmarks.elsewhere NAME...       the libraries named in libraries.toml
    python -m benchmarks.elsewhere               all of them; minutes and gigabytes

The environments lie in build/elsewhere and are used again while the pins stay the same; delete
them at will. What is installed here already in the pinned version, torch, runs here. The answers
go to docs/_data/elsewhere.json, where those of other libraries stay as they are.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks import machine

RECORD = "elsewhere.json"
LIBRARIES = tomllib.loads(Path(__file__).with_name("libraries.toml").read_text("utf-8"))
FOLDER = machine.ROOT / "build" / "elsewhere"
LONGEST = 1800  # seconds that an installation or a run may take
PRINTED = "import sys, importlib.metadata as m; print(sys.version.split()[0], *map(m.version, {}))"


def names(library):
    """Return the packages of a library without their versions."""
    return [package.partition("==")[0] for package in library["packages"]]


def here(library):
    """Tell whether the running Python has what a library needs."""
    pins = (package.split("==") for package in library["packages"])
    return all(
        any(
            found.version.partition("+")[0] == version
            for found in metadata.distributions(name=name)
        )
        for name, version in pins
    )


def interpreter(library):
    """Find the Python that a library wants."""
    wanted = f"python{library['python']}" if "python" in library else ""
    found = shutil.which(wanted) if wanted else sys.executable
    if found is None:
        raise SystemExit(f"{wanted} is not on the PATH: install it, or leave this library out.")
    return found


def environment(name, library):
    """Return the Python of a library's environment; make it where the pins are new."""
    folder = FOLDER / name
    python, stamp = folder / "bin" / "python", folder / "pins"
    pins = "\n".join(library["packages"])
    if not stamp.exists() or stamp.read_text("utf-8") != pins:
        shutil.rmtree(folder, ignore_errors=True)
        options = {"check": True, "timeout": LONGEST}
        subprocess.run([interpreter(library), "-m", "venv", folder], **options)
        install = [python, "-m", "pip", "install", "-q", "--no-compile"]
        subprocess.run([*install, "--disable-pip-version-check", *library["packages"]], **options)
        stamp.write_text(pins, encoding="utf-8")
    return python


def asked(python, name, library):
    """Run the cases in an environment and return its versions and the answers."""
    variables = os.environ | {"PYTHONPATH": str(machine.ROOT)} | library.get("environment", {})
    options = {"env": variables, "stdout": subprocess.PIPE, "text": True, "timeout": LONGEST}
    run = [python, "-m", "benchmarks.elsewhere.run", name]
    answers = subprocess.run(run, check=True, **options).stdout
    listed = subprocess.run([python, "-c", PRINTED.format(names(library))], check=True, **options)
    versions = dict(zip(["python", *names(library)], listed.stdout.split(), strict=True))
    return {"versions": versions, "cases": json.loads(answers.splitlines()[-1])}


def record(name):
    """Ask one library and write down what it answered."""
    library = LIBRARIES[name]
    python = sys.executable if here(library) else environment(name, library)
    FOLDER.mkdir(parents=True, exist_ok=True)
    run = {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": machine.cpu_name(),
        **asked(python, name, library),
    }
    kept = machine.read(RECORD) if (machine.DATA / RECORD).exists() else {}
    kept[name] = run
    machine.write(RECORD, {each: kept[each] for each in LIBRARIES if each in kept})
    return run


def main(chosen):
    """Record the chosen libraries, or all."""
    unknown = [name for name in chosen if name not in LIBRARIES]
    if unknown:
        raise SystemExit(f"{', '.join(unknown)}: not among {', '.join(LIBRARIES)}.")
    for name in chosen or LIBRARIES:
        print(name, ", ".join(f"{each} {v}" for each, v in record(name)["versions"].items()))
