"""``python -m refimpl``: run a program on refimpl in torch's place, else as Python runs it."""

import argparse
import builtins
import io
import os
import pkgutil
import runpy
import sys
import types
from functools import partial
from importlib.util import module_from_spec
from pathlib import Path

from refimpl import standin

PROGRAM = "python -m refimpl"
# Files whose lines come before the program's in a traceback, where the program did nothing.
BEFORE_THE_PROGRAM = {
    __file__,
    standin.__file__,
    runpy.__file__,
    "<frozen runpy>",
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
}


def version():
    """Return the version of this checkout, or of the package as it was installed."""
    import tomllib  # a tenth of the start of a program, which does not need them
    from importlib import metadata

    checkout = Path(__file__).resolve().parents[1] / "pyproject.toml"
    if checkout.is_file():
        return tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]["version"]
    return metadata.version("refimpl")


class Version(argparse.Action):
    """Print the version, and end: argparse's own action wants it before it is asked for."""

    def __init__(self, **options):
        super().__init__(nargs=0, help="show program's version number and exit", **options)

    def __call__(self, parser, *_):
        print(f"refimpl {version()}")
        parser.exit()


def arguments(words):
    """Return the parser and what it reads: all that follows the program belongs to it."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [-h] [--version] (script | - | -c code | -m module) [arguments ...]",
        description="Run a program that says `import torch` with refimpl in torch's place.",
        allow_abbrev=False,
    )
    rest = argparse.REMAINDER
    parser.add_argument("--version", action=Version)
    parser.add_argument("-c", dest="code", metavar="code", nargs=rest, help="run this code")
    parser.add_argument("-m", dest="module", metavar="module", nargs=rest, help="run this module")
    parser.add_argument(
        "script",
        nargs=rest,
        help="run this file or folder; - reads the program from standard input",
    )
    given = parser.parse_args(words)
    if given.script[:1] == ["--"]:
        del given.script[0]
    if [] in (given.code, given.module):
        parser.error(f"argument -{'c' if given.code == [] else 'm'}: expected one argument")
    if not (given.code or given.module or given.script):
        parser.error("give a script, - for standard input, -c code or -m module")
    return parser, given


def program(parser, given):
    """Return what Python has for the program: its arguments, its folder, and how it is run."""
    # Where the code stands right behind -c, argparse leaves the arguments to the script.
    if given.code:
        code, *rest = given.code + given.script
        return ["-c", *rest], "", partial(execute, code, "<string>")
    if given.module:
        name, *rest = given.module + given.script
        run = partial(runpy.run_module, name, run_name="__main__", alter_sys=True)
        return ["-m", *rest], os.getcwd(), run
    if given.script[0] == "-":
        return given.script, "", partial(execute, sys.stdin.buffer.read(), "<stdin>", "<stdin>")
    return given.script, *script(parser, os.path.join(os.getcwd(), given.script[0]))


def script(parser, path):
    """Return the folder of a script and how it is run, or leave with Python's exit code."""
    importer = pkgutil.get_importer(path)
    if importer is not None:  # a folder or an archive
        spec = importer.find_spec("__main__")
        if spec is None:
            parser.exit(1, f"{PROGRAM}: can't find '__main__' module in {path!r}\n")
        return path, partial(execute_found, spec)
    try:
        with io.open_code(path) as file:
            source = file.read()
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        parser.exit(2, f"{PROGRAM}: can't open file {path!r}: {reason}\n")
    return os.path.dirname(os.path.realpath(path)), partial(execute, source, path, path)


def execute(source, name, path=None):
    """Run a source in a new ``__main__``; its tracebacks give `name` as the file."""
    main = types.ModuleType("__main__")
    if path is not None:
        main.__file__, main.__cached__ = path, None
    execute_in(main, compile(source, name, "exec", dont_inherit=True))


def execute_found(spec):
    """Run the ``__main__`` that was found in a folder or an archive."""
    execute_in(module_from_spec(spec), spec.loader.get_code("__main__"))


def execute_in(main, code):
    """Run code as the module `main`, which stays ``__main__`` to the end."""
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    exec(code, vars(main))


def of_the_program(trace):
    """Return the part of a traceback that starts in the program."""
    while trace and trace.tb_frame.f_code.co_filename in BEFORE_THE_PROGRAM:
        trace = trace.tb_next
    return trace


def report_from_the_program():
    """Let an error be shown, by Python or by the program's own hook, as if Python ran it."""
    shown = sys.excepthook

    def hook(kind, error, trace):
        error.__traceback__ = of_the_program(trace)
        shown(kind, error, error.__traceback__)

    sys.excepthook = hook


def main(words=None):
    """Run what the command line asks for; an exception of the program goes on to Python."""
    parser, given = arguments(words)
    argv, folder, run = program(parser, given)
    sys.argv = argv
    if not sys.flags.safe_path:  # the first entry is the one that `python -m` put there
        sys.path[0] = folder
    # Threads and exit handlers outlive the program: torch stays replaced to the end.
    standin.take_the_place_of_torch()
    try:
        run()
    except BaseException as error:
        nothing_ran = of_the_program(error.__traceback__) is None
        if isinstance(error, ImportError) and nothing_ran:  # runpy found no such module
            parser.exit(1, f"{PROGRAM}: {error}\n")
        report_from_the_program()
        raise


if __name__ == "__main__":
    main()
