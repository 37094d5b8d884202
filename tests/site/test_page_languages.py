"""What a page is told of its languages, without a build."""

import subprocess
from types import SimpleNamespace

import languages
import pytest

FILE = "docs/a/b.md"


@pytest.fixture
def project(tmp_path):
    """A project under git with two languages, of which one file has a commit."""
    for folder in ("docs/locale/zh_CN", "docs/locale/xx", "docs/a", "gallery"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / FILE).write_text("# A")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", FILE], ["commit", "-qm", "a page"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    (tmp_path / "docs/new.md").write_text("# New")
    return tmp_path


def told(root, page, language="zh_CN", base="", **environment):
    """Return what the template of a page is given."""
    config = SimpleNamespace(html_baseurl=base, language=language)
    app = SimpleNamespace(confdir=root, config=config, env=SimpleNamespace(**environment))
    up = "../" * page.count("/")
    context = {"file_suffix": ".html", "pathto": lambda path, resource: up + path}
    languages.describe(app, page, "page.html", context, None)
    return context


def test_a_page_leads_to_itself_in_each_language(project):
    assert told(project, "a/b")["languages"] == [
        {"code": code, "tag": tag, "name": name, "href": href, "url": href}
        for code, tag, name, href in (
            ("en", "en", "English", "../../en/a/b.html"),
            ("zh_CN", "zh-CN", "中文", "../../zh_CN/a/b.html"),
        )
    ]


def test_with_an_address_of_the_site_the_languages_have_whole_ones(project):
    found = told(project, "a/b", base="https://host/sub/zh_CN/")["languages"]
    assert [(way["href"], way["url"]) for way in found] == [
        ("../../en/a/b.html", "https://host/sub/en/a/b.html"),
        ("../../zh_CN/a/b.html", "https://host/sub/zh_CN/a/b.html"),
    ]


def test_a_translated_page_names_file_commit_and_date_of_its_source(project):
    show = ["git", "log", "-1", "--format=%h %cs"]
    done = subprocess.run(show, cwd=project, stdout=subprocess.PIPE, text=True, check=True)
    commit, date = done.stdout.split()
    found = told(project, "a/b")["translated_from"]
    assert found == {"file": FILE, "commit": commit, "date": date}


@pytest.mark.parametrize(("page", "language"), [("a/b", "en"), ("new", "zh_CN"), ("no", "zh_CN")])
def test_english_pages_and_files_without_a_commit_name_none(project, page, language):
    assert not told(project, page, language)["translated_from"]


def test_outside_of_a_repository_no_file_has_a_commit(tmp_path, monkeypatch):
    assert languages.commits(tmp_path / "nowhere") == {}


def test_a_page_says_what_of_it_is_not_translated(project):
    counts = {"untranslated": {"a/b": 3}, "in_english": {"a/b": True}}
    found = told(project, "a/b", **counts)
    assert (found["untranslated"], found["in_english"]) == (3, True)
    other = told(project, "new", **counts)
    assert (other["untranslated"], other["in_english"]) == (0, False)


@pytest.mark.parametrize(("given", "base"), [("https://host/en/", "https://host/zh_CN/"), ("", "")])
def test_addresses_begin_with_the_folder_of_the_language(given, base):
    config = SimpleNamespace(html_baseurl=given, language="zh_CN")
    languages.set_base(None, config)
    assert config.html_baseurl == base
