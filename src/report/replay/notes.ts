import type { ReplayResult } from "../../documents/replay-result.ts";
import { acceptedText, checkText, replacedTexts, unexercisedText } from "./gate-words.ts";
import { count } from "../../text/count.ts";

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`)];
}

function unexercisedLine(result: ReplayResult): readonly string[] {
  const text = unexercisedText(result, 3);
  return text === undefined ? [] : [`unreached  ${text}`];
}

function undecidedLine({
  undecided_events: events,
  undecidedEvents: [first],
}: ReplayResult["trace"]): readonly string[] {
  if (first === undefined) return [];
  return [
    `undecided  ${count(events, "event")} with an action and an unknown type, e.g. ` +
      `${first.file}:${first.line}: type ${first.type}`,
  ];
}

function repeatedLine({ repeatedIds }: ReplayResult["trace"]): readonly string[] {
  const [first] = repeatedIds?.first ?? [];
  if (repeatedIds === null || first === undefined) return [];
  return [
    `repeated   ${count(repeatedIds.count, "event")} with the id of an earlier one, e.g. id ` +
      `${first.id} at ${first.file}:${first.line}`,
  ];
}

function forgottenLine({
  baseline,
  candidate,
}: ReplayResult["notes"]["forgottenSessions"]): readonly string[] {
  if (baseline === 0 && candidate === 0) return [];
  return [
    `forgotten  the state of ${count(candidate, "session")} that continued (baseline: ` +
      `${baseline}), by --idle: decisions that read it are indeterminate`,
  ];
}

/**
 * What was counted rather than dropped (design 7.7): the trace's faults always in a line, the rest
 * where details are asked.
 */
export function noteLines(
  result: ReplayResult,
  options: { readonly details: boolean },
): readonly string[] {
  const { trace, notes } = result;
  const [malformed] = trace.malformedLines;
  const faults = [
    ...(malformed === undefined
      ? []
      : [
          `malformed  ${count(trace.malformed, "line")}, e.g. ${malformed.file}:${malformed.line}: ${malformed.cause}`,
        ]),
    ...undecidedLine(trace),
    ...repeatedLine(trace),
    ...(notes.lookalikes.length === 0
      ? []
      : [
          `look-alike ${notes.lookalikes.map(({ tool, calls }) => `${tool} (${calls})`).join(", ")}`,
        ]),
    ...(notes.shadow.length === 0
      ? []
      : [
          "shadow     would have: " +
            `${notes.shadow.map(({ rule, effect, calls }) => `${effect} by ${rule} (${calls})`).join(", ")}`,
        ]),
    ...forgottenLine(notes.forgottenSessions),
    ...unexercisedLine(result),
  ];
  if (!options.details) return faults;
  return [
    ...faults,
    ...listed(
      "malformed lines",
      trace.malformedLines.map(({ file, line, cause }) => `${file}:${line}: ${cause}`),
    ),
    ...listed(
      "events with an action and an unknown type, which were not decided",
      trace.undecidedEvents.map(({ file, line, type }) => `${file}:${line}: type ${type}`),
    ),
    ...listed(
      "events with the id of an earlier one",
      (trace.repeatedIds?.first ?? []).map(({ file, line, id }) => `${file}:${line}: id ${id}`),
    ),
    ...listed(
      "tools that no catalog lists",
      notes.unknownTools.map(({ tool, calls }) => `${tool}: ${count(calls, "call")}`),
    ),
    ...listed(
      "attributes for which the trace contradicts the catalog",
      notes.contradictions.map(({ attribute, calls }) => `${attribute}: ${count(calls, "call")}`),
    ),
    ...listed(
      "conditions that were errors",
      notes.errors.map(
        ({ rule, message, calls }) => `${rule}: ${message} (${count(calls, "call")})`,
      ),
    ),
    ...listed(
      "exceptions that applied",
      notes.exceptions.map(({ rule, calls }) => `${rule}: ${count(calls, "call")}`),
    ),
    ...listed(
      "missing attributes",
      result.missing.map(
        ({ attribute, calls, rules }) =>
          `${attribute}: ${count(calls, "call")}, read by ${rules.join(", ")}`,
      ),
    ),
    ...listed(
      "containments",
      result.contained.started.map(
        ({ version, rule, event, calls }) =>
          `${version}: ${rule} at ${event} stopped ${count(calls, "call")}`,
      ),
    ),
    ...listed("accepted changes", result.gate.accepted.map(acceptedText)),
    ...listed(
      "gate",
      result.gate.checks.map(
        (check) => `${check.passed ? "ok    " : "FAILED"} ${checkText(check)}`,
      ),
    ),
    ...listed("limits that replace other limits", replacedTexts(result)),
    ...listed("changed rules that no recorded call reaches", result.unexercised),
    ...(notes.keylessWrites > 0
      ? [`state not written because the key is unrecorded: ${count(notes.keylessWrites, "time")}`]
      : []),
    ...(trace.reordered > 0 ? [`sorted by time: ${count(trace.reordered, "event")}`] : []),
  ];
}
