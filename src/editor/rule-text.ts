import { toolText } from "./node-parts.ts";
import type { Typing } from "./typing.ts";

const ACTIONS = /(?:^|[\s{,-])actions:[ \t]*(\[[^\]]*\]?|(?:\r?\n[ \t]*-[ \t]+[^\n]*)+|[^\n,}]+)/;

/** How far a list item reaches that starts at an offset: to the next line that is indented no more. */
export function itemEnd(text: string, start: number): number {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const indent = start - lineStart;
  const rest = text.slice(start);
  const next = new RegExp(`\\n {0,${indent}}[^ \\n\\r#]`).exec(rest);
  return next === null ? text.length : start + next.index;
}

/** The text behind a field, read from the text alone; undefined: none is written. */
export function fieldText(text: string, field: string): string | undefined {
  return new RegExp(`(?:^|[\\s{,-])${field}:[ \\t]*["']?([^\\s"'{}\\[\\],#]+)`).exec(text)?.[1];
}

/** The tool of a catalog in which somebody types, as `server/name`. */
function toolAround(item: string): readonly string[] | undefined {
  const name = fieldText(item, "name");
  return name === undefined ? undefined : [toolText(fieldText(item, "server"), name)];
}

/**
 * The patterns under `actions` of the rule in which somebody types, read from its text alone, since
 * the rule may be half-typed; of a tool of a catalog that tool; undefined: it has none.
 */
export function actionsAround({ text, cursor }: Typing): readonly string[] | undefined {
  const at = cursor.path.findIndex((step) => typeof step === "number");
  const start = cursor.starts[at];
  if (at < 0 || start === undefined) return undefined;
  const item = text.slice(start, itemEnd(text, start));
  if (cursor.path[0] === "tools") return toolAround(item);
  const [, list = ""] = ACTIONS.exec(item) ?? [];
  const patterns = [...list.matchAll(/[^\s[\],"'-][^\s[\],"']*/g)].map(([pattern]) => pattern);
  return patterns.length === 0 ? undefined : patterns;
}
