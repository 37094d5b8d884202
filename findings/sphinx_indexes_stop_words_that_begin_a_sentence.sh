#!/usr/bin/env bash
# Sphinx 9.0.4 (PyPI), Node.js 20.
#
# The index of the search leaves out stop words, as "the", but keeps those that begin a sentence:
# "The" is an entry with all of its pages. The page of the search makes each word of a query small
# before it looks whether it is a stop word and before it looks it up. So no query reaches an entry
# with a capital; readers only fetch it.
#
# Why one would not guess it: the words are stemmed, made small and filtered; a word that fails the
# filter is tried again as it was written, and the list of stop words has small letters only.
#
# Seen; run without refimpl:
#| entries: It, The, mat, sat, saw
#| 'the' is a stop word: true
#| a query of The looks up: nothing

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check sphinx==9.0.4

mkdir "$work/source"
printf 'Cat\n===\n\nThe cat sat. It saw the mat, and the mat was there.\n' > "$work/source/index.rst"
"$work/env/bin/python" -m sphinx -Q -C "$work/source" "$work/html"

cat > "$work/program.js" <<'PROGRAM'
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

const page = { readyState: "loading", addEventListener() {} };
const context = vm.createContext({ document: page, localStorage: { setItem() {} } });
context.window = context;
context.location = "http://localhost/";
const run = (name) => vm.runInContext(readFileSync(`${process.argv[2]}/${name}`, "utf8"), context);
const say = (text) => vm.runInContext(text, context);
const list = (found) => [...found].join(", ") || "nothing";

const SCRIPTS = "doctools base-stemmer english-stemmer language_data sphinx_highlight searchtools";
for (const name of SCRIPTS.split(" ")) run(`_static/${name}.js`);
say("var found; Search.setIndex = (index) => (found = index)");
run("searchindex.js");
console.log("entries:", list(say("Object.keys(found.terms)").sort()));
console.log("'the' is a stop word:", say("stopwords.has('the')"));
console.log("a query of The looks up:", list(say("Search._parseQuery('The')[1]")));
PROGRAM
node "$work/program.js" "$work/html" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: which words Sphinx puts into the index of the search" >&2
    exit 1
}
