"""The pages of the operators: each whole, with links both ways."""

import re

import findable
import numpy as np
import operators
import pytest
from docutils import nodes
from docutils.utils import new_document
from source_code import address
from sphinx.search import WordCollector
from sphinx.search.en import SearchEnglish

from evidence import code_of, sampled, uses
from evidence.operators import RECORDS
from evidence.page_programs import QUESTIONS
from evidence.record import Refusal
from evidence.small_site import built, html, table_of, words
from refimpl import nn
from refimpl.nn import functional
from tests.site.conftest import ROOT

NO_OPERATORS = ("dropout", "one_hot")
every_operator = pytest.mark.parametrize("name", RECORDS)


def page(site, name):
    """Return the text of an operator's page."""
    return (site / f"en/api/{name}.html").read_text("utf-8")


def sections(text):
    """Return what stands under each heading of a page."""
    parts = re.split(r"<h2>(.*?)<a class=\"headerlink\".*?</h2>", text, flags=re.S)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_function_of_tensors_that_is_an_operator_has_a_page():
    assert set(functional.__all__) - set(NO_OPERATORS) <= set(RECORDS)


@every_operator
def test_every_page_has_all_sections_and_none_is_empty(site, name):
    found = sections(page(site, name))
    assert tuple(found)[: len(operators.SECTIONS)] == operators.SECTIONS
    assert [title for title, inner in found.items() if len(" ".join(words(inner))) < 30] == []


@every_operator
def test_every_page_shows_its_code_and_links_every_entry_to_its_source(site, name):
    text = page(site, name)
    code = sections(text)["Code"]
    assert f'<span class="nf">{name}</span>' in code
    entries = re.findall(r'<dt class="sig[^"]*" id="([^"]+)">(.*?)</dt>', text, re.S)
    assert entries
    assert [anchor for anchor, inner in entries if "[source]" not in inner] == []


@every_operator
def test_derivations_and_questions_link_the_page_and_the_page_links_them(site, name):
    used = sections(page(site, name))["Used in"]
    for derivation in operators.derivations(RECORDS[name]):
        assert f'href="../derivations/{derivation}.html"' in used
    own = operators.derivation_of(RECORDS[name])
    derived = (site / f"en/derivations/{own}.html").read_text("utf-8")
    assert f'href="../api/{name}.html#refimpl.formulas.{name}"' in derived
    for question in uses.uses(RECORDS[name], "questions"):
        asked = (site / f"en/questions/{question}.html").read_text("utf-8")
        assert f'href="../questions/{question}.html"' in used
        assert f'href="../api/{name}.html"' in asked


@every_operator
def test_what_is_refused_and_what_other_libraries_do_is_there(site, name):
    found = sections(page(site, name))
    shown = " ".join(words(found["Errors"]))
    for refusal in RECORDS[name].refusals:
        assert f"{refusal.kind.__name__}: {' '.join(refusal.text.split())}" in shown
    if name in operators.ELSEWHERE:
        assert 'href="../elsewhere/jax.html"' in found["The same call elsewhere"]


def test_every_question_that_was_put_to_others_is_about_an_operator():
    starts = tuple(start for found in operators.ELSEWHERE.values() for start in found)
    assert [name for name in operators.NAMES if not name.startswith(starts)] == []


# ---- the code behind an operator ----------------------------------------------------------


def test_the_code_is_followed_through_the_modules_of_the_formulas():
    value, slope = code_of.code_of(RECORDS["softmax"].formula)
    assert value[:3] == [
        "refimpl.formulas._softmax.softmax",
        "refimpl.formulas._softmax._softmax",
        "refimpl.formulas._nearest.fill",
    ]
    assert slope[0] == "refimpl.formulas._softmax.softmax_vjp"
    assert not set(value) & set(slope)
    assert not [path for path in value + slope if "_checks" in path]


@every_operator
def test_every_value_begins_with_the_formula_itself(name):
    value, _ = code_of.code_of(RECORDS[name].formula)
    assert value[0].endswith(f".{name}")


# ---- uses ---------------------------------------------------------------------------------


def test_names_after_a_dot_are_uses():
    assert uses.called("y = F.softmax(x)\nz = nn.ReLU()(y).exp()") == {"softmax", "ReLU", "exp"}
    assert uses.called("    softmax(x)\n") == set()


