"""What a reader loads and waits for, measured on the built site on the loopback.

    python -m benchmarks.site                 print what was measured and which goals are met
    python -m benchmarks.site --record        and write docs/_data/site.json
    python -m benchmarks.site lighthouse      one part: lighthouse, weight, run or build

Lighthouse comes from npm, at one version; it looks at a page as on a phone, with its simulated slow
network and processor. All else that a machine does can only make a page slower, so of several
rounds the best one counts. `build` builds the site with the Run buttons and without them, in turn.
"""

import functools
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import machine
from benchmarks.goals import goal, show
from benchmarks.served import served
from evidence.command import parser, recording
from evidence.links import read, target

RECORD = "site.json"
SITE = machine.ROOT / "build/html"
LIGHTHOUSE = "12.8.2"  # the newest that runs on node 20
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = (
    "en/index.html",
    "en/derivations/softmax.html",
    "en/articles/a5.html",
    "en/auto_examples/a4/plot_flip_labels.html",
    "en/questions/which_dim.html",
    "zh_CN/derivations/softmax.html",
)
ROUNDS = 3
PROGRAM = "en/questions/which_dim.html"
KILOBYTE = 1000
WHEEL = "REFIMPL_NUMPY_WHEEL"


def browser():
    """Return the path of Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise SystemExit("Chromium is not installed; what is measured needs it.")
    return found


def version():
    """Return the version of Chromium."""
    said = subprocess.run([browser(), "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


# ---- Lighthouse ----------------------------------------------------------------------------------


def audited(address):
    """Return scores, layout shift and bytes of one look at a page."""
    command = ["npx", "--yes", f"lighthouse@{LIGHTHOUSE}", address, "--output=json", "--quiet"]
    command += [f"--only-categories={','.join(CATEGORIES)}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": browser()}
    )
    if done.returncode:
        raise SystemExit(f"Lighthouse failed and said: {done.stderr[-500:]}")
    found = json.loads(done.stdout)
    audits = found["audits"]
    return {
        "scores": [round(100 * found["categories"][name]["score"]) for name in CATEGORIES],
        "shift": audits["cumulative-layout-shift"]["numericValue"],
        "bytes": audits["total-byte-weight"]["numericValue"],
        "costs": sorted(
            key
            for category in CATEGORIES
            for each in found["categories"][category]["auditRefs"]
            if each["weight"] and (audits[(key := each["id"])]["score"] or 0) < 1
        ),
    }


def lighthouse():
    """Look at every page some times; return the best look at each."""
    rows = []
    with served(SITE) as address:
        for page in PAGES:
            looks = [audited(address + page) for _ in range(ROUNDS)]
            best = max(looks, key=lambda look: look["scores"])
            rows.append({"page": page} | best | {"shift": max(look["shift"] for look in looks)})
            print(page, best["scores"], f"shift {rows[-1]['shift']:.3f}", best["costs"])
    return rows


# ---- weight --------------------------------------------------------------------------------------


@functools.cache
def sent(path):
    """Return how many bytes of a file are sent by a host that compresses."""
    data = path.read_bytes()
    return min(len(data), len(gzip.compress(data, 6)))


def weights(site):
    """Return the bytes of every page with all that it loads before Run."""
    return {name: sum(map(sent, loaded(site, name, page))) for name, page in read(site).items()}


def loaded(site, name, page):
    """Return the files that come with a page: of two sizes of a picture the one for a phone."""
    now = set(page.loaded) - page.later
    files = {target(name, page, reference)[0] for reference in now} | {name}
    files -= {file.replace("_2_00x.", ".") for file in files if "_2_00x." in file}
    return [site / file for file in files if (site / file).is_file()]


def heaviest():
    """Return the heaviest page of each kind, which is its folder, in kB."""
    found = {}
    for name, size in weights(SITE).items():
        kind = str(Path(name).parent)
        if size > found.get(kind, ("", 0))[1]:
            found[kind] = name, size
    return [{"page": name, "kB": round(size / KILOBYTE)} for name, size in found.values()]


# ---- Run -----------------------------------------------------------------------------------------

FIRST_OUTPUT = """async button => {
    const start = performance.now();
    button.click();
    for (;;) {
        const shown = document.querySelector(".run-output");
        if (shown && shown.textContent && performance.now() > start) break;
        await new Promise(requestAnimationFrame);
    }
    return (performance.now() - start) / 1000;
}"""
LOADED = """() => performance.getEntriesByType("resource")
    .filter(entry => entry.name.includes("/run/"))
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""


