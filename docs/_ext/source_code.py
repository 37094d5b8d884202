"""Code as it stands in the package: a directive that shows functions without their docstrings.

```{source} refimpl.formulas._logistic.logistic
```{source} refimpl.tape.walk.walk
:from: the text of the line with which to begin

Every entry of the reference gets a link to its lines where the sources are hosted.
"""

import ast
import importlib.util
import inspect
import pkgutil
import textwrap
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]


class Source(SphinxDirective):
    """Show one function or several, below each other."""

    required_arguments = 1
    optional_arguments = 60
    option_spec = {"from": directives.unchanged_required}

    def run(self):
        """Return one block of code."""
        text = "\n\n\n".join(self.function(path) for path in self.arguments)
        block = nodes.literal_block(text, text, language="python")
        self.set_source_info(block)
        return [block]

    def function(self, path):
        """Return the text of one function, and read the page again when its file changes."""
        module, _, name = path.rpartition(".")
        file = Path(importlib.util.find_spec(module).origin)
        self.env.note_dependency(str(file))
        shown = lines_of(file.read_text(encoding="utf-8"), name)
        if shown is None:
            raise self.error(f"{module} has no function {name}")
        if "from" in self.options:
            wanted = self.options["from"]
            start = next((i for i, line in enumerate(shown) if wanted in line), None)
            if start is None:
                raise self.error(f":from: no line of {name} holds {wanted!r}")
            shown = textwrap.dedent("\n".join(shown[start:])).splitlines()
        return "\n".join(shown)


def lines_of(text, name):
    """Return the lines of a function or a class without its docstring, or None."""
    lines = text.splitlines()
    found = [node for node in ast.parse(text).body if getattr(node, "name", "") == name]
    if not found:
        return None
    first, last = found[0].lineno, found[0].end_lineno
    if not ast.get_docstring(found[0]):
        return lines[first - 1 : last]
    words = found[0].body[0]
    return lines[first - 1 : words.lineno - 1] + lines[words.end_lineno : last]


def address(root, module, name):
    """Return the address of the lines that define a name of the package, or None."""
    found = pkgutil.resolve_name(f"{module}.{name}")
    found = inspect.unwrap(found.fget if isinstance(found, property) else found)
    try:
        lines, first = inspect.getsourcelines(found)
        path = Path(inspect.getsourcefile(found)).relative_to(ROOT)
    except (TypeError, OSError, ValueError):  # a number, a module of Python's own
        return None
    return f"{root}/{path.as_posix()}#L{first}-L{first + len(lines) - 1}"


def link_sources(app, config):
    """Let every entry of the reference link its source where that is hosted."""
    options = config.html_theme_options
    hosted = options.get("source_repository")
    root = f"{hosted}/blob/{options.get('source_branch', 'main')}"

    def resolve(domain, info):
        wanted = hosted and domain == "py"
        return address(root, info["module"], info["fullname"]) if wanted else None

    config.linkcode_resolve = resolve


def setup(app):
    """Add the directive, and the links."""
    app.add_directive("source", Source)
    app.setup_extension("sphinx.ext.linkcode")
    app.connect("config-inited", link_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
