import { firstNames, listed } from "../../text/listed.ts";
import { sharedText } from "../shared-files.ts";
import type { DiffChange, DiffResult, Witness, WitnessSide } from "../../documents/diff-result.ts";

const EFFECTS: Readonly<Record<DiffChange["effect"], string>> = {
  widens: "widens",
  both: "widens and narrows",
  unknown: "cannot classify",
  moves: "changes decisions",
  narrows: "narrows",
  none: "changes no decision",
};

/** What a change does, in words that stand before its sentence. */
export function effectText({ effect, together }: DiffChange): string {
  return effect === "moves" && together.length > 0 ? "part of other changes" : EFFECTS[effect];
}

/** Names of rules that stand behind a sentence; the others are counted. */
const NAMED = 4;

/**
 * With which other changes a change does what it does, to stand behind its sentence; empty where it
 * does so by itself.
 */
export function togetherText({ effect, together }: DiffChange): string {
  if (together.length === 0 || effect === "widens" || effect === "narrows") return "";
  const names = together.map((name) => `\`${name}\``);
  return ` (together with ${listed(firstNames(names, NAMED))})`;
}

/** The sentence of a change, with what it does only with others, and whether nobody can approve what it asks. */
export function changeSentence(change: DiffChange): string {
  const nobody = "; nobody in the catalog can approve it: name an approver";
  const end = change.nobodyApproves === true ? nobody : "";
  return `${change.sentence}${end}${togetherText(change)}`;
}

/** That some files are of both versions, so that nothing compares their changes. */
export function uncomparedText({ after }: DiffResult): string | undefined {
  return sharedText([after], "take the baseline from a commit, e.g. `agentz diff git:main`");
}

/** What the changes can do together, to stand behind `a major change`. */
export function impactText({ required, stopsAll, changes }: DiffResult): string {
  if (stopsAll) return "it widens nothing, and stops all calls that were allowed";
  const [widens, narrows] = (["widens", "narrows"] as const).map((one) =>
    changes.some(({ effect }) => effect === one || effect === "both" || effect === "unknown"),
  );
  if (required === "major")
    return narrows === true ? "it may widen, and may stop or restrict calls" : "it may widen";
  if (required === "minor" && widens !== true)
    return narrows === true
      ? "it widens nothing, and may stop or restrict calls"
      : "it widens nothing, but decisions may change";
  return "no decision changes";
}

/**
 * What a version says of a call: the effect, how many approvals it asks for, its obligations, and
 * by which rules.
 */
function sideText({ effect, rules, quorums, obligations }: WitnessSide): string {
  const approvals = quorums.map((quorum) => `${quorum} ${quorum === 1 ? "approval" : "approvals"}`);
  const asked = [...approvals, ...obligations];
  return `${effect}${asked.length === 0 ? "" : ` (${asked.join(", ")})`} by ${rules.join(", ")}`;
}

function own(object: unknown, key: string): unknown {
  return typeof object === "object" && object !== null && Object.hasOwn(object, key)
    ? Reflect.get(object, key)
    : undefined;
}

function actionName(action: unknown): string {
  const [server, name] = [own(action, "server"), own(action, "name")];
  return `${typeof server === "string" ? server : "?"}/${typeof name === "string" ? name : "?"}`;
}

/** A witness in one line: the call, and what each version says of it. */
export function witnessText({ request, caller, before, after }: Witness): string {
  const rest = (["args", "resource", "context", "session"] as const).flatMap((name) => {
    const value = request[name];
    const empty = value === undefined || JSON.stringify(value) === "{}";
    return empty ? [] : [`${name} ${JSON.stringify(value)}`];
  });
  const call = [`${caller} calls ${actionName(request["action"])}`, ...rest].join(", ");
  return `${call}: ${sideText(before)} -> ${sideText(after)}`;
}

/** The two sources line by line, those that both have once. */
export function sourceLines(before: string | null, after: string | null): readonly string[] {
  const [old, now] = [before?.split("\n") ?? [], after?.split("\n") ?? []];
  const shared = new Set(old.filter((line) => now.includes(line)));
  const lines: string[] = [];
  let at = 0;
  for (const line of old) {
    if (!shared.has(line)) {
      lines.push(`- ${line}`);
      continue;
    }
    const next = now.indexOf(line, at);
    if (next < 0) {
      lines.push(`- ${line}`);
      continue;
    }
    while (at < next) lines.push(`+ ${now[at++] ?? ""}`);
    lines.push(`  ${line}`);
    at = next + 1;
  }
  while (at < now.length) lines.push(`+ ${now[at++] ?? ""}`);
  return lines;
}
