// Python in a worker: loads Pyodide, NumPy and refimpl from the folder of this file, then runs
// programs one after the other.
//
// In:  {run: number, source, session}
// Out: {loaded, total} in bytes; {ready: true}; {out | err: text};
//      {ended: how, took: milliseconds}; {failed: [sentence, ...values]}, which the page says in its
//      language: this worker is of no use any more.

const HERE = new URL(".", import.meta.url);
const SCRIPTS = /\.m?js$/; // imported by their names, not handed over as bytes
const TYPES = { wasm: "application/wasm", json: "application/json" };

// Why Python cannot be used: a sentence with places for values, {1} and {2}, and the values.
class Failure {
  constructor(...said) {
    this.said = said;
  }
}

// The files of an earlier visit, where the browser keeps any. A name holds the version of the site.
async function kept() {
  try {
    const name = HERE.pathname;
    for (const other of await caches.keys()) {
      if (other !== name && /\/run\/[0-9a-f]+\/$/.test(other)) await caches.delete(other);
    }
    return await caches.open(name);
  } catch {
    return null; // no storage, or none for this page
  }
}

async function answered(name, options) {
  try {
    const response = await fetch(new URL(name, HERE), options);
    if (response.ok) return response;
    throw new Failure(
      "The file {1} is missing (the server says {2}). Reload the page to try again.",
      ...[name, response.status],
    );
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      "The file {1} cannot be reached. Are you online? Reload the page to try again.",
      name,
    );
  }
}

async function digest(bytes) {
  if (!globalThis.crypto?.subtle) return null; // over http from another machine
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Read what comes; the page is told of each piece.
async function read(name, response, count) {
  const pieces = [];
  const reader = response.body.getReader();
  try {
    for (let piece; !(piece = await reader.read()).done; pieces.push(piece.value)) {
      count(piece.value.length);
    }
  } catch {
    throw new Failure(
      "The file {1} broke off while it was loaded. Reload the page to try again.",
      name,
    );
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

// The bytes of a file; what is not as it was when the site was built is refused.
async function proved(name, { size, sha256 }, response, count) {
  const bytes = await read(name, response, count);
  if (bytes.length === size && [sha256, null].includes(await digest(bytes))) return bytes;
  throw new Failure(
    "The file {1} is damaged: {2} of {3} bytes came, or other ones. Reload the page to try again.",
    ...[name, bytes.length, size],
  );
}

// From the store, else from the network; where the browser itself keeps a damaged file, asked anew.
async function bytesOf(name, wanted, store, count) {
  const found = await store?.match(name).catch(() => null);
  if (found) return proved(name, wanted, found, count).catch(() => bytesOf(name, wanted, null, count));
  let bytes;
  try {
    bytes = await proved(name, wanted, await answered(name), count);
  } catch {
    bytes = await proved(name, wanted, await answered(name, { cache: "reload" }), count);
  }
  store?.put(name, new Response(bytes)).catch(() => null);
  return bytes;
}

// All files, loaded at the same time; tells the page how far it is.
async function load() {
  const { files } = await (await answered("files.json")).json();
  const names = Object.keys(files).filter((name) => !SCRIPTS.test(name));
  const total = names.reduce((sum, name) => sum + files[name].size, 0);
  const store = await kept();
  let loaded = 0;
  const count = (more) => postMessage({ loaded: (loaded += more), total });
  const all = names.map(async (name) => [name, await bytesOf(name, files[name], store, count)]);
  return Object.fromEntries(await Promise.all(all));
}

// Pyodide asks for its files by fetch: it gets those that were loaded and proved.
function handOver(bytes) {
  const network = globalThis.fetch;
  globalThis.fetch = (address, options) => {
    const name = new URL(address?.url ?? address, HERE).pathname.split("/").pop();
    const type = TYPES[name.split(".").pop()] ?? "application/octet-stream";
    if (!(name in bytes)) return network(address, options);
    return Promise.resolve(new Response(bytes[name], { headers: { "Content-Type": type } }));
  };
}

async function start() {
  const scripts = Promise.all(["pyodide.asm.mjs", "pyodide.mjs"].map((n) => import(`./${n}`)));
  scripts.catch(() => null); // awaited below; a missing file of the others is told first
  const bytes = await load();
  handOver(bytes);
  const [, { loadPyodide }] = await scripts.catch(() => {
    throw new Failure(
      "The file pyodide.mjs or pyodide.asm.mjs is missing or broken. Reload the page to try again.",
    );
  });
  const python = await loadPyodide({ indexURL: HERE.href, stdin: () => null });
  const site = python.runPython("import sysconfig; sysconfig.get_path('purelib')");
  for (const name of Object.keys(bytes).filter((n) => /\.(whl|zip)$/.test(n))) {
    if (name !== "python_stdlib.zip") python.unpackArchive(bytes[name], "zip", { extractDir: site });
  }
  const send = (kind, text) => postMessage({ [kind]: text });
  return python.pyimport("driver").Driver(send);
}

function failure(error) {
  if (error instanceof Failure) return error;
  if (error?.name === "CompileError" || /WebAssembly|wasm/i.test(String(error))) {
    return new Failure(
      "This browser or a rule of this site forbids WebAssembly, which Python needs here.",
    );
  }
  const reason = String(error?.message ?? error).split("\n")[0];
  return new Failure("Python could not be started: {1}", reason);
}

const tell = (error) => postMessage({ failed: failure(error).said });

const driver = typeof WebAssembly === "undefined" ? Promise.reject("WebAssembly") : start();
driver.then(() => postMessage({ ready: true }), tell);

onmessage = async ({ data }) => {
  const python = await driver.catch(() => null);
  if (!python) return; // why has been told
  const began = performance.now();
  try {
    const ended = python.run(data.source, data.session);
    postMessage({ ended, took: performance.now() - began });
  } catch {
    tell(
      new Failure(
        "The program brought Python itself to an end, perhaps for want of memory. Run starts it anew.",
      ),
    );
  }
};
