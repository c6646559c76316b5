import { idleRuleNames } from "../../text/idle-rules.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { readersText, sampledText, unreadLabels } from "./words.ts";
import { acceptedText, checkText, replacedTexts, unexercisedText } from "./gate-words.ts";
import { count } from "../../text/count.ts";
import { firstNames } from "../../text/listed.ts";
import { placeText } from "../../text/place-text.ts";

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
      `${placeText(first)}: type ${first.type}`,
  ];
}

function gatewayLine({ gateway_denials: calls }: ReplayResult["trace"]): readonly string[] {
  if (calls === 0) return [];
  return [
    `set aside  ${count(calls, "call")} that a gateway denied without asking the policies; not compared`,
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

function malformedLine({
  malformed,
  malformedLines: [first],
}: ReplayResult["trace"]): readonly string[] {
  if (first === undefined) return [];
  return [`malformed  ${count(malformed, "line")}, e.g. ${placeText(first)}: ${first.cause}`];
}

function lookalikeLine({ lookalikes }: ReplayResult["notes"]): readonly string[] {
  const tools = lookalikes.map(({ tool, calls }) => `${tool} (${calls})`);
  return tools.length === 0 ? [] : [`look-alike ${tools.join(", ")}`];
}

/** So many of the names that no catalog lists are told. */
const UNLISTED = 3;

/** That calls are of so many names that no catalog lists, and of which; empty: of none. */
function unlistedLine(
  [what, end]: readonly [what: string, end: string],
  all: readonly { readonly name: string; readonly calls: number }[],
): readonly string[] {
  if (all.length === 0) return [];
  const calls = all.reduce((sum, one) => sum + one.calls, 0);
  const names = all.map(({ name, calls: own }) =>
    all.length === 1 ? name : `${name} (${own.toLocaleString("en-US")})`,
  );
  const told = firstNames(names, UNLISTED).join(", ");
  return [
    `unlisted   ${count(calls, "call")} of ${count(all.length, what)} that no catalog lists${end}: ${told}`,
  ];
}

/** What no catalog lists of what calls name: tools, and agents that are denied for it. */
function unlistedLines({ unknownTools, unknownAgents }: ReplayResult["notes"]): readonly string[] {
  return [
    ...unlistedLine(
      ["tool", ""],
      unknownTools.map(({ tool, calls }) => ({ name: tool, calls })),
    ),
    ...unlistedLine(
      ["agent", ", so denied"],
      unknownAgents.map(({ agent, calls }) => ({ name: agent, calls })),
    ),
  ];
}

function shadowLine({ shadow }: ReplayResult["notes"]): readonly string[] {
  const effects = shadow.map(({ rule, effect, calls }) => `${effect} by ${rule} (${calls})`);
  return effects.length === 0 ? [] : [`shadow     would have: ${effects.join(", ")}`];
}

/** What a merged document does not list or only estimates. */
function partsLines({ parts }: ReplayResult): readonly string[] {
  if (parts === undefined) return [];
  const { groupsRest: rest, estimated, partlyCompared } = parts;
  return [
    ...(rest.groups > 0
      ? [`not listed ${count(rest.groups, "more group")} with ${count(rest.calls, "call")}`]
      : []),
    ...(estimated.length > 0 ? [`estimated  ${estimated.join(", ")}, from a sample`] : []),
    ...(partlyCompared.length > 0 ? [`unproven   ${sampledText(partlyCompared)}`] : []),
  ];
}

/** The trace's faults, a line each. */
function faultLines(result: ReplayResult): readonly string[] {
  const { trace, notes } = result;
  return [
    ...malformedLine(trace),
    ...undecidedLine(trace),
    ...gatewayLine(trace),
    ...repeatedLine(trace),
    ...unreadLabels(notes).map((text) => `labels     ${text}`),
    ...unlistedLines(notes),
    ...lookalikeLine(notes),
    ...shadowLine(notes),
    ...forgottenLine(notes.forgottenSessions),
    ...unexercisedLine(result),
    ...partsLines(result),
  ];
}

/** What the trace's reader met, line by line. */
function traceNotes({ trace }: ReplayResult): readonly string[] {
  return [
    ...listed(
      "malformed lines",
      trace.malformedLines.map((one) => `${placeText(one)}: ${one.cause}`),
    ),
    ...listed(
      "events with an action and an unknown type, which were not decided",
      trace.undecidedEvents.map((one) => `${placeText(one)}: type ${one.type}`),
    ),
    ...listed(
      "events with the id of an earlier one",
      (trace.repeatedIds?.first ?? []).map(({ file, line, id }) => `${file}:${line}: id ${id}`),
    ),
  ];
}

/** What deciding met: things that the catalog lacks or contradicts, errors, exceptions. */
function decisionNotes({ notes }: ReplayResult): readonly string[] {
  const counted = (name: string, { calls }: { readonly calls: number }): string =>
    `${name}: ${count(calls, "call")}`;
  return [
    ...listed(
      "tools that no catalog lists",
      notes.unknownTools.map((one) => counted(one.tool, one)),
    ),
    ...listed(
      "agents that no catalog lists, so that they are denied",
      notes.unknownAgents.map((one) => counted(one.agent, one)),
    ),
    ...listed(
      "attributes for which the trace contradicts the catalog",
      notes.contradictions.map((one) => counted(one.attribute, one)),
    ),
    ...listed(
      "conditions that were errors",
      notes.errors.map(
        ({ rule, message, calls }) => `${rule}: ${message} (${count(calls, "call")})`,
      ),
    ),
    ...listed(
      "exceptions that applied",
      notes.exceptions.map((one) => counted(one.rule, one)),
    ),
  ];
}

/** What decisions lacked, and what they stopped. */
function effectNotes({ missing, contained }: ReplayResult): readonly string[] {
  return [
    ...listed(
      "missing attributes",
      missing.map(
        ({ attribute, calls, rules }) =>
          `${attribute}: ${count(calls, "call")}, read by ${readersText(rules)}`,
      ),
    ),
    ...listed(
      "containments",
      contained.started.map(({ version, rule, event, calls }) =>
        // so the document writes what is not known
        rule === "?"
          ? `${version}: one that is only possible, for lack of recorded data, may stop ${count(calls, "call")}`
          : `${version}: ${rule} at ${event} stopped ${count(calls, "call")}`,
      ),
    ),
  ];
}

function gateNotes(result: ReplayResult): readonly string[] {
  const { gate, unexercised } = result;
  return [
    ...listed("accepted changes", gate.accepted.map(acceptedText)),
    ...listed(
      "gate",
      gate.checks.map((check) => `${check.passed ? "ok    " : "FAILED"} ${checkText(check)}`),
    ),
    ...listed("limits that replace other limits", replacedTexts(result)),
    ...listed("changed rules that no recorded call reaches", unexercised),
    ...listed("rules that no recorded call matches", idleRuleNames(result)),
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
  const faults = faultLines(result);
  if (!options.details) return faults;
  return [
    ...faults,
    ...traceNotes(result),
    ...decisionNotes(result),
    ...effectNotes(result),
    ...gateNotes(result),
    ...(notes.keylessWrites > 0
      ? [`state not written because the key is unrecorded: ${count(notes.keylessWrites, "time")}`]
      : []),
    ...(trace.reordered === null || trace.reordered === 0
      ? []
      : [`sorted by time: ${count(trace.reordered, "event")}`]),
  ];
}
