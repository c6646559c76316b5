import { html, type Html, type Part, withBreaks } from "./html-text.ts";

/** The parts of the page that a sentence can name between “ and ”. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["Measures", "measures"],
  ["Changes", "changes"],
  ["Changed calls", "changes"],
  ["What is not covered", "uncovered"],
  ["What is proved about our agents", "invariants"],
  ["Twelve controls", "controls"],
]);

/**
 * Text in which the names of parts of the page lead to them. WHY sentence by sentence: a text is cut
 * after some length, as one of a trace may be endless.
 */
function linked(text: string): readonly Part[] {
  return text.split(/(“[^”]*”)|(?<=[.;] )/).map((piece = "") => {
    const id = PARTS.get(piece.slice(1, -1));
    return id === undefined ? piece : html`<a href="#${id}">${piece}</a>`;
  });
}

/** A name as code. WHY with what touches it: a comma alone would begin a line. */
function codeName(name: string, before: string, after: string): Html {
  const code = html`<span class="mono">${withBreaks(name)}</span>`;
  return before === "" && after === ""
    ? code
    : html`<span class="word">${before}${code}${after}</span>`;
}

/** A sentence with names between backticks, these as code, and names of parts of the page, these as links. */
export function sentenceParts(sentence: string): readonly Part[] {
  const pieces = sentence.split("`").map((piece, i) => {
    const [, before = "", text = piece, after = ""] =
      i % 2 === 1 ? [] : (/^([,.;:)]*)(.*?)(\(*)$/s.exec(piece) ?? []);
    return { before, text, after };
  });
  return pieces.map(({ before, text, after }, i) =>
    i % 2 === 1
      ? codeName(text, pieces[i - 1]?.after ?? "", pieces[i + 1]?.before ?? "")
      : linked(`${i === 0 ? before : ""}${text}${i === pieces.length - 1 ? after : ""}`),
  );
}
