"""Directives that show what benchmarks/ recorded, so that no measured number is typed.

```{measured-with} accuracy.json      when, where and with what a record was made
```{accuracy} float32                 the worst of all families, a row to an operator
```{accuracy-families} float32        every family, folded up operator by operator
```{accuracy-figure} by-size          a figure; the content is its caption and what is seen
```{exhaustive}                       inputs of one number that were compared with exact results
```{rows}                             results of rows that were compared with exact ones
```{shifting}                         errors of shifted and unshifted formulas
```{speed} formulas                   ratios of times, a row to an operator, dtype and shape
```{speed} reused                     the same where memory is reused
```{speed} tape
```{memory}                           peak of memory over the size of the results
```{goals} builds.json                what was to be reached, and what was
```{builds}                           this build beside an older one
```{seed-speed}                       how fast all seeds are tried, beside the same in C
```{pictures}                         A4's epoch beside other ways to compute it
```{studies}                          what the gallery's studies print on all images
```{shards} ranks                     bytes, memory and times of sharded and chunked classes
```{site-pages}                       what Lighthouse says of pages, and how much each of them loads
```{heaviest-pages}                   the heaviest page of every folder
"""

import functools
import math
from itertools import groupby

import figures
from docutils import nodes
from folded import folded
from ledger import LedgerDirective, plain
from tables import table

from benchmarks import goals, machine
from benchmarks.accuracy import summary

LIBRARIES = ("refimpl", "torch", "SciPy", "onnx")
ALONE = {name: f"{name}, 1 thread" for name in ("refimpl", "torch")}


@functools.cache
def record(name):
    """Read a record once."""
    return machine.read(name)


def text(string, css=""):
    """Make a cell of characters that no translation touches."""
    return [plain(css, nodes.Text(string))]


def code(string):
    """Make a cell that holds a name."""
    return [plain("", nodes.literal("", string))]


def digits(number, most=3):
    """Write a number in a few characters."""
    if math.isinf(number):
        return "∞"
    if number and not 1e-3 <= abs(number) < 1e4:
        mantissa, _, exponent = f"{number:.0e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    if abs(number) < 999.5:  # else .3g writes 1e+03
        return f"{number:.{most}g}"
    return f"{number:.0f}"


def share(part):
    """Write a share in percent; only what is whole is 100."""
    return f"{math.floor(1000 * part) / 10:g} %"


def score(entry):
    """Show error, share correctly rounded, and zeros where there are any."""
    ulp, correct, flushed, scaled = entry
    error = digits(ulp) if scaled == ulp else f"{digits(ulp)} ({digits(scaled)})"
    return [
        plain("score-ulp", nodes.Text(error)),
        plain("score-share", nodes.Text(share(correct))),
        *([plain("score-zeros", nodes.Text(f"z {flushed}"))] if flushed else []),
    ]


class Measured(LedgerDirective):
    """What the directives share."""

    required_arguments = 0
    optional_arguments = 1
    source = ""

    def record(self):
        """Return the record, and read the page again when it changes."""
        self.env.note_dependency(str(machine.DATA / self.source))
        return record(self.source)


class MeasuredWith(Measured):
    """Say when, where and with what a record was made."""

    def run(self):
        self.source = self.arguments[0]
        kept = self.record()
        load = str(kept.get("load") or "")  # the mean of a minute, when the record was written
        versions = ", ".join(f"{name} {version}" for name, version in kept["versions"].items())
        processor = f"{kept['cpu']} ({kept['capability']})" if "capability" in kept else kept["cpu"]
        rows = [
            [[self.word("date")], text(kept["date"])],
            [[self.word("command")], code(kept["script"])],
            [[self.word("processor")], text(processor)],
            [[self.word("cores")], text(str(kept["cores"]))],
            [[self.word("versions")], text(versions)],
            *([[[self.word("programs running")], text(load)]] if load else []),
            *([[[self.word("older build")], code(kept["old"])]] if kept.get("old") else []),
        ]
        return [table([], rows, "measured-with")]


class Accuracy(Measured):
    """Show the worst of all families."""

    source = "accuracy.json"

    def run(self):
        (dtype,) = self.arguments
        head = [[self.word("operator")], *map(code, LIBRARIES)]
        rows = [
            [code(operator), *self.cells(summary(by_dtype[dtype]))]
            for operator, by_dtype in self.record()["scores"].items()
        ]
        return [table(head, rows, "scores")]

    def cells(self, entries):
        """Show a cell for every library, empty where it has no such operator."""
        return [score(entries[name]) if name in entries else text("") for name in LIBRARIES]


