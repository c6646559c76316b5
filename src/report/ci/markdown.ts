import type { CiResult } from "../../documents/ci-result.ts";
import { markdownAnalyze } from "../analyze/markdown.ts";
import { markdownDiff } from "../diff/markdown.ts";
import { markdownLint } from "../lint/markdown.ts";
import { markdownFold, markdownTable, markdownText as text } from "../markdown.ts";
import { markdownReplay, unexercisedSection } from "../replay/markdown.ts";
import { markdownTest } from "../test/markdown.ts";
import { stepText } from "./parts.ts";

const MARKS = { passed: "✅", failed: "❌", skipped: "➖", error: "❌" } as const;

/**
 * What the change is, first of all, and which of it the trace says nothing about; empty where
 * nothing changed.
 */
function changePart({ diff, replay }: CiResult): readonly string[] {
  if (diff?.changed !== true) return [];
  return [markdownDiff(diff), ...(replay === null ? [] : unexercisedSection(replay))];
}

/** One comment: what the change is, the steps, the replay in full, the rest folded. Byte-stable. */
export function markdownCi(result: CiResult): string {
  const steps = markdownTable(
    ["step", "", "summary"],
    result.steps.map((step) => [
      step.name,
      `${MARKS[step.status]} ${step.status}`,
      text(stepText(step), 600),
    ]),
  );
  const lint = result.lint === null ? "" : markdownLint(result.lint);
  const test = result.test === null ? "" : markdownTest(result.test);
  const version = (result.version?.documents ?? [])
    .filter((d) => d.changed)
    .map(
      (d) =>
        "- " +
        `${text(
          `${d.kind} ${d.name}: ${d.declared.from ?? "new"} -> ${d.declared.to ?? "gone"}, ` +
            `needs ${d.required}: ${d.why.join("; ")}`,
          600,
        )}`,
    );
  const change = changePart(result);
  const lines = [
    "<!-- agentz ci -->",
    `## agentz: ${result.passed ? "✅ passed" : "❌ failed"}`,
    "",
    ...change,
    ...steps,
    "",
    ...(result.replay === null
      ? []
      : [markdownReplay(result.replay, { unexercised: change.length === 0 })]),
    ...markdownFold("What the versions declare", version),
    ...(result.analyze === null
      ? []
      : markdownFold("What is proved about our agents", [
          markdownAnalyze(result.analyze).trimEnd(),
        ])),
    ...(lint === "" ? [] : markdownFold("Lint", [lint.trimEnd()])),
    ...(test === "" ? [] : markdownFold("Tests", [test.trimEnd()])),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
