"""What is searched: a print with its draw, a program, or a print of NumPy's legacy generator."""

import ast
import contextlib
import doctest
import io
import re
import sys
import warnings
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

import refimpl
from refimpl.seeds.draws import BLOCK, FLOAT, LARGE, Cursor, Draw
from refimpl.seeds.printed import SeedError, pattern, read, read_all, squeezed
from refimpl.seeds.programs import (
    KNOWN,
    Reader,
    as_array,
    called,
    draws_before,
    known,
    parsed,
    torch_lines,
)
from refimpl.seeds.sources import Double, Polar, told
from refimpl.standin import in_place_of_torch
from refimpl.streams import Generator
from refimpl.tape.printing import Printing

UNIFORMS, NORMALS = ("rand", "uniform"), ("randn", "normal")
ATTEMPTS = 8  # of NumPy's pairs of normals: a pair is thrown away with probability 1 - pi/4


class Question:
    """What the questions share: which numbers are known, and what they tell."""

    @cached_property
    def told(self):
        found = told(self.known)
        if not found.conditions and not found.checks:
            raise SeedError(
                "none of the printed numbers can be followed to its draw: print the draws "
                "themselves, or softmax of uniform ones"
            )
        return found


@dataclass(frozen=True)
class Print(Question):
    """Printed tensors by the place of their draw, all draws from the seed on, and their lines."""

    draws: tuple
    printed: dict
    lines: tuple
    label: str = ""

    @cached_property
    def known(self):
        cursor, found = Cursor(), []
        for place, draw in enumerate(self.draws):
            if place not in self.printed:
                draw.passed(cursor)
            elif draw.size > LARGE:
                raise SeedError(f"{draw.call()} is too large; print a part of it in a program")
            else:
                sources = as_array(draw.sources(cursor), draw.shape)
                found += known(sources, self.printed[place])
        return found

    def agrees(self, seed):
        """Draw again from a seed, print, and compare every character."""
        generator = Generator(seed)
        arrays = [draw.repeated(generator) for draw in self.draws]
        return all(printed.shows(arrays[place]) for place, printed in self.printed.items())

    def program(self, seed):
        """Return the lines that print the same."""
        return [f"torch.manual_seed({seed})", *self.lines]

    def asked(self):
        """Return what is asked as text."""
        return repr((self.draws, [(at, each.text) for at, each in self.printed.items()]))

    def behind(self, label, draws, lines):
        """Return the same question with other draws before."""
        printed = {place + len(draws): each for place, each in self.printed.items()}
        return Print((*draws, *self.draws), printed, (*lines, *self.lines), label)


def ask(text, draw, before=""):
    """Return the question of a printed tensor, or of those of a layer, and of its draw."""
    if ">>>" in text:
        raise SeedError("the text holds a program, not one tensor: ask with --program")
    tensors = read_all(text)
    draw = draw if "(" in draw else f"{draw}()"
    prefix, statements = draws_before(before), parsed(draw)
    reader = Reader(tensors[0])
    for statement in statements:
        reader.statement(statement)
    if len(statements) != 1 or not reader.draws:
        raise SeedError(f"{draw!r} is no draw that is known; known: {KNOWN}")
    printed = {}
    for tensor in tensors:
        printed[place_of(tensor, reader.draws, printed)] = tensor
    draws = [typed(each, printed.get(place)) for place, each in enumerate(reader.draws)]
    lines = [draws[0].call()] if len(draws) == 1 else torch_lines(draw)
    return Print(tuple(draws), printed, tuple(lines)).behind("", prefix, torch_lines(before))


def place_of(tensor, draws, taken):
    """Return the place of the first draw that has the shape of a print."""
    for place, draw in enumerate(draws):
        if place not in taken and tensor.shape in (None, draw.shape):
            return place
    (first, *_) = draws
    if len(draws) == 1 and not taken and np.prod(tensor.shape, dtype=int) == first.size:
        return 0
    shapes = " and ".join(str(draw.shape) for draw in draws)
    raise SeedError(f"the print has the shape {tensor.shape}, and the draw has {shapes}")


