"""The runs that were recorded, for the page of departures: when, from which seed, what differed."""

import datetime
import json
from pathlib import Path

RUNS = Path(__file__).with_suffix(".json")


def recorded(path=RUNS):
    """Return the runs, the newest last."""
    return json.loads(path.read_text(encoding="utf-8"))


def note(fuzz, path=RUNS):
    """Add a run at its end."""
    run = {
        "date": datetime.date.today().isoformat(),
        "seed": fuzz.seed,
        "lines": fuzz.calls,
        "departures": sum(fuzz.covered.values()),
        "differences": len(fuzz.differences),
    }
    whole = json.dumps([*recorded(path), run], indent=1)
    path.write_text(whole + "\n", encoding="utf-8")


def table():
    """Return the runs as a table of Markdown."""
    head = ["date", "seed", "lines", "programs that end at a departure", "other differences"]
    rows = [[str(cell) for cell in run.values()] for run in recorded()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
