import { hiddenStart } from "./hide-secrets.ts";

const SHOWN = 60;
const UNSAFE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069`]/gu;

/** User input in backticks, cut where it is long, control characters escaped, secrets as stars. */
export function quoted(text: string): string {
  const cut = hiddenStart(text, SHOWN) + (text.length > SHOWN ? "…" : "");
  const shown = cut.replace(UNSAFE, (c) =>
    c === "`" ? "'" : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `\`${shown}\``;
}
