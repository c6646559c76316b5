import type { DiffChange, Witness, WitnessSide } from "../../documents/diff-result.ts";

export const EFFECTS: Readonly<Record<DiffChange["effect"], string>> = {
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