class AccuracyFamilies(Accuracy):
    """Show every family, folded up."""

    def run(self):
        (dtype,) = self.arguments
        shown = []
        for operator, by_dtype in self.record()["scores"].items():
            if len(by_dtype[dtype]) == 1:
                continue
            head = [[self.word("family")], *map(code, LIBRARIES)]
            rows = [
                [[self.word(family)], *self.cells(entries)]
                for family, entries in by_dtype[dtype].items()
            ]
            (title,) = code(f"{operator}, {dtype}")
            shown.append(folded(title, table(head, rows, "scores")))
        return shown


class SameBits(Measured):
    """Show how many results keep their bits under fewer instructions."""

    source = "same_bits.json"

    def run(self):
        by_operator = {}
        for entry in self.record()["shares"]:
            library, name, dtype, classes = entry["row"]
            by_operator.setdefault((name, dtype, classes), {})[library] = entry["fewer"]
        head = [self.word("operator"), self.word("classes"), nodes.Text("torch, AVX2")]
        head += [self.word("torch, without AVX"), self.word("refimpl, without AVX")]
        rows = [
            [
                code(f"{name}, {dtype}"),
                text(str(classes)),
                *(text(share(s)) for s in (*found["torch"], *found["refimpl"])),
            ]
            for (name, dtype, classes), found in by_operator.items()
        ]
        return [table([[cell] for cell in head], rows, "ratios by-row")]


class Exhaustive(Measured):
    """Show how many inputs were compared with the exact results, and how many were wrong."""

    source = "exhaustive.json"

    def run(self):
        head = [[self.word(name)] for name in ("function", "inputs", "compared", "wrong")]
        rows = [
            [
                code(f"{run['function']}, {run['dtype']}"),
                text(grouped(1 << (16 if run["dtype"] == "float16" else 32))),
                text(grouped(run["next"])),
                text(str(len(run["wrong"]))),
            ]
            for run in self.record()["runs"]
        ]
        return [table(head, rows, "ratios by-row")]


class Rows(Measured):
    """Show how many results of rows were compared with the exact ones, and how many were wrong."""

    source = "rows.json"

    def run(self):
        names = ("function", "logits", "results compared", "by mpmath", "wrong")
        counts = ("next", "compared", "judged")
        rows = [
            [
                code(run["function"]),
                *(text(grouped(run[name])) for name in counts),
                text(str(len(run["wrong"]))),
            ]
            for run in self.record()["runs"]
        ]
        return [table([[self.word(name)] for name in names], rows, "ratios by-row")]


class AccuracyFigure(Measured):
    """Draw a figure of the recorded findings."""

    source = "accuracy.json"
    has_content = True

    def run(self):
        (name,) = self.arguments
        path = figures.draw(name, self.record()["findings"])
        self.env.note_dependency(figures.__file__)
        up = "../" * (self.env.docname.count("/") + 1)
        uri = up + path.relative_to(figures.ROOT).as_posix()
        figure = nodes.figure(classes=["measured"])
        text, seen = self.parse("\n".join(self.content))
        figure += nodes.image(uri=uri, alt=seen.astext())
        caption = nodes.caption(text.rawsource, "", *text.children)
        caption.source, caption.line = text.source, text.line
        figure += caption
        return [figure]


class Shifting(Measured):
    """Show the errors of shifted and unshifted formulas."""

    source = "accuracy.json"
    columns = {
        "lse unshifted": r"$\log \sum e^x$",
        "lse shifted": r"$m + \log \sum$",
        "softmax unshifted": r"$e^x / \sum$",
        "softmax division": r"$e^{x-m} / \sum$",
        "softmax exp": r"$e^{x-\ell}$",
    }

    def run(self):
        head = [[self.word("family")], *(self.parse(formula) for formula in self.columns.values())]
        found = self.record()["findings"]["shifting"]
        rows = [
            [
                [*code(row["dtype"]), self.word(row["family"])],
                *(text(digits(row["errors"][name])) for name in self.columns),
            ]
            for row in found
        ]
        return [table(head, rows, "scores")]


def ratio(times, other):
    """Show refimpl's time over that of another."""
    return text(digits(times["refimpl"] / times[other])) if other in times else text("")


