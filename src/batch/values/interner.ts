import { NoValue, Failure, Unknown, type Value } from "../../condition/value.ts";

/** Small numbers for texts, in the order of first sight; 0 is the empty text. */
export class Interner {
  readonly #codes = new Map<string, number>([["", 0]]);
  readonly #texts: string[] = [""];

  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#codes.set(text, code);
    this.#texts.push(text);
    return code;
  }

  text(code: number): string {
    return this.#texts[code] ?? "";
  }
}

/**
 * What an atom came to, as a text that is the same where, and only where, a condition cannot tell
 * two outcomes apart.
 */
export function outcomeText(outcome: Value | NoValue): string {
  if (outcome === true) return "t";
  if (outcome === false) return "f";
  if (outcome instanceof Unknown) return `?${JSON.stringify(outcome.paths)}`;
  if (outcome instanceof Failure) return `!${outcome.message}`;
  return outcome instanceof NoValue ? "bad" : "v";
}
