"""The same call elsewhere: inputs, exact values, records, answers."""

import json
import re
from types import SimpleNamespace

import pytest

from benchmarks.elsewhere import answers, recorder, run
from benchmarks.elsewhere.answers import NO_CALL, NOT_RUN, REFUSES, answer, moving, table
from benchmarks.elsewhere.cases import CASES
from benchmarks.elsewhere.exact import EXACT, MEANINGS, case_of, exactly, meanings
from benchmarks.elsewhere.recorder import LIBRARIES
from tests.site.conftest import ROOT

PAGES = ROOT / "docs/elsewhere"
RECORDED = answers.recorded()
NOWHERE = {"jittor"}  # its first import compiles for longer than a run may take


# ---- cases and exact values -------------------------------------------------------------


def test_every_exact_value_and_choice_belongs_to_a_case():
    assert {case_of(name) for name in (*EXACT, *MEANINGS)} <= set(CASES)


@pytest.mark.parametrize("name", MEANINGS)
def test_no_two_choices_give_the_same_answer(name):
    found = list(meanings(name).values())
    assert all(not answers.close(a, b) for i, a in enumerate(found) for b in found[:i])


def test_exact_values_are_limits():
    assert exactly("softmax, +inf") == [1, 0]
    assert exactly("softmax, all -inf") is None
    assert exactly("cross entropy, far") == [200]
    assert (
        exactly("soft labels, gradient")
        == meanings("soft labels, gradient")["T p − y, the gradient"]
    )


# ---- records ----------------------------------------------------------------------------


def test_all_libraries_were_run_but_those_that_are_known_not_to_be():
    assert set(LIBRARIES) - set(RECORDED) == NOWHERE


@pytest.mark.parametrize("name", RECORDED)
def test_a_record_is_of_the_pinned_versions_and_of_cases_that_exist(name):
    pins = dict(package.split("==") for package in LIBRARIES[name]["packages"])
    found = {each: v.partition("+")[0] for each, v in RECORDED[name]["versions"].items()}
    assert found.pop("python").startswith(LIBRARIES[name].get("python", "3."))
    assert found == pins
    assert set(RECORDED[name]["cases"]) <= set(CASES)


@pytest.mark.parametrize("name", sorted(RECORDED.keys() - {"refimpl"}))
def test_the_recorded_calls_are_those_of_the_module(name):
    path = ROOT / f"benchmarks/elsewhere/libraries/{name}.py"
    source = re.sub(r'"\n\s+"', "", path.read_text("utf-8"))
    for found in RECORDED[name]["cases"].values():
        assert f'"{found["call"]}"' in source


@pytest.mark.parametrize("name", ["refimpl", "torch"])
def test_what_is_recorded_of_torch_and_refimpl_comes_out_now(name, torch):
    now = {name: {"cases": json.loads(json.dumps(run.outcomes(name)))}}
    assert {case: answer(name, case, now)[:4] for case in answers.NAMES} == {
        case: answer(name, case)[:4] for case in answers.NAMES
    }


def test_the_calls_of_torch_and_of_refimpl_are_not_mixed_up(torch):
    assert run.module("torch").torch is torch
    assert run.module("refimpl").torch.__name__ == "refimpl"
    assert run.module("torch").torch is torch


def test_refimpl_answers_as_torch_does():
    assert moving("refimpl") == {}


def test_refimpl_is_exact_where_torch_leaves_it_free_to_be():
    wrong = [name for name in answers.NAMES if answer("refimpl", name).differs]
    assert wrong == ["softmax, +inf"]  # torch's nan, as the edge cases say


# ---- answers ----------------------------------------------------------------------------


def found(name, **outcome):
    """Answer a case from an outcome."""
    return answer("jax", name, {"jax": {"cases": {case_of(name): {"call": "f(x)", **outcome}}}})


def test_numbers_that_fit_to_a_choice_are_answered_in_words():
    assert found("cross entropy, reduction", value=0.9123183) == (
        "mean", "f(x)", "0.91232", False,
    )  # fmt: skip
    assert found("cross entropy, reduction", value=0.5) == ("0.5", "f(x)", "", False)


