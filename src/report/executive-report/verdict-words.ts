import type { ReportResult, ShipVerdict } from "../../documents/report-result.ts";
import { count } from "../../text/count.ts";
import { acceptedText, judgedText, replacedTexts, unexercisedText } from "../replay/gate-words.ts";

/** How to set limits, for whoever writes them down. */
export const LIMITS_HOW =
  "nobody has set a limit that the candidate has to keep; `gate` in `agentz.yaml` sets them, and " +
  "`widened: 0` lets no call be permitted more";

/** How to set targets, for whoever writes them down. */
export const TARGETS_HOW = "your own targets: `report.targets` in `agentz.yaml`";

/** How to write down what a board decides; none: everything is set. */
export function howTexts({ replay, targets }: ReportResult): readonly string[] {
  const isUnset = Object.values(targets).some(({ from }) => from === "default");
  return [
    ...(replay.gate.checks.length === 0 ? [`limits: ${LIMITS_HOW}`] : []),
    ...(isUnset ? [TARGETS_HOW] : []),
  ];
}

/** What to do with the candidate, in a few words. */
export function answerText({ answer, before }: ShipVerdict): string {
  if (answer === "not decided") return "not decided, so do not ship yet";
  return answer === "ship after" ? `ship after ${count(before.length, "step")}` : answer;
}

/** `Ship the new policies (the candidate)?`; of several, which one is meant. */
export function questionText({ candidate, candidates = [] }: ReportResult): string {
  const which =
    candidates.length === 0
      ? "the candidate"
      : `${candidate.ref}, the first of ${candidates.length + 1} candidates`;
  return `Ship the new policies (${which})?`;
}

/** How many more than its limit a list may have: to cut so few would save no room. */
const SPARE = 2;

/**
 * A list in two parts: what is shown, and what is left out because it is much longer than its limit, but for
 * what has to be shown.
 */
export function cutAfter<T>(
  all: readonly T[],
  most: number,
  isShown: (one: T) => boolean = () => false,
): { readonly shown: readonly T[]; readonly rest: readonly T[] } {
  const end = all.length > most + SPARE ? most : all.length;
  const left = all.slice(end);
  return {
    shown: [...all.slice(0, end), ...left.filter(isShown)],
    rest: left.filter((one) => !isShown(one)),
  };
}

/** The first names of a list, and how many more there are. */
export function firstOf(all: readonly string[], most: number): readonly string[] {
  const { shown, rest } = cutAfter(all, most);
  return rest.length > 0 ? [...shown, `and ${rest.length} more`] : shown;
}

/** What lets a gate pass or fail besides the limits themselves. */
export function besideLimits({ replay }: Pick<ReportResult, "replay">): readonly string[] {
  return [
    ...replacedTexts(replay),
    ...replay.gate.accepted.map(acceptedText),
    ...[judgedText(replay), unexercisedText(replay)].filter((text) => text !== undefined),
  ];
}
