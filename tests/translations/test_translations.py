"""Catalogues keep what is translated, offer what was, and say what is to do."""

import json
import re
from types import SimpleNamespace

import messages
import pytest
import second_language
import translations
from docutils import nodes
from docutils.core import publish_doctree
from sphinx import addnodes
from sphinx_gallery.directives import imgsgnode

FIRST = {"one": [("A sum.", "MyST")], "two": [("A sum.", "MyST"), ("Two classes here.", "MyST")]}


def found(pages):
    return {p: [{"id": i, "markup": m} for i, m in entries] for p, entries in pages.items()}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty project with an English build."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path / "locale")
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "theme", dict)
    return tmp_path


def update(folder, pages):
    """Bring the catalogues up to date with an English build."""
    path = folder / translations.FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found(pages)), "utf-8")
    translations.update(no_build=True)


def take(folder, page, **texts):
    file = folder / "texts.json"
    file.write_text(json.dumps({"page": page} | texts), "utf-8")
    return translations.take([file])


def strings(page):
    return {m.id: (m.string, m.fuzzy) for m in translations.read(page)}


def test_messages_of_several_pages_are_shared(folder):
    update(folder, FIRST)
    assert translations.pages() == ["shared", "two"]
    assert strings("shared") == {"A sum.": ("", False)}


def test_a_word_of_the_theme_stays_in_its_own_catalogue_when_a_page_has_it_too(folder, monkeypatch):
    word = {"id": "A sum.", "markup": "plain"}
    monkeypatch.setattr(translations, "theme", lambda: {"A sum.": word})
    update(folder, FIRST)
    assert strings("sphinx") == strings("shared") == {"A sum.": ("", False)}


def test_the_catalogue_of_the_theme_has_what_theme_and_scripts_say_today():
    assert {m.id for m in translations.read("sphinx")} == set(translations.theme())


def test_every_sentence_of_a_script_is_found():
    """The extractor does not look into templates of JavaScript, and takes no computed sentence."""
    files = [file for pattern in translations.SCRIPTS for file in translations.ROOT.glob(pattern)]
    calls = [
        call
        for file in files
        for call in re.findall(r"(?:(?<=[^.\w])said|\bFailure)\(\s*(\S+)", file.read_text("utf-8"))
    ]
    assert len(calls) > 50
    computed = [call for call in calls if not call.startswith('"')]
    assert computed == ["...data.failed)"]  # what the worker says: a sentence of Failure
    assert len(translations.of_scripts()) == len(calls) - 1


def test_a_translation_is_taken_by_number_or_by_message(folder, capsys):
    update(folder, FIRST)
    assert take(folder, "shared", **{"A sum.": "一个和。"}) == 0
    assert take(folder, "two", **{"1": "这里有两个类别。"}) == 0
    assert strings("two") == {"Two classes here.": ("这里有两个类别。", False)}
    assert "0 to do" in capsys.readouterr().out


def test_a_wrong_translation_is_refused_and_the_message_stays_to_do(folder, capsys):
    update(folder, FIRST)
    assert take(folder, "two", **{"1": "两个 类别", "7": "七"}) == 1
    told = capsys.readouterr().out
    assert "two 1: a space between Chinese characters" in told
    assert "two 7: there is no such message" in told
    assert strings("two")["Two classes here."] == ("", False)


def test_a_changed_sentence_is_fuzzy_until_it_is_translated_again(folder, capsys):
    update(folder, FIRST)
    take(folder, "two", **{"1": "这里有两个类别。"})
    update(
        folder, {"one": FIRST["one"], "two": [("A sum.", "MyST"), ("Three classes here.", "MyST")]}
    )
    assert strings("two") == {"Three classes here.": ("这里有两个类别。", True)}
    capsys.readouterr()
    translations.todo("two")
    shown = json.loads(capsys.readouterr().out)
    assert shown["1"] == {
        "now": "Three classes here.",
        "was": "Two classes here.",
        "translated": "这里有两个类别。",
    }
    take(folder, "two", **{"1": "这里有三个类别。"})
    assert strings("two") == {"Three classes here.": ("这里有三个类别。", False)}


def test_a_message_that_moves_to_another_page_keeps_its_translation(folder):
    update(folder, FIRST)
    take(folder, "two", **{"1": "这里有两个类别。"})
    update(folder, {"three": FIRST["two"]})
    assert translations.pages() == ["three"]
    assert strings("three")["Two classes here."] == ("这里有两个类别。", False)


def kept(folder):
    return {p: p.read_bytes() for p in folder.rglob("*.po")}


def test_nothing_changes_when_the_english_did_not(folder):
    """Neither with what Babel takes for formats of Python, nor with what is offered."""
    pages = {"two": [(text, "MyST") for text in ("{1} of 9 % done.", "A sum.", "A class.")]}
    update(folder, pages)
    take(folder, "two", **{"1": "已完成 9 % 中的 {1}。", "2": "一个和。"})
    taken = kept(folder)
    update(folder, pages)
    assert kept(folder) == taken
    pages["two"][1] = ("A sums.", "MyST")
    update(folder, pages)
    offered = kept(folder)
    assert strings("two")["A sums."] == ("一个和。", True)
    update(folder, pages)
    assert kept(folder) == offered


