"""What a run found, for the page: how many mutants of each part and kind the tests noticed."""

import datetime
import json
import platform
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path

from evidence.mutation.sample import kind, part

FILE = Path("docs/_data/mutation.json")
REASONS = Path("evidence/mutation/survivors.toml")
PACKAGES = ("cosmic-ray", "coverage", "pytest")


def reasons():
    """Return (file, function, change) -> why no test can notice the change."""
    found = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("survivor", [])
    return {(each["file"], each["function"], each["change"]): each["reason"] for each in found}


def stale():
    """Return the reasons whose code is gone: the file, or what the change begins with."""
    found = []
    for file, function, change in reasons():
        path, was = Path(file), change.partition(" → ")[0]
        if not path.exists() or was not in " ".join(path.read_text("utf-8").split()):
            found.append((file, function, change))
    return found


def place(mutation, result):
    """Return the place and the change of a mutation in words that outlive changes elsewhere."""
    return str(mutation.module_path), mutation.definition_name or "", result.diff


def made(session, seed, revision):
    """Return the record of a session in which every mutant was tried."""
    tried = [(item.mutations[0], result) for item, result in session.completed_work_items]
    mutants = Counter((part(m.module_path), kind(m)) for m, _ in tried)
    killed = Counter((part(m.module_path), kind(m)) for m, result in tried if result.is_killed)
    late = sum(result.output.startswith("timeout") for _, result in tried)
    alive = sorted(place(*each) for each in tried if not each[1].is_killed)
    why = reasons()
    return {
        "date": datetime.date.today().isoformat(),
        "revision": revision,
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in PACKAGES},
        "seed": seed,
        "mutants": len(tried),
        "killed": sum(killed.values()),
        "timeouts": late,
        "strata": [
            {"part": name, "kind": of, "mutants": mutants[name, of], "killed": killed[name, of]}
            for name, of in sorted(mutants)
        ],
        "survivors": [
            {"file": file, "function": function, "change": change}
            | {"reason": why.get((file, function, change), "")}
            for file, function, change in alive
        ],
    }


def show(found, write):
    """Print what survived, write the record where it is asked for; return the exit code."""
    for survivor in found["survivors"]:
        where = f"{survivor['file']}, {survivor['function'] or 'module'}"
        print(f"{where}: {survivor['change']}: {survivor['reason'] or 'NO REASON'}")
    print(f"{found['killed']} of {found['mutants']} mutants are noticed")
    gone = stale()
    for file, function, change in gone:
        print(f"{REASONS}: {file}, {function or 'module'}: {change}: this code is gone")
    if write:
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(bool(gone) or not all(survivor["reason"] for survivor in found["survivors"]))
