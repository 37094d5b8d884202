/* A pasted error text finds its entry first: whole or in part, and with other numbers in it. A name
   is found by its shortest form, however it is reached. What is found on a page is named.

   The texts are entries of the index, with … for what differs from call to call. The text that
   shares most pairs of words with the query is entered under the query itself. A pair are two
   neighbours; in a text also those around a …, where the query may have a word between. */
"use strict";

{
  const CLASS = /^\w+(?:Error|Warning|InSubset):\s*/;
  const WORDS = /[\p{L}\p{N}_]+|…/gu;
  const NUMBER = /^\d+(x\d+)*$/;
  // How a program reaches a name, and the shortest way, which the index has.
  const WAYS = [
    [/^(torch\.)?nn\.functional\./i, "f."],
    [/^torch\.(?=(nn|optim|autograd)\.)/i, ""],
    [/^(torch\.)?utils\.data\./i, "data."],
  ];
  const NEEDED = 2; // pairs, and half of those of the query or of the text

  const pairs = (text, between) => {
    const words = (text.toLowerCase().match(WORDS) ?? []).filter((word) => !NUMBER.test(word));
    const near = words.slice(1).map((word, i) => `${words[i]} ${word}`);
    const far = words.slice(2).map((word, i) => between(words[i + 1]) && `${words[i]} ${word}`);
    const whole = (found) => new Set(found.filter((pair) => pair && !pair.includes("…")));
    return { near: whole(near), far: whole(far) };
  };

  const nearest = (query) => {
    const asked = pairs(query, () => true);
    const any = new Set([...asked.near, ...asked.far]);
    let best = { shared: NEEDED - 1, size: 0 };
    for (const [text, places] of Object.entries(Search._index.indexentries)) {
      if (!Search._index.docnames[places[0][0]].startsWith("errors/")) continue;
      if (text === query.toLowerCase()) return { text, places };
      const own = pairs(text, (word) => word === "…");
      const size = own.near.size + own.far.size;
      const shared =
        [...own.near].filter((pair) => asked.near.has(pair)).length
        + [...own.far].filter((pair) => any.has(pair)).length;
      if (shared < Math.min(asked.near.size, size) / 2) continue;
      if (shared > best.shared || (shared === best.shared && size < best.size))
        best = { shared, size, text, places };
    }
    return best;
  };

  const shortest = (name) => WAYS.reduce((left, [way, short]) => left.replace(way, short), name);

  let found = {};
  const { query, _performSearch: perform } = Search;
  Search.query = (asked) => {
    const known = Search._index.indexentries;
    const said = asked.toLowerCase().trim();
    found = nearest(asked.trim().replace(CLASS, ""));
    const places = found.places ?? known[shortest(said)];
    if (places) known[said] ??= places;
    query(asked);
  };

  // The page alone would not say which of its texts, functions or claims was found. A place that
  // is found as a name and as a function stands once, where it ranks higher: the last is best.
  const named = (anchor) => {
    if (found.places && anchor === `#${found.places[0][1]}`) return found.text;
    if (anchor.startsWith("#refimpl.")) return anchor.slice(1);
    return /^#claim-a\d-c\d\d$/.test(anchor) ? anchor.slice(7).toUpperCase() : "";
  };
  Search._performSearch = (...given) => {
    const results = new Map();
    for (const [page, title, anchor, ...rest] of perform(...given).reverse()) {
      const name = named(anchor);
      const shown = title.includes(name) ? title : `${title} > ${name}`;
      const place = page + anchor;
      if (!results.has(place)) results.set(place, [page, shown, anchor, ...rest]);
    }
    return [...results.values()].reverse();
  };
}
