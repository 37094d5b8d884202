#!/usr/bin/env bash
# Pyodide 314.0.7 (npm), Node.js 20.
#
# `await pyodide.loadPackage(url)` of a wheel that the server does not have resolves, with an empty
# list: there is no exception to catch. So does the wheel of a server that sends no byte of it. The
# missing module is noticed at its import, where the error speaks of a module and not of a file.
#
# Why one would not guess it: of a name that is no package loadPackage does reject, and a promise of
# a file is expected to be rejected where there is none. A page has to compare what came with what
# it asked for.
#
# Seen; run without refimpl:
#| a wheel that the server answers with 404: resolved with []
#| a wheel of zero bytes: resolved with []
#| an unknown name: rejected, No known package with name 'nothing'
#| import of the module afterwards: ModuleNotFoundError: No module named 'nothing'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund pyodide@314.0.7

cat > "$work/program.mjs" <<'PROGRAM'
import http from "node:http";
import { loadPyodide } from "pyodide";

const server = http.createServer((request, response) => {
  response.statusCode = request.url.includes("nothing") ? 404 : 200;
  response.end();
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const host = `http://127.0.0.1:${server.address().port}`;
const python = await loadPyodide();
const quiet = { checkIntegrity: false, messageCallback() {}, errorCallback() {} };

async function tell(what, package_) {
  const ended = await python.loadPackage(package_, quiet).then(
    (loaded) => `resolved with ${JSON.stringify(loaded)}`,
    (error) => `rejected, ${error.message.split(/[.\n]/)[0]}`,
  );
  console.log(`${what}: ${ended}`);
}

await tell("a wheel that the server answers with 404", `${host}/nothing-1.0-py3-none-any.whl`);
await tell("a wheel of zero bytes", `${host}/empty-1.0-py3-none-any.whl`);
await tell("an unknown name", "nothing");
try {
  python.runPython("import nothing");
} catch (error) {
  console.log(`import of the module afterwards: ${error.message.trim().split("\n").pop()}`);
}
server.close();
PROGRAM
node "$work/program.mjs" > "$work/seen"

sed -n 's/^#| //p' "$0" | diff - "$work/seen" || {
    echo "changed: what loadPackage of Pyodide does with a missing wheel" >&2
    exit 1
}
