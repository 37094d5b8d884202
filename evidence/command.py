"""What the command lines of the project share: a command refuses what it does not know."""

import argparse
import difflib


def parser(program, head):
    """Return a parser whose help is the head of the command's module."""
    return argparse.ArgumentParser(
        prog=program,
        description=head,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def one_of(names, what):
    """Return what reads an argument that is one of some names."""

    def read(word):
        if word in names:
            return word
        raise argparse.ArgumentTypeError(f"no {what} is called {word}{hint(word, names)}")

    return read


def part_of(names, what):
    """Return what reads an argument that is a part of some names."""

    def read(word):
        if with_parts(names, [word]):
            return word
        raise argparse.ArgumentTypeError(f"no {what} has {word} in its name{hint(word, names)}")

    return read


def hint(word, names):
    """Return the names that are like a word, or all where they are few."""
    close = difflib.get_close_matches(word, names) or (names if len(names) < 20 else ())
    return f"; is it {', '.join(close)}?" if close else ""


def with_parts(names, parts):
    """Return the names that have one of the parts in them; all of them where there is no part."""
    return [name for name in names if any(part in name for part in parts or [""])]


def in_names(command, names, what, arguments):
    """Return the names that are given to a command which takes nothing else."""
    command.add_argument("names", nargs="*", type=one_of(names, what))
    return command.parse_args(arguments).names


def in_parts(command, names, arguments):
    """Return the names of which parts are given to a command which takes nothing else."""
    command.add_argument("parts", nargs="*", type=part_of(names, "name"))
    return with_parts(names, command.parse_args(arguments).parts)


def recording(command, arguments, names=(), what="name"):
    """Read the arguments of a command that takes --record, and names where there are any."""
    command.add_argument("--record", action="store_true")
    if names:
        command.add_argument("names", nargs="*", type=one_of(names, what))
    return command.parse_args(arguments)
