// The figure of label smoothing that one can move: target, softmax, loss and gradient of one sample
// whose other logits are 0. In float32, as refimpl has it (tests/site/test_figure.py compares).
(() => {
  "use strict";
  const { add, digits, log, make, minus, over, round32, rounded32, slider, softmax, sum2, times } =
    figureParts;
  const START = { epsilon: 0.1, classes: 3, score: 2 };
  const MOST = 12, HIGH = 4; // the largest score and loss of the curve
  const WIDE = 300, TALL = 150; // of the pictures, in pixels

  // ---- numbers: pairs, the target's class first, then one of the others, which are all alike ------
  const target = ({ epsilon, classes }) => {
    const other = over([epsilon, 0], [classes, 0]);
    return [add(sum2(1, -epsilon), other), other];
  };
  const mean = (q, values, classes) =>
    add(times(q[0], values[0]), times([classes - 1, 0], times(q[1], values[1])));

  function compute(state) {
    const { epsilon, classes, score } = state;
    const z = [round32(score), ...Array(classes - 1).fill(0)];
    const q = target(state), { p, logs } = softmax(z), smooth = epsilon > 0;
    const own = smooth ? q.map(log) : q;
    return {
      target: q.map(rounded32),
      p: p.slice(0, 2).map(rounded32),
      gradient: q.map((each, i) => rounded32(add(p[i], minus(each)))),
      loss: rounded32(minus(mean(q, logs, classes))),
      plain: rounded32(minus(logs[0])),
      least: smooth ? rounded32(minus(mean(q, own, classes))) : 0,
      best: smooth ? rounded32(add(own[0], minus(own[1]))) : Infinity,
    };
  }

  // ---- the page --------------------------------------------------------------------------------
  const right = (score) => ((score / MOST) * WIDE).toFixed(1);
  const up = (loss) => (TALL - (loss / HIGH) * TALL).toFixed(1);
  const shown = (x) => digits(x, true);

  // The loss for each score, as far as it is in the picture.
  function curve(state) {
    const points = [];
    for (let score = 0; score <= MOST; score += 0.25) {
      const loss = Math.log(Math.exp(score) + state.classes - 1) - target(state)[0][0] * score;
      if (loss <= HIGH) points.push(`${right(score)},${up(loss)}`);
    }
    return points.join(" ");
  }

  class Figure {
    constructor(place) {
      this.state = { ...START };
      this.bars = place.querySelector(".sf-bars");
      this.lines = place.querySelector(".sf-curve");
      this.table = place.querySelector("tbody");
      this.said = place.querySelector(".mf-said");
      this.said.setAttribute("aria-live", "polite");
      this.controls = place.querySelector(".mf-controls");
      this.sliders = [
        this.control("epsilon", said("smoothing"), { min: 0, max: 0.9, step: 0.05 }),
        this.control("classes", said("classes"), { min: 2, max: 10, step: 1 }),
        this.control("score", said("score of the target"), { min: 0, max: MOST, step: 0.1 }),
      ];
      this.draw();
    }

    control(name, text, range) {
      const handle = slider(text, range, (x) => {
        this.state[name] = x;
        this.draw();
      });
      const value = make("output", {});
      this.controls.append(make("label", { class: "mf-field" }, text, handle, value));
      return { name, handle, value };
    }

    draw() {
      const { state } = this, found = compute(state);
      for (const { name, handle, value } of this.sliders) {
        handle.value = state[name];
        value.textContent = state[name];
      }
      this.drawBars(found);
      const [smoothed, plain] = this.lines.querySelectorAll("polyline");
      smoothed.setAttribute("points", curve(state));
      plain.setAttribute("points", curve({ ...state, epsilon: 0 }));
      const dot = this.lines.querySelector("circle");
      dot.setAttribute("cx", right(state.score));
      dot.setAttribute("cy", up(Math.min(found.loss, HIGH)));
      [...this.table.rows].forEach((row, i) => {
        const numbers = [found.target, found.p, found.gradient][i].map(shown);
        numbers.forEach((number, j) => (row.cells[j + 1].textContent = number));
      });
      this.said.textContent = this.sentence(found);
    }

    drawBars({ target: q, p }) {
      const step = WIDE / this.state.classes;
      const bars = Array.from({ length: this.state.classes }, (_, i) =>
        [q, p].map((heights, j) => {
          const height = heights[Math.min(i, 1)] * TALL;
          return make("rect", {
            class: j ? "mf-share" : "mf-logit",
            x: (step * (i + 0.1 + 0.4 * j)).toFixed(1),
            y: (TALL - height).toFixed(1),
            width: (step * 0.38).toFixed(1),
            height: height.toFixed(1),
          });
        }),
      );
      this.bars.replaceChildren(...bars.flat());
    }

    sentence({ loss, plain, least, best }) {
      if (this.state.epsilon === 0) {
        return said("Loss {1}. Without smoothing it falls towards 0 as the score grows.", shown(loss));
      }
      return said(
        "Loss {1}, without smoothing {2}. With smoothing it is never below {3}, its value at a score of {4}.",
        ...[loss, plain, least, best].map(shown),
      );
    }
  }

  for (const place of document.querySelectorAll(".movable-smoothing")) new Figure(place);
  window.smoothingFigure = { compute }; // for tests
})();