def test_numbers_are_compared_with_the_exact_value():
    assert found("softmax, masked", value=[[1.0, 0.0]]) == ("1, 0", "f(x)", "", False)
    assert found("softmax, masked", value=[[1.0, 1e-28]]).differs
    assert found("softmax, masked", value=[["nan", 0.0]]) == ("nan, 0", "f(x)", "", True)
    assert not found("softmax, all -inf", value=[["nan", "nan"]]).differs
    assert found("cross entropy, far", value=[64.0]).differs
    assert not found("cross entropy, far", value=[200.0000001]).differs


def test_a_gradient_of_another_loss_is_marked():
    wrong = [[-1.340999, 0.242433, 0.0985659]]
    answered = found("soft labels, gradient", value=[0.8], gradient=wrong)
    assert (answered.text, answered.differs) == ("p − y, of another loss", True)
    assert found("soft labels, gradient", value=[0.8]).text == "no gradient was asked for"


def test_errors_gaps_and_what_was_not_run_are_told_apart():
    refused = found("softmax, masked", error="TypeError: no")
    assert (refused.text, refused.note, refused.differs) == (REFUSES, "TypeError: no", True)
    assert not found("cross entropy, label 3", error="IndexError: out").differs
    assert found("softmax, far", **{"not tried": "why"}) == ("not tried", "f(x)", "why", False)
    assert answer("jax", "softmax, far", {"jax": {"cases": {}}}).text == NO_CALL
    assert answer("jax", "softmax, far", {"torch": {"cases": {}}}).text == NOT_RUN


def test_a_table_groups_equal_answers_and_ends_with_what_says_nothing():
    one = {"call": "f(x)", "value": [[1.0, 0.0]]}
    other = {"call": "g(x)", "value": [[1.0, 0.5]]}
    small = {
        "torch": {"cases": {}},
        "jax": {"cases": {"softmax, masked": other}},
        "keras": {"cases": {"softmax, masked": one}},
        "scipy": {"cases": {"softmax, masked": one}},
    }
    grouped = table("softmax, masked", small)
    assert [key[0] for key in grouped][:2] == ["1, 0.5", "1, 0"]
    assert [library for library, _ in grouped["1, 0", False]] == ["keras", "scipy"]
    assert {key[0] for key in list(grouped)[2:]} == {NO_CALL, NOT_RUN}


def test_only_what_both_answer_can_differ():
    case = {"softmax, masked": {"call": "f(x)", "value": [[1.0, 0.0]]}}
    other = {"softmax, masked": {"call": "g(x)", "value": [[1.0, 0.5]]}}
    same = {"torch": {"cases": case}, "jax": {"cases": case}}
    assert moving("jax", record=same) == {}
    assert list(moving("jax", record=same | {"jax": {"cases": other}})) == ["softmax, masked"]
    assert moving("jax", record=same | {"jax": {"cases": {}}}) == {}
    assert moving("jax", record={"torch": {"cases": case}}) == {}


# ---- running ----------------------------------------------------------------------------


def small_library(**more):
    """Make a library of lists."""
    return SimpleNamespace(
        floats=lambda values: values,
        labels=lambda values: values,
        numbers=lambda result: result,
        **({"CALLS": {"softmax": "x", "cross entropy": "y", "weighted cross entropy": "w"}} | more),
    )


def test_a_case_takes_the_first_call_that_a_library_has():
    own = small_library(CALLS={"softmax": "1 / 0", "softmax along the last axis": "x"})
    assert run.outcome(own, "softmax, masked") == {"call": "x", "value": [[0, "-inf"]]}
    assert run.outcome(own, "softmax, axis") == {
        "call": "1 / 0",
        "error": "ZeroDivisionError: division by zero",
    }
    assert run.outcome(own, "label smoothing") is None


