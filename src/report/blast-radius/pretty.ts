import type { ChalkInstance } from "chalk";
import { Chalk } from "chalk";
import type { BlastRadius, BlastRadiusResult, Reach } from "../../documents/blast-radius-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { conditionText, indented, line, painted, targetText, WORDS } from "./words.ts";
import { count } from "../../text/count.ts";

const SHOWN = 12;

function reachLines(
  reach: Reach,
  depth: number,
  { paint, details }: { readonly paint: ChalkInstance; readonly details: boolean },
): readonly string[] {
  const use =
    reach.used === null
      ? ""
      : reach.used === 0
        ? ", never used"
        : // the calls of a tool are counted on all that it is used on
          `, ${reach.resourceType === null ? "" : "the tool "}used ${count(reach.used, "time")}`;
  const most = reach.access === "conditional" ? ` (at most ${WORDS[reach.atMost]})` : "";
  const approvers = reach.approvers.length === 0 ? "" : ` from ${reach.approvers.join(", ")}`;
  const head =
    `${" ".repeat(depth)}${painted(reach, paint)} ` +
    `${line(
      `${reach.tool}${targetText(reach)}${most}${approvers}${reach.irreversible ? ", irreversible" : ""}${use}`,
    )}`;
  const conditions = details ? reach.conditions : reach.conditions.slice(0, 2);
  const rest = reach.conditions.length - conditions.length;
  return [
    head,
    ...conditions.map((condition) => indented(depth + 4, conditionText(condition))),
    ...(rest > 0 ? [indented(depth + 4, `… and ${count(rest, "more rule")} (--details)`)] : []),
  ];
}

function listed(
  reach: readonly Reach[],
  depth: number,
  shownAs: { readonly paint: ChalkInstance; readonly details: boolean },
): readonly string[] {
  const shown = shownAs.details ? reach : reach.slice(0, SHOWN);
  const rest = reach.length - shown.length;
  return [
    ...shown.flatMap((one) => reachLines(one, depth, shownAs)),
    ...(rest > 0 ? [indented(depth, `… and ${rest} more (--details)`)] : []),
  ];
}

function boundsText({ maxCalls, maxDurationMs }: BlastRadius): string {
  const bounds = [
    maxCalls === null ? "" : count(maxCalls, "call"),
    maxDurationMs === null ? "" : count(maxDurationMs / 60_000, "minute"),
  ].filter((bound) => bound !== "");
  return bounds.length === 0
    ? "no limits for a session"
    : `at most ${bounds.join(" and ")} a session`;
}

interface ShownAs {
  readonly paint: ChalkInstance;
  readonly details: boolean;
}

function recordLine(radius: BlastRadius): string {
  const next = radius.reviewDue === null ? "" : ` (next ${radius.reviewDue})`;
  return indented(
    2,
    `${radius.status}, owner ${radius.owner ?? "nobody"}, ` +
      `reviewed ${radius.reviewed ?? "never"}${next}, ${boundsText(radius)}`,
  );
}

function assumedLines({ assumed }: BlastRadius, { details }: ShownAs): readonly string[] {
  if (assumed.length === 0) return [];
  const names = assumed.map(({ kind, name, calls }) => `${kind} ${name} (${calls})`);
  const more = names.length > 6 && !details ? " …" : "";
  return [indented(2, `acts with ${names.slice(0, details ? undefined : 6).join(", ")}${more}`)];
}

function viaLines(via: BlastRadius["via"][number], shownAs: ShownAs): readonly string[] {
  const way = [...via.chain, via.agent].join(" -> ");
  const what = via.reach.length === 0 ? ": nothing more" : ":";
  return [
    indented(
      2,
      `by invoking agent:${via.agent} (${WORDS[via.access]}; ${way}; reviewed ${via.reviewed ?? "never"})${what}`,
    ),
    ...listed(via.reach, 4, shownAs),
  ];
}

function patchLines({ patch, neverUsed }: BlastRadius, { details }: ShownAs): readonly string[] {
  if (patch === null) return [];
  const tools = (neverUsed ?? []).join(", ");
  const texts = details ? patch.trimEnd().split("\n") : [];
  return [
    indented(
      2,
      details
        ? `never used: ${tools}; a policy that denies it (--format json: patch):`
        : `never used: ${tools}; --details shows a policy that denies it`,
    ),
    ...texts.map((text) => `    ${printableWhole(text)}`),
  ];
}

function keptLines({ patchKeeps }: BlastRadius): readonly string[] {
  if (patchKeeps.length === 0) return [];
  const tools = patchKeeps.map(({ tool, event }) => `${tool} (${event})`).join(", ");
  return [indented(2, `never used, but kept, because recorded calls depend on it: ${tools}`)];
}

function agentLines(radius: BlastRadius, shownAs: ShownAs): readonly string[] {
  return [
    shownAs.paint.bold(line(`agent:${radius.agent}`)),
    recordLine(radius),
    ...assumedLines(radius, shownAs),
    ...(radius.reach.length === 0
      ? [indented(2, "may do nothing")]
      : listed(radius.reach, 2, shownAs)),
    ...radius.via.flatMap((via) => viaLines(via, shownAs)),
    ...patchLines(radius, shownAs),
    ...keptLines(radius),
    "",
  ];
}

/** What could be done with each agent, for a terminal. */
export function prettyBlastRadius(result: BlastRadiusResult, options: ReportOptions): string {
  const of = { paint: new Chalk({ level: options.color ? 1 : 0 }), details: options.details };
  const trace =
    result.trace === null
      ? "no trace, so it is unknown what was used"
      : `use from ${count(result.trace.calls, "call")}`;
  return `${[
    line(
      `what ${count(result.agents.length, "agent")} could do on ${result.now.slice(0, 10)}; ` +
        `${trace}`,
    ),
    "",
    ...result.agents.flatMap((radius) => agentLines(radius, of)),
  ].join("\n")}`;
}
