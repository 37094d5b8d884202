#!/usr/bin/env bash
# Sphinx 9.0.4 with docutils 0.22.4.
#
# The search index has a list of titles, "alltitles": what stands there ranks above other words and
# is a result of its own, named "page > title". Beside the sections it holds the titles of
# admonitions (also those that open on demand), topics, sidebars and tables, as if they were
# sections; a title that returns stands there as often. Such a result leads to the top of its
# page, since only the tables have an anchor. The titles of rubrics and the captions of code are
# not in the list.
#
# Why one would not guess it: a rubric, which looks like a section, is left out, and a note beside
# the text is in. Pages of exercises with a box "Answer" for each fill the first results of a
# search for that word with the tops of their pages.
#
# Seen, as (title: anchor of each entry); run without refimpl:
#| Exercises: no anchor
#| Answer: no anchor, no anchor, no anchor, no anchor
#| Table of answers: #id1

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check sphinx==9.0.4 docutils==0.22.4

mkdir "$work/source"
echo 'project = "example"' > "$work/source/conf.py"
cat > "$work/source/index.rst" <<'PAGE'
Exercises
=========

.. admonition:: Answer

   Six.

.. admonition:: Answer
   :collapsible:

   Seven.

.. topic:: Answer

   Eight.

.. sidebar:: Answer

   Nine.

.. table:: Table of answers

   == ==
   6  7
   == ==

.. rubric:: Rubric of answers

.. code-block:: python
   :caption: Code of answers

   6
PAGE
"$work/venv/bin/python" -I -m sphinx -q -b html "$work/source" "$work/built"

"$work/venv/bin/python" -I - "$work/built/searchindex.js" > "$work/seen" <<'PROGRAM'
import json
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text("utf-8")
index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
titles = index["alltitles"]
for title in sorted(titles, key=lambda title: (title != "Exercises", title)):
    anchors = ["no anchor" if anchor is None else f"#{anchor}" for _, anchor in titles[title]]
    print(f"{title}: {', '.join(anchors)}")
PROGRAM

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: the titles in Sphinx's search index" >&2
    exit 1
}
