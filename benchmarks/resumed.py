"""Long runs in blocks: what is done stands in a file, and a run that was stopped goes on there."""

import json
import time

from tqdm import tqdm

from evidence.kept import write_whole


def kept(path):
    """Return what is done, by name."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def advance(path, what, size, step, block):
    """Compare blocks until a run has its size, and write after each block what is done.

    `block(start, stop)` returns how many results were compared, how many of them mpmath has judged,
    and which are wrong. A run of other code begins again. Others may run at the same time: only
    the entry of this one is changed.
    """
    key = f"{what['function']} {what['dtype']}"
    done = kept(path).get(key)
    if done is None or done["code"] != what["code"]:
        done = what | {"next": 0, "compared": 0, "judged": 0, "wrong": [], "seconds": 0.0}
    with tqdm(total=size, initial=done["next"], unit_scale=True, desc=key) as bar:
        while done["next"] < size:
            began, start = time.perf_counter(), done["next"]
            stop = min(size, start + step)
            compared, judged, wrong = block(start, stop)
            done["next"] = stop
            done["compared"] += compared
            done["judged"] += judged
            done["wrong"] += wrong
            done["seconds"] += time.perf_counter() - began
            write_whole(path, json.dumps(kept(path) | {key: done}, indent=1))
            bar.update(stop - start)
            bar.set_postfix(wrong=len(done["wrong"]), judged=done["judged"])
    return done