def test_inputs_labels_and_reasons_reach_the_outcome():
    ignoring = small_library(CALLS={"cross entropy that ignores": "y"}, IGNORED=-7)
    assert run.outcome(ignoring, "cross entropy, one ignored")["value"] == [0, -7]
    assert run.outcome(small_library(), "cross entropy, weights")["value"] == [1, 2, 4]
    untried = small_library(NOT_TRIED={"cross entropy, far": "why"})
    assert run.outcome(untried, "cross entropy, far") == {"call": "y", "not tried": "why"}
    long = small_library(CALLS={"softmax": "int('a' * 999)"})
    assert len(run.outcome(long, "softmax, masked")["error"]) <= run.LONGEST


def test_a_gradient_is_recorded_where_the_library_has_one():
    calls = {"soft cross entropy": "y"}
    assert "gradient" not in run.outcome(small_library(CALLS=calls), "soft labels")
    own = small_library(CALLS=calls, gradient=lambda function, x: [function(x), x])
    assert run.outcome(own, "soft labels")["gradient"] == [[[2, 0, 0]], [[2, 1, 0.1]]]


def test_an_unknown_library_is_named():
    with pytest.raises(SystemExit, match="nosuch: not among refimpl, torch, jax"):
        recorder.main(["nosuch"])


def test_what_is_installed_here_is_used():
    assert recorder.here({"packages": ["numpy==2.4.6"]})
    assert not recorder.here({"packages": ["numpy==1.0"]})
    assert not recorder.here({"packages": ["no-such-package==1.0"]})


# ---- pages ------------------------------------------------------------------------------


def test_every_case_has_its_question_and_every_library_its_page():
    text = (PAGES / "index.md").read_text("utf-8")
    assert re.findall(r"^```\{answers\} (.+)$", text, re.M) == sorted(
        answers.NAMES, key=lambda name: text.index(f"{{answers}} {name}\n")
    )
    pages = {page.stem for page in PAGES.glob("*.md")} - {"index"}
    assert pages == set(LIBRARIES) - {"refimpl"}
    for page in pages:
        assert f"```{{moving}} {page}\n" in (PAGES / f"{page}.md").read_text("utf-8")


# What the pages say in their own words, beside what was recorded.
SAID = {
    ("jax", "cross entropy, reduction"): "none, a value for each",
    ("jax", "kl_div, reduction"): "a sum for each row",
    ("tensorflow", "cross entropy, reduction"): "none, a value for each",
    ("tensorflow", "cross entropy, input"): "logits",
    ("tensorflow", "soft labels, gradient"): "p − y, of another loss",
    ("keras", "cross entropy, input"): "probabilities",
    ("keras", "sigmoid loss, input"): "probabilities",
    ("openvino", "softmax, axis"): REFUSES,
    ("openvino", "log_softmax, axis"): REFUSES,
    ("scipy", "softmax, axis"): "all, the whole array",
    ("scipy", "log_softmax, axis"): "all, the whole array",
    ("scipy", "kl_div, reduction"): "none, with model − target added",
    ("scikit_learn", "cross entropy, input"): "probabilities",
    ("scikit_learn", "softmax, axis"): REFUSES,
    ("mlx", "softmax, axis"): "all, the whole array",
    ("mlx", "cross entropy, reduction"): "none, a value for each",
    ("mlx", "sigmoid loss, reduction"): "mean",
    ("ncnn", "softmax, axis"): "the first",
    ("litert", "softmax, axis"): "the last",
    ("litert", "log_softmax, axis"): "the last",
    ("torch", "softmax, axis"): "the first",
}


@pytest.mark.parametrize(("library", "name"), SAID)
def test_what_a_page_says_was_recorded(library, name):
    assert answer(library, name).text == SAID[library, name]


@pytest.mark.parametrize("name", ["scipy", "openvino", "ncnn", "litert"])
def test_libraries_without_losses_have_none(name):
    assert answer(name, "cross entropy, input").text == NO_CALL


def test_the_marked_answers_of_paddle_are_those_far_out():
    marked = {name for name in answers.NAMES if answer("paddle", name).differs}
    assert {"log_softmax, far", "log_softmax, masked", "cross entropy, far"} <= marked
