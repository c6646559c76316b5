import { Chalk } from "chalk";
import type { DiffChange, DiffResult, Witness, WitnessSide } from "../../documents/diff-result.ts";
import { printable } from "../escape.ts";
import { markdownFold, markdownText as text } from "../markdown.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

const EFFECTS: Readonly<Record<DiffChange["effect"], string>> = {
  widens: "widens",
  both: "widens and narrows",
  unknown: "cannot classify",
  moves: "changes decisions",
  narrows: "narrows",
  none: "no decision",
};

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

function nameOf(object: unknown, first: string, second: string): string {
  const [a, b] = [own(object, first), own(object, second)];
  return `${typeof a === "string" ? a : "?"}${first === "type" ? ":" : "/"}${typeof b === "string" ? b : "?"}`;
}

/** A witness in one line: the call, and what each version says of it. */
export function witnessText({ request, before, after }: Witness): string {
  const rest = (["args", "resource", "context", "session"] as const).flatMap((name) => {
    const value = request[name];
    const empty = value === undefined || JSON.stringify(value) === "{}";
    return empty ? [] : [`${name} ${JSON.stringify(value)}`];
  });
  const call = [
    `${nameOf(request["subject"], "type", "id")} calls ${nameOf(request["action"], "server", "name")}`,
    ...rest,
  ].join(", ");
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

function changeLines(change: DiffChange, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = change.effect === "none" || change.effect === "narrows" ? paint.green : paint.red;
  const sources = options.details
    ? sourceLines(change.before, change.after).map((line) => `    ${printable(line, 300)}`)
    : [];
  return [
    `${colour(EFFECTS[change.effect])}: ${printable(change.sentence, 1000)}`,
    ...(change.witness === null
      ? []
      : [`    e.g. ${printable(witnessText(change.witness), 1000)}`]),
    ...sources,
  ];
}

/** What calls are decided otherwise, then every change, what may widen first. */
export function prettyDiff(result: DiffResult, options: ReportOptions): string {
  if (!result.changed && result.changes.length === 0)
    return `${printable(`${result.before.ref} and ${result.after.ref} mean the same`)}\n`;
  const lines = [
    printable(`from ${result.before.ref} to ${result.after.ref}: a ${result.required} change`),
    ...result.outcomes.map(({ sentence }) => printable(`* ${sentence}`, 500)),
    ...result.changes.flatMap((change) => changeLines(change, options)),
    ...(options.details ||
    result.changes.every((change) => change.before === null && change.after === null)
      ? []
      : ["--details shows the sources side by side"]),
  ];
  return `${lines.join("\n")}\n`;
}

function markdownChange(change: DiffChange): readonly string[] {
  const source = sourceLines(change.before, change.after);
  const fence = "```";
  // a fence longer than any in the source cannot be closed by it
  const safe = source.map((line) => printable(line, 300));
  const mark = safe.some((line) => line.includes(fence)) ? "~~~~~~~~" : fence;
  return [
    `- **${EFFECTS[change.effect]}**: ${text(change.sentence, 1000)}`,
    ...(change.witness === null ? [] : [`  - e.g. ${text(witnessText(change.witness), 1000)}`]),
    ...(safe.length === 0
      ? []
      : ["", ...markdownFold(text(change.about), [`${mark}diff`, ...safe, mark])]),
  ];
}

/** For a pull request. */
export function markdownDiff(result: DiffResult): string {
  const head =
    result.changed || result.changes.length > 0
      ? `a ${result.required} change`
      : "nothing means anything else";
  return `${[`### agentz diff: ${head}`, "", ...result.outcomes.map(({ sentence }) => `- ${text(sentence, 500)}`), "", ...result.changes.flatMap(markdownChange)].join("\n").trimEnd()}\n`;
}

/** Reporters of `agentz diff` by `--format`. */
export const DIFF_REPORTERS: ReadonlyMap<string, Reporter<DiffResult>> = new Map<
  string,
  Reporter<DiffResult>
>([
  ["pretty", prettyDiff],
  ["markdown", markdownDiff],
  ["json", jsonReporter],
]);
