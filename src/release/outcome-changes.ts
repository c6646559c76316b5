import { isExactGlob } from "../policy/glob.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { boundsOfArgument, conditionsOfCall } from "./call-conditions.ts";
import { callersAlike, callersText, callerText } from "./callers.ts";
import { askOne, type Question, type Versions } from "./decide-both.ts";
import type { CallConditions, OutcomeChange, WitnessSide } from "../documents/diff-result.ts";
import { toldConditions } from "./needed-conditions.ts";
import { witnessDocument } from "./witness-document.ts";

const NUMBERS = ["no", "one", "two", "three", "four", "five"];

function doneText(side: WitnessSide): string {
  const duties = side.obligations.length === 0 ? "" : `, with ${side.obligations.join(" and ")}`;
  if (side.effect === "allow") return `allowed${duties}`;
  if (side.effect === "deny") return "denied";
  const quorums = side.quorums.map(
    (quorum) => `${NUMBERS[quorum] ?? quorum} approval${quorum === 1 ? "" : "s"}`,
  );
  return `held for ${quorums.join(" and ")}${duties}`;
}

function nowText(side: WitnessSide): string {
  const done = doneText(side);
  return done.startsWith("held for ")
    ? `now need ${done.slice("held for ".length)}`
    : `are now ${done}`;
}

/** Values of one argument that are decided alike, and a value among them. */
interface Range {
  readonly at: number;
  readonly words: string;
  readonly conditions: readonly string[];
}

function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}

interface RangeEnd {
  readonly words: string;
  readonly condition: string;
}

function lowerEnd(low: number | undefined, isBound: boolean, text: string): readonly RangeEnd[] {
  if (low === undefined) return [];
  const condition = `${text} ${isBound ? ">=" : ">"} ${doubleText(low)}`;
  return [{ words: isBound ? `from ${low}` : `above ${low}`, condition }];
}

function upperEnd(high: number | undefined, isBound: boolean, text: string): readonly RangeEnd[] {
  if (high === undefined) return [];
  const condition = `${text} ${isBound ? "<=" : "<"} ${doubleText(high)}`;
  return [{ words: isBound ? `up to ${high}` : `below ${high}`, condition }];
}

/** INVARIANT: samples alternate between beyond a bound and on it, so an odd index is a bound. */
function rangeOf(samples: readonly number[], first: number, last: number, text: string): Range {
  const at = samples[first] ?? 0;
  const [fromBound, toBound] = [first % 2 === 1, last % 2 === 1];
  if (first === last && fromBound)
    return { at, words: `of exactly ${at}`, conditions: [`${text} == ${doubleText(at)}`] };
  const ends = [
    ...lowerEnd(samples[fromBound ? first : first - 1], fromBound, text),
    ...upperEnd(samples[toBound ? last : last + 1], toBound, text),
  ];
  if (ends.length === 0)
    return { at, words: "of any size", conditions: [`type(${text}) == double`] };
  return {
    at,
    words: ends.map(({ words }) => words).join(" and "),
    conditions: ends.map(({ condition }) => condition),
  };
}

/**
 * Numbers that stand for all: every bound, and one between each two neighbours and beyond the ends.
 */
function samplesAround(bounds: Iterable<number>): readonly number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const samples: number[] = [];
  sorted.forEach((bound, i) => {
    const before = sorted[i - 1];
    samples.push(
      before === undefined ? bound - Math.max(1, Math.abs(bound)) : before + (bound - before) / 2,
      bound,
    );
  });
  const last = sorted[sorted.length - 1];
  if (last !== undefined) samples.push(last + Math.max(1, Math.abs(last)));
  return samples;
}

interface Asked {
  readonly before: WitnessSide;
  readonly after: WitnessSide;
}

function askBoth({ before, after }: Versions, question: Question): Asked {
  return { before: askOne(before, question), after: askOne(after, question) };
}

const isMoved = ({ before, after }: Asked): boolean => doneText(before) !== doneText(after);
const textOf = ({ before, after }: Asked): string => `${doneText(before)}\u0000${doneText(after)}`;

function withArgument(question: Question, name: string, value: number): Question {
  const args: JsonObject = { ...question.request.args, [name]: value };
  return { ...question, request: { ...question.request, args } };
}

