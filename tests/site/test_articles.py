"""What the built pages of the articles show of the ledger."""

import json
import re
from operator import attrgetter

import pytest

from evidence.articles import runner
from refimpl.articles import load
from refimpl.articles.ledger import ERRATA

ARTICLES = load()


def pieces(page, kind):
    """Cut a page into the texts of its claims or errata, by id."""
    starts = list(re.finditer(rf'<div class="claim [^>]*id="{kind}-(a\d-c\d\d)"', page))
    ends = [start.start() for start in starts[1:]] + [len(page)]
    return {s[1].upper(): page[s.start() : end] for s, end in zip(starts, ends, strict=True)}


@pytest.fixture(scope="module", params=ARTICLES, ids=attrgetter("id"))
def shown(request, site):
    page = (site / f"en/articles/{request.param.id.lower()}.html").read_text("utf-8")
    return request.param, pieces(page, "claim")


def test_every_claim_stands_on_its_page_in_reading_order(shown):
    article, claims = shown
    assert list(claims) == [claim.id for claim in article.claims]


def test_every_claim_has_its_verdict_in_words(shown):
    article, claims = shown
    for claim in article.claims:
        assert re.search(r'class="verdict [^>]*>(\w+)<', claims[claim.id])[1] == claim.verdict


def test_every_value_is_the_one_that_this_build_computed(shown):
    article, claims = shown
    results = runner.results()
    for claim in article.claims:
        page = re.sub(r"&lt;", "<", re.sub(r"&gt;", ">", claims[claim.id].replace("&#39;", "'")))
        for value in claim.value:
            for engine in runner.ENGINES:
                if not (engine == "refimpl" and claim.refimpl):
                    assert f">{results[claim.id][engine]['values'][value.name]}</pre>" in page


def test_one_click_leads_from_a_wrong_sentence_to_its_erratum_and_back(shown, site):
    article, claims = shown
    errata = pieces((site / "en/articles/errata.html").read_text("utf-8"), "erratum")
    wrong = [claim.id for claim in article.claims if claim.verdict in ERRATA]
    assert sorted(claim_id for claim_id in errata if claim_id.startswith(article.id)) == wrong
    for claim_id in wrong:
        anchor = claim_id.lower()
        assert f'href="errata.html#erratum-{anchor}"' in claims[claim_id]
        assert f'href="{article.id.lower()}.html#claim-{anchor}"' in errata[claim_id]


def test_every_machine_claim_links_to_the_source_of_its_check(shown, site):
    article, claims = shown
    checks = (site / f"en/articles/checks/{article.id.lower()}.html").read_text("utf-8")
    for claim in article.claims:
        if claim.check == "machine":
            anchor = f"check-{claim.id.lower()}"
            assert f'href="checks/{article.id.lower()}.html#{anchor}"' in claims[claim.id]
            assert f'id="{anchor}"' in checks


def test_claims_json_holds_the_ledger_with_the_results_of_the_build(site):
    record = json.loads((site / "en/claims.json").read_text("utf-8"))
    claims = [claim for article in ARTICLES for claim in article.claims]
    assert [entry["id"] for entry in record["claims"]] == [claim.id for claim in claims]
    assert [entry["verdict"] for entry in record["claims"]] == [c.verdict for c in claims]
    results = runner.results()
    for entry in record["claims"]:
        assert entry["results"] == results.get(entry["id"])