def pressed(page):
    """Press Run and return the seconds until something is printed; wait for the end."""
    seconds = page.locator(".run-button").first.evaluate(FIRST_OUTPUT)
    page.locator(".run-status", has_text="Done").first.wait_for()
    return seconds


def first_output():
    """Return seconds from click to output: at the first visit, again, and on a second visit."""
    from playwright.sync_api import sync_playwright

    cold, again, second, reloaded = [], [], [], []
    with served(SITE) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        for _ in range(ROUNDS):
            context = chromium.new_context()
            page = context.new_page()
            page.goto(address + PROGRAM)
            cold.append(pressed(page))
            again += [pressed(page) for _ in range(ROUNDS)]
            page.reload()
            second.append(pressed(page))
            reloaded.append(page.evaluate(LOADED))
            context.close()
        chromium.close()
    return {
        "cold": min(cold),
        "again": min(again),
        "second visit": min(second),
        "bytes": max(reloaded),
    }


# ---- build ---------------------------------------------------------------------------------------


def built(wheel):
    """Build the site, with Run where a wheel is named; return the seconds of the processor."""
    environment = {k: v for k, v in os.environ.items() if k != WHEEL} | wheel
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "docs/_ext/build.py"]
    subprocess.run(command, cwd=machine.ROOT, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def build_times():
    """Return the seconds of a build without and with Run; each of them writes every page anew."""
    if WHEEL not in os.environ:
        raise SystemExit(f"{WHEEL} has to name the wheel of NumPy for the browser.")
    wheel = {WHEEL: os.environ[WHEEL]}
    found = {"without": [], "with": []}
    built(wheel)  # what is kept from one build to the next is there, and the buttons are
    for _ in range(ROUNDS):
        found["without"].append(built({}))
        found["with"].append(built(wheel))
    return {name: min(seconds) for name, seconds in found.items()}


# ---- goals ---------------------------------------------------------------------------------------


def goals(record):
    """Return every goal with what was measured."""
    judged, rows = [], record.get("lighthouse")
    if rows:
        for i, (name, must) in enumerate(zip(CATEGORIES, (2, 0, 0, 0), strict=True)):
            missing = max(100 - row["scores"][i] for row in rows)
            judged.append(goal(f"points of Lighthouse that a page lacks: {name}", missing, must, 0))
        judged.append(goal("largest layout shift", max(row["shift"] for row in rows), 0, 0))
    if "weight" in record:
        most = max(row["kB"] for row in record["weight"])
        judged.append(goal("heaviest page with all that it loads before Run, kB", most, 200, 200))
    if run := record.get("run"):
        judged.append(goal("from click to first output, first visit, seconds", run["cold"], 5, 5))
        judged.append(goal("from click to first output, again, seconds", run["again"], 0.1, 0.1))
        judged.append(goal("bytes of Run that a second visit loads", run["bytes"], 0, 0))
    if times := record.get("build"):
        added = times["with"] - times["without"]
        judged.append(goal("seconds of the processor that Run adds to a build", added, 10, 10))
    return judged


PARTS = {"lighthouse": lighthouse, "weight": heaviest, "run": first_output, "build": build_times}


def main(arguments):
    """Measure the named parts, or all; keep the other parts of the record."""
    command = parser("python -m benchmarks.site", __doc__)
    given = recording(command, arguments, list(PARTS), "part")
    names = given.names or list(PARTS)
    found = {name: PARTS[name]() for name in names}
    show(goals(found))
    if given.record:
        kept = machine.read(RECORD) if (machine.DATA / RECORD).exists() else {}
        parts = {name: found.get(name, kept.get(name)) for name in PARTS}
        head = machine.run_of("tox run -e site -- --record", ("sphinx", "playwright"))
        head["versions"] |= {"Chromium": version(), "Lighthouse": LIGHTHOUSE}
        head |= machine.kind_of_cpu()
        record = head | {name: part for name, part in parts.items() if part}
        print(machine.write(RECORD, record | {"goals": goals(record)}))


if __name__ == "__main__":
    main(sys.argv[1:])
