/** Why agentz cannot read a line. Thrown while a line is read, caught in `read-line.ts` alone. */
export class ShellFault extends Error {
  /**
   * @param at where the subject starts, as an offset in the line
   * @param subject what is wrong: a name of ours in backticks, or a noun; never text of the line
   * @param problem what is wrong with it, as the rest of a sentence
   */
  constructor(
    readonly at: number,
    readonly subject: string,
    readonly problem: string,
  ) {
    super(`${subject} ${problem}`);
  }
}

/**
 * Where an offset is in a line, for messages: `column 12`, and `line 2, column 5` where there are
 * several.
 */
export function placeOf(line: string, at: number): string {
  const before = line.slice(0, at);
  const column = at - before.lastIndexOf("\n");
  if (!line.includes("\n")) return `column ${column}`;
  return `line ${before.split("\n").length}, column ${column}`;
}
