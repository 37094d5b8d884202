"""What other libraries answer, as the pages show it."""

import elsewhere
import pytest

from benchmarks.elsewhere import answers
from evidence.small_site import built, html, table_of, words

ONE = {"call": "f(x)", "value": [[1.0, 0.0]]}
OTHER = {"call": "g(x)", "value": [[1.0, 0.5]]}
RUN = {"date": "2026-01-02", "cpu": "A processor", "versions": {"python": "3", "small": "1.2"}}
RECORD = {
    "torch": RUN | {"cases": {"softmax, masked": ONE, "cross entropy, all ignored": ONE}},
    "jax": RUN | {"cases": {"softmax, masked": OTHER, "softmax, +inf": OTHER}},
    "scipy": RUN | {"cases": {"softmax, masked": {"call": "h(x)", "error": "TypeError: no"}}},
}
QUESTIONS = "\n".join(
    f"({elsewhere.label(name)})=\n## About {name}\n\n```{{answers}} {name}\n```\n"
    for name in ("softmax, masked", "softmax, +inf", "cross entropy, all ignored", "soft labels")
)


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Return a function that builds the page of questions and one more."""
    monkeypatch.setattr(answers, "recorded", lambda: RECORD)
    monkeypatch.setattr(elsewhere, "recorded", lambda: RECORD)
    monkeypatch.setattr(elsewhere, "NAMES", [n for n in answers.NAMES if n in QUESTIONS])
    monkeypatch.setattr("ledger.results", lambda: {})
    monkeypatch.setattr("ledger.claims", lambda: {})
    libraries = {f"elsewhere/{name}.md": f"# {name}\n" for name in elsewhere.LIBRARIES}

    def build(text=""):
        pages = libraries | {
            "questions.md": f"# Questions\n\n{QUESTIONS}",
            "page.md": f"# P\n{text}",
        }
        return built(tmp_path, pages, "ledger", "elsewhere")

    return build


def test_a_question_shows_its_input_and_who_answers_what(build):
    app = build()
    assert app.warning.getvalue() == ""
    text = html(app, "questions")
    assert "x = [[0, -inf]]" in words(text)
    rows = table_of(text, "elsewhere")
    assert rows[:4] == [
        ["answer", "libraries"],
        ["1, 0 the exact value", "PyTorch"],
        ["1, 0.5 not the exact value", "JAX and Optax"],
        ["refuses not the exact value", "SciPy"],
    ]
    assert [row[0] for row in rows[4:]] == ["not run"]
    assert 'href="elsewhere/torch.html"' in text


def test_an_exact_value_that_no_library_gives_stands_alone(build):
    text = html(build(), "questions").partition("About softmax, +inf")[2]
    rows = table_of(text, "elsewhere")
    assert rows[1] == ["1, 0 the exact value", ""]
    assert rows[2] == ["1, 0.5 not the exact value", "JAX and Optax"]
    ignored = text.partition("About cross entropy, all ignored")[2]
    assert table_of(ignored, "elsewhere")[1] == ["1, 0", "PyTorch"]
    assert words(ignored)[0].endswith("y = [ignored, ignored]")


def test_a_library_shows_where_it_differs_and_all_its_answers(build):
    app = build("\n```{moving} jax\n```\n")
    assert app.warning.getvalue() == ""
    shown = words(html(app, "page"))
    lead = shown.index("Other answers than those of PyTorch: 1 of 2.")
    assert shown[lead + 1 : lead + 9] == [
        "About softmax, masked",
        "here",
        "g(x)",
        "1, 0.5",
        "not the exact value",
        "PyTorch",
        "f(x)",
        "1, 0",
    ]
    assert table_of(html(app, "page"), "elsewhere")[2] == [
        "About softmax, masked g(x)",
        "1, 0.5 not the exact value",
    ]
    assert shown[-1] == (
        "2026-01-02; python 3, small 1.2; A processor; python -m benchmarks.elsewhere jax"
    )


def test_torch_is_compared_with_nothing_and_errors_are_shown(build):
    shown = words(html(build("\n```{moving} torch\n```\n\n```{moving} scipy\n```\n"), "page"))
    assert shown[1] == "All answers"
    assert "TypeError: no" in shown


def test_what_was_not_run_says_so(build):
    assert "This library was not run." in words(html(build("\n```{moving} mlx\n```\n"), "page"))


@pytest.mark.parametrize(
    ("directive", "fault"),
    [
        ("{answers} nosuch", "nosuch is no case of benchmarks/elsewhere/cases.py; correct it"),
        ("{moving} nosuch", "nosuch is not in libraries.toml; correct the name"),
    ],
)
def test_a_wrong_name_is_named(build, directive, fault):
    warned = build(f"\n```{directive}\n```\n").warning.getvalue()
    assert "page.md:3" in warned and fault in warned
