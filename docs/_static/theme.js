// Before the page is drawn: scripts run, and the theme is the one that the reader chose.
(() => {
  document.documentElement.classList.replace("no-js", "js");
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // The browser denies storage: what the theme and the search keep lasts for this page.
    const memory = new Map();
    const value = {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, text) => memory.set(name, String(text)),
      removeItem: (name) => memory.delete(name),
    };
    Object.defineProperty(window, "localStorage", { value });
  }
  document.body.dataset.theme = chosen || "auto";
  if (location.protocol === "file:") {
    // From disk no picture may serve as a mask, so the icons come as text: written, to come in time.
    const icons = document.currentScript.src.replace(/theme\.js.*/, "offline.css");
    document.write(`<link rel="stylesheet" href="${icons}">`);
  }
})();
