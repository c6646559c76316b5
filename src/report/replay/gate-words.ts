import type { AcceptedGroup, GateCheck, ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { actualPercent, limitPercent } from "../../text/limit-percent.ts";
import { someListed } from "../../text/listed.ts";
import { neverRunTexts } from "../../text/unapprovable.ts";

/** Limits on shares of calls, from 0 to 1. */
const SHARES = /^(?:coverage\.[a-z]+|incidents_stopped|benign_broken)$/;

/** `3`; `3 (1 of unknown classification)` where that one may be meant, and may not. */
export function actualText(check: GateCheck): string {
  const { name, actual, unknown } = check;
  if (actual !== null && SHARES.test(name)) return actualPercent(actual, check);
  const kind = name.startsWith("widened.class:") ? "classification" : "effects";
  return `${actual ?? "not measurable"}${unknown === undefined ? "" : ` (${unknown} of unknown ${kind})`}`;
}

/** That nobody can approve calls that a check counts; empty: somebody can. */
export function neverRunText({ actual, unapprovable = 0 }: GateCheck): string {
  return neverRunTexts(unapprovable, actual ?? 0).join("");
}

/**
 * `widened is 3, maximum 0`; `benign_broken is 6.9%, at most 1%`; `widened is 1, maximum 0: nobody can
 * approve it, so it can never run`.
 */
export function checkText(check: GateCheck): string {
  const { name, bound, limit } = check;
  const asks = SHARES.test(name)
    ? `${bound === "minimum" ? "at least" : "at most"} ${limitText(check)}`
    : `${bound} ${limit}`;
  const never = neverRunText(check);
  return `${name} is ${actualText(check)}, ${asks}${never === "" ? "" : `: ${never}`}`;
}

/** What a check allows or demands: `3`; `1%` of a share. */
export function limitText({ name, limit }: GateCheck): string {
  return SHARES.test(name) ? limitPercent({ limit }) : String(limit);
}

/** The checks that failed, a text each. */
export function failedCheckTexts({ gate }: Pick<ReplayResult, "gate">): readonly string[] {
  return gate.checks.filter(({ passed }) => !passed).map(checkText);
}

/**
 * `--gate widened=5 replaces widened=0 of agentz.yaml: looser`; undefined where the limit replaces
 * none.
 */
export function replacedText({ name, limit, from, replaces }: GateCheck): string | undefined {
  if (replaces === undefined) return undefined;
  const flag = from.startsWith("--") || from === "agentz.yaml" ? from : `the default of ${from}`;
  const old =
    replaces.from.startsWith("--") || replaces.from === "agentz.yaml"
      ? replaces.from
      : `the default of ${replaces.from}`;
  return (
    `${flag} ${name}=${limit} replaces ${name}=${replaces.limit} of ${old}: ` +
    `${replaces.looser ? "looser" : "tighter"}`
  );
}

/** Every limit that stands in the place of another one. */
export function replacedTexts({ gate }: Pick<ReplayResult, "gate">): readonly string[] {
  return gate.checks.map(replacedText).filter((text) => text !== undefined);
}

/** One sentence on an accepted change, with who answers for it. */
export function acceptedText({
  group,
  state,
  calls,
  acceptedCalls,
  expires,
  reason,
  owner,
}: AcceptedGroup): string {
  const more =
    acceptedCalls === null || calls <= acceptedCalls
      ? ""
      : `, ${calls - acceptedCalls} more than when it was accepted`;
  const said = {
    accepted: `accepted until ${expires}: ${count(calls, "call")} of group ${group}${more}`,
    expired:
      `acceptance expired on ${expires}: ${count(calls, "call")} of group ${group} ` +
      `${calls === 1 ? "counts" : "count"} again`,
    changed:
      `acceptance is for other rules: ${count(calls, "call")} of group ${group} ` +
      `${calls === 1 ? "counts" : "count"} again`,
    unused: `acceptance has no effect: there is no group ${group}`,
  }[state];
  return `${said} (${reason}; ${owner})`;
}

/** By what the expiry of accepted changes was judged; undefined where nothing is accepted. */
export function judgedText({
  gate: { now, nowFrom },
}: Pick<ReplayResult, "gate">): string | undefined {
  return now === null
    ? undefined
    : `expiry judged by ${now} (${nowFrom === "flag" ? "--now" : "the clock"})`;
}

/** Which changed rules the trace says nothing about; undefined where there are none. */
export function unexercisedText(
  { unexercised }: Pick<ReplayResult, "unexercised">,
  most = 10,
): string | undefined {
  if (unexercised.length === 0) return undefined;
  return (
    `${count(unexercised.length, "changed rule")} that no recorded call reaches: ` +
    someListed(unexercised, most)
  );
}

/**
 * The gate in full: the verdict, each check, and what lets it pass besides its figures; empty where
 * there is none.
 */
export function gateLines(result: Pick<ReplayResult, "gate" | "unexercised">): readonly string[] {
  const { checks, passed, accepted } = result.gate;
  const said = [judgedText(result), unexercisedText(result)].filter((text) => text !== undefined);
  const verdict = checks.length === 0 ? [] : [`gate ${passed ? "passed" : "failed"}`];
  return [
    ...verdict,
    ...checks.map((check) => `${check.passed ? "ok" : "failed"}: ${checkText(check)}`),
    ...replacedTexts(result),
    ...accepted.map(acceptedText),
    ...said,
  ];
}
