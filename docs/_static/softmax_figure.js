// The figure of softmax that one can move. Each number is what refimpl computes: in float64, rounded
// once for float32 (tests/site/test_figure.py compares over a grid). Unshifted, each step is rounded.
(() => {
  "use strict";
  const LOW = -5, HIGH = 5, STEP = 0.1;
  const { digits, exp, log, make, round32, rounded32, short, slider, softmax } = figureParts;
  const same = (x) => x;

  function exact(z, float32) {
    const round = float32 ? rounded32 : ([a]) => a;
    const { p, logs } = softmax(z);
    return { p: p.map(round), logs: logs.map(round) };
  }
  // What a program does that exponentiates first: here exp overflows.
  function naive(z, round) {
    const e = z.map((each) => round(exp([each, 0])[0] || Math.exp(each)));
    // float32 is added up in float64 and rounded once, as refimpl does it.
    const total = round(e.reduce((a, b) => a + b));
    const p = e.map((each) => round(each / total));
    return { p, logs: p.map((each) => round(log0(each))) };
  }
  const log0 = (x) => (x > 0 && x < Infinity ? log([x, 0])[0] : Math.log(x));

  function compute({ logits, temperature, target, shift, twice, float32 }) {
    const round = float32 ? round32 : same;
    const once = (z) => (shift ? exact(z, float32) : naive(z, round));
    const z = logits.map((each) => round(round(each) / round(temperature)));
    const first = once(z);
    const { p, logs } = twice ? once(first.p) : first;
    const gradient = p.map((each, i) => (i === target ? round(each - 1) : each));
    return { z, p, logs, loss: -logs[target], gradient };
  }

  // ---- the page --------------------------------------------------------------------------------
  const START = {
    logits: [2, 1, 0.1], temperature: 1, target: 0, shift: true, twice: false, float32: true,
  };
  const NAMES = "ABCDE";

  class Figure {
    constructor(place) {
      this.place = place;
      this.state = { ...START };
      this.hidden = false;
      this.bars = make("div", { class: "mf-bars" });
      this.controls = make("div", { class: "mf-controls" });
      this.said = make("p", { class: "mf-said", "aria-live": "polite" });
      this.table = make("table", { class: "mf-table" });
      this.build();
      const scroll = make("div", { class: "mf-scroll", tabindex: "0" }, this.table);
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", said("The numbers"));
      place.replaceChildren(this.bars, this.said, scroll, this.controls);
      this.draw();
    }

    build() {
      this.sliders = this.state.logits.map((value, i) => this.bar(i));
      const classes = this.state.logits.map((_, i) => make("option", { value: i }, NAMES[i]));
      const warmth = slider(said("Temperature"), { min: -2, max: 2, step: 0.1 }, (power) =>
        this.set({ temperature: Number((10 ** power).toPrecision(2)) }),
      );
      warmth.value = 0;
      this.warmth = make("output", {});
      this.temperature = warmth;
      this.target = make("select", { "aria-label": said("Target") }, ...classes);
      this.target.addEventListener("change", () => this.set({ target: this.target.selectedIndex }));
      this.switches = {
        shift: this.toggle("shift", said("shift by the maximum")),
        twice: this.toggle("twice", said("softmax twice")),
        float32: this.toggle("float32", "float32"),
      };
      const predict = this.button(said("Predict first"), () => this.hide(predict, !this.hidden));
      // What overflows is shown at once, even where the answer was hidden for a guess.
      const overflow = this.button(said("Let it overflow"), () => {
        this.temperature.value = 0;
        this.hide(predict, false);
        this.set({ logits: [100, 99, 98], temperature: 1, shift: false, float32: true });
      });
      const reset = this.button(said("Reset"), () => {
        this.temperature.value = 0;
        this.hide(predict, false);
        this.set({ ...START });
      });
      this.controls.append(
        make("label", { class: "mf-field" }, said("temperature"), warmth, this.warmth),
        make("label", { class: "mf-field" }, said("target"), this.target),
        ...Object.values(this.switches).map(({ label }) => label),
        predict, overflow, reset,
      );
    }

    button(text, act) {
      const made = make("button", { type: "button" }, text);
      made.addEventListener("click", act);
      return made;
    }

    toggle(name, text) {
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => this.set({ [name]: box.checked }));
      return { box, label: make("label", { class: "mf-field" }, box, ` ${text}`) };
    }

    // A bar to drag: behind it a slider, which the keyboard moves and a screen reader reads.
    bar(i) {
      const fill = make("rect", { class: "mf-logit", x: "8", width: "24", rx: "3" });
      const share = make("rect", { class: "mf-share", x: "40", width: "24", rx: "3" });
      const zero = make("line", { x1: "0", x2: "72", y1: "75", y2: "75", class: "mf-zero" });
      const picture = make("svg", { viewBox: "0 0 72 150", "aria-hidden": "true" });
      picture.append(fill, share, zero);
      const handle = slider(said("Logit {1}", NAMES[i]), { min: LOW, max: HIGH, step: STEP }, (x) =>
        this.logit(i, x),
      );
      const drag = (event) => {
        if (event.type !== "pointerdown" && !event.buttons) return;
        const { top, height } = picture.getBoundingClientRect();
        const at = HIGH - ((event.clientY - top) / height) * (HIGH - LOW);
        this.logit(i, Math.min(HIGH, Math.max(LOW, Math.round(at / STEP) * STEP)));
        event.preventDefault();
      };
      picture.addEventListener("pointerdown", (event) => {
        picture.setPointerCapture(event.pointerId);
        drag(event);
      });
      picture.addEventListener("pointermove", drag);
      const value = make("output", {});
      this.bars.append(make("div", { class: "mf-bar" }, `${NAMES[i]} `, value, picture, handle));
      return { fill, share, handle, value };
    }

    logit(i, value) {
      const logits = [...this.state.logits];
      logits[i] = Number(value.toFixed(1));
      this.set({ logits });
    }

    set(changes) {
      Object.assign(this.state, changes);
      this.draw();
    }

    hide(button, hidden) {
      this.hidden = hidden;
      button.textContent = this.hidden ? said("Reveal") : said("Predict first");
      button.setAttribute("aria-pressed", this.hidden);
      this.draw();
    }

    draw() {
      const { state } = this, found = compute(state);
      this.warmth.textContent = ` ${state.temperature}`;
      this.target.selectedIndex = state.target;
      for (const [name, { box }] of Object.entries(this.switches)) box.checked = state[name];
      this.sliders.forEach((bar, i) => this.drawBar(bar, state.logits[i], found.p[i]));
      const heads = ["", "softmax", "log-softmax", "p − y"];
      const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)));
      const rows = found.p.map((p, i) => this.row(NAMES[i], [p, found.logs[i], found.gradient[i]]));
      this.table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
      this.said.textContent = this.sentence(found);
    }

    drawBar({ fill, share, handle, value }, logit, p) {
      const seen = Math.min(HIGH, Math.max(LOW, logit));
      fill.setAttribute("y", 75 - Math.max(seen, 0) * 15);
      fill.setAttribute("height", Math.abs(seen) * 15);
      const height = this.hidden || !Number.isFinite(p) ? 0 : p * 75;
      share.setAttribute("y", 75 - height);
      share.setAttribute("height", height);
      handle.value = seen;
      handle.setAttribute("aria-valuetext", `${logit}; softmax ${this.hidden ? "?" : short(p)}`);
      value.textContent = logit;
    }

    row(name, cells) {
      const shown = cells.map((cell) => (this.hidden ? "?" : digits(cell, this.state.float32)));
      const head = make("th", { scope: "row" }, name);
      return make("tr", {}, head, ...shown.map((text) => make("td", {}, text)));
    }

    sentence({ p, loss }) {
      const { target, twice, float32 } = this.state;
      if (this.hidden) {
        return said("Which bars grow, and does the loss rise? Move, then reveal.");
      }
      const found = [NAMES[target], digits(loss, float32)];
      if (p.some(Number.isNaN)) {
        return said(
          "Cross entropy for {1}: {2}. exp overflowed to inf, and inf / inf is nan. Tick “shift by the maximum” to mend it.",
          ...found,
        );
      }
      if (twice) {
        return said(
          "Cross entropy for {1}: {2}. The second softmax sees numbers between 0 and 1 only.",
          ...found,
        );
      }
      return said("Cross entropy for {1}: {2}.", ...found);
    }
  }

  for (const place of document.querySelectorAll(".movable-softmax")) new Figure(place);
  window.softmaxFigure = { compute, digits }; // for tests
})();
