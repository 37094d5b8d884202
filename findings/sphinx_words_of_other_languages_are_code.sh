#!/usr/bin/env bash
# Sphinx 9.0.4 (PyPI), Node.js 20.
#
# The pages of a site in another language than English load their words from translations.js. Its
# last line calls Documentation.addTranslations, which makes the rule of the plural with
# `new Function`. Where code made of strings is forbidden, as by the policy script-src 'self', this
# call throws on every page. The words come before the rule, so single words are translated; the
# language and the rule are not set, and a search counts its results as English does.
#
# Why one would not guess it: the same site in English has no such call, so a strict policy that was
# tested on English pages breaks the others. One form of plural is enough for Chinese: there is no
# rule to compute.
#
# Seen; run without refimpl:
#| en: translations.js 0
#| zh_CN: translations.js 1
#| with code from strings: locale zh_Hans_CN, 'Searching' is 正在搜索中
#| without: EvalError; locale unknown, 'Searching' is 正在搜索中

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q --disable-pip-version-check sphinx==9.0.4

mkdir "$work/source"
printf 'Title\n=====\n' > "$work/source/index.rst"
for language in en zh_CN; do
    "$work/env/bin/python" -m sphinx -Q -C -D language=$language "$work/source" "$work/$language"
    count=$(grep -c 'translations\.js' "$work/$language/index.html" || true)
    echo "$language: translations.js $count"
done > "$work/seen"

cat > "$work/program.js" <<'PROGRAM'
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

for (const [strings, what] of [[true, "with code from strings"], [false, "without"]]) {
  const page = { readyState: "loading", addEventListener() {} };
  const context = vm.createContext({ document: page }, { codeGeneration: { strings } });
  const run = (name) =>
    vm.runInContext(readFileSync(`${process.argv[2]}/_static/${name}`, "utf8"), context);
  run("doctools.js");
  let error = "";
  try {
    run("translations.js");
  } catch (thrown) {
    error = `${thrown.name}; `;
  }
  const say = (text) => vm.runInContext(text, context);
  const word = say("Documentation.gettext('Searching')");
  console.log(`${what}: ${error}locale ${say("Documentation.LOCALE")}, 'Searching' is ${word}`);
}
PROGRAM
node "$work/program.js" "$work/zh_CN" >> "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: how Sphinx makes the words of a language" >&2
    exit 1
}
