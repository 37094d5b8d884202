// Run, change and compare the programs of a page. Loaded when Run is pressed for the first time.

import { edit } from "./editor.js";
import { compared, isEqual, packed, programOf, unpacked } from "./program.js";
import { Python } from "./python.js";

const HERE = new URL(".", import.meta.url);
const python = new Python(new URL("worker.mjs", HERE));
const panels = new Map();
const ENDS = {
  done: (seconds) => said("Done, {1} s.", seconds),
  error: (seconds) => said("Ended by an error, {1} s.", seconds),
  flood: (seconds) =>
    said(
      "Stopped: it printed more than 200 000 characters. The first ones are shown, {1} s.",
      seconds,
    ),
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// What the reader of an example of the gallery should know.
function notes(digits) {
  const drawn = said("Nothing is drawn in the browser: the pictures are those of this page.");
  const trained = said(
    "In a browser this program trains on scikit-learn’s digits, and is compared with what it printed of them when it was recorded.",
  );
  return digits ? [trained, drawn] : [drawn];
}

// The text of an error breaks where the screen ends. Then nothing stands under a part of a line any
// more: the marks ^^^ are elements of their own, which phones do not show.
const ofError = (text) =>
  text
    .split(/^( +[~^]+\n)/m)
    .map((part, i) =>
      element("span", { class: i % 2 ? "run-error run-marks" : "run-error" }, ...linked(part)),
    );

// The address at the end of refimpl's advice leads to the entry of the message.
const linked = (text) =>
  text.split(/(errors\/#[\w-]+)/).map((part, i) => {
    const { content_root: root } = document.documentElement.dataset;
    const href = `${root}errors/index.html${part.slice(7)}`;
    return i % 2 ? element("a", { href, target: "_blank" }, part) : part; // the program stays
  });

class Panel {
  constructor(bar, program, source) {
    Object.assign(this, { bar, program, printed: { out: "", err: "" }, running: false });
    this.status = bar.querySelector(".run-status");
    this.progress = element("progress", { "aria-label": said("Loading Python"), hidden: "" });
    this.output = element("pre", { class: "run-output", tabindex: "0", hidden: "" });
    this.output.setAttribute("aria-label", said("Printed here"));
    const place = element("div", { class: "run-editor" });
    bar.before(place);
    bar.after(this.output);
    this.status.before(this.progress);
    const events = { run: () => this.run(), changed: () => this.changed() };
    const label = said("Program, editable. Control-Enter runs it.");
    this.editor = edit(place, source, label, events);
    if (program.listing) program.listing.hidden = true;
    this.buttons = {};
    for (const [name, text, act] of [
      ["stop", said("Stop"), () => python.stop()],
      ["reset", said("Reset"), () => this.reset()],
      ["share", said("Share"), () => this.share()],
      ["compare", said("Compare with this page"), () => this.compare()],
    ]) {
      this.buttons[name] = element("button", { type: "button", class: "run-more" }, text);
      this.buttons[name].addEventListener("click", act);
      this.progress.before(this.buttons[name]);
    }
    this.enable();
    bar.querySelector(".run-button").addEventListener("click", () => this.run());
    if (bar.dataset.program) {
      bar.append(...notes(program.digits).map((note) => element("span", { class: "run-note" }, note)));
    }
  }

  enable() {
    this.buttons.stop.disabled = !this.running;
    this.buttons.compare.disabled = this.running || this.output.hidden;
  }

  say(sentence, kind = "") {
    this.status.textContent = sentence;
    this.status.dataset.kind = kind;
  }

  changed() {
    if (!this.running) this.say("");
  }

  run() {
    for (const shown of this.program.shown) shown.hidden = true;
    this.output.replaceChildren();
    this.output.hidden = false;
    this.printed = { out: "", err: "" };
    this.running = true;
    this.enable();
    this.say(said("Running …"));
    const { session } = this.program;
    python.run({ source: this.editor.text(), session }, (message) => this.hear(message));
  }

  hear({ loaded, total, ready, out, err, raised, ended, took, failed, stopped }) {
    if (loaded) {
      this.progress.hidden = false;
      [this.progress.max, this.progress.value] = [total, loaded];
      this.say(said("Loading Python, once: {1} of {2} MB", megabytes(loaded), megabytes(total)));
      if (loaded === total) this.say(said("Starting Python …"));
    }
    if (ready) {
      this.progress.hidden = true;
      this.say(said("Running …"));
    }
    if (out !== undefined) this.print("out", out);
    if (err !== undefined) this.print("err", ...ofError(err));
    if (raised !== undefined) this.print("out", ...ofError(raised));
    if (ended) this.finish(ENDS[ended]((took / 1000).toFixed(2)), ended);
    if (failed) this.finish(failed, "error");
    if (stopped) this.finish(said("Stopped."), "");
  }

  print(stream, ...shown) {
    for (const each of shown) this.printed[stream] += each.textContent ?? each;
    this.output.append(...shown);
  }

  finish(sentence, kind) {
    this.running = false;
    this.progress.hidden = true;
    if (kind === "error") this.output.scrollTop = this.output.scrollHeight; // what went wrong is last
    this.say(sentence, kind);
    this.enable();
  }

  compare() {
    const { equal, sentence } = compared(this.printed, this.program);
    for (const shown of this.program.shown) shown.hidden = equal;
    this.say(sentence, equal ? "equal" : "error");
  }

  reset() {
    if (this.running) python.stop();
    this.editor.replace(this.program.source);
    for (const shown of this.program.shown) shown.hidden = false;
    this.output.hidden = true;
    this.say("");
    history.replaceState(null, "", location.pathname + location.search);
    this.enable();
  }

  async share() {
    const number = [...document.querySelectorAll(".run-bar")].indexOf(this.bar);
    history.replaceState(null, "", `#run=${number},${await packed(this.editor.text())}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.say(said("The address with your program is copied."));
    } catch {
      this.say(said("Your program is now in the address of this page: copy it from there."));
    }
  }
}

// Put the panel of a bar in the place of its listing; `source` is a program that came by a link.
export async function open(bar, source) {
  if (!panels.has(bar)) {
    const program = await programOf(bar, HERE);
    panels.set(bar, new Panel(bar, program, source ?? program.source));
  }
  return panels.get(bar);
}

// Open the program that the address of the page carries; it is not run before the reader has seen it.
export async function openShared(bars) {
  const [, number, letters] = location.hash.match(/^#run=(\d+),([\w-]+)$/) ?? [];
  const bar = bars[number];
  if (!bar) return;
  const source = await unpacked(letters).catch(() => null);
  const panel = await open(bar, source ?? undefined);
  panel.say(
    source ? said("This program came with the link. Run starts it.") : said("The link is cut off."),
  );
  bar.scrollIntoView({ block: "center" });
}

// For tests: the programs of any document, and a run of one without a panel.
export const programs = (page) =>
  Promise.all([...page.querySelectorAll(".run-bar")].map((bar) => programOf(bar, HERE)));

export { isEqual };

export const runQuietly = ({ source, session }) =>
  new Promise((done) => {
    const told = { out: "", err: "" };
    python.run({ source, session }, (message) => {
      told.out += message.out ?? message.raised ?? "";
      told.err += message.err ?? "";
      if (message.ended || message.failed) done({ ...told, ...message, out: told.out, err: told.err });
    });
  });
