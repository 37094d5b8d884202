"""Numbers are never older than what they depend on, and every page says when they were computed.

The cache of executed pages has the fingerprint in its path, the generated gallery is thrown away
when the fingerprint changes, and a configuration value makes Sphinx read every page again.
"""

import functools
import shutil
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from evidence.fingerprint import fingerprint
from evidence.kept import kept


def use_current_caches(app, config):
    """Point the caches at the current fingerprint before anything is executed."""
    root = Path(app.confdir)
    current = config.refimpl_fingerprint = fingerprint(root)
    config.nb_execution_cache_path = str(root / f"build/nbcache-{current}")
    examples = Path(app.srcdir) / "auto_examples"
    stamp = examples / ".fingerprint"
    if not stamp.exists() or stamp.read_text() != current:
        shutil.rmtree(examples, ignore_errors=True)
        examples.mkdir()
        stamp.write_text(current)
    for generated in examples.rglob("plot_*.rst"):
        script = root / "gallery" / generated.relative_to(examples).with_suffix(".py")
        if not script.exists():
            for leftover in generated.parent.glob(f"{generated.stem}.*"):
                leftover.unlink()


def facts():
    """Return the versions, the CPU capability and the time."""
    import torch

    return {
        "torch": torch.__version__,
        "numpy": metadata.version("numpy"),
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "time": datetime.now(UTC).timestamp(),
    }


@functools.cache
def computed():
    """Return the facts of the first build of this fingerprint."""
    return kept("computed", facts)


def time_of_numbers(app, page, default):
    """Say when the numbers of a page were computed: an example, a notebook, or the ledger."""
    example = Path(app.srcdir) / f"{page}.py.md5"
    if example.exists():
        return example.stat().st_mtime
    return app.env.metadata.get(page, {}).get("exec_data", {}).get("mtime", default)


def date_page(app, page, template, context, doctree):
    """Hand the versions and the date to the page's template."""
    first = computed()
    moment = datetime.fromtimestamp(time_of_numbers(app, page, first["time"]), UTC)
    context["computed"] = first | {"date": moment.date().isoformat()}


def start_empty(app):
    """Clear the output when nothing of it is known: a page of an earlier build may lie there."""
    if not app.env.all_docs:
        shutil.rmtree(app.outdir, ignore_errors=True)
        app.outdir.mkdir(parents=True)


def drop_removed_pages(app, env, added, changed, removed):
    """Delete the output of pages that are gone: Sphinx leaves it where it lies."""
    for page in removed:
        Path(app.builder.get_output_path(page)).unlink(missing_ok=True)
    return []


def setup(app):
    app.add_config_value("refimpl_fingerprint", "", "env")
    app.connect("config-inited", use_current_caches, priority=0)
    app.connect("builder-inited", start_empty, priority=0)
    app.connect("env-get-outdated", drop_removed_pages)
    app.connect("html-page-context", date_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
