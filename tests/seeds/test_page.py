"""What the pages say of seeds is what the search found and what was counted."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from benchmarks import machine
from benchmarks.seeds import print_of_a1
from evidence import seeds as evidence
from refimpl.seeds import Answer, Hit
from refimpl.seeds.__main__ import arguments
from refimpl.seeds.questions import Session, ask
from refimpl.streams import Generator, randn

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/derivations/seeds.md").read_text("utf-8")
A1_SEED = 1581317843


def found(claims):
    return evidence.record()["programs"][claims]


def test_the_answer_on_the_page_is_the_one_of_the_command():
    question = ask(print_of_a1(), "randn(2, 3)")
    answer = Answer([question], range(2**32), [Hit(A1_SEED, 0)])
    assert f"```text\n{answer.text()}\n```" in PAGE


def test_the_program_on_the_page_is_the_one_that_was_searched():
    program = evidence.program("A3-C23 A3-C24")
    assert program in PAGE
    assert f"manual_seed({found('A3-C23 A3-C24')['seeds'][0]})\n{program}" in PAGE


@pytest.mark.parametrize("command", re.findall(r"python -m refimpl\.seeds (.*)$", PAGE, re.M))
def test_the_commands_on_the_page_are_understood(command):
    words = shlex.split(command.rstrip("`").partition("`")[0])
    if words == ["--help"]:
        return
    _, given = arguments(words)
    assert given.draw or given.program


def test_the_page_says_what_was_found():
    assert found("A1-C06 A1-C20")["seeds"] == [A1_SEED]
    assert found("A1-C08 A1-C23")["seeds"] == [A1_SEED]
    assert found("A1-C18 A1-C25")["count"] == 0
    first, both = found("A3-C23")["count"], found("A3-C23 A3-C24")["count"]
    assert f"The search finds {first} and {both}." in PAGE
    assert f"## The third article: {both} seeds" in PAGE
    assert evidence.record()["seeds"] == 2**32


def test_every_print_of_a_random_tensor_in_the_ledger_was_searched():
    searched = {claim for claims in evidence.PROGRAMS for claim in claims.split()}
    printed = {
        claim.id
        for article in evidence.load()
        for claim in article.claims
        if claim.kind == "printed-tensor" and claim.source == "article"
    }
    assert printed - searched == {"A3-C26"}  # the name of a node
    assert set(evidence.record()["programs"]) == set(evidence.PROGRAMS)


@pytest.mark.parametrize("claims", evidence.PROGRAMS)
def test_the_programs_can_be_searched(claims):
    session = Session(evidence.program(claims))
    assert session.told.share == pytest.approx(2 ** -found(claims)["bits"])
    for seed in found(claims).get("seeds", [])[:3]:
        assert session.agrees(seed)


def test_what_prints_too_little_is_recorded_as_refused():
    refused = {
        claims for claims, each in evidence.record()["programs"].items() if "refused" in each
    }
    assert refused == {"A3-C08", "A4-C07"}


@pytest.mark.parametrize("place", [0, 1])
def test_the_pairs_counted_are_those_predicted(place):
    counted = evidence.record()["alike"][place]
    expected = evidence.predicted(counted["values"], counted["seeds"])
    assert counted["seeds"] == 2**26
    assert abs(counted["pairs"] - expected) < 4 * expected**0.5  # four deviations of a count


def test_the_counting_program_has_torchs_normals():
    normals = evidence.normals(np.arange(100, 140), 5)
    for column, seed in enumerate(range(100, 140)):
        drawn = randn(Generator(seed), 5)
        assert np.abs(drawn - [row[column] for row in normals]).max() < 1e-6  # the C library's


def test_pairs_are_counted_as_texts_are_compared():
    count = evidence.alike(1, 3000)["pairs"]
    texts = [
        f"{randn(Generator(seed), 1)[0]:.4f}".replace("-0.0000", "0.0000") for seed in range(3000)
    ]
    assert count == sum(texts.count(text) - 1 for text in texts) / 2 > 50


def test_the_record_of_speed_meets_its_goal():
    record = machine.read("seeds.json")
    (goal,) = record["goals"]
    assert goal["value"] <= goal["must"] == 1.0
    assert record["all"]["hits"] == [A1_SEED]
    assert record["growth"] < 2**26  # bytes: the memory of a scan does not grow with the seeds
