import type { GateCheck } from "../documents/replay-result.ts";
import { limitOf } from "../replay/gate.ts";
import { actualPercent, limitPercent } from "../text/limit-percent.ts";
import { neverRunTexts } from "../text/unapprovable.ts";

function actualText(check: GateCheck, isShare: boolean): string {
  const { name, actual, unknown, unapprovable = 0 } = check;
  if (actual === null) return "nothing to measure";
  const shown = isShare ? actualPercent(actual, check) : actual.toLocaleString("en-US");
  const kind = name.startsWith("widened.class:") ? "classification" : "effects";
  return [
    shown,
    ...(unknown === undefined
      ? []
      : [`${unknown.toLocaleString("en-US")} of them of unknown ${kind}`]),
    ...neverRunTexts(unapprovable, actual),
  ].join(", ");
}

/** `enforcement coverage of the candidate: 65.5% (at least 95% required)`. */
export function limitText(check: GateCheck): string {
  const known = limitOf(check.name);
  const isShare = known?.kind === "share";
  const what = (known?.help ?? check.name).replace(/^(?:maximum|minimum)(?: of)? /, "");
  const limit = isShare ? limitPercent(check) : check.limit.toLocaleString("en-US");
  const asks =
    check.bound === "minimum" ? `at least ${limit} required` : `at most ${limit} allowed`;
  return `${what}: ${actualText(check, isShare)} (${asks})`;
}
