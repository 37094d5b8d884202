// What our scripts say: a sentence in the language of the page, its values at {1}, {2}. The English
// sentence is the key; translations.js has the others.
window.said = (text, ...values) =>
  Documentation.gettext(text).replace(/\{(\d)\}/g, (hole, number) => values[number - 1]);

// The language that a reader chose is remembered, and the other language opens at the same heading.
(() => {
  const key = "language";
  const remember = (code) => {
    try {
      localStorage.setItem(key, code);
    } catch {
      // a browser that keeps nothing asks again
    }
  };
  const heading = () => {
    const current = document.querySelector(".toc-tree .scroll-current > a[href^='#']");
    return scrollY > 0 && current ? current.getAttribute("href") : location.hash;
  };
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("a[data-language]")) {
      link.addEventListener("click", () => {
        remember(link.dataset.language);
        link.hash = heading();
        if (location.search && !link.search) link.search = location.search;
      });
    }
    // A host answers each wrong address with one page: show it in the language of the address.
    const wanted = document.querySelector("link[data-not-found]");
    if (wanted && location.pathname.includes(`/${wanted.dataset.notFound}/`)) {
      location.replace(wanted.href);
    }
  });
})();
