import type { Json } from "../../request/json.ts";
import { parseJson } from "../parse-json.ts";
import { isJson } from "./call-values.ts";

/** How many values of a file's start are looked at. */
const LOOKED_AT = 20;

/**
 * The first JSON values at the start of a file, which may be cut off anywhere: lines of their own,
 * elements of a list, or one document, of which what the start holds is given.
 */
export function sampleValues(text: string): readonly Json[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const whole = lines
    .slice(0, LOOKED_AT)
    .flatMap((line) => (isContainer(line) ? parsed(line) : []));
  const values = whole.length > 0 ? whole : parsed(closed(text));
  return values.flatMap((value) => (Array.isArray(value) ? value : [value])).slice(0, LOOKED_AT);
}

function isContainer(line: string): boolean {
  const trimmed = line.trim();
  return trimmed.length > 2 && /^[[{]/.test(line) && /[\]}]$/.test(trimmed);
}

function parsed(text: string): readonly Json[] {
  const found = parseJson(text);
  return "value" in found && isJson(found.value) ? [found.value] : [];
}

/** JSON text that is cut off, up to its last whole value, with what is open closed. */
function closed(text: string): string {
  const open: string[] = [];
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"') at = stringEnd(text, at);
    if (char === "{" || char === "[") open.push(char === "{" ? "}" : "]");
    else if (char === "}" || char === "]") open.pop();
    else if (char !== ",") continue;
    // behind a bracket, and before a comma, stands a whole value
    end = char === "," ? at : at + 1;
    if (open.length === 0) break;
  }
  // INVARIANT: what opens or closes moves the end, so this is what was open there
  return text.slice(0, end) + open.toReversed().join("");
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
