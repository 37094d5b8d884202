"""Run the programs of a page inside the browser, with refimpl in torch's place.

The worker (``worker.mjs``) starts this once, as ``Driver(send)``, and calls ``run`` for each
program. ``send(kind, text)`` hands over what was printed; kind is ``out`` or ``err``.

A program is run like a script. The examples of the reference are run like a session at the prompt:
statement by statement, the value of an expression is printed, and an error does not end it.
"""

import ast
import builtins
import io
import linecache
import random
import sys
import traceback
import types
import warnings

import numpy as np
import stand_ins

import refimpl as torch
from refimpl.__main__ import of_the_program
from refimpl.standin import take_the_place_of_torch

FILE = "<program>"
MOST = 200_000  # characters of output: a page that holds more is slow on a phone
CHUNK = 4_000  # characters handed over at once


class FloodError(BaseException):
    """A program printed more than a page can show. ``except Exception`` does not catch it."""


class Stream(io.TextIOBase):
    """Standard output or the stream of errors: hands over what is written, in pieces."""

    encoding = "utf-8"

    def __init__(self, kind, send):
        self.kind, self.send = kind, send
        self.start()

    def start(self):
        """Forget what an earlier program wrote."""
        self.pending, self.size, self.written = [], 0, 0

    def writable(self):
        return True

    def write(self, text):
        room = max(MOST - self.written, 0)
        self.pending.append(text[:room])
        self.size += len(text[:room])
        self.written += len(text)
        if self.size > CHUNK:
            self.flush()
        if self.written > MOST:
            raise FloodError
        return len(text)

    def flush(self):
        """Hand over what is waiting."""
        if self.size:
            self.send(self.kind, "".join(self.pending))
        self.pending, self.size = [], 0


class Driver:
    """Runs programs one after the other; each finds the state of a fresh process."""

    def __init__(self, send):
        sys.modules.update(stand_ins.modules())
        self.replaced = take_the_place_of_torch()
        self.out, self.err = Stream("out", send), Stream("err", send)
        self.generators = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002
        self.floats, self.texts = np.geterr(), np.get_printoptions()

    def refresh(self):
        """Undo what an earlier program may have set."""
        seed, legacy, python = self.generators
        torch.set_rng_state(seed)
        np.random.set_state(legacy)
        random.setstate(python)
        np.seterr(**self.floats)
        np.set_printoptions(**self.texts)
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
        torch.set_printoptions(profile="default")
        self.out.start()
        self.err.start()

    def run(self, source, session=False):
        """Run a program; return "flood" where it printed too much, "error" for an exception."""
        self.refresh()
        linecache.cache[FILE] = len(source), None, source.splitlines(keepends=True), FILE
        main = types.ModuleType("__main__")
        main.__builtins__ = builtins
        streams = sys.stdout, sys.stderr, sys.modules["__main__"]
        sys.stdout, sys.stderr, sys.modules["__main__"] = self.out, self.err, main
        try:
            with warnings.catch_warnings():  # filters are put back afterwards
                (self.hold_session if session else self.execute)(source, vars(main))
        except FloodError:
            return "flood"
        except SystemExit as end:
            return self.leave(end.code)
        except BaseException as error:
            self.report(error)
            return "error"
        else:
            return "done"
        finally:
            self.hand_over()
            sys.stdout, sys.stderr, sys.modules["__main__"] = streams

    def execute(self, source, names):
        """Run a program as Python runs a script."""
        exec(compile(source, FILE, "exec", dont_inherit=True), names)

    def hold_session(self, source, names):
        """Run statement by statement, as at the prompt."""
        for statement in ast.parse(source, FILE).body:
            code = compile(ast.Interactive([statement]), FILE, "single", dont_inherit=True)
            try:
                exec(code, names)
            except Exception as error:
                self.out.write("Traceback (most recent call last):\n    ...\n")
                self.out.write("".join(traceback.format_exception_only(error)))

    def leave(self, code):
        """Take the exit of a program as Python does: a text is an error, and so is 1."""
        if code is None or code == 0:
            return "done"
        if not isinstance(code, int):
            self.err.write(f"{code}\n")
        return "error"

    def report(self, error):
        """Print an exception with its notes, from the program's own lines on."""
        error.__traceback__ = of_the_program(skip_driver(error.__traceback__))
        traceback.print_exception(error, file=self.err)

    def hand_over(self):
        """Flush both streams, also where the program printed up to the limit."""
        self.out.flush()
        self.err.flush()


def skip_driver(trace):
    """Return the part of a traceback below this file."""
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace
