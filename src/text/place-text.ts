/** Where a line is: `file:line`, or only what stands for its place, where lines have no numbers (0). */
export function placeText({
  file,
  line,
}: {
  readonly file: string;
  readonly line: number;
}): string {
  return line === 0 ? file : `${file}:${line}`;
}
