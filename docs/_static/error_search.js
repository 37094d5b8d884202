/* A pasted error text finds its entry first: whole or in part, and with other numbers in it.

   The texts are entries of the index, with … for what differs from call to call. The text that
   shares most pairs of neighbouring words with the query is entered under the query itself. */
"use strict";

{
  const WORDS = /[\p{L}\p{N}_]+|…/gu;
  const NUMBER = /^\d+(x\d+)*$/;
  const CLASS = /^\w+(?:Error|Warning|InSubset):\s*/;
  const NEEDED = 2; // pairs, and half of those of the query or of the text

  const pairs = (text) => {
    const words = text.toLowerCase().match(WORDS) ?? [];
    const kept = words.filter((word) => !NUMBER.test(word));
    const found = kept.slice(1).map((word, i) => `${kept[i]} ${word}`);
    return new Set(found.filter((pair) => !pair.includes("…")));
  };

  const nearest = (query) => {
    const entry = Search._index.indexentries[query.toLowerCase()];
    if (entry) return entry;
    const asked = pairs(query);
    let best = { shared: NEEDED - 1, size: 0, places: null };
    for (const [text, places] of Object.entries(Search._index.indexentries)) {
      if (!Search._index.docnames[places[0][0]].startsWith("errors/")) continue;
      const own = pairs(text);
      const shared = [...asked].filter((pair) => own.has(pair)).length;
      if (shared < Math.min(asked.size, own.size) / 2) continue;
      if (shared > best.shared || (shared === best.shared && own.size < best.size))
        best = { shared, size: own.size, places };
    }
    return best.places;
  };

  const query = Search.query;
  Search.query = (text) => {
    const places = nearest(text.trim().replace(CLASS, ""));
    if (places) Search._index.indexentries[text.toLowerCase().trim()] ??= places;
    query(text);
  };
}