/** Neighbouring samples that come out alike, where the versions differ. */
function movedRanges(
  versions: Versions,
  question: Question,
  argument: { readonly name: string; readonly bounds: ReadonlySet<number> },
): readonly Range[] {
  const { name, bounds } = argument;
  const samples = samplesAround(bounds);
  const asked = samples.map((at) => askBoth(versions, withArgument(question, name, at)));
  const ranges: Range[] = [];
  for (let first = 0; first < asked.length; first++) {
    const start = asked[first];
    if (start === undefined || !isMoved(start)) continue;
    let last = first;
    for (
      let next = asked[last + 1];
      next !== undefined && textOf(next) === textOf(start);
      next = asked[last + 1]
    )
      last++;
    ranges.push(rangeOf(samples, first, last, `args.${name}`));
    first = last;
  }
  return ranges;
}

function nameText(object: JsonObject | undefined, first: string, second: string): string {
  const part = (value: Json | undefined): string => (typeof value === "string" ? value : "?");
  return `${part(object?.[first])}${first === "type" ? ":" : "/"}${part(object?.[second])}`;
}

/** More conditions than these are not read by anybody: then only the call itself is shown. */
const MAX_CONDITIONS = 6;
const MAX_TEXT = 300;
/** Said in words: it is there wherever approvals are asked for. */
const NO_APPROVALS = "!has(context.approvals)";
const MAX_BOUNDS = 50;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Caller extends Pick<CallConditions, "subject" | "callers"> {
  /** What follows the words `calls of ... with ...`. */
  readonly words: string;
}

/** Of whom a sentence speaks: of everybody of whom it is proved, else of the one who is asked. */
function callerOf(versions: Versions, question: Question): Caller {
  const alike = callersAlike(versions, question);
  if (alike === undefined || (alike.pattern !== null && isExactGlob(alike.pattern)))
    return {
      subject: nameText(question.request.subject, "type", "id"),
      callers: null,
      words:
        alike === undefined
          ? ` (e.g. by ${callerText(versions, question)})`
          : `, by ${callersText(alike)},`,
    };
  return { subject: null, callers: alike, words: `, by ${callersText(alike)},` };
}

function changeOf(
  versions: Versions,
  question: Question,
  argument: { readonly name: string; readonly range: Range },
): OutcomeChange | undefined {
  const { name, range } = argument;
  const asked = withArgument(question, name, range.at);
  const { words, ...caller } = callerOf(versions, asked);
  const anyone = caller.subject === null;
  const others = conditionsOfCall(versions, question, { free: name, anyone });
  const witness = witnessDocument(versions, asked);
  if (others === undefined || others.length > MAX_CONDITIONS || witness === undefined)
    return undefined;
  const enough = others.map(({ text }) => text);
  if (enough.join(" && ").length > MAX_TEXT) return undefined;
  const decisions = textOf(askBoth(versions, asked));
  const told = toldConditions(versions, asked, {
    conditions: others.filter(({ text }) => text !== NO_APPROVALS),
    isAlike: (other) => textOf(askBoth(versions, other)) === decisions,
  });
  const what = nameText(question.request.action, "server", "name");
  const calls =
    `${told.examples === "" ? "" : "some "}calls of \`${what}\` with ` +
    `\`args.${name}\` ${range.words}${words}`;
  const decided = `${nowText(witness.after)}, and were ${doneText(witness.before)}`;
  const where = told.needed.length === 0 ? "" : `, where \`${told.needed.join(" && ")}\``;
  const approvals = enough.includes(NO_APPROVALS) ? " (no approval recorded yet)" : "";
  const which = told.examples === "" ? "" : `; which ones may depend on ${told.examples}`;
  return {
    sentence: `${calls} ${decided}${where}${approvals}${which}`,
    conditions: {
      ...caller,
      action: what,
      when: [...range.conditions, ...enough].join(" && "),
    },
    witness,
  };
}

/**
 * Calls that the two versions decide otherwise, as ranges of one argument of the witness calls. A
 * sentence names the callers, the action and what is needed of such calls; where that is not known
 * to be enough it speaks of some calls. It is true of every call that fulfils its `conditions`, on a
 * session in which nothing is contained. What cannot be said so is left out.
 */
export function outcomeChanges(
  versions: Versions,
  witnesses: readonly Question[],
): readonly OutcomeChange[] {
  const found = new Map<string, OutcomeChange>();
  for (const question of witnesses) {
    const args = isJsonObject(question.request.args) ? question.request.args : {};
    for (const name of Object.keys(args)
      .filter((one) => PLAIN_NAME.test(one) && typeof args[one] === "number")
      .sort()) {
      const bounds = boundsOfArgument(versions, question, name);
      if (bounds === undefined || bounds.size === 0 || bounds.size > MAX_BOUNDS) continue;
      for (const range of movedRanges(versions, question, { name, bounds })) {
        const change = changeOf(versions, question, { name, range });
        if (change !== undefined && !found.has(change.sentence)) found.set(change.sentence, change);
      }
    }
  }
  return [...found.values()];
}
