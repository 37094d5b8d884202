"""What the reference says of itself: how many names are documented, and what a tensor can do.

```{documented}     the sentence that counts the public names, as the tests count them
```{members}        the methods of a tensor, each with a link to the function that it is
"""

import functools
import inspect

from docutils import nodes
from jinja2 import BytecodeCache
from jinja2.sandbox import SandboxedEnvironment
from numpydoc import docscrape_sphinx
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from evidence.docstrings import counts, documented
from refimpl.members import MEMBERS


class Compiled(BytecodeCache):
    """Templates as code: numpydoc would compile its own anew for each docstring."""

    def __init__(self):
        self.known = {}

    def load_bytecode(self, bucket):
        """Give the code of a template, if this very text was compiled before."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        """Keep the code of a template."""
        self.known[bucket.key, bucket.checksum] = bucket.code


class Reference(SphinxDirective):
    """A directive whose page is read anew whenever the code of a public name changes."""

    def run(self):
        for value in documented().values():
            code = value.fget if isinstance(value, property) else value
            self.env.note_dependency(inspect.getsourcefile(inspect.unwrap(code)))
        return self.content_nodes()


class Documented(Reference):
    """The sentence that counts the public names."""

    def content_nodes(self):
        sentence = (
            "Each of the {functions} public functions and {classes} classes, and of the {members} "
            "methods and properties of these classes, says what it takes, with shapes, what it "
            "returns and which errors it raises; each function, class and method has an example "
            "that the tests run."
        )
        values = counts()
        return [nodes.paragraph("", sentence.format(**values), template=sentence, values=values)]


class Members(Reference):
    """The methods of a tensor that are functions, in alphabetical order."""

    def content_nodes(self):
        items = [self.item(name, MEMBERS[name]) for name in sorted(MEMBERS) if name[0] != "_"]
        return [nodes.bullet_list("", *items)]

    def item(self, name, member):
        function = member.fget if isinstance(member, property) else member
        link = addnodes.pending_xref(
            "",
            nodes.literal("", name),
            refdomain="py",
            reftype="func",
            reftarget=f"{function.__module__}.{function.__qualname__}",
            refexplicit=True,
        )
        text = inspect.getdoc(function).partition("\n")[0]
        summary, messages = self.parse_inline(text)
        said = nodes.paragraph(text, "", *summary)
        self.set_source_info(said)
        return nodes.list_item("", nodes.paragraph("", "", link, classes=["member"]), said)


def leave_to_the_function(app, what, name, member, skip, options):
    """Leave a method that is a function to the page of that function."""
    if what == "class" and any(member is each for each in MEMBERS.values()):
        return True
    return None


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    compiled = functools.partial(SandboxedEnvironment, bytecode_cache=Compiled())
    docscrape_sphinx.SandboxedEnvironment = compiled
    app.add_directive("documented", Documented)
    app.add_directive("members", Members)
    app.connect("autodoc-skip-member", leave_to_the_function)
    return {"parallel_read_safe": True}
