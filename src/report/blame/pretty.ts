import type { BlameDecision, BlameResult } from "../../documents/blame-result.ts";
import { printableWhole } from "../escape.ts";

function decisionText(decision: BlameDecision | null): string {
  return decision === null ? "no policies" : `${decision.effect} by ${decision.rules.join(", ")}`;
}

/** The commits that changed the decision, newest first. */
export function prettyBlame(result: BlameResult): string {
  const lines = [
    printableWhole(`${result.event} (${result.file}:${result.line}): ${decisionText(result.now)}`),
    ...result.changes.flatMap(({ commit, author, date, subject, before, after, demands }) => [
      printableWhole(
        `${commit.slice(0, 12)}  ${[date.slice(0, 10), author, subject].filter((part) => part !== "").join("  ")}`,
      ),
      printableWhole(`    ${decisionText(before)} -> ${decisionText(after)}`),
      ...(demands === undefined ? [] : [printableWhole(`      ${demands}`)]),
    ]),
    ...(result.changes.length === 0
      ? [
          result.shallow
            ? "no commit of this clone changed the decision"
            : "no commit that was checked changed the decision",
        ]
      : []),
    ...(result.broken.length > 0
      ? [
          "not checked, because their policies do not load: " +
            `${result.broken.map((commit) => commit.slice(0, 12)).join(", ")}`,
        ]
      : []),
    ...(result.shallow
      ? [
          "this clone is shallow: older commits may have changed the decision; `git fetch --unshallow` fetches them",
        ]
      : []),
    ...(result.cut && !result.shallow
      ? [`only the newest ${result.commits} commits were checked; raise that number with --limit`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
