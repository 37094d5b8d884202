// The programs of a page: what stands there to be run, and what stands there as printed.

const text = (element) => element?.querySelector("pre").textContent ?? "";

// A session: the lines behind prompts are the program, the others are what it prints.
function session(listing) {
  const lines = text(listing).replace(/\n$/, "").split("\n");
  const typed = /^(>>>|\.\.\.)( |$)/;
  const prints = lines.filter((line) => !typed.test(line));
  return {
    session: true,
    source: lines.filter((line) => typed.test(line)).map((line) => line.slice(4)).join("\n"),
    prints: prints.map((line) => (line === "<BLANKLINE>" ? "" : line) + "\n").join(""),
  };
}

// What a program prints stands below it; where refimpl has a text of its own, in a second block.
function printsBelow(bar) {
  const found = [];
  for (let next = bar.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches(".prints")) found.push(next);
    else if (!next.matches("p.prints-of")) break;
  }
  return found;
}

// An example of the gallery, from its file. What cannot be read is told to the reader in `why`.
async function example(name, base) {
  const answer = await fetch(new URL(name, base));
  const why = answer.ok
    ? said("The file {1} broke off while it was loaded. Reload the page to try again.", name)
    : said(
        "The file {1} is missing (the server says {2}). Reload the page to try again.",
        ...[name, answer.status],
      );
  try {
    return { shown: [], ...(await answer.json()) };
  } catch {
    throw Object.assign(new Error(why), { why });
  }
}

// Return the program of a bar: its source, what the page prints, and the elements of both.
export async function programOf(bar, base) {
  if (bar.dataset.program) return example(bar.dataset.program, base);
  const listing = bar.previousElementSibling;
  if (bar.dataset.session !== undefined) return { listing, shown: [], ...session(listing) };
  const shown = printsBelow(bar);
  if (shown.at(-1)?.matches(".said")) {
    // a program that is refused, with the message that stands below it
    const says = text(shown.at(-1)).trimEnd();
    return { listing, shown, source: text(listing).trimEnd(), prints: "", says };
  }
  return { listing, shown, source: text(listing).trimEnd(), prints: text(shown.at(-1)) };
}

// Tell whether a run gave what the page says: all that it prints, and the message if there is one.
export const isEqual = ({ out, err }, { prints, says }) =>
  out === prints && (says === undefined || err.includes(says));

// What is equal: a sentence for the reader.
export function compared(run, program) {
  const equal = isEqual(run, program);
  if (program.says !== undefined) {
    const sentence = equal
      ? said("100 %: the message is that of this page.")
      : said("0 %: the message is not that of this page.");
    return { equal, sentence };
  }
  const [printed, prints] = [run.out, program.prints];
  if (equal) {
    const count = Array.from(prints).length;
    return { equal, sentence: said("100 %: all {1} characters are those of this page.", count) };
  }
  const [here, page] = [printed, prints].map((each) => each.split("\n"));
  const last = Math.max(here.length, page.length);
  let row = 0;
  while (here[row] === page[row]) row += 1;
  const same = page.filter((line, i) => line === here[i]).length;
  const first = [Math.floor((100 * same) / last), row + 1];
  return { equal, sentence: unlike(...first, here[row], page[row]) };
}

// Which line differs first; behind the end of the shorter text there is none.
function unlike(percent, row, here, page) {
  if (here === undefined) {
    return said(
      "{1} %: line {2} is the first that differs. Here: nothing. On this page: “{3}”.",
      ...[percent, row, page],
    );
  }
  if (page === undefined) {
    return said(
      "{1} %: line {2} is the first that differs. Here: “{3}”. On this page: nothing.",
      ...[percent, row, here],
    );
  }
  return said(
    "{1} %: line {2} is the first that differs. Here: “{3}”. On this page: “{4}”.",
    ...[percent, row, here, page],
  );
}

// A program as a part of an address: compressed, in the letters that addresses may hold.
export async function packed(source) {
  const stream = new Blob([source]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export async function unpacked(letters) {
  const raw = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}
