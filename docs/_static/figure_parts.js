// What the figures that one can move share: numbers, exact to the last digit, and elements.
(() => {
  "use strict";
  const round32 = Math.fround;

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
  const minus = ([a, b]) => [-a, -b];
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
    for (let i = 0; i < 2; i += 1) y = add(y, add(times(m, exp(minus(y))), [-1, 0]));
    return add(y, times([k, 0], LN2));
  };
  // log of 1 + x, of a small x by its series, so that its digits count from the first that is not 0.
  const log1p = (x) => {
    if (x[0] > 1e-6) return log(add(x, [1, 0]));
    let y = [0, 0];
    for (let n = 6; n > 0; n -= 1) y = times(x, add(over([1, 0], [n, 0]), minus(y)));
    return y;
  };

  // softmax of numbers and its logarithm, as pairs.
  function softmax(z) {
    const top = Math.max(...z), first = z.indexOf(top);
    const e = z.map((each) => exp(sum2(each, -top)));
    const total = e.reduce(add);
    const rest = e.filter((_, i) => i !== first).reduce(add); // beside the largest, whose e is 1
    const lse = log1p(rest);
    const p = e.map((each) => over(each, total));
    return { p, logs: z.map((each) => add(sum2(each, -top), minus(lse))) };
  }

  // ---- elements --------------------------------------------------------------------------------
  const SVG = "http://www.w3.org/2000/svg";

  function make(name, attributes, ...children) {
    const svg = ["svg", "rect", "line", "polyline", "circle", "text"].includes(name);
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
  const tidy = (text) => text.replace(/e([-+])(\d)$/, "e$10$2");
  const short = (x) => (Number.isFinite(x) ? x.toFixed(4) : digits(x, false));

  function slider(label, { min, max, step }, heard) {
    const made = make("input", { type: "range", min, max, step, "aria-label": label });
    made.addEventListener("input", () => heard(Number(made.value)));
    return made;
  }

  window.figureParts = {
    add, digits, exp, log, make, minus, over, round32, rounded32, short, slider, softmax, sum2, times,
  };
})();
