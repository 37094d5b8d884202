// The Run buttons: the first press loads the rest (docs/_browser/panel.js, the editor, Python).
(() => {
  const script = document.currentScript;
  const panel = new URL(`${script.dataset.assets}panel.mjs`, script.src);
  const fromDisk = () =>
    said("A page opened from disk may not start Python. Serve the folder: python3 -m http.server");
  const failed = () =>
    said("The editor could not be loaded. Are you online? Press Run to try again.");

  const bars = document.querySelectorAll(".run-bar");

  async function load(bar, use) {
    const status = bar.querySelector(".run-status");
    status.textContent = said("Loading the editor …");
    try {
      await use(await import(panel));
    } catch (error) {
      status.textContent = error.why ?? (location.protocol === "file:" ? fromDisk() : failed());
      delete bar.dataset.open;
    }
  }

  for (const bar of bars) {
    bar.querySelector(".run-button").addEventListener("click", () => {
      if (bar.dataset.open) return; // the panel hears the button itself
      bar.dataset.open = "yes";
      load(bar, async (module) => (await module.open(bar)).run());
    });
  }
  const shared = /^#run=(\d+),/.exec(location.hash);
  if (shared && bars[shared[1]]) {
    bars[shared[1]].dataset.open = "yes";
    load(bars[shared[1]], (module) => module.openShared(bars));
  }
})();
