"""The pages of measurements show what their records hold, in few digits."""

import math

import measurements
import pytest

from evidence.small_site import built, html, table_of, words

SCORES = {
    "softmax": {
        "float32": {
            "N(0, 1)": {"refimpl": [0.5, 1.0, 0, 0.5], "torch": [1.204, 0.9994, 0, 0.75]},
            "within 80": {"refimpl": [0.25, 0.5, 0, 0.25], "torch": [12345.0, 0.25, 3, 12345.0]},
        }
    },
    "erf": {"float32": {"every binade": {"refimpl": [0.5, 1.0, 0, 0.5], "SciPy": [2, 0.5, 0, 2]}}},
}
KINDS = ("lse unshifted", "lse shifted", "softmax unshifted", "softmax division", "softmax exp")
SHIFTING = [
    {
        "dtype": "float16",
        "family": "within 80",
        "errors": dict(zip(KINDS, range(1, 6), strict=True)),
    }
]
ACCURACY = {
    "date": "2026-01-02",
    "script": "python -m benchmarks.accuracy --record",
    "cpu": "a processor",
    "capability": "AVX2",
    "cores": 3,
    "versions": {"numpy": "2.3", "torch": "2.13"},
    "scores": SCORES,
    "findings": {"shifting": SHIFTING},
}
BENCHMARKS = {
    "formulas": [
        {"row": ["erf", "float32", "256×10"], "values": {"refimpl": 2e-3, "SciPy": 1e-3}},
        {"row": ["softmax", "float32", "256×10"], "values": {"refimpl": 3e-3, "torch": 4e-3}},
        {"row": ["erf", "float32", "4×4"], "values": {"refimpl": 1e-6}},
    ],
    "tape": [
        {"row": ["product"], "values": {"refimpl": 3e-6, "torch": 2e-6, "NumPy": 1e-6}},
        {"row": ["a step"], "values": {"refimpl": 6e-3, "torch": 4e-3}},
        {"row": ["a loader"], "values": {"refimpl": 5e-3}},
    ],
    "memory": [
        {"row": ["softmax", "float32"], "values": {"refimpl": 1.034, "SciPy": 3.0}},
        {"row": ["silu", "float32"], "values": {"refimpl": 1.5}},
    ],
    "goals": [
        {"name": "fast", "must": 1.5, "aim": 1.25, "value": 1.5},
        {"name": "slow", "must": 1.5, "aim": 1.25, "value": 1.501},
    ],
}
PICTURES = {
    "seconds": {"refimpl": 0.09, "torch": 0.2},
    "goals": [
        {"name": "torch", "must": 0.34, "value": 0.45},
        {"name": "memory", "must": 1.2, "value": 1.001},
    ],
}
BUILDS = {
    "groups": {"the step": {"cases": 12, "mean": 0.987, "worst": "case 3", "ratio": 1.0349}},
    "imports": [[0.1, 0.05], [0.1, 0.04]],
    "cases": {f"case {i}": [1e-3 * i, 2e-3 * i, 1.5 - i / 10] for i in range(1, 13)},
}
STUDIES = {
    "a4/plot_x": {
        "date": "2026-01-02",
        "versions": {"torch": "2.13"},
        "seconds": {"torch": 9, "refimpl": 8},
        "text": "loss 0.4478\nhits 0.8282\n",
    }
}
RUNS = [
    {"function": "erf", "dtype": "float16", "next": 65_536, "wrong": []},
    {"function": "tanh", "dtype": "float32", "next": 1_234_567, "wrong": [0.5, 0.25]},
]
PAGE = """
(sphx_glr_auto_examples_a4_plot_x.py)=

# Measured

```{{{directive}}} {argument}
```
"""


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Return a function that builds a page of one directive and returns its HTML."""
    records = {"accuracy.json": ACCURACY, "benchmarks.json": BENCHMARKS}
    records |= {"pictures.json": PICTURES, "studies.json": STUDIES, "builds.json": BUILDS}
    records["exhaustive.json"] = {"runs": RUNS}
    records["loaded.json"] = ACCURACY | {"load": "1.25", "old": "abc1234"}
    monkeypatch.setattr(measurements, "record", records.__getitem__)

    def show(directive, argument=""):
        page = PAGE.format(directive=directive, argument=argument)
        app = built(tmp_path, {"page.md": page}, "measurements")
        assert app.warning.getvalue() == ""
        return html(app, "page")

    return show


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (math.inf, "∞"),
        (0.0, "0"),
        (0.001, "0.001"),
        (0.000999, "1e-3"),
        (0.49997, "0.5"),
        (-12.345, "-12.3"),
        (999.4, "999"),
        (999.5, "1000"),
        (-5000.0, "-5000"),
        (1000.4, "1000"),
        (9999.4, "9999"),
        (10000.0, "1e4"),
        (-123456.0, "-1e5"),
    ],
)
def test_a_number_is_written_in_a_few_characters(number, text):
    assert measurements.digits(number) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.5, "50 %"), (0.1234, "12.3 %"), (0.0, "0 %")],
)
def test_only_the_whole_is_a_hundred_percent(part, text):
    assert measurements.share(part) == text


def test_a_record_says_when_and_with_what_it_was_made(shown):
    assert table_of(shown("measured-with", "accuracy.json"), "measured-with") == [
        ["date", "2026-01-02"],
        ["command", "python -m benchmarks.accuracy --record"],
        ["processor", "a processor (AVX2)"],
        ["cores", "3"],
        ["versions", "numpy 2.3, torch 2.13"],
    ]


def test_other_programs_and_the_older_build_are_named_where_the_record_has_them(shown):
    assert table_of(shown("measured-with", "loaded.json"), "measured-with")[5:] == [
        ["programs running", "1.25"],
        ["older build", "abc1234"],
    ]


def test_the_worst_of_all_families_stands_under_each_library(shown):
    assert table_of(shown("accuracy", "float32"), "scores") == [
        ["operator", "refimpl", "torch", "SciPy", "onnx"],
        ["softmax", "0.5 75 %", "1e4 62.4 % z 3", "", ""],
        ["erf", "0.5 100 %", "", "2 50 %", ""],
    ]


def test_families_are_folded_up_where_there_are_several(shown):
    text = shown("accuracy-families", "float32")
    assert text.count("<summary") == text.count("</details>") == 1
    assert "softmax, float32" in words(text) and "erf" not in text
    assert table_of(text, "scores") == [
        ["family", "refimpl", "torch", "SciPy", "onnx"],
        ["N(0, 1)", "0.5 100 %", "1.2 (0.75) 99.9 %", "", ""],
        ["within 80", "0.25 50 %", "1e4 25 % z 3", "", ""],
    ]


def test_an_epoch_on_pictures_stands_beside_its_goals(shown):
    text = shown("pictures")
    assert table_of(text, "ratios") == [
        ["epoch", "ms", "refimpl over it"],
        ["refimpl", "90", "1"],
        ["torch", "200", "0.45"],
    ]
    assert table_of(text.partition("</table>")[2], "ratios") == [
        ["goal", "at most", "measured", "outcome"],
        ["refimpl over torch", "0.34", "0.45", "missed"],
        ["memory", "1.2", "1", "met"],
    ]


def test_a_study_shows_what_it_printed_and_when(shown):
    assert words(shown("studies"))[1:] == [
        "Measured",
        "loss 0.4478 hits 0.8282",
        "2026-01-02; torch 2.13; torch 9 s, refimpl 8 s",
    ]


def test_shifted_and_unshifted_formulas_stand_side_by_side(shown):
    head, row = table_of(shown("shifting"), "scores")
    assert (head[0], len(head)) == ("family", 6)
    assert row == ["float16 within 80", "1", "2", "3", "4", "5"]


def test_times_of_formulas_are_grouped_by_operator(shown):
    text = shown("speed", "formulas")
    first, second = text.split("</details>")[:2]
    assert "erf, float32" in words(first) and "softmax, float32" in words(second)
    assert table_of(first, "ratios") == [
        ["shape", "ms", "SciPy"],
        ["256×10", "2", "2"],
        ["4×4", "0.001", ""],
    ]
    assert table_of(second, "ratios") == [["shape", "ms", "torch"], ["256×10", "3", "0.75"]]


def test_times_of_operations_stand_apart_from_those_of_programs(shown):
    text = shown("speed", "tape")
    operations, programs = text.split("</table>")[:2]
    assert table_of(operations + "</table>", "ratios") == [
        ["operation", "µs", "torch", "µs over NumPy"],
        ["product", "3", "1.5", "2"],
    ]
    assert table_of(programs + "</table>", "ratios") == [
        ["program", "ms", "torch"],
        ["a step", "6", "1.5"],
        ["a loader", "5", ""],
    ]


def test_the_inputs_of_a_dtype_stand_beside_those_that_were_compared(shown):
    assert table_of(shown("exhaustive"), "ratios") == [
        ["function", "inputs", "compared", "wrong"],
        ["erf, float16", "65 536", "65 536", "0"],
        ["tanh, float32", "4 294 967 296", "1 234 567", "2"],
    ]


def test_memory_has_a_dash_where_a_library_lacks_the_operator(shown):
    assert table_of(shown("memory"), "ratios") == [
        ["operator", "refimpl", "SciPy"],
        ["softmax, float32", "1.03", "3"],
        ["silu, float32", "1.5", "–"],
    ]


def test_a_goal_is_met_up_to_its_number(shown):
    text = shown("goals")
    assert table_of(text, "ratios") == [
        ["goal", "at most", "measured"],
        ["fast met, not the aim", "1.5 (1.25)", "1.5"],
        ["slow missed", "1.5 (1.25)", "1.5"],
    ]
    assert text.count("verdict-confirmed") == text.count("verdict-refuted") == 1


def test_a_build_stands_beside_an_older_one_with_its_slowest_and_its_fastest_cases(shown):
    tables = shown("builds").split("</table>")
    assert [table_of(f"{each}</table>", "ratios") for each in tables[:2]] == [
        [
            ["group", "cases", "mean ratio", "slowest", "ratio"],
            ["the step", "12", "0.987", "case 3", "1.03"],
        ],
        [
            ["import", "NumPy, ms", "refimpl, ms", "both over NumPy"],
            ["older build", "100", "50", "1.5"],
            ["this build", "100", "40", "1.4"],
        ],
    ]
    for text, numbers in (tables[2], range(1, 11)), (tables[3], range(12, 2, -1)):
        assert table_of(f"{text}</table>", "ratios") == [
            ["case", "older, ms", "this, ms", "ratio"],
            *([f"case {i}", f"{i}", f"{2 * i}", f"{1.5 - i / 10:.3g}"] for i in numbers),
        ]
    assert "the 10 slowest cases" in words(tables[2])
    assert "the 10 fastest cases" in words(tables[3])
