import type { AcceptResult } from "../../documents/accept-result.ts";
import { printableWhole } from "../escape.ts";
import { count } from "../../text/count.ts";

/** What was accepted, until when, and where it is written. */
export function prettyAccept({ accepted, file }: AcceptResult): string {
  const lines = accepted.map(
    ({ group, class: change, calls, expires, reason, owner }) =>
      `accepted group ${group} (${count(calls, "call")} ${change}) until ${expires}: ${reason} (${owner})`,
  );
  return `${[...lines, `wrote ${file}`].map((line) => printableWhole(line)).join("\n")}\n`;
}