def typed(draw, printed):
    """Return a draw with the dtype that the print names."""
    if printed is None or printed.dtype is None:
        return draw
    return replace(draw, dtype=printed.dtype)


# --- programs -------------------------------------------------------------------------------------


class Session(Question):
    """A program with prompts, and what it printed: its draws are followed, its numbers compared.

    It is run on refimpl for each seed that is left, as ``python -m refimpl`` would.
    """

    label = ""

    def __init__(self, text):
        try:
            examples = doctest.DocTestParser().get_examples(text)
        except ValueError as error:
            raise SeedError(f"the program cannot be read: {error}") from None
        self.examples = without_seeding(examples)
        self.known, self.reader = [], Reader()
        for example in self.examples:
            self.known += self.follow(example)
        if not self.examples:
            raise SeedError("the program has no line with a prompt >>>")
        self.check()

    def follow(self, example):
        """Follow a line, of one statement or several; return what its print tells."""
        sources = None
        for node in parsed(example.source):
            if sets_seed(node):
                raise SeedError(f"line {example.lineno + 1} sets a seed after the first draw")
            sources = self.reader.statement(node)
        if not isinstance(sources, np.ndarray) or example.want.count("tensor(") != 1:
            return []
        return known(sources, read(example.want))

    def check(self):
        """Refuse a program whose numbers are not the draws that were read."""
        trial = Session.__new__(Session)
        trial.examples = [
            doctest.Example(each.source, printed if each.want else "", lineno=each.lineno)
            for each, printed in zip(self.examples, self.outputs(TRIAL), strict=True)
        ]
        trial.reader, generator = Reader(), Generator(TRIAL)
        found = [(each, trial.follow(each)) for each in trial.examples]
        conditions = [(each, told(known)) for each, known in found if known]
        last = max((c.word for _, each in conditions for c in each.conditions), default=0)
        words = generator.words(last + 1)
        for example, each in conditions:
            if not all(condition.met_by(words) for condition in each.conditions):
                raise SeedError(
                    f"line {example.lineno + 1} does not print the draws that were read: "
                    "something before it draws, or changes the numbers, in a way that is not known"
                )

    def agrees(self, seed):
        """Run the program from a seed and compare every character that it prints."""
        outputs = self.outputs(seed)
        return all(
            pattern(example.want).fullmatch(squeezed(output))
            for example, output in zip(self.examples, outputs, strict=True)
            if example.want
        )

    def outputs(self, seed):
        """Return what each statement prints after a seed."""
        outputs = []
        with in_place_of_torch(), as_before(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            refimpl.manual_seed(seed)
            names = {"torch": refimpl, "nn": refimpl.nn, "F": refimpl.nn.functional}
            for example in self.examples:
                outputs.append(output_of(example, names))
        return outputs

    def asked(self):
        """Return what is asked as text."""
        return repr([(each.source, each.want) for each in self.examples])

    def program(self, seed):
        """Return the lines that print the same."""
        lines = [each.source.rstrip() for each in self.examples]
        return [f"torch.manual_seed({seed})", *lines]


TRIAL = 20151022


def without_seeding(examples):
    """Leave out the line that sets the seed, if nothing but imports stands before it."""
    for place, example in enumerate(examples):
        if is_seeding(example.source):
            return [*examples[:place], *examples[place + 1 :]]
        if not example.source.startswith(("import ", "from ")):
            break
    return examples


def sets_seed(node):
    """Tell whether a statement calls manual_seed."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    return any(called(call) == "manual_seed" for call in calls)


def is_seeding(source):
    return bool(re.fullmatch(r"\s*(\w+ = )?(torch\.)?manual_seed\([^()]*\)\s*", source))


@contextlib.contextmanager
def as_before():
    """Put back what a program may change: the generator, the options of printing, the dtype."""
    state, options = refimpl.get_rng_state(), Printing.options
    dtype, shown = refimpl.get_default_dtype(), sys.displayhook
    sys.displayhook = lambda value: None if value is None else print(repr(value))
    try:
        yield
    finally:
        sys.displayhook = shown
        refimpl.set_default_dtype(dtype)
        Printing.options = options
        refimpl.set_rng_state(state)


def output_of(example, names):
    """Return what a statement prints."""
    place = f"line {example.lineno + 1}"
    with contextlib.redirect_stdout(io.StringIO()) as output:
        try:
            exec(compile(example.source, f"<{place}>", "single"), names)
        except Exception as error:
            raise SeedError(f"{place}: {example.source.strip()}: {error}") from error
    return output.getvalue()


# --- alternatives ---------------------------------------------------------------------------------


def alternatives(question, earlier=0, modules=(), numpy=False):
    """Yield the questions with other draws before, and the one of NumPy's generator."""
    if isinstance(question, Session) and (earlier or modules or numpy):
        raise SeedError("alternatives are tried for a print; write other draws into the program")
    if isinstance(question, Session):
        return
    for count in range(1, earlier + 1):
        words = Draw("rand", (), (count,), FLOAT)
        yield question.behind(f"{count} words drawn before", [words], [words.call()])
    small = [draw for draw in question.draws if draw.name in NORMALS and draw.size < BLOCK]
    for count in range(earlier + 1) if earlier and small else ():
        draws = [Draw("rand", (), (count,), FLOAT)] * bool(count) + [Draw("randn", (), (1,), FLOAT)]
        label = f"{count} words and an odd number of normals drawn before"
        yield question.behind(label, draws, [draw.call() for draw in draws])
    for module in modules:
        yield question.behind(f"{module} made before", draws_before(module), torch_lines(module))
    if numpy:
        yield from legacy(question)


@dataclass(frozen=True)
class Legacy(Question):
    """The print as NumPy's ``np.random.seed`` and its legacy functions would give it."""

    draw: Draw
    printed: object
    rejected: int  # pairs of normals that are thrown away before the first
    label: str = "NumPy's legacy generator"

    @cached_property
    def known(self):
        size, (mean, std) = self.draw.size, self.draw.numbers or (0.0, 1.0)
        if self.draw.name in UNIFORMS:
            sources = [Double(2 * i, mean, std - mean) for i in range(size)]
        else:
            sources = [Polar(4 * self.rejected, i, mean, std) for i in range(min(size, 2))]
            sources += [None] * (size - len(sources))
        return known(as_array(sources, self.draw.shape), self.printed)

    def agrees(self, seed):
        """Draw again with NumPy."""
        return self.printed.shows(self.drawn(np.random.RandomState(seed)))

    def drawn(self, generator):
        """Return what NumPy draws, in the dtype of the print."""
        function = generator.uniform if self.draw.name in UNIFORMS else generator.normal
        return function(*(self.draw.numbers or (0.0, 1.0)), self.draw.shape).astype(self.draw.dtype)

    def asked(self):
        """Return what is asked as text."""
        return repr(("numpy", self.draw, self.printed.text, self.rejected))

    def program(self, seed):
        """Return the lines that print the same."""
        name = "uniform" if self.draw.name in UNIFORMS else "normal"
        low, high = self.draw.numbers or (0.0, 1.0)
        array = f"np.random.{name}({low}, {high}, {self.draw.shape})"
        dtype = f"torch.{self.draw.dtype.name}"
        return [f"np.random.seed({seed})", f"torch.tensor({array}, dtype={dtype})"]


def legacy(question):
    """Yield the questions of NumPy's generator: for one draw of uniform or normal numbers."""
    (place, printed), *more = question.printed.items()
    draw = question.draws[place]
    if place or more or draw.name not in (*UNIFORMS, *NORMALS):
        raise SeedError(
            "NumPy's generator is tried for one draw of rand, uniform, randn or normal, without "
            "draws before it"
        )
    for rejected in range(1 if draw.name in UNIFORMS else ATTEMPTS):
        yield Legacy(draw, printed, rejected)
