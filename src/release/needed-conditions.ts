import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { namedInConditions, type PathCondition } from "./call-conditions.ts";
import type { Question, Versions } from "./decide-both.ts";
import { listed } from "../text/listed.ts";

const MEMBER = /^(?:!has\()?(args|context|resource)\.([A-Za-z_][A-Za-z0-9_]*)/;

function withMember(question: Question, [root, name]: readonly string[], value: Json): Question {
  const { request } = question;
  const member: JsonObject = { [name ?? ""]: value };
  if (root === "args")
    return { ...question, request: { ...request, args: { ...request.args, ...member } } };
  if (root === "context")
    return { ...question, request: { ...request, context: { ...request.context, ...member } } };
  return { ...question, request: { ...request, resource: { ...request.resource, ...member } } };
}

/** Other values than the question's, of the same type; none where equality is never the condition. */
function otherValues(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return ["x", 1, true];
  if (typeof value === "string") return [`${value}~`, ""];
  if (typeof value === "number") return [value - 1, value + 1];
  return typeof value === "boolean" ? [!value] : [];
}

/** Calls that meet all conditions but the given one; none where it only repeats the question. */
function callsBeside(
  question: Question,
  { path, text }: PathCondition,
  named: ReadonlySet<string>,
): readonly Question[] {
  const [root, kind, label] = path;
  if (root === "session" && kind === "labels" && label !== undefined) {
    const { state } = question;
    const labels = state.labels.includes(label)
      ? state.labels.filter((one) => one !== label)
      : [...state.labels, label];
    return [{ ...question, state: { ...state, labels } }];
  }
  const [, object, name] = MEMBER.exec(text) ?? [];
  if (object === undefined || name === undefined) return [];
  const { args, context, resource } = question.request;
  const whole = object === "args" ? args : object === "context" ? context : resource;
  const value = isJsonObject(whole) ? whole[name] : undefined;
  const isNamed =
    typeof value === "boolean" ||
    named.has(value === undefined || value === null ? text : text.slice(text.indexOf(" == ") + 4));
  return isNamed ? otherValues(value).map((one) => withMember(question, [object, name], one)) : [];
}

function attributeWords([root = "", name]: PathCondition["path"]): string {
  if (root === "now") return "the time";
  if (root === "resource" || root === "session") return `the ${root}`;
  return name === undefined ? `\`${root}\`` : `\`${root}.${name}\``;
}

/** What a sentence about the calls tells of the conditions that are enough for it. */
export interface ToldConditions {
  /** Those without which the question itself is decided otherwise. */
  readonly needed: readonly string[];
  /** What the others speak of, in words: their values are the question's own. Empty: of nothing. */
  readonly examples: string;
}

/**
 * Sorts conditions that are enough into those that a sentence may tell as a condition, and those
 * that only repeat a value of the question: no condition of either version names the value, or
 * another one is decided just the same.
 */
export function toldConditions(
  versions: Versions,
  question: Question,
  {
    conditions,
    isAlike,
  }: {
    readonly conditions: readonly PathCondition[];
    readonly isAlike: (other: Question) => boolean;
  },
): ToldConditions {
  const named = namedInConditions(versions, question);
  const isNeeded = (one: PathCondition): boolean => {
    const beside = callsBeside(question, one, named);
    return beside.length > 0 && !beside.some(isAlike);
  };
  const needed = conditions.filter(isNeeded);
  const words = conditions
    .filter((one) => !needed.includes(one))
    .map(({ path }) => attributeWords(path));
  return {
    needed: needed.map(({ text }) => text),
    examples: listed([...new Set(words)]),
  };
}