class Speed(Measured):
    """Show the ratios of times."""

    source = "benchmarks.json"

    def run(self):
        (name,) = self.arguments
        rows = self.record()[name]
        return self.tape(rows) if name == "tape" else self.formulas(rows)

    def tape(self, rows):
        """Show single operations, in microseconds and beside NumPy, then the programs."""

        def row_of(row, unit):
            time, program = row["values"]["refimpl"], [self.word(row["row"][0])]
            return [program, text(digits(time / unit)), ratio(row["values"], "torch")]

        single = [row for row in rows if "NumPy" in row["values"]]
        head = [[self.word("operation")], text("µs"), code("torch"), [self.word("µs over NumPy")]]
        more = [
            text(digits(1e6 * (row["values"]["refimpl"] - row["values"]["NumPy"])))
            for row in single
        ]
        body = [[*row_of(row, 1e-6), over] for row, over in zip(single, more, strict=True)]
        programs = [row_of(row, 1e-3) for row in rows if row not in single]
        return [
            table(head, body, "ratios"),
            table([[self.word("program")], text("ms"), code("torch")], programs, "ratios"),
        ]

    def formulas(self, rows):
        """Show a table for each operator and dtype."""
        shown = []
        order = list(dict.fromkeys(tuple(row["row"][:2]) for row in rows))
        rows = sorted(rows, key=lambda row: order.index(tuple(row["row"][:2])))
        for (operator, dtype), group in groupby(rows, lambda row: row["row"][:2]):
            title = self.word(f"{operator}, {dtype}")
            shown.append(folded(title, self.shapes(list(group))))
        return shown

    def shapes(self, rows):
        """Show the times of one operator and dtype, a row to a shape and to a number of threads."""
        others = [name for name in rows[0]["values"] if name not in ("refimpl", *ALONE.values())]
        head = [[self.word("shape")], text("ms"), *([self.word(name)] for name in others)]
        body = []
        for row in rows:
            values, shape = row["values"], [self.word(row["row"][2])]
            body.append(self.times(shape, values, others, values["refimpl"]))
            if ALONE["refimpl"] in values:
                # torch on one thread too; the others have no second
                beside = values | {"torch": values[ALONE["torch"]]}
                shape = [self.word("one thread", "score-share")]
                body.append(self.times(shape, beside, others, values[ALONE["refimpl"]]))
        return table(head, body, "ratios by-row")

    @staticmethod
    def times(shape, values, others, ours):
        """Show one time and its ratios."""
        ratios = [
            text(digits(ours / values[name])) if name in values else text("") for name in others
        ]
        return [shape, text(digits(1e3 * ours)), *ratios]


class Memory(Measured):
    """Show the peak of memory over the size of the results."""

    source = "benchmarks.json"

    def run(self):
        head = [[self.word("operator")], code("refimpl"), code("SciPy")]
        rows = [
            [
                [self.word(", ".join(row["row"]))],
                *(
                    # SciPy has not every operator
                    text(digits(row["values"][name]) if name in row["values"] else "–")
                    for name in ("refimpl", "SciPy")
                ),
            ]
            for row in self.record()["memory"]
        ]
        return [table(head, rows, "ratios")]


def outcome(directive, goal):
    """Say whether a goal is met."""
    found = goals.verdict(goal)
    css = "refuted" if found == "missed" else "confirmed"
    return directive.word(found, f"verdict verdict-{css}")


class Goals(Measured):
    """Show what was to be reached, and what was; then why goals are missed."""

    source = "benchmarks.json"

    def run(self):
        self.source = self.arguments[0] if self.arguments else self.source
        judged = self.record()["goals"]
        alone = any("alone" in goal for goal in judged)
        names = ["goal", "at most", "measured", *(["one thread"] * alone)]
        head = [[self.word(name)] for name in names]
        return [
            table(head, [self.row(goal, alone) for goal in judged], "ratios"),
            *self.why(judged),
        ]

    def row(self, goal, alone):
        """Show one goal, and whether it is met."""
        most = digits(goal["must"])
        if goal["aim"] != goal["must"]:
            most += f" ({digits(goal['aim'])})"
        one = [text(digits(goal["alone"]) if "alone" in goal else "")] * alone
        name = [*self.named(goal), outcome(self, goal)]
        return [name, text(most), text(digits(goal["value"])), *one]

    def named(self, goal):
        """Name a goal; behind a colon stands the case that was the slowest, which is no word."""
        name, _, case = goal["name"].partition(": ")
        return [self.word(name), *(code(case) if case else ())]

    def why(self, judged):
        """List the reasons of the goals that are missed, each once, with these goals."""
        missed = [goal for goal in judged if goals.verdict(goal) == "missed"]
        reasons = {}
        for goal in missed:
            reasons.setdefault(goals.reason(goal), []).append(goal)
        reasons.pop("", None)
        items = [
            nodes.list_item("", self.word(reason), nodes.bullet_list("", *map(self.item, missed)))
            for reason, missed in reasons.items()
        ]
        return [self.word("Why goals are missed:"), nodes.bullet_list("", *items)] if items else []

    def item(self, goal):
        """Name a goal in a list."""
        return nodes.list_item("", *self.named(goal))


