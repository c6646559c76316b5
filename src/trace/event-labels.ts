import { member, type Json, type JsonObject } from "../request/json.ts";
import { labelAdvice } from "../text/label-advice.ts";
import { quoted } from "../text/quoted.ts";

/** What people write in place of true and false. */
const SAID: ReadonlySet<string> = new Set([
  ...["yes", "y", "true", "t", "on", "1", "incident"],
  ...["no", "n", "false", "f", "off", "0", "benign", ""],
]);

/** WHY no other value is quoted: in the place of a label may stand anything of the trace. */
function wrongValue(value: Json): string {
  if (typeof value === "string") return SAID.has(value.toLowerCase()) ? `"${value}"` : "a string";
  if (typeof value === "number") return value === 0 || value === 1 ? String(value) : "a number";
  return Array.isArray(value) ? "a list" : "an object";
}

/**
 * Why the labels of an event cannot be read, as a sentence without final period; undefined: they
 * can. A null label is not there (design 3.5); labels besides `incident` are free.
 */
export function labelFault(labels: JsonObject): string | undefined {
  const incident = member(labels, "incident");
  return incident === undefined || typeof incident === "boolean"
    ? undefined
    : `\`labels.incident\` must be true or false, not ${wrongValue(incident)}`;
}

/** Why labels cannot be meant as they are, as a sentence; undefined: they can. */
export function misnamedLabel(labels: JsonObject): string | undefined {
  for (const name of Object.keys(labels)) {
    const advice = labelAdvice(name);
    if (advice !== undefined) return `the label ${quoted(name)} is unknown; ${advice}`;
  }
  return undefined;
}
