import type { InitResult } from "../../documents/init-result.ts";
import { printableWhole } from "../escape.ts";

/** What was written and what to do next. */
export function prettyInit({ folder, written, kept, next }: InitResult): string {
  const prefix = folder === "." ? "" : `${folder.replace(/\/+$/, "")}/`;
  const shown = (path: string): string => printableWhole(`${prefix}${path}`);
  const lines = [
    ...written.map((path) => `wrote ${shown(path)}`),
    ...kept.map((path) => `kept  ${shown(path)}, which exists already`),
    ...(next.length === 0 ? [] : ["", `next: ${printableWhole(next.join(" && "))}`]),
  ];
  return `${lines.join("\n")}\n`;
}