class Builds(Measured):
    """Show how long this build takes beside an older one."""

    source = "builds.json"
    shown = 10

    def run(self):
        kept = self.record()
        return [self.groups(kept), self.imports(kept), *self.slowest(kept["cases"])]

    def groups(self, kept):
        """Show the mean and the slowest case of each group of cases."""
        head = [[self.word(name)] for name in ("group", "cases", "mean ratio", "slowest", "ratio")]
        rows = [
            [
                [self.word(name)],
                text(str(group["cases"])),
                text(digits(group["mean"])),
                code(group["worst"]),
                text(digits(group["ratio"])),
            ]
            for name, group in kept["groups"].items()
        ]
        return table(head, rows, "ratios by-row")

    def imports(self, kept):
        """Show how long imports take in a new process."""
        head = [
            [self.word("import")],
            text("NumPy, ms"),
            text("refimpl, ms"),
            [self.word("both over NumPy")],
        ]
        rows = [
            [
                [self.word(name)],
                text(digits(1e3 * numpy)),
                text(digits(1e3 * refimpl)),
                text(digits(1 + refimpl / numpy)),
            ]
            for name, (numpy, refimpl) in zip(
                ("older build", "this build"), kept["imports"], strict=True
            )
        ]
        return table(head, rows, "ratios")

    def slowest(self, cases):
        """Show the slowest and the fastest cases, folded up."""
        order = sorted(cases.items(), key=lambda case: -case[1][2])
        head = [[self.word(name)] for name in ("case", "older, ms", "this, ms", "ratio")]
        for title, part in (
            ("slowest", order[: self.shown]),
            ("fastest", order[: -self.shown - 1 : -1]),
        ):
            rows = [
                [
                    code(name),
                    *(text(digits(1e3 * t)) for t in times[:2]),
                    text(digits(times[2])),
                ]
                for name, times in part
            ]
            heading = self.word(f"the {self.shown} {title} cases")
            yield folded(heading, table(head, rows, "ratios"))


class Pictures(Measured):
    """Show A4's epoch on its own images, beside other ways to compute it."""

    source = "pictures.json"

    def run(self):
        record = self.record()
        times = record["seconds"]
        head = [[self.word("epoch")], text("ms"), [self.word("refimpl over it")]]
        rows = [
            [[self.word(name)], text(digits(1e3 * t)), text(digits(times["refimpl"] / t))]
            for name, t in times.items()
        ]
        goals = [[self.word(name)] for name in ("goal", "at most", "measured", "outcome")]
        judged = [
            [
                [self.word(f"refimpl over {goal['name']}" if goal["name"] in times else "memory")],
                text(digits(goal["must"])),
                text(digits(goal["value"])),
                [outcome(self, goal)],
            ]
            for goal in record["goals"]
        ]
        return [table(head, rows, "ratios"), table(goals, judged, "ratios by-row")]


class SeedSpeed(Measured):
    """Show how fast seeds are tried, beside the same scan in C."""

    source = "seeds.json"

    def run(self):
        record = self.record()
        times, whole = record["times"], 2**32 / record["seeds"]
        head = [[self.word("scan")], [self.word("s, all seeds")], [self.word("refimpl over it")]]
        rows = [
            [[self.word(name)], text(digits(whole * seconds)), ratio(times, name)]
            for name, seconds in times.items()
        ]
        return [table(head, rows, "ratios")]


class SitePages(Measured):
    """Show what Lighthouse says of pages of the site."""

    source = "site.json"

    def run(self):
        names = "page", "speed", "accessibility", "good practice", "search engines", "layout shift"
        head = [*([self.word(name)] for name in names), text("kB")]
        rows = [
            [
                code(row["page"].removesuffix(".html")),
                *(text(str(score)) for score in row["scores"]),
                text(digits(row["shift"])),
                text(digits(row["bytes"] / 1000)),
            ]
            for row in self.record()["lighthouse"]
        ]
        return [table(head, rows, "ratios by-row")]


