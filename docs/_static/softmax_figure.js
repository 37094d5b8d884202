// The figure of softmax that one can move. Each number is what refimpl computes: in float64, rounded
// once for float32 (tests/site/test_figure.py compares over a grid). Unshifted, each step is rounded.
(() => {
  "use strict";
  const LOW = -5, HIGH = 5, STEP = 0.1;
  const round32 = Math.fround;
  const same = (x) => x;

  // ---- numbers: float64 pairs, so that exp and log are right to the last bit of a double -------
  const sum2 = (a, b) => {
    const s = a + b, t = s - a;
    return [s, a - (s - t) + (b - t)];
  };
  const split = (a) => {
    const c = 134217729 * a, high = c - (c - a);
    return [high, a - high];
  };
  const product2 = (a, b) => {
    const p = a * b, [ah, al] = split(a), [bh, bl] = split(b);
    return [p, al * bl - (p - ah * bh - al * bh - ah * bl)];
  };
  const add = ([a, b], [c, d]) => {
    const [s, e] = sum2(a, c);
    return sum2(s, e + b + d);
  };
  const times = ([a, b], [c, d]) => {
    const [p, e] = product2(a, c);
    return sum2(p, e + a * d + b * c);
  };
  const over = (x, y) => {
    const q = x[0] / y[0];
    const rest = add(x, times([-q, 0], y));
    return sum2(q, rest[0] / y[0]);
  };
  // A pair as one float32: between two of them the second part decides.
  const rounded32 = ([a, b]) => {
    const near = round32(a);
    const next = round32(a * (1 + Math.sign(a * b) * 2 ** -52));
    return near !== next && Math.abs(a - near) === Math.abs(a - next) ? next : near;
  };
  const LN2 = [0.6931471805599453, 2.3190468138462996e-17];
  // exp of a pair: halved until small, a series, squared again.
  const exp = (x) => {
    if (x[0] < -745) return [0, 0];
    const k = Math.round(x[0] / LN2[0]);
    const r = add(x, times([-k, 0], LN2)).map((each) => each / 256);
    let term = [1, 0], total = [0, 0]; // e^r - 1, which keeps its digits while it is squared
    for (let n = 1; n < 12; n += 1) {
      term = over(times(term, r), [n, 0]);
      total = add(total, term);
    }
    for (let i = 0; i < 8; i += 1) total = add(times(total, total), add(total, total));
    const [a, b] = add(total, [1, 0]);
    const up = (each) => each * 2 ** (k >> 1) * 2 ** (k - (k >> 1));
    return [up(a), up(b)];
  };
  // log of a pair near 1, of others by powers of 2: two steps of Newton's method.
  const log = (x) => {
    const k = Math.round(Math.log2(x[0])), half = -(k >> 1);
    const m = x.map((each) => each * 2 ** half * 2 ** (-k - half));
    let y = [Math.log(m[0]), 0];
    for (let i = 0; i < 2; i += 1) y = add(y, add(times(m, exp([-y[0], -y[1]])), [-1, 0]));
    return add(y, times([k, 0], LN2));
  };
  // log of 1 + x, of a small x by its series, so that its digits count from the first that is not 0.
  const log1p = (x) => {
    if (x[0] > 1e-6) return log(add(x, [1, 0]));
    let y = [0, 0];
    for (let n = 6; n > 0; n -= 1) y = times(x, add(over([1, 0], [n, 0]), [-y[0], -y[1]]));
    return y;
  };

  // ---- softmax ---------------------------------------------------------------------------------
  function exact(z, top, float32) {
    const round = float32 ? rounded32 : ([a]) => a;
    const e = z.map((each) => exp(sum2(each, -top)));
    const total = e.reduce(add);
    const rest = e.toSpliced(z.indexOf(top), 1).reduce(add); // beside the largest, whose e is 1
    const lse = log1p(rest);
    const p = e.map((each) => round(over(each, total)));
    const logs = z.map((each) => {
      return round(add(sum2(each, -top), [-lse[0], -lse[1]]));
    });
    return { p, logs };
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
    const softmax = (z) => {
      const top = Math.max(...z);
      return shift ? exact(z, top, float32) : naive(z, round);
    };
    const z = logits.map((each) => round(round(each) / round(temperature)));
    const first = softmax(z);
    const { p, logs } = twice ? softmax(first.p) : first;
    const gradient = p.map((each, i) => (i === target ? round(each - 1) : each));
    return { z, p, logs, loss: -logs[target], gradient };
  }

  // ---- the page --------------------------------------------------------------------------------
  const START = {
    logits: [2, 1, 0.1], temperature: 1, target: 0, shift: true, twice: false, float32: true,
  };
  const SVG = "http://www.w3.org/2000/svg";
  const NAMES = "ABCDE";

  function make(name, attributes, ...children) {
    const svg = ["svg", "rect", "line", "g"].includes(name);
    const node = svg ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  // As many digits as tell the number from its neighbours.
  function digits(x, float32) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    if (!float32) return tidy(String(x));
    for (let n = 1; n < 10; n += 1) {
      const text = x.toPrecision(n);
      if (round32(Number(text)) === x) return tidy(String(Number(text)));
    }
    return tidy(String(x));
  }
  const tidy = (text) => text.replace(/e([-+])(\d)$/, "e$10$2").replace("e+", "e+");
  const short = (x) => (Number.isFinite(x) ? x.toFixed(4) : digits(x, false));

  class Figure {
    constructor(place) {
      this.place = place;
      this.state = structuredClone(START);
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
      const warmth = make("input", {
        type: "range", min: "-2", max: "2", step: "0.1", value: "0",
        "aria-label": said("Temperature"),
      });
      this.warmth = make("output", {});
      warmth.addEventListener("input", () => {
        this.set({ temperature: Number((10 ** warmth.value).toPrecision(2)) });
      });
      this.temperature = warmth;
      this.target = make("select", { "aria-label": said("Target") }, ...classes);
      this.target.addEventListener("change", () => this.set({ target: this.target.selectedIndex }));
      this.switches = {
        shift: this.toggle("shift", said("shift by the maximum")),
        twice: this.toggle("twice", said("softmax twice")),
        float32: this.toggle("float32", "float32"),
      };
      const predict = this.button(said("Predict first"), () => this.predict(predict));
      const overflow = this.button(said("Overflow"), () =>
        this.set({ logits: [100, 99, 98], temperature: 1, shift: false, float32: true }),
      );
      const reset = this.button(said("Reset"), () => {
        this.temperature.value = 0;
        this.set(structuredClone(START));
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
      const slider = make("input", {
        type: "range", min: LOW, max: HIGH, step: STEP, "aria-label": said("Logit {1}", NAMES[i]),
      });
      slider.addEventListener("input", () => this.logit(i, Number(slider.value)));
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
      this.bars.append(make("div", { class: "mf-bar" }, `${NAMES[i]} `, value, picture, slider));
      return { fill, share, slider, value };
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

    predict(button) {
      this.hidden = !this.hidden;
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

    drawBar({ fill, share, slider, value }, logit, p) {
      const seen = Math.min(HIGH, Math.max(LOW, logit));
      fill.setAttribute("y", 75 - Math.max(seen, 0) * 15);
      fill.setAttribute("height", Math.abs(seen) * 15);
      const height = this.hidden || !Number.isFinite(p) ? 0 : p * 75;
      share.setAttribute("y", 75 - height);
      share.setAttribute("height", height);
      slider.value = seen;
      slider.setAttribute("aria-valuetext", `${logit}; softmax ${this.hidden ? "?" : short(p)}`);
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
          "Cross entropy for {1}: {2}. exp overflowed: inf / inf is nan. Shift by the maximum.",
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
