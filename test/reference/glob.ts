/** Globs (design 2.4), as regular expressions. */
function fitsText(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*+|\*/g, (stars) => (stars.length > 1 ? "[^]*" : "[^/]*"));
  return new RegExp(`^${escaped}$`, "u").test(text);
}

function isAny(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

/**
 * `true`, `false`, or the names of the parts that it hangs on. A part is its text, `hidden`, or
 * `absent`.
 */
export type Part = { readonly text: string } | "hidden" | "absent";
type Fit = boolean | readonly ("first" | "second")[];

function both(patterns: readonly [string, string], first: Part, second: Part): Fit {
  const sides = [
    ["first", patterns[0], first],
    ["second", patterns[1], second],
  ] as const;
  const open: ("first" | "second")[] = [];
  for (const [name, pattern, part] of sides) {
    if (part === "absent") return false;
    if (part === "hidden") {
      if (!isAny(pattern)) open.push(name);
    } else if (!isAny(pattern) && !fitsText(pattern, part.text)) return false;
  }
  return open.length === 0 ? true : open;
}

/**
 * A pattern on `type:id`: the type is what stands before the first colon; `type:*` fits every id.
 */
export function fitsEntity(pattern: string, type: Part, id: Part): Fit {
  if (pattern === "**") return true;
  const colon = pattern.indexOf(":");
  return colon < 0 ? false : both([pattern.slice(0, colon), pattern.slice(colon + 1)], type, id);
}

/**
 * A pattern on `server/name`: without a slash it is a tool's name on any server; `**` is any tool.
 */
export function fitsAction(pattern: string, server: Part, name: Part): Fit {
  if (pattern === "**") return true;
  const slash = pattern.indexOf("/");
  return slash < 0
    ? both(["*", pattern], { text: "" }, name)
    : both([pattern.slice(0, slash), pattern.slice(slash + 1)], server, name);
}

export function literals(pattern: string): number {
  return pattern.replaceAll("*", "").length;
}