class HeaviestPages(Measured):
    """Show the heaviest page of every folder."""

    source = "site.json"

    def run(self):
        rows = [
            [code(row["page"].removesuffix(".html")), text(str(row["kB"]))]
            for row in sorted(self.record()["weight"], key=lambda row: -row["kB"])
        ]
        return [table([[self.word("page")], text("kB")], rows, "ratios")]


class Studies(Measured):
    """Show what every study printed when it was run on all images, and when that was."""

    source = "studies.json"

    def run(self):
        shown = []
        for name, study in self.record().items():
            target = f"sphx_glr_auto_examples_{name.replace('/', '_')}.py"
            seconds = ", ".join(f"{engine} {took} s" for engine, took in study["seconds"].items())
            versions = ", ".join(f"{each} {v}" for each, v in study["versions"].items())
            text = f"{study['date']}; {versions}; {seconds}"
            printed = study["text"].rstrip("\n")
            shown += [
                *self.parse(f"{{ref}}`{target}`"),
                nodes.literal_block(printed, printed, language="none", translatable=False),
                plain("computed", nodes.Text(text)),
            ]
        return shown


def grouped(number):
    """Write a whole number with its thousands apart, in one line."""
    return f"{round(number):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def megabytes(number):
    """Write bytes in millions."""
    return digits(number / 1e6, 4)


class Shards(Measured):
    """Show what losses over sharded and chunked classes send, hold and take."""

    source = "shards.json"
    final_argument_whitespace = True

    def run(self):
        (name,) = self.arguments
        rows = self.record()[name]
        tables = {"ranks": self.ranks, "chunks": self.chunks, "times": self.times}
        return [tables.get(name, self.errors)(rows)]

    def words(self, *names):
        """Make cells of words."""
        return [[self.word(name)] for name in names]

    def ranks(self, rows):
        """Show bytes on a rank, a row to each number of ranks and way."""
        head = self.words("ranks", "loss", "sent", "derived", "back")
        head += self.words("logits, MB", "held, MB", "derived, MB")
        body = [
            [
                text(str(row["ranks"])),
                code(row["way"]),
                text(grouped(row["sent forward"])),
                text(grouped(row["volume"]) if "volume" in row else "–"),
                text(grouped(row["sent backward"])),
                text(megabytes(row["logits"])),
                text(megabytes(row["held"])),
                text(megabytes(row["memory"]) if "memory" in row else "–"),
            ]
            for row in rows
        ]
        return table(head, body, "ratios")

    def chunks(self, rows):
        """Show bytes beyond the weight and its gradient, a row to each number of classes."""
        ways = [name for name in rows[0] if name not in ("features", "classes")]
        body = [
            [text(grouped(row["classes"])), *(text(megabytes(row[way])) for way in ways)]
            for row in rows
        ]
        return table(self.words("classes", *ways), body, "ratios")

    def times(self, rows):
        """Show times over that of the plain way, a row to each layer."""
        ways = [name for name in rows[0]["seconds"] if name != "plain"]
        head = self.words("samples", "features", "classes", "plain, s", *ways)
        body = [
            [
                *(text(grouped(row[name])) for name in ("samples", "features", "classes")),
                text(digits(row["seconds"]["plain"])),
                *(text(digits(row["seconds"][way] / row["seconds"]["plain"])) for way in ways),
            ]
            for row in rows
        ]
        return table(head, body, "ratios by-row")

    def errors(self, rows):
        """Show the largest errors of a loss, a row to each number of classes."""
        ways = list(rows[0]["errors"])
        body = [
            [text(grouped(row["classes"])), *(text(f"{row['errors'][w]:.1e}") for w in ways)]
            for row in rows
        ]
        return table(self.words("classes", *ways), body, "ratios by-row")


def setup(app):
    app.add_directive("pictures", Pictures)
    app.add_directive("studies", Studies)
    app.add_directive("measured-with", MeasuredWith)
    app.add_directive("shards", Shards)
    app.add_directive("accuracy", Accuracy)
    app.add_directive("accuracy-families", AccuracyFamilies)
    app.add_directive("accuracy-figure", AccuracyFigure)
    app.add_directive("shifting", Shifting)
    app.add_directive("same-bits", SameBits)
    app.add_directive("exhaustive", Exhaustive)
    app.add_directive("rows", Rows)
    app.add_directive("speed", Speed)
    app.add_directive("memory", Memory)
    app.add_directive("goals", Goals)
    app.add_directive("seed-speed", SeedSpeed)
    app.add_directive("builds", Builds)
    app.add_directive("site-pages", SitePages)
    app.add_directive("heaviest-pages", HeaviestPages)
    app.add_css_file("measurements.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
