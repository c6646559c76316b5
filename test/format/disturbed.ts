import * as fc from "fast-check";

/** What a person may do to the layout of a text without a change of what it says. */
export interface Disturbance {
  /** For each line, counted from the first and then again: a number that says what is done to it. */
  readonly lines: readonly number[];
}

export const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  lines: fc.array(fc.nat(999), { minLength: 7, maxLength: 40 }),
});

const COMMENTS = ["# why", "# agentz-ignore wildcard-allow: tried", "#", "#x: [y", "# — ü 🙂"];
const PLAIN_FIELD = /^\s*(-\s+)?[a-z_]+: [A-Za-z0-9/.*-]+$/;

/**
 * A text of YAML without blocks of text in it, with comments, empty lines and blanks here and there.
 * `added`: its comments.
 */
export function disturbed(
  text: string,
  { lines: numbers }: Disturbance,
): { readonly text: string; readonly added: number } {
  let added = 0;
  const comment = (number: number): string => {
    added++;
    return COMMENTS[number % COMMENTS.length] ?? "#";
  };
  const isOpen = (line: string): boolean => /[|>][-+]?$/.test(line) || /["']$/.test(line);
  const lines = text.split("\n").flatMap((line, i) => {
    const number = numbers[i % numbers.length] ?? 0;
    const [indent = ""] = /^ */.exec(line) ?? [];
    if (line.trim() === "" || line.startsWith("---") || !PLAIN_FIELD.test(line)) return [line];
    if (number % 10 === 0) return [`${indent}${comment(number)}`, line];
    if (number % 10 === 1 && !isOpen(line)) return [`${line}   ${comment(number)}`];
    if (number % 10 === 2) return ["", "", line];
    if (number % 10 === 3) return [line.replace(": ", ":    ")];
    if (number % 10 === 4) return [`${line}   `];
    return [line];
  });
  return { text: lines.join("\n"), added };
}