def test_claims_examples_and_questions_are_found():
    softmax, relu = RECORDS["softmax"], RECORDS["relu"]
    assert "A1-C01" in uses.uses(softmax, "claims")
    assert "A1-C01" not in uses.uses(relu, "claims")
    assert "a1/plot_compare_means" in uses.uses(softmax, "examples")
    assert "which_dim" in uses.uses(softmax, "questions")
    assert uses.module_of(RECORDS["linear"]) == "Linear"
    assert uses.module_of(RECORDS["erf"]) == ""


def test_every_question_uses_an_operator_or_shows_the_tape():
    without = {page.stem for page in QUESTIONS if not uses.operators_in(page.stem)}
    assert without == {
        "accumulated_gradients",
        "last_digits",
        "retain_graph",
        "scalar_outputs",
        "softmax_in_numpy",
    }


# ---- errors of samples --------------------------------------------------------------------


def test_errors_of_samples_are_those_of_values():
    count, error = sampled.errors_in(RECORDS["relu"], "float32")
    assert (count > 10, error) == (True, 0)
    assert 0 < sampled.errors_in(RECORDS["mse_loss"], "float32")[1] <= 0.5
    assert 0.5 < sampled.errors_in(RECORDS["kl_div"], "float64")[1] < 6
    assert set(sampled.results()) == {n for n, record in RECORDS.items() if not record.peers}


def test_arguments_are_written_by_dtype_and_shape():
    assert operators.argument(np.zeros((2, 3), np.float32)) == "float32[2, 3]"
    assert operators.argument(np.array(1)) == "int64[]"
    assert operators.argument("mean") == "'mean'"


# ---- the link to the source ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "name", "file", "first"),
    [
        ("refimpl.formulas", "softmax", "refimpl/formulas/_softmax.py", "@Formula"),
        ("refimpl.formulas", "softmax.vjp", "refimpl/formulas/_softmax.py", "@softmax.role"),
        ("refimpl.nn.layers", "Softmax", "refimpl/nn/layers.py", "class Softmax("),
        ("refimpl.tape.tensor", "Tensor.grad", "refimpl/tape/tensor.py", "    @property"),
    ],
)
def test_a_source_is_linked_by_its_lines(module, name, file, first):
    path, _, lines = address("", module, name).partition("#L")
    assert path == f"/{file}"
    text = (ROOT / file).read_text("utf-8").splitlines()
    assert text[int(lines.partition("-")[0]) - 1].startswith(first)


def test_what_has_no_code_has_no_address():
    assert address("", "refimpl.tape.dtypes", "float32") is None


# ---- errors -------------------------------------------------------------------------------


class Refusing:
    """An operator that refuses with a note."""

    def __init__(self, *notes):
        self.notes = notes

    def formula(self, *inputs, **options):
        error = ValueError("no")
        for note in self.notes:
            error.add_note(note)
        raise error


@pytest.mark.parametrize(
    ("notes", "entry"),
    [
        ((), None),
        (("Do this.",), None),
        (("Do this.", "More in the documentation: errors/#target-out-bounds"), "target-out-bounds"),
    ],
)
def test_the_entry_of_an_error_is_that_of_its_note(notes, entry):
    refusal = Refusal((1,), {}, ValueError, "no")
    assert operators.entry_of(Refusing(*notes), refusal) == entry


def test_a_call_that_is_not_refused_has_no_entry():
    assert operators.entry_of(RECORDS["relu"], Refusal((np.ones(1),), {}, ValueError, "")) is None


def test_a_refused_call_is_written():
    refusal = Refusal((np.ones((2, 3)), [0]), {"dim": 2}, IndexError, "out")
    assert operators.written_call(RECORDS["softmax"], refusal) == (
        "softmax(float64[2, 3], [0], dim=2)"
    )


# ---- lists on other pages -----------------------------------------------------------------


