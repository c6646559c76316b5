import type { ChangeGroup } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import { groupChange, groupPlace, groupRules } from "./words.ts";
import { count } from "../../text/count.ts";

/** One sentence on a group; names come from a trace, so they are made visible and short. */
export function sentence(group: ChangeGroup): string {
  return (
    `${printable(
      `${count(group.calls, "recorded call")} of ${groupPlace(group)} would change: ` +
        `${groupChange(group)} (${groupRules(group)}), e.g. ${group.example}`,
      800,
    )} ` + `[group ${group.id}]`
  );
}
