"""torchrun starts 2 and 4 ranks: their loss and gradients are those of one process.

refimpl is the reference. One launch for each number of ranks runs all cases and scripts.
"""

import pickle
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from evidence.gallery.scripts import ROOT
from evidence.shards import dying
from evidence.shards.cases import CASES, LARGE, disagreeing
from evidence.shards.launch import FOLDER, checked, torchrun
from evidence.shards.measure import memory, volume
from evidence.shards.ranks import DTYPES, SIZE
from evidence.shards.record import ON_RANKS, RANKS
from refimpl.formulas import cross_entropy

RUN = ROOT / "evidence/shards/ranks.py"
# Sums of a thousand terms in another order, and an exponent that is a rounded difference of logits:
# a rounding error of one in 700 becomes a relative one of 8e-14 in float64. Beside 1 - p, which
# cancels, digits are judged by their place. 16 bits are the rounding of the result.
TOLERANCES = {
    "float64": {"rtol": 2e-13, "atol": 4e-15},
    "float32": {"rtol": 2e-5, "atol": 1e-6},
    "float16": {"rtol": 2e-3, "atol": 2e-3},
    "bfloat16": {"rtol": 2e-2, "atol": 2e-2},
}


@pytest.fixture(scope="module", params=RANKS, ids="{} ranks".format)
def found(request, tmp_path_factory):
    """What every rank found, in the order of the ranks."""
    folder, ranks = tmp_path_factory.mktemp("ranks"), request.param
    checked(torchrun(ranks, RUN, folder, *(FOLDER / f"{name}.py" for name in ON_RANKS)))
    return [pickle.loads((folder / f"{ranks}.{r}.pickle").read_bytes()) for r in range(ranks)]


def rounded(array, dtype):
    """Return what an array becomes in a dtype, in float64; integers stay."""
    made = torch.from_numpy(np.asarray(array))
    return made.to(DTYPES[dtype]).double().numpy() if made.is_floating_point() else made.numpy()


def reference(case, dtype="float64"):
    """Return loss and gradients of refimpl with all classes, or its exception."""
    inputs, options = case.inputs, dict(case.options)
    options["label_smoothing"] = max(0.0, options.get("label_smoothing", 0.0))
    if dtype in DTYPES:
        inputs = [rounded(each, dtype) for each in inputs]
        if options.get("weight") is not None:
            options["weight"] = rounded(options["weight"], dtype)
    try:
        loss = cross_entropy(*inputs, **options)
    except (RuntimeError, ValueError, IndexError) as error:
        return {"error": (type(error), str(error))}
    cotangent = np.linspace(1, 2, loss.size).reshape(loss.shape)
    return {"loss": loss, "gradients": cross_entropy.vjp(cotangent, *inputs, **options)}


def compare(found, name, case, dtype="float64"):
    """Hold the loss on every rank, and the gradients of all together, to the reference."""
    outcomes, wanted = [rank["cases"][name] for rank in found], reference(case, dtype)
    if "error" in wanted:
        assert outcomes == [wanted] * len(found)
        return
    tolerance = TOLERANCES[dtype]
    for outcome in outcomes:
        np.testing.assert_allclose(outcome["loss"], wanted["loss"], **tolerance, strict=True)
        assert outcome["loss"].tobytes() == outcomes[0]["loss"].tobytes()
    dim = min(1, case.inputs[0].ndim - 1)
    for place, gradient in enumerate(wanted["gradients"]):
        if gradient is not None:
            whole = np.concatenate([each["gradients"][place] for each in outcomes], dim)
            np.testing.assert_allclose(whole, gradient, **tolerance, strict=True)


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # nan and inf are among the logits
@pytest.mark.parametrize("name", CASES)
def test_all_ranks_have_what_one_process_has(found, name):
    compare(found, name, CASES[name])


@pytest.mark.parametrize("name", LARGE)
def test_shards_may_be_unequal_and_empty(found, name):
    compare(found, f"{name}, unequal shards", LARGE[name])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LARGE)
def test_shorter_dtypes_have_their_digits(found, name, dtype):
    compare(found, f"{name}, {dtype}", LARGE[name], dtype)


@pytest.mark.parametrize("name", disagreeing(2))
def test_ranks_that_disagree_all_end_with_the_reason(found, name):
    _, kind, text = disagreeing(len(found))[name]
    for rank in found:
        got, said = rank["cases"][f"ranks disagree: {name}"]["error"]
        assert got is kind
        assert text in said


def test_a_number_has_no_classes(found):
    refused = {"error": (IndexError, "Dimension specified as 1 but tensor has no dimensions")}
    assert [rank["cases"]["no dimension"] for rank in found] == [refused] * len(found)


def test_a_nan_is_among_the_cases_where_max_would_lose_it(found):
    outcome = found[0]["cases"]["nan on one rank of each third sample"]
    assert np.isnan(outcome["loss"]).sum() == 14


@pytest.mark.parametrize("script", ON_RANKS)
def test_script_prints_its_text(found, script):
    text = (FOLDER / f"{script}.{len(found)}.out").read_text(encoding="utf-8")
    assert [rank["printed"][script] for rank in found] == [text, *[""] * (len(found) - 1)]


def test_training_on_several_ranks_prints_the_losses_of_one_process(found):
    one = (ROOT / "gallery/a4/plot_train_from_scratch.digits.out").read_text(encoding="utf-8")
    reports = re.findall(r"^train_loss (\S+), train_acc (\S+), test_acc (\S+)$", one, re.M)
    epochs = [
        f"epoch {n:2}" + "".join(f"  {float(number):.4f}" for number in report)
        for n, report in enumerate(reports, 1)
    ]
    last = "train_loss {}, train_acc {}, test_acc {}".format(*reports[-1])
    printed = found[0]["printed"]["train_on_several_ranks"]
    assert printed.splitlines()[:11] == [*epochs, last]


def test_a_rank_sends_what_the_formula_says(found):
    derived = volume(SIZE["samples"], len(found))
    for rank in found:
        # beside them go the two numbers of the agreement, and 48 bytes with each message of gloo
        assert derived <= rank["measured"]["sent forward"] <= derived + 1500 * len(found)
        assert rank["measured"]["sent backward"] == 0


def test_a_rank_holds_what_the_formula_says(found):
    derived = memory(**SIZE, ranks=len(found))
    for rank in found:
        # beside the gradient and the scratch there are some numbers for each sample
        assert derived <= rank["measured"]["held"] <= derived + 64 * SIZE["samples"]


def test_ranks_that_lose_one_end_within_the_timeout_and_name_it(tmp_path):
    process = torchrun(4, ROOT / "evidence/shards/dying.py", tmp_path)
    assert process.returncode == 1
    ended = {int(path.stem): path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert sorted(ended) == [0, 2, 3]
    for rank, text in ended.items():
        seconds, said = text.splitlines()
        assert float(seconds) <= dying.TIMEOUT + 1.5
        assert said == (
            f"rank {rank} lost rank {dying.VICTIM}: no answer in {dying.TIMEOUT} s, "
            "it died or is stuck; start all 4 ranks again"
        )
