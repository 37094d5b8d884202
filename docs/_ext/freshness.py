"""Numbers are never older than what they depend on, and every page says when they were computed.

The cache of executed pages has the fingerprint in its path, the generated gallery is thrown away
when the fingerprint changes, and a configuration value makes Sphinx read every page again.

jupyter-cache and sphinx-gallery note a page as done before they write it, so a kill or a full disk
between the two would leave it missing, cut off or old for good. Both folders therefore carry a
stamp, the fingerprint: it is removed before they are used and written when they are complete.
"""

import functools
import shutil
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from evidence.fingerprint import SOURCES, fingerprint
from evidence.kept import kept

STAMP = ".whole"


def caches(app):
    """Return the folders of the generated examples and of the executed pages."""
    return Path(app.srcdir) / "auto_examples", Path(app.config.nb_execution_cache_path)


def use_current_caches(app, config):
    """Point the caches at the current fingerprint before anything is executed."""
    root = Path(app.confdir)
    current = config.refimpl_fingerprint = fingerprint(root)
    config.nb_execution_cache_path = str(root / f"build/nbcache-{current}")
    for folder in caches(app):
        stamp = folder / STAMP
        if not stamp.exists() or stamp.read_text() != current:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        stamp.unlink(missing_ok=True)
    drop_removed_examples(root / "gallery", caches(app)[0])


def drop_removed_examples(scripts, examples):
    """Delete what was generated from scripts that are gone."""
    for generated in examples.rglob("plot_*.rst"):
        if not (scripts / generated.relative_to(examples).with_suffix(".py")).exists():
            for leftover in generated.parent.glob(f"{generated.stem}.*"):
                leftover.unlink()


def examples_are_whole(app):
    """Stamp the examples; one with a warning is made again, or it would give none next time."""
    if not app._warncount:  # Sphinx counts for -W and has no public name for it
        (caches(app)[0] / STAMP).write_text(app.config.refimpl_fingerprint)


def pages_are_whole(app, env):
    """Stamp the executed pages when all have been read."""
    (caches(app)[1] / STAMP).write_text(app.config.refimpl_fingerprint)


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
    return kept("computed", facts, sources=SOURCES)


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
    app.connect("builder-inited", examples_are_whole, priority=900)  # after sphinx-gallery
    app.connect("env-updated", pages_are_whole, priority=100)  # before checks that may stop
    app.connect("env-get-outdated", drop_removed_pages)
    app.connect("html-page-context", date_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
