const WINDOW = 100;
const END = "\uffff";

/**
 * The text as the hash sees it: without blanks, line ends as LF, an end mark and zeros behind it.
 */
function normal(text: string): string {
  return text.replace(/[ \t]/g, "").replace(/\r\n?/g, "\n") + END + "\0".repeat(WINDOW);
}

function hashOf(window: string): string {
  let hash = 0n;
  for (let i = 0; i < window.length; i++)
    hash = BigInt.asUintN(64, hash * 37n + BigInt(window.charCodeAt(i)));
  return hash.toString(16);
}

/**
 * `primaryLocationLineHash` of lines (from 1) as GitHub's code scanning computes it: a hash of the
 * hundred UTF-16 units from the line's start, blanks left out, and how often it came before in the
 * file.
 */
export function lineHashes(text: string, lines: ReadonlySet<number>): ReadonlyMap<number, string> {
  const units = normal(text);
  const seen = new Map<string, number>();
  const found = new Map<number, string>();
  for (let start = 0, line = 1; start < units.length - WINDOW; line++) {
    const window = units.slice(start, start + WINDOW);
    const count = (seen.get(window) ?? 0) + 1;
    seen.set(window, count);
    if (lines.has(line)) found.set(line, `${hashOf(window)}:${count}`);
    const next = units.indexOf("\n", start);
    start = next < 0 ? units.length : next + 1;
  }
  return found;
}
