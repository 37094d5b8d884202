"""Every message has an entry: a meaning, a program that brings it up, and that program mended."""

import itertools
import re
import warnings

import pytest

import refimpl
from evidence import errors
from evidence.messages import PYTHONS, messages
from evidence.misuses import creation, nn, pieces, tape
from evidence.versions import ends
from refimpl import _entries as entries
from refimpl.errors import ADDRESS

PAGES = errors.pages()
ENTRIES = [pytest.param(entry, id=entry.name) for page in PAGES for entry in page.entries]
every_entry = pytest.mark.parametrize("entry", ENTRIES)
MISUSES = creation.MISUSES | nn.MISUSES | pieces.MISUSES | tape.MISUSES


def unexplained(found):
    """Return the messages without an entry, with their places."""
    return [(each.place, each.template) for each in found if not entries.entry(each.template)]


def test_every_message_of_refimpl_has_an_entry():
    assert unexplained(messages()) == []


PLANTED = """
TEXTS = {"a": "%s stands in a table"}


def refuse(name, reason="a default"):
    raise failure(ValueError, f"{name} is new here", "advice")


def look_up(kind):
    raise TypeError(TEXTS[kind])


def warn_twice(kind):
    text = "first" if kind else "second"
    warnings.warn(f"the {kind} " + text, UserWarning, stacklevel=2)


def tell(text):
    raise failure(RuntimeError, text)


def ask():
    tell("through another function")
"""


def test_a_new_message_without_an_entry_is_named_with_its_place(tmp_path):
    (tmp_path / "refimpl").mkdir()
    (tmp_path / "refimpl/new.py").write_text(PLANTED, "utf-8")
    assert sorted(unexplained(messages(tmp_path))) == [
        ("refimpl/new.py:10", "%s stands in a table"),
        ("refimpl/new.py:15", "the … first"),
        ("refimpl/new.py:15", "the … second"),
        ("refimpl/new.py:19", "through another function"),
        ("refimpl/new.py:6", "… is new here"),
    ]


def test_every_text_of_an_entry_is_raised_somewhere():
    """The first text that fits is the one that counts, so a text that hides another is named."""
    known = {"…".join(pieces) for pieces, _ in entries._known()}
    told = [*(message.template for message in messages()), *PYTHONS]
    assert known - {entries.HOLE.join(entries.first(each)[0]) for each in told} == set()


def test_a_text_belongs_to_one_entry():
    texts = list(itertools.chain(*entries.TEXTS.values()))
    assert sorted(texts) == sorted(set(texts))


def test_every_entry_stands_on_one_page():
    on_pages = [entry.name for page in PAGES for entry in page.entries]
    assert sorted(on_pages) == sorted(entries.TEXTS)


def test_every_page_is_listed():
    assert sorted(errors.ORDER) == sorted(path.stem for path in errors.FOLDER.glob("*.toml"))


@every_entry
def test_the_program_ends_in_the_recorded_message_on_refimpl(entry):
    end = errors.end(entry.raises, "refimpl", entry.cut)
    assert end.said == entry.said
    assert end.printed == ""  # the page shows the message alone
    assert entries.entry(errors.message(entry)) == entry.name
    if entry.warns or not (pythons(end.said.partition(": ")[2]) and end.address is None):
        assert end.address == (None if entry.warns else entry.name)


@every_entry
def test_the_program_ends_in_the_recorded_message_on_torch(torch, entry):
    said = errors.end(entry.raises, "torch", entry.cut).said
    if entry.engine:
        assert said != entry.said or "from refimpl" in entry.raises
    else:
        assert entry.said in ends(torch, said)


@every_entry
def test_the_mended_program_prints_the_same_on_refimpl(entry):
    end = errors.end(entry.mended, "refimpl")
    assert (end.said, end.printed) == ("", entry.prints)


@every_entry
def test_the_mended_program_prints_the_same_on_torch(torch, entry):
    end = errors.end(entry.mended, "torch")
    assert (end.said, end.printed) == ("", entry.prints)


@every_entry
def test_an_entry_is_short(entry):
    assert len(entry.meaning) < 400
    assert len(entry.raises.splitlines()) <= 18
    assert entry.prints and "  " not in entry.meaning


def pythons(message):
    """Say whether Python itself raises a message."""
    return any(entries.fits(message, text) for text in PYTHONS)


def refusals():
    """Return what refimpl says to the programs that both engines refuse."""
    for program in MISUSES.values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                program(refimpl)
            except Exception as error:
                yield error


OF_PYTHON = (
    r"softmax\(\) got an unexpected keyword argument 'x'|'\w+' object cannot be interpreted as an "
    r"integer|'list' object has no attribute 'detach'|hiden|"
    r"type object 'Linear' has no attribute 'weight'"
)


def test_every_refusal_on_record_ends_in_the_address_of_its_entry():
    seen = 0
    for error in refusals():
        addresses = [note for note in getattr(error, "__notes__", []) if ADDRESS in note]
        if addresses:
            assert addresses == error.__notes__[-1:]
            assert error.__notes__[-1].removeprefix(ADDRESS) in entries.TEXTS
            seen += 1
        else:  # raised by Python, or by the program
            assert pythons(str(error)) or re.fullmatch(OF_PYTHON, str(error)), error
    assert seen > 800


@pytest.mark.parametrize(
    ("text", "message", "fits"),
    [
        ("Target … is out of bounds.", "Target 5 is out of bounds.", True),
        ("Target … is out of bounds.", "Target 5 is out of bounds", False),
        ("… is … and …", "this is that and those", True),
        ("… and …", "or", False),
        ("ab…ba", "aba", False),
        ("the same", "the same", True),
        ("the same", "the same thing", False),
        ("…a…a", "a", False),
    ],
)
def test_a_hole_stands_for_any_text(text, message, fits):
    assert entries.fits(message, text) is fits


def test_the_text_that_says_more_comes_first():
    said = "relu(): argument 'input' (position 1) must be Tensor, not list"
    assert entries.entry(said) == "argument-type"
    assert entries.entry("index_select(): self and result must have the same scalar type")
    assert entries.entry("no such text") is None
