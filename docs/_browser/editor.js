// The editor of a program: CodeMirror with what a short Python program needs, and no more.
// Tab leaves the editor, as it leaves every other field; Ctrl-] and Ctrl-[ indent.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit } from "@codemirror/language";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The colours are those of the page's own listings: run.css gives the variables their values.
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: "var(--run-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--run-string)" },
  { tag: [tags.number], color: "var(--run-number)" },
  { tag: [tags.comment], color: "var(--run-comment)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.name)], color: "var(--run-name)" },
]);

const LOOK = EditorView.theme({
  "&": { fontSize: "inherit", backgroundColor: "var(--color-code-background)" },
  "&.cm-focused": { outline: "2px solid var(--color-brand-content)" },
  ".cm-content": {
    fontFamily: "var(--font-stack--monospace)",
    caretColor: "var(--color-foreground-primary)",
  },
  ".cm-cursor": { borderLeftColor: "var(--color-foreground-primary)" },
  ".cm-gutters": {
    backgroundColor: "var(--color-code-background)", // a long line scrolls below it
    border: "none",
    color: "var(--color-foreground-muted)",
  },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    backgroundColor: "var(--run-selection) !important",
  },
});

// Put an editor into an element. It lives behind a shadow root: there its rules are a style sheet
// of the document, which a strict policy permits; elsewhere they would be an inline style.
export function edit(place, source, label, { run, changed }) {
  const root = place.attachShadow({ mode: "open" });
  const keys = [{ key: "Mod-Enter", run: () => (run(), true) }, ...defaultKeymap, ...historyKeymap];
  const told = EditorView.updateListener.of((update) => update.docChanged && changed());
  const state = EditorState.create({
    doc: source,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of("    "),
      bracketMatching(),
      syntaxHighlighting(COLOURS),
      python(),
      keymap.of(keys),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
      LOOK,
      told,
    ],
  });
  const view = new EditorView({ state, root, parent: root });
  return {
    focus: () => view.focus(),
    text: () => view.state.doc.toString(),
    replace: (text) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
  };
}
