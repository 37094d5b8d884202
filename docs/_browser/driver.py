"""Run the programs of a page inside the browser, with refimpl in torch's place.

The worker (``worker.mjs``) starts this once, as ``Driver(send)``, and calls ``run`` for each
program. ``send(kind, text)`` hands over what was printed; kind is ``out``, ``err``, or ``raised``
for the errors of a session.

A program is run like a script. The examples of the reference are run like a session at the prompt:
statement by statement, the value of an expression is printed, and an error does not end it.
"""

import ast
import builtins
import io
import linecache
import os
import random
import sys
import traceback
import types
import warnings
from pathlib import Path

import numpy as np
import stand_ins

import refimpl as torch
from refimpl.standin import take_the_place_of_torch

FILE = "<program>"
MOST = 200_000  # characters of output: a page that holds more is slow on a phone
CHUNK = 4_000  # characters handed over at once
OURS = str(Path(torch.__file__).parent) + os.sep, __file__, stand_ins.__file__


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
        self.streams = [Stream(kind, send) for kind in ("out", "err", "raised")]
        self.out, self.err, self.raised = self.streams
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
        for stream in self.streams:
            stream.start()

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
                self.out.flush()  # what it printed before stands above
                self.raised.write("Traceback (most recent call last):\n    ...\n")
                self.raised.write("".join(traceback.format_exception_only(error)))
                self.raised.flush()

    def leave(self, code):
        """Take the exit of a program as Python does: a text is an error, and so is 1."""
        if code is None or code == 0:
            return "done"
        if not isinstance(code, int):
            self.err.write(f"{code}\n")
        return "error"

    def report(self, error):
        """Print an exception with its notes: of the lines that led there, those of the program."""
        told = traceback.TracebackException.from_exception(error, compact=True)
        leave_ours_out(told)
        told.print(file=self.err)

    def hand_over(self):
        """Flush all streams, also where the program printed up to the limit."""
        for stream in self.streams:
            stream.flush()


def leave_ours_out(told):
    """Leave out the lines of refimpl, and of what it called: a phone has no room for them."""
    inside, shown = False, []
    for frame in told.stack:
        inside = frame.filename.startswith(OURS) or (inside and frame.filename != FILE)
        shown += [] if inside else [frame]
    told.stack[:] = shown
    for earlier in filter(None, (told.__cause__, told.__context__)):
        leave_ours_out(earlier)
