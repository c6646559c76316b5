import type { CiResult } from "../../documents/ci-result.ts";
import { markdownAnalyze } from "../analyze/markdown.ts";
import { markdownDiff } from "../diff/markdown.ts";
import { ALL_OWNERS, ownerMovesText } from "../../text/owner-moves.ts";
import { markdownLint } from "../lint/markdown.ts";
import { markdownCell, markdownFold, markdownSentence, markdownTable } from "../markdown.ts";
import { markdownReplayAlone } from "../replay/markdown.ts";
import type { ReportOptions } from "../reporter.ts";
import { markdownTest } from "../test/markdown.ts";
import { allowedSection, laxerSection } from "./allowed.ts";
import { brokenSection } from "./broken.ts";
import { failedSection } from "./failed.ts";
import { FOLDS } from "./folds.ts";
import { stepText } from "./parts.ts";
import { withoutUncompared } from "./uncompared.ts";
import { whyText } from "./version-why.ts";
import { stricterLines } from "./narrowed.ts";
import { untestedSection } from "./untested.ts";
import { proofSection } from "./proofs.ts";
import { changeText, headingText, incidentText, limitsText, stepsText } from "./verdict.ts";

const MARKS = { passed: "✅", failed: "❌", skipped: "➖", error: "❌" } as const;

/** The first line of the comment, by which a later run finds it. */
const MARKER = "<!-- agentz ci -->";

/** A part that opens on click. */
interface Fold {
  readonly title: string;
  readonly lines: readonly string[];
}

function stepTable(result: CiResult): readonly string[] {
  return markdownTable(
    ["step", "", "summary"],
    result.steps.map((step) => [
      step.name,
      `${MARKS[step.status]} ${step.status}`,
      markdownCell(stepText(step), 600),
    ]),
  );
}

function versionLines(result: CiResult): readonly string[] {
  return (result.version?.documents ?? [])
    .filter((document) => document.changed)
    .map(({ kind, name, declared, required, why }) => {
      const declares = `${declared.from ?? "new"} -> ${declared.to ?? "gone"}`;
      const needs = `${kind} ${name}: ${declares}, needs ${required}: ${whyText(why, result)}`;
      return `- ${markdownSentence(needs, 600)}`;
    });
}

/** Who answers for something that somebody else answered for. */
function ownerLines({ diff }: CiResult): readonly string[] {
  const told = diff === null ? undefined : ownerMovesText(diff, ALL_OWNERS);
  return told === undefined ? [] : [`${markdownSentence(told, 400)}.`, ""];
}

/** Everything that the first screen leaves out, in the order of its use to a reviewer. */
function foldsOf(result: CiResult): readonly Fold[] {
  const { analyze, lint, test } = result;
  // the first screen says what is not compared
  const { diff, replay } = withoutUncompared(result);
  const whole = (markdown: string | undefined): readonly string[] =>
    markdown === undefined || markdown === "" ? [] : [markdown.trimEnd()];
  return [
    { title: FOLDS.stricter, lines: stricterLines(result) },
    { title: FOLDS.steps, lines: stepTable(result) },
    {
      title: FOLDS.diff,
      lines: whole(diff?.changed === true ? markdownDiff(diff) : undefined),
    },
    {
      title: FOLDS.replay,
      lines: whole(replay === null ? undefined : markdownReplayAlone(replay)),
    },
    { title: FOLDS.version, lines: versionLines(result) },
    {
      title: FOLDS.analyze,
      lines: whole(analyze === null ? undefined : markdownAnalyze(analyze)),
    },
    { title: FOLDS.lint, lines: whole(lint === null ? undefined : markdownLint(lint)) },
    { title: FOLDS.test, lines: whole(test === null ? undefined : markdownTest(test)) },
  ].filter(({ lines }) => lines.length > 0);
}

/** As many parts as fit, in their order; those that do not are named. */
function fitting(head: string, folds: readonly Fold[], most: number): string {
  let room = most - head.length - 200;
  const left: string[] = [];
  const parts = folds.flatMap(({ title, lines }) => {
    const part = `${markdownFold(title, lines).join("\n")}\n`;
    if (part.length > room) {
      left.push(title);
      return [];
    }
    room -= part.length;
    return [part];
  });
  const note =
    left.length === 0 ? "" : `Too long for a comment and left out: ${left.join(", ")}.\n`;
  return `${[head, ...parts, note].join("").trimEnd()}\n`;
}

/**
 * One comment. The first screen: the verdict, what is now allowed that was not, proofs that fell,
 * why it does not pass, what stops, what the trace does not test, what was not checked. The rest is
 * folded, as far as `most` characters allow. Byte-stable.
 */
export function markdownCi(result: CiResult, { most }: Pick<ReportOptions, "most">): string {
  const head = [
    MARKER,
    `## agentz: ${headingText(result)}`,
    "",
    ...incidentText(result),
    ...changeText(result),
    ...ownerLines(result),
    ...limitsText(result),
    ...stepsText(result),
    ...allowedSection(result),
    ...laxerSection(result),
    ...proofSection(result),
    ...failedSection(result),
    ...brokenSection(result),
    ...untestedSection(result),
  ];
  const limit = most ?? Number.POSITIVE_INFINITY;
  return fitting(`${head.join("\n").trimEnd()}\n\n`, foldsOf(result), limit);
}
