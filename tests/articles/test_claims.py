"""Every claim that a machine can judge holds on torch and on refimpl, by the results file."""

from operator import attrgetter

import pytest

from evidence.articles import a5, runner
from refimpl.articles import load
from tests.conftest import both_engines

ARTICLES = load()
MACHINE = [claim for article in ARTICLES for claim in article.claims if claim.check == "machine"]


@pytest.fixture(scope="session")
def results():
    return runner.results()


@both_engines
@pytest.mark.parametrize("claim", MACHINE, ids=attrgetter("id"))
def test_claim(claim, engine, results):
    result = results[claim.id][engine]
    if result["outcome"] == "without images":
        pytest.skip(result["message"])
    torch_only = engine == "refimpl" and claim.refimpl
    assert result["outcome"] == ("torch only" if torch_only else "passed"), result.get("message")


@pytest.mark.parametrize("article", ARTICLES, ids=attrgetter("id"))
def test_claims_are_numbered_without_gaps(article):
    expected = [f"{article.id}-C{number:02}" for number in range(1, len(article.claims) + 1)]
    assert [claim.id for claim in article.claims] == expected


def test_a1_has_47_claims_of_which_3_can_only_be_read():
    (a1,) = (article for article in ARTICLES if article.id == "A1")
    assert len(a1.claims) == 47
    assert [c.id for c in a1.claims if c.check == "reading"] == ["A1-C11", "A1-C12", "A1-C34"]


def test_a_check_leaves_torchs_setting_for_warnings_as_it_was(torch):
    a5.formatting_the_running_loss_warns(torch)
    assert torch.is_warn_always_enabled()
