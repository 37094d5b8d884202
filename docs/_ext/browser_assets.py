"""What the Run buttons load: Pyodide, NumPy, refimpl and an editor, put into one folder.

Pyodide, the editor and the bundler come from npm, at the versions and digests of
``docs/_browser/package-lock.json``. NumPy for the browser is no package of npm or of Python's
index: REFIMPL_NUMPY_WHEEL names its wheel, or a folder that holds it. Where npm, the wheel or the
network is missing, `contents` says why and the site is built without Run buttons.

The folder is called by a digest of all that it holds, so a browser may keep it for ever.
"""

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "docs/_browser"
INSTALLED = ROOT / "build/browser"
WHEEL = "REFIMPL_NUMPY_WHEEL"
PATTERN = "numpy-*_wasm32.whl"
PACKAGED = (1980, 1, 1, 0, 0, 0)  # the date of every file in an archive: equal bytes on each day
SECONDS = 300  # for npm, on a slow network


class MissingError(Exception):
    """Why there are no Run buttons, in a sentence."""


def wheel():
    """Return the path of NumPy's wheel for the browser."""
    named = os.environ.get(WHEEL)
    if not named:
        raise MissingError(f"{WHEEL} names no wheel of NumPy for the browser")
    path = Path(named)
    found = [path] if path.is_file() else sorted(path.glob(PATTERN))
    if len(found) != 1:
        raise MissingError(f"{WHEEL}: {len(found)} files {PATTERN} in {path.name}, wanted one")
    return found[0]


def digest(data):
    return hashlib.sha256(data).hexdigest()


def install():
    """Install the packages of the lock file, unless they are there; return their folder."""
    if shutil.which("npm") is None:
        raise MissingError("npm is not installed")
    modules, stamp = INSTALLED / "node_modules", INSTALLED / "installed"
    wanted = digest((SOURCES / "package-lock.json").read_bytes())
    if stamp.exists() and stamp.read_text() == wanted:
        return modules
    INSTALLED.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, INSTALLED)
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    stamp.write_text(wanted)
    return modules


def run(*command, **environment):
    """Run a command of node; where it fails, what it said first is the reason."""
    try:
        subprocess.run(
            command,
            cwd=INSTALLED,
            env=os.environ | environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise MissingError(f"{command[0]} did not end in {SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip() or "nothing"
        raise MissingError(f"{command[0]} failed and said: {said[:500]}") from None


def bundled(modules):
    """Return the page's part, panel.js with the editor, as one file."""
    made = INSTALLED / "panel.mjs"
    esbuild = modules / "esbuild/bin/esbuild"
    options = ["--bundle", "--minify", "--format=esm", "--charset=utf8", f"--outfile={made}"]
    try:
        run("node", str(esbuild), str(SOURCES / "panel.js"), *options, NODE_PATH=str(modules))
    except MissingError as error:  # everything is there: this is a fault, and the build stops
        raise RuntimeError(str(error)) from None
    return made.read_bytes()


def digits():
    """Return scikit-learn's file of digits, for the examples that train on pictures."""
    package = Path(find_spec("sklearn").origin).parent
    return (package / "datasets/data/digits.csv.gz").read_bytes()


def archived():
    """Return refimpl and what runs programs as an archive, equal for equal sources."""
    package = ROOT / "refimpl"
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.suffix in (".py", ".toml")
    }
    files |= {path.name: path.read_bytes() for path in SOURCES.glob("*.py")}
    files["digits.csv.gz"] = digits()
    made = INSTALLED / "refimpl.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, PACKAGED), files[name], zipfile.ZIP_DEFLATED)
    return made.read_bytes()


def licences(modules):
    """Return the licences of what is handed on."""
    texts = []
    for manifest in sorted(modules.glob("**/package.json")):
        known = json.loads(manifest.read_text("utf-8"))
        if "version" not in known or known["name"].partition("/")[0] in ("esbuild", "@esbuild"):
            continue
        texts.append(f"{known['name']} {known['version']}: {known.get('license')}")
        texts += [path.read_text("utf-8") for path in sorted(manifest.parent.glob("LICENSE*"))]
    texts.append("The sources of Pyodide: https://github.com/pyodide/pyodide")
    texts.append(
        "NumPy's licences lie in its wheel; CPython's: https://docs.python.org/3/license.html"
    )
    return "\n\n".join(texts).encode()


def pyodide(modules):
    """Return Pyodide's own files; of its list of packages nothing but the versions is needed."""
    folder = modules / "pyodide"
    names = ("pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
    files = {name: (folder / name).read_bytes() for name in names}
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    files["pyodide-lock.json"] = json.dumps(lock | {"packages": {}}).encode()
    main, _, _ = (folder / "pyodide.mjs").read_bytes().partition(b"//# sourceMappingURL")
    return files | {"pyodide.mjs": main}


def contents():
    """Return the files of the folder, as bytes by name.

    Raises
    ------
    MissingError
        Where something is missing: the site is then built without Run buttons.
    """
    numpy, modules = wheel(), install()
    return {
        **pyodide(modules),
        numpy.name: numpy.read_bytes(),
        "refimpl.zip": archived(),
        "panel.mjs": bundled(modules),
        "worker.mjs": (SOURCES / "worker.mjs").read_bytes(),
        "licences.txt": licences(modules),
    }


LOADED = (".wasm", ".zip", ".whl", ".json")  # what the worker fetches, and proves


def listed(files):
    """Return the files with files.json: size and digest of those that the worker loads."""
    proved = {
        name: {"size": len(data), "sha256": digest(data)}
        for name, data in sorted(files.items())
        if name.endswith(LOADED) and "/" not in name
    }
    return {**files, "files.json": json.dumps({"files": proved}).encode()}


def folder_name(files):
    """Return a name that no folder of other contents has."""
    return digest("".join(f"{n} {digest(files[n])}\n" for n in sorted(files)).encode())[:16]
