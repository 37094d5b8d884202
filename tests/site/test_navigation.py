"""The tree of pages opens at the page that it stands beside, and nowhere else."""

import re

import navigation

from evidence.small_site import built

PAGES = {
    "index.md": "# Index\n\n```{toctree}\na\nb\n```\n",
    "a.md": "# A\n\n```{toctree}\na/one\n```\n",
    "a/one.md": "# One\n",
    "b.md": "# B\n\n```{toctree}\nb/two\n```\n",
    "b/two.md": "# Two\n",
}


def opened(text):
    """Return the names of the parts of the tree that are open."""
    switches = re.findall(r"<input[^>]*>", text)
    return [re.search("navigation of (.)", each)[1] for each in switches if "checked" in each]


def test_each_page_opens_its_own_part_of_the_tree(tmp_path, monkeypatch):
    shown, at = {}, navigation.Tree.at
    monkeypatch.setattr(
        navigation.Tree, "at", lambda self, page: shown.setdefault(page, at(self, page))
    )
    built(tmp_path, PAGES, "navigation")
    for page, parts in {"a": ["A"], "a/one": ["A"], "b": ["B"], "b/two": ["B"]}.items():
        assert opened(shown[page]) == parts
        assert shown[page].count("current-page") == shown[page].count('href="#"') == 1
    assert opened(shown["index"]) == opened(shown["search"]) == []
    assert "current" not in shown["index"]
