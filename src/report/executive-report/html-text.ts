import { printable, printableAsIs } from "../escape.ts";

/** Markup that is safe to put into a page: made by {@link html} alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const REFERENCES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** How much of one text of a trace or a document is shown. */
const LIMIT = 300;

const RIGHT_TO_LEFT = String.raw`\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}`;

/** Letters that are read from right to left, with what stands between them in a name. */
const RIGHT_TO_LEFT_NAME = new RegExp(
  String.raw`[${RIGHT_TO_LEFT}](?:[${RIGHT_TO_LEFT}\p{M}\p{Nd}\s_./-]*[${RIGHT_TO_LEFT}\p{M}])?`,
  "gu",
);

/**
 * Names that are read from right to left, each for itself (the isolates of Unicode). WHY: numbers and
 * names after it would change their places, and 46 calls stand at another owner.
 */
function isolated(text: string): string {
  return text.replace(RIGHT_TO_LEFT_NAME, "\u2068$&\u2069");
}

/**
 * Text as it stands between tags or in a quoted attribute: nothing in it is markup, nothing
 * reverses the reading order.
 */
function escapeHtml(text: string): string {
  return printable(text, LIMIT).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? "");
}

export type Part = Html | string | number | readonly Part[];

function shown(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number")
    return isolated(escapeHtml(String(part)));
  return part.map(shown).join("");
}

/** A value of an attribute stays as it is: a JSON pointer, a label. */
function placed(markup: string, part: Part): string {
  const isValue =
    /=["][^"]*$/.test(markup) && (typeof part === "string" || typeof part === "number");
  return isValue ? escapeHtml(String(part)) : shown(part);
}

/** The longest part of a name that is not broken, in characters; shorter words stay whole. */
const [LONGEST, WHOLE_WORD] = [24, 12];

/** A word with places to break it: after a separator, and in what is too long for a column. */
function breakable(word: string): string {
  let run = 0;
  return word.replace(/&[#\w]+;|./gu, (character) => {
    run++;
    if (!/^[/:_.,-]$/.test(character) && run < LONGEST) return character;
    run = 0;
    return `${character}<wbr>`;
  });
}

/** Names that break between their parts only, where a column is too narrow for them. */
export function withBreaks(names: Part): Html {
  const words = new RegExp(`[^\\s]{${WHOLE_WORD + 1},}`, "g");
  const pieces = shown(names).split(/(<[^>]*>)/);
  return new Html(
    pieces.map((text, i) => (i % 2 === 1 ? text : text.replace(words, breakable))).join(""),
  );
}

/**
 * A template of markup: what is put into it is escaped, unless it is {@link Html} already. A line
 * break of the template, with the indentation after it, is not part of the markup.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.map((text) => text.replace(/\n */g, ""));
  return new Html(
    markup
      .map((text, i) =>
        i === 0 ? text : `${placed(markup[i - 1] ?? "", parts[i - 1] ?? "")}${text}`,
      )
      .join(""),
  );
}

/**
 * A document as the content of a `<script type="application/json">`: no tag can end it. Secrets
 * stay: who writes the page hides them, unless they were asked for.
 */
export function embeddedJson(value: unknown): Html {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? printableAsIs(inner, 2000) : inner,
  );
  return new Html(
    text.replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
}
