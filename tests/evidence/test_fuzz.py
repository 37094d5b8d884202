"""The fuzz draws what it says, and finds a fault where there is one."""

import importlib
import inspect

import numpy as np
import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("torch", reason="torch is not installed")

import refimpl
from evidence import versions
from evidence.fuzz import arguments, compare, drawing, found, runs, steps
from evidence.fuzz.run import Fuzz, targets
from evidence.fuzz.session import Array, Seen, run
from evidence.strangers import transcript

FUNCTIONS = drawing.functions()


@pytest.fixture(scope="module")
def fuzz():
    found = Fuzz(seed=1)
    yield found
    found.close()


def test_every_public_name_is_drawn_or_left_out_for_a_reason():
    drawn = {path.rpartition(".")[2] for path in FUNCTIONS}
    for part in drawing.MODULES:
        module = importlib.import_module("refimpl" + part)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) or inspect.isclass(value):
                assert name in drawn | drawing.ALL_NOT_CALLED


def test_every_public_method_of_a_module_and_an_optimizer_is_used():
    used = " ".join(steps.USES + steps.OF_OPTIMIZERS + steps.OF_SCHEDULES)
    kinds = (
        refimpl.nn.Sequential,
        refimpl.nn.ModuleList,
        refimpl.nn.ModuleDict,
        refimpl.optim.SGD,
        refimpl.optim.lr_scheduler.StepLR,
    )
    names = {name for kind in kinds for name in dir(kind) if name[0] != "_"}
    assert {name for name in names if f".{name}(" not in used} == {"cuda"}  # needs a GPU


@pytest.mark.parametrize("family", steps.FAMILIES)
def test_the_programs_of_a_family_call_what_it_is_named_after(family):
    marks = {
        "programs": "torch.",
        "programs of Python": "print(",
        "programs of modules": "torch.nn.Linear(",
        "programs of training": "lr_scheduler",
        "programs of graphs": "register_hook",
        "programs of chance": "torch.randn(",
    }
    fuzz, lines = Fuzz(seed=3), []
    fuzz.compared = lambda program: lines.extend(program.lines)
    fuzz.run(family, 200)
    assert marks[family] in "\n".join(lines)


@pytest.mark.parametrize("path", FUNCTIONS)
def test_every_parameter_has_a_strategy_or_a_reason_for_none(path):
    given = set(arguments.PARAMETERS) | arguments.ALL_LEFT
    assert {name for name in FUNCTIONS[path].parameters if name not in given} == set()


def test_a_seed_gives_the_same_programs():
    def lines():
        found, fuzz = [], Fuzz(seed=3)
        fuzz.compared = lambda program: found.append(program.lines)
        fuzz.run("torch.exp", 40)
        return found

    first = lines()
    assert first == lines()
    assert len(first) == 10


@pytest.mark.parametrize(
    ("name", "wrong", "what"),
    [
        ("exp", lambda right: lambda input: right(input) * 1.01, "value"),
        ("exp", lambda right: lambda input: right(input).double(), "dtype"),
        ("exp", lambda right: lambda input: right(input)[None], "shape"),
        ("exp", lambda right: lambda input: right(input).detach(), "requires_grad"),
        ("neg", lambda right: lambda input: 0 - input, "sign of zero"),
        ("exp", lambda right: lambda input: right(input) * 1, "grad_fn"),
        ("sqrt", lambda right: lambda input: right(input.clone().fill_(1)), "value"),
        ("zeros", lambda right: lambda *size, **_: refimpl.ones(2), "shape"),
    ],
)
def test_a_planted_fault_is_found_and_made_short(fuzz, monkeypatch, name, wrong, what):
    right = getattr(refimpl, name)
    signature = inspect.signature(right)
    planted = wrong(right)
    planted.__signature__ = signature
    monkeypatch.setattr(refimpl, name, planted)
    found = {each.what: each for each in fuzz.run(f"torch.{name}", 160)}
    assert what in found
    assert len(found[what].lines) <= 4
    assert f"torch.{name}(" in found[what].text()


def test_a_few_calls_and_programs_differ_in_nothing(fuzz):
    for target in ("Tensor.sum", "torch.nn.functional.softmax", *steps.FAMILIES):
        assert [each.text() for each in fuzz.run(target, 48)] == []


def array(*values, dtype=np.float32):
    values = np.array(values, dtype)
    return Seen(value=Array("Tensor", f"torch.{values.dtype}", (1,), False, True, "", values, ""))


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        (array(1.0), array(1.0), None),
        (array(1.0), array(1.0001), "value"),
        (array(1.0), array(1.000001), None),
        (array(np.nan), array(np.nan), None),
        (array(np.inf), array(3e38), "value"),
        (array(0.0), array(-0.0), "sign of zero"),
        (array(0.0, 1e-9), array(-0.0, 0.0), None),
        (array(1.0), array(1.0, dtype=np.float64), "dtype"),
        (array(1.0), array(1.0, 2.0), "shape"),
        (array(1.0), Seen(error=("TypeError", "no")), "taken here alone"),
        (Seen(error=("TypeError", "no")), array(1.0), "refused here alone"),
        (Seen(error=("TypeError", "no")), Seen(error=("ValueError", "no")), "class of error"),
        (Seen(error=("TypeError", "no")), Seen(error=("TypeError", "yes")), "text of error"),
        (Seen(value=1), Seen(value=1.0), "type"),
        (Seen(value=1), Seen(value=1, said=(("UserWarning", "beware"),)), "warning"),
    ],
)
def test_what_differs_is_told_in_a_word(ours, theirs, what):
    assert compare.difference(ours, theirs, dtypes={"float32"}) == what


def test_a_program_is_seen_line_by_line():
    lines = ["x = torch.ones(2)", "x.exp_()", "x[5]", "print(x)", "x += 1"]
    *seen, end = run(refimpl, lines)
    assert [each.error[:1] for each in seen] == [(), (), ("IndexError",), (), ()]
    assert seen[-1].value.text == "tensor([3.7183, 3.7183])"
    assert set(end.value) == {"x"}


@pytest.mark.parametrize("line", found.programs())
def test_what_was_found_is_seen_alike_now(line, torch):
    lines = found.programs()[line]
    if versions.version(torch) != versions.PINNED and line in versions.record()["typed"]:
        assert transcript(refimpl, lines) == versions.typed(torch, lines)
    else:
        assert found.difference((refimpl, torch), lines) == []


def test_a_run_is_noted_behind_those_before(fuzz, tmp_path):
    file = tmp_path / "runs.json"
    file.write_text("[]")
    for _ in range(2):
        runs.note(fuzz, file)
    first, second = runs.recorded(file)
    assert first == {
        "date": first["date"],
        "seed": 1,
        "lines": fuzz.calls,
        "departures": sum(fuzz.covered.values()),
        "differences": len(fuzz.differences),
    }
    assert second == first


def test_recorded_runs_have_at_least_20000_lines():
    assert min(run["lines"] for run in runs.recorded()) >= 20000


def test_every_target_is_named_once():
    assert len(set(targets())) == len(targets())
