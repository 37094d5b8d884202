// The entrance leads to the language that was chosen before, else to the first one that the reader
// prefers and the site has. Only the entrance decides: no page sends a reader elsewhere.
(() => {
  const all = document.currentScript.dataset.languages.split(" ");
  const has = Object.fromEntries(all.map((code) => [code.slice(0, 2), code]));
  let chosen = null;
  try {
    chosen = localStorage.getItem("language");
  } catch {
    // a browser that keeps nothing
  }
  const preferred = (navigator.languages || []).map((tag) => has[tag.slice(0, 2).toLowerCase()]);
  const code = all.includes(chosen) ? chosen : preferred.find(Boolean) || "en";
  location.replace(`${code}/index.html${location.hash}`);
})();