def test_other_pages_list_what_stands_on_the_pages_of_operators(tmp_path, monkeypatch):
    monkeypatch.setattr("ledger.results", lambda: {})
    monkeypatch.setattr("ledger.claims", lambda: {})
    lists = "\n\n".join(f"```{{operator-links}} {kind}\n```" for kind in operators.PLACES)
    app = built(tmp_path, {"page.md": f"# Page\n\n{lists}\n"}, "ledger", "operators")
    shown = words(html(app, "page"))
    names = [line.partition(":")[0] for line in shown[1:]]
    assert names[:3] == ["erf", "erfc", "logsumexp"]
    functions = names[3 : names.index("BCELoss")]
    assert set(functions) == set(functional.__all__) - set(NO_OPERATORS)
    assert {"CrossEntropyLoss", "L1Loss", "Linear", "Softmax"} <= set(names[3 + len(functions) :])
    assert all(line.endswith(".") for line in shown[1:])


@pytest.mark.parametrize(
    ("what", "value", "left"),
    [
        ("module", functional.softmax, True),
        ("class", functional.softmax, None),  # a method that is the function too
        ("module", nn.Module, None),
        ("module", 3.0, None),
    ],
)
def test_a_module_leaves_what_has_a_page_of_its_own_to_that_page(what, value, left):
    assert operators.leave_to_operators(None, what, "name", value, False, {}) is left


def test_the_search_does_not_find_headings_that_many_pages_have():
    index = {
        "docnames": ["api/softmax", "api/torch"],
        "objtypes": {},
        "objects": {},
        "alltitles": {
            "softmax": [[0, None]],
            "Errors": [[0, "errors"], [1, "errors"]],
            "Proof": [[page, "proof"] for page in range(2, 2 + findable.SAME)],
        },
        "titleterms": {},
        "terms": {},
    }
    assert findable.slimmed(index)["alltitles"] == {
        "softmax": [[0, None]],
        "Errors": [[1, "errors"]],
    }


def test_names_of_latex_are_no_words_of_a_page():
    document = new_document("page")
    formula = nodes.math_block("", r"\frac{1}{2}", nodes.Text(r"\frac{1}{2}"))
    document += [
        nodes.paragraph("", "", nodes.math("", r"\mathbf x"), nodes.Text(" half")),
        formula,
    ]
    findable.leave_out_mathematics(None, document)
    collector = WordCollector(document, SearchEnglish({}))
    document.walk(collector)
    assert collector.found_words == ["half"]


def test_words_that_most_pages_alike_have_lead_to_none_of_them():
    words = {"dtype": [0, 1, 2, 3, 9], "tail": [2, 9], "only": 1, "all": [0, 1, 2, 3]}
    assert findable._told_apart(words, {0, 1, 2, 3}) == {"dtype": 9, "tail": [2, 9], "only": 1}


def test_a_refused_call_shows_torchs_text_and_links_its_entry(tmp_path, monkeypatch):
    monkeypatch.setattr("ledger.results", lambda: {})
    monkeypatch.setattr("ledger.claims", lambda: {})
    text = "softmax(): argument 'dim' (position 2) must be int, not \"float\""
    refused = Refusal((np.ones((2, 3)),), {"dim": 1.0}, ValueError, text, "other words")
    record = Refusing("More in the documentation: errors/#one")
    record.name, record.refusals = "softmax", [refused]
    monkeypatch.setattr(operators, "RECORDS", {"softmax": record})
    page = "# Page\n\n```{refusals} softmax\n```\n\n(error-one)=\n## One\n\n(errors)=\n## All\n"
    app = built(tmp_path, {"page.md": page}, "ledger", "operators")
    shown = html(app, "page")
    assert table_of(shown, "refusals")[1] == [
        "softmax(float64[2, 3], dim=1.0)",
        f"ValueError: {text}",
        "the same type, in other words",
    ]
    assert 'href="#error-one"' in shown


def test_a_word_that_begins_another_one_of_all_its_pages_is_found_as_its_part():
    words = {"sin": [1, 2], "sin_": [1, 2, 3], "sine": 4, "nn": 1, "nnx": 1}
    assert findable._not_begun(words) == {"sin_": [1, 2, 3], "sine": 4, "nn": 1, "nnx": 1}
    assert findable._not_begun({"sin": [1, 5], "sin_": [1, 2]}) == {"sin": [1, 5], "sin_": [1, 2]}


def test_lines_of_restructuredtext_stand_apart_in_one_block():
    assert operators.rst("A.", ".. b::") == "```{eval-rst}\nA.\n\n.. b::\n```"
