// The figure of `dim` that one can move: which entries of a tensor share a sum, and what softmax
// gives them. In float32, as refimpl has it (tests/site/test_figure.py compares over a grid).
(() => {
  "use strict";
  const { make, round32, rounded32, short, slider, softmax } = figureParts;
  const RANGE = { min: -5, max: 5, step: 0.5 };
  const NAMES = "abcdef";
  const STARTS = [
    { shape: [2, 3], dim: 1, logits: [1, 2, 3, 1, 1, 1] },
    { shape: [2, 2, 3], dim: 1, logits: [1, 2, 3, 1, 1, 1, 0, 2, 1, 3, 0, -1] },
  ];

  // ---- numbers ---------------------------------------------------------------------------------
  // The index of an entry, and the number of its group: all its indices but that of `dim`.
  function indexOf(at, shape) {
    const index = [];
    for (const n of [...shape].reverse()) {
      index.unshift(at % n);
      at = Math.floor(at / n);
    }
    return index;
  }
  function groupOf(at, { shape, dim }) {
    const kept = indexOf(at, shape).map((i, axis) => [i, shape[axis], axis]);
    const axis = (dim + shape.length) % shape.length;
    return kept.filter((each) => each[2] !== axis).reduce((sum, [i, n]) => sum * n + i, 0);
  }
  function compute(state) {
    const p = [], sums = [], groups = state.logits.map((_, at) => groupOf(at, state));
    for (let group = 0; groups.includes(group); group += 1) {
      const places = groups.flatMap((each, at) => (each === group ? [at] : []));
      const found = softmax(places.map((at) => round32(state.logits[at]))).p.map(rounded32);
      places.forEach((at, i) => (p[at] = found[i]));
      // float32 is added up in float64 and rounded once, as refimpl does it.
      sums.push(round32(found.reduce((a, b) => a + b)));
    }
    return { p, sums, groups };
  }

  // ---- the page --------------------------------------------------------------------------------
  class Figure {
    constructor(place, number) {
      this.number = number;
      this.blocks = make("div", { class: "df-blocks" });
      this.sums = make("ul", { class: "df-sums" });
      this.said = make("p", { class: "mf-said", "aria-live": "polite" });
      this.shapes = make("div", { class: "mf-controls", role: "radiogroup" });
      this.dims = make("div", { class: "mf-controls", role: "radiogroup" });
      this.shapes.setAttribute("aria-label", said("Shape"));
      this.dims.setAttribute("aria-label", "dim");
      STARTS.forEach(({ shape }, i) =>
        this.radio(this.shapes, `(${shape.join(", ")})`, () => this.start(i)),
      );
      place.replaceChildren(this.shapes, this.dims, this.said, this.blocks, this.sums);
      this.shapes.querySelector("input").checked = true;
      this.start(0);
    }

    radio(row, text, chosen) {
      const box = make("input", { type: "radio", name: `df-${this.number}-${row === this.dims}` });
      box.addEventListener("change", chosen);
      row.append(make("label", { class: "mf-field" }, box, ` ${text}`));
      return box;
    }

    start(number) {
      this.state = { ...STARTS[number] };
      this.at = -1; // no entry is pointed at
      const { shape, dim, logits } = this.state;
      this.dims.replaceChildren();
      for (const each of [...shape.keys(), -1]) {
        this.radio(this.dims, `dim=${each}`, () => this.set({ dim: each })).checked = each === dim;
      }
      this.cells = logits.map((_, at) => this.cell(at));
      const size = shape[shape.length - 1] * shape[shape.length - 2], blocks = [];
      for (let at = 0; at < logits.length; at += size) {
        const cells = this.cells.slice(at, at + size).map(({ cell }) => cell);
        blocks.push(make("div", { class: "df-block" }, ...cells));
      }
      this.blocks.replaceChildren(...blocks);
      this.draw();
    }

    cell(at) {
      const index = indexOf(at, this.state.shape);
      const handle = slider(`x[${index.join(", ")}]`, RANGE, (x) => this.logit(at, x));
      const [name, logit, letter, share] = ["name", "logit", "letter", "share"].map((each) =>
        make("span", { class: `df-${each}` }),
      );
      name.textContent = index.join();
      const cell = make("div", {}, name, logit, handle, letter, share);
      for (const event of ["focusin", "pointerenter"]) {
        cell.addEventListener(event, () => this.point(at));
      }
      for (const event of ["focusout", "pointerleave"]) {
        cell.addEventListener(event, () => this.point(-1));
      }
      return { cell, handle, letter, logit, share };
    }

    logit(at, value) {
      this.set({ logits: this.state.logits.map((x, i) => (i === at ? value : x)) });
    }

    set(changes) {
      Object.assign(this.state, changes);
      this.draw();
    }

    // Show the group of an entry, that under the pointer or with the focus.
    point(at) {
      this.at = at;
      const here = at < 0 ? -1 : groupOf(at, this.state);
      const toggle = (node, group) => node.classList.toggle("df-here", group === here);
      this.cells.forEach(({ cell }, i) => toggle(cell, groupOf(i, this.state)));
      [...this.sums.children].forEach(toggle);
    }

    draw() {
      const { shape, dim, logits } = this.state, { p, sums, groups } = compute(this.state);
      this.cells.forEach(({ cell, handle, letter, logit, share }, at) => {
        cell.className = `df-cell group-${groups[at]}`;
        letter.textContent = NAMES[groups[at]];
        logit.textContent = logits[at];
        share.textContent = short(p[at]);
        handle.value = logits[at];
        const heard = [logits[at], short(p[at]), NAMES[groups[at]]];
        handle.setAttribute("aria-valuetext", said("{1}; softmax {2}, in sum {3}", ...heard));
      });
      const axis = (dim + shape.length) % shape.length;
      const lines = sums.map((sum, group) => {
        const places = [...groups.keys()].filter((at) => groups[at] === group);
        const index = indexOf(places[0], shape);
        index[axis] = ":";
        const text = `${places.map((at) => short(p[at])).join(" + ")} = ${short(sum)}`;
        const head = make("span", { class: "df-head" }, `${NAMES[group]}: p[${index.join(", ")}]`);
        return make("li", { class: `group-${group}` }, head, " ", make("span", {}, text));
      });
      this.sums.replaceChildren(...lines);
      this.said.textContent = said(
        "dim={1}: {2} sums of {3} entries. In a sum only index number {4} changes.",
        ...[dim, sums.length, shape[axis], axis],
      );
      this.point(this.at);
    }
  }

  document.querySelectorAll(".movable-dim").forEach((place, i) => new Figure(place, i));
  window.dimFigure = { compute }; // for tests
})();
