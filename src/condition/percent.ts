/** Two hexadecimal digits behind a `%`; any other `%` encodes nothing, and is itself. */
const ENCODED = /(?:%[0-9a-f]{2})+/gi;

/** How often a text is decoded before it is given up: each time it was encoded by somebody. */
const MAX_LEVELS = 8;

/**
 * The text with its percent-encoding undone once; undefined where the bytes are not UTF-8, so that
 * decoders disagree, and where `%u002e` is another way of writing a character to some.
 */
export function decodeOnce(text: string): string | undefined {
  if (/%u[0-9a-f]{4}/i.test(text)) return undefined;
  try {
    return text.replace(ENCODED, (run) => decodeURIComponent(run));
  } catch {
    return undefined;
  }
}

/**
 * What readers that decode never, once, twice and so on make of a text, until nothing is encoded;
 * undefined where they disagree about bytes, or where it never ends.
 */
export function percentReadings(text: string): readonly string[] | undefined {
  const readings = [text];
  for (let last = text; last.includes("%"); ) {
    const next = decodeOnce(last);
    if (next === last) return readings;
    if (next === undefined || readings.length > MAX_LEVELS) return undefined;
    readings.push(next);
    last = next;
  }
  return readings;
}
