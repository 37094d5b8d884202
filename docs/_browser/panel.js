// Run, change and compare the programs of a page. Loaded when Run is pressed for the first time.

import { edit } from "./editor.js";
import { compared, isEqual, packed, programOf, unpacked } from "./program.js";
import { Python } from "./python.js";

const HERE = new URL(".", import.meta.url);
const python = new Python(new URL("worker.mjs", HERE));
const panels = new Map();
const ENDS = {
  done: "Done",
  error: "Ended by an error",
  flood: "Stopped: it printed more than 200 000 characters. The first ones are shown",
};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class Panel {
  constructor(bar, program, source) {
    Object.assign(this, { bar, program, printed: { out: "", err: "" }, running: false });
    this.status = bar.querySelector(".run-status");
    this.progress = element("progress", { "aria-label": "Loading Python", hidden: "" });
    this.output = element("pre", { class: "run-output", tabindex: "0", hidden: "" });
    this.output.setAttribute("aria-label", "Printed here");
    const place = element("div", { class: "run-editor" });
    bar.before(place);
    bar.after(this.output);
    this.status.before(this.progress);
    const events = { run: () => this.run(), changed: () => this.changed() };
    this.editor = edit(place, source, "Program, editable. Control-Enter runs it.", events);
    if (program.listing) program.listing.hidden = true;
    this.buttons = {};
    for (const [name, act] of [
      ["Stop", () => python.stop()],
      ["Reset", () => this.reset()],
      ["Share", () => this.share()],
      ["Compare with this page", () => this.compare()],
    ]) {
      this.buttons[name] = element("button", { type: "button", class: "run-more" }, name);
      this.buttons[name].addEventListener("click", act);
      this.progress.before(this.buttons[name]);
    }
    this.enable();
    bar.querySelector(".run-button").addEventListener("click", () => this.run());
    if (program.note) this.bar.append(element("span", { class: "run-note" }, program.note));
  }

  enable() {
    this.buttons.Stop.disabled = !this.running;
    this.buttons["Compare with this page"].disabled = this.running || this.output.hidden;
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
    this.say("Running …");
    const { session } = this.program;
    python.run({ source: this.editor.text(), session }, (message) => this.hear(message));
  }

  hear({ loaded, total, ready, out, err, ended, took, failed, stopped }) {
    if (loaded) {
      this.progress.hidden = false;
      [this.progress.max, this.progress.value] = [total, loaded];
      this.say(`Loading Python, once: ${megabytes(loaded)} of ${megabytes(total)} MB`);
      if (loaded === total) this.say("Starting Python …");
    }
    if (ready) {
      this.progress.hidden = true;
      this.say("Running …");
    }
    if (out !== undefined) this.print("out", out);
    if (err !== undefined) this.print("err", err);
    if (ended) this.finish(`${ENDS[ended]}, ${(took / 1000).toFixed(2)} s.`, ended);
    if (failed) this.finish(failed, "error");
    if (stopped) this.finish("Stopped.", "");
  }

  print(stream, text) {
    this.printed[stream] += text;
    this.output.append(stream === "err" ? element("span", { class: "run-error" }, text) : text);
  }

  finish(sentence, kind) {
    this.running = false;
    this.progress.hidden = true;
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
      this.say("The address with your program is copied.");
    } catch {
      this.say("Your program is now in the address of this page: copy it from there.");
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
  panel.say(source ? "This program came with the link. Run starts it." : "The link is cut off.");
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
      told.out += message.out ?? "";
      told.err += message.err ?? "";
      if (message.ended || message.failed) done({ ...told, ...message, out: told.out, err: told.err });
    });
  });
