"""Where and with what a measurement was made, and the file that keeps it."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "docs" / "_data"
CORES = os.cpu_count()
PACKAGES = ("numpy", "torch", "scipy", "onnx", "mpmath", "pytest-benchmark")


def cpu_name():
    """Return the processor's own name, as far as the system tells it."""
    listing = Path("/proc/cpuinfo")
    names = listing.read_text("utf-8").splitlines() if listing.exists() else []
    found = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return found[0] if found else platform.processor() or platform.machine()


def kind_of_cpu():
    """Return what the last bits of NumPy and torch depend on."""
    import torch

    return {
        "capability": torch.backends.cpu.get_cpu_capability(),
        "simd": np.show_config(mode="dicts")["SIMD Extensions"]["found"],
    }


def versions(packages):
    """Return the versions of Python and of every library that is measured."""
    return {"python": platform.python_version()} | {p: metadata.version(p) for p in packages}


def run_of(script, packages):
    """Return when, where and with what a script ran."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "script": script,
        "cpu": cpu_name(),
        "cores": CORES,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": versions(packages),
    }


def header(script):
    """Return what a recorded file says of a run that compares libraries."""
    return run_of(script, PACKAGES) | kind_of_cpu()


def write(name, record):
    """Keep a record where its page finds it."""
    DATA.mkdir(exist_ok=True)
    path = DATA / name
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return path.relative_to(ROOT)


def read(name):
    """Return a record."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