def test_a_catalogue_has_no_dates_and_no_lines_of_the_source(folder):
    update(folder, FIRST)
    text = translations.path_of("two").read_text("utf-8")
    assert "Date" not in text and "\n#: " not in text


def test_an_unknown_page_a_broken_catalogue_and_no_command_are_said(folder, capsys):
    update(folder, FIRST)
    assert translations.main(["todo", "tow"]) == 1
    assert "There is no catalogue tow; is it two?" in capsys.readouterr().err
    translations.path_of("two").write_text("no catalogue\n", "utf-8")
    assert translations.main(["todo", "two"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    for texts in ("no JSON", "[]"):
        (folder / "texts.json").write_text(texts, "utf-8")
        assert translations.main(["take", str(folder / "texts.json")]) == 1
        assert "texts.json" in capsys.readouterr().err
    assert translations.main(["take", "nowhere.json"]) == 1
    (folder / translations.FILE).unlink()
    assert translations.main(["update", "--no-build"]) == 1
    assert "messages.json is missing" in capsys.readouterr().err


def test_what_is_wrong_in_a_catalogue_is_found_again(folder, capsys):
    update(folder, FIRST)
    path = translations.path_of("two")
    path.write_text(
        path.read_text("utf-8").replace('msgstr ""\n\n', 'msgstr "两类,三类"\n\n'), "utf-8"
    )
    assert translations.check() == 1
    assert "half-width" in capsys.readouterr().out


def test_a_role_of_myst_beside_code_of_a_docstring_is_myst():
    said = "{py:func}`erf <refimpl.erf>`: the area under ``exp(-t * t)``."
    assert messages.markup("api/torch", "", said) == "MyST"
    assert messages.markup("api/torch", "", "the area under ``exp(-t * t)``.") == "reST"


@pytest.mark.parametrize(
    ("message", "same"),
    [
        ("NumPy `dim`, $x$", True),
        ("`x`", True),
        ("ONNX Runtime", True),
        ("**dim**", True),
        ("J. Doe (2020). A title.", True),
        ("a NumPy array", False),
        ("A title (2020)", False),
    ],
)
def test_names_code_and_what_is_cited_stay_in_every_language(message, same):
    assert messages.same_everywhere(message) is same


def test_a_message_with_numbers_is_described_by_its_template_and_their_values():
    node = nodes.title("", "3 of 4", template="{1} of {2}", values={"1": 3, "2": 4})
    found = messages.entry(None, "page", node, "3 of 4")
    assert found == {
        "id": "{1} of {2}",
        "markup": "MyST",
        "place": "heading",
        "text": "3 of 4",
        "values": {"1": "3", "2": "4"},
    }


def test_a_page_is_made_anew_when_one_of_its_catalogues_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    source, seen = tmp_path / "page.doctree", set()
    source.write_bytes(b"")
    for catalogue in ("none", "page", translations.SHARED):
        (tmp_path / f"{catalogue}.po").write_text(f'msgid "{catalogue}"\n', "utf-8")
        seen.add(second_language.stamp(source, "page"))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("message", "markup"),
    [
        ("Of all :math:`2^{32}` states", "reST"),
        (r"The mean :math:`\bar{y}` of ``y``", "reST"),
        ("With ``y`` see {ref}`here`", "MyST"),
        ("{doc}`/index` of ``y``", "MyST"),
        ("Use `dim`", "MyST"),
    ],
)
def test_a_formula_that_ends_in_a_brace_is_no_role_of_myst(message, markup):
    assert messages.markup("a/page", "", message) == markup


# ---- which pages are translated when ---------------------------------------------------


class FakePage:
    """A page whose tree is its name; translated in no time."""

    def __init__(self, app, name, tree, words):
        self.name, self.english = name, False
        self.tree = nodes.section("", nodes.paragraph("", f"about {name}"))

    def translate(self):
        return []

    def collect(self, env):
        env.titles[self.name] = nodes.title("", self.name)


@pytest.fixture
def language(tmp_path, monkeypatch):
    """Return a function that translates pages with stamps, and what it did."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / second_language.ENVIRONMENT).touch()
    app = SimpleNamespace(doctreedir=tmp_path / "zh", outdir=tmp_path / "html")
    app.config = SimpleNamespace(filter=lambda what: [])
    kept, done = {}, []

    def load(path):
        """Return the English environment, or what was kept."""
        if path.parent.name == "en" and path.name == second_language.ENVIRONMENT:
            config = SimpleNamespace()
            return SimpleNamespace(found_docs=set(stamps), titles={}, config=config)
        return kept.get(path.name)

    stamps = {}
    monkeypatch.setattr(second_language, "load", load)
    monkeypatch.setattr(second_language, "Page", FakePage)
    monkeypatch.setattr(second_language, "Words", dict)
    monkeypatch.setattr(second_language, "stamp", lambda source, page: stamps[page])

    def keep(path, value):
        kept[path.name] = value
        done.append(("kept", path.name))

    def take_over(env, old, page):
        done.append(("taken over", page))
        env.titles[page] = old.titles[page]

    monkeypatch.setattr(second_language, "keep", keep)
    monkeypatch.setattr(second_language, "take_over", take_over)
    listed = lambda tree, env, said: done.append(("listed", dict(said)))  # noqa: E731
    monkeypatch.setattr(second_language, "translate_thumbnails", listed)

    def make(**now):
        stamps.clear()
        stamps.update(now)
        done.clear()
        (tmp_path / "zh").mkdir(exist_ok=True)
        second_language.Translation(app).make()
        return [each for each in done if each != ("kept", second_language.ENVIRONMENT)]

    return make


def test_a_page_is_translated_when_its_stamp_changes_and_else_taken_over(language):
    assert language(a="1", b="1") == [("kept", "a.doctree"), ("kept", "b.doctree")]
    assert language(a="1", b="1") == []
    assert language(a="1", b="2") == [("taken over", "a"), ("kept", "b.doctree")]
    assert sorted(language(a="1", b="2", c="1")) == [
        ("kept", "c.doctree"),
        ("taken over", "a"),
        ("taken over", "b"),
    ]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ({"a": "1", "b": "1"}, {"a.html", "b.html"}),
        ({"a": "1", "b": "2"}, {"a.html"}),
        ({"a": "1", "b": "1", "c": "1"}, set()),  # its title stands on all pages
    ],
)
def test_pages_that_are_old_are_written_again(language, tmp_path, now, left):
    language(a="1", b="1")
    (tmp_path / "html").mkdir()
    for name in ("a.html", "b.html"):
        (tmp_path / "html" / name).touch()
    language(**now)
    assert {path.name for path in (tmp_path / "html").glob("*")} == left


def test_lists_of_examples_come_last_and_know_what_all_examples_say(language):
    examples = {f"auto_examples/{name}": "1" for name in ("index", "one", "a/index", "a/two")}
    said = {name: f"about {name}" for name in examples}
    found = language(page="1", **examples)
    listed = [n for n, each in enumerate(found) if each[0] == "listed"]
    assert [found[n] for n in listed] == 2 * [("listed", said)]
    assert {name for _, name in found[: listed[0]]} == {
        "page.doctree",
        "one.doctree",
        "two.doctree",
    }
    assert found[listed[0] :: 2] == 2 * [("listed", said)]
    assert found[listed[0] + 1 :: 2] == 2 * [("kept", "index.doctree")]


def test_a_changed_example_renews_the_lists_of_all(language):
    first = {"auto_examples/index": "1", "auto_examples/one": "1", "page": "1"}
    language(**first)
    found = language(**first | {"auto_examples/one": "2"})
    assert ("taken over", "page") in found
    assert [each for each in found if each[0] == "kept"] == [
        ("kept", "one.doctree"),
        ("kept", "index.doctree"),
    ]


def test_a_translation_that_does_not_fit_is_told_with_its_page():
    node = nodes.paragraph("", "", nodes.Text("Use "), nodes.literal("", "dim"))
    todo = [(node, "Use `dim`", "用 `dims`", "MyST")]
    page = SimpleNamespace(name="a/page", english=False, todo=todo, tree=nodes.section())
    (told,) = second_language.Page.translate(page)
    assert told.startswith("a/page: Use `dim`\n用 `dims`\n")


# ---- what is to be translated ----------------------------------------------------------


def test_words_are_messages_and_code_formulas_and_names_of_scripts_are_none():
    text = (
        "A *sum* of ``x``.\n\n``code``\n\n.. math:: x = 1\n\nterm : float, ``x``\n   What it is.\n"
    )
    document = publish_doctree(text, settings_overrides={"report_level": 5})
    for alt in ("The losses fall.", "plot two"):
        document += imgsgnode("", alt=alt)
    for node in document.findall():
        node.line, node.source = node.line or 1, "page.rst"
    assert [message for _, message in messages.extracted(document)] == [
        "A *sum* of ``x``.",
        "term",
        "float, ``x``",
        "What it is.",
        "The losses fall.",
    ]


def test_titles_and_tips_of_examples_are_those_of_their_pages():
    tip = '<div class="sphx-glr-thumbcontainer" tooltip="A sum of two.">'
    title = '<div class="sphx-glr-thumbnail-title">A sum</div>'
    tree = nodes.section()
    for page in ("gallery/sum", "gallery/mean"):
        tree += nodes.raw("", tip, format="html")
        tree += addnodes.pending_xref(reftarget=f"/{page}")
        tree += nodes.raw("", title, format="html")
    env = SimpleNamespace(titles={"gallery/sum": nodes.title("", "一个 <和>")})
    second_language.translate_thumbnails(tree, env, {"gallery/sum": "两个数的和。"})
    texts = [node.astext() for node in tree.findall(nodes.raw)]
    assert texts[0] == tip.replace("A sum of two.", "两个数的和。")
    assert texts[1] == title.replace("A sum", "一个 &lt;和&gt;")
    assert texts[2:] == [tip, title]
