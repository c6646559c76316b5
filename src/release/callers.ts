import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { prepareCall } from "../engine/prepared-call.ts";
import { pathsRead } from "../condition/paths.ts";
import { ruleConditions } from "../policy/conditions.ts";
import { compileEntityGlob, isExactGlob, type EntityGlob } from "../policy/glob.ts";
import { mayExist } from "../proof/call-existence.ts";
import { isJsonObject, member, stringMember, type JsonObject } from "../request/json.ts";
import type { Callers } from "../documents/diff-result.ts";
import { rulesOfAction } from "./call-conditions.ts";
import { askBoth, type BothDecisions, type Question, type Versions } from "./decide-both.ts";
import { covers, disjoint } from "./glob-order.ts";
import { listedCode } from "../text/listed.ts";

/** More exceptions than these are not read by anybody. */
const MAX_EXCEPTIONS = 4;
/** Agents of a catalog that are tried as the caller of an example. */
const MAX_TRIED = 50;

function bothOf({ before, after }: Versions): readonly CompiledSet[] {
  return [before, after];
}

function rulesOf(versions: Versions, question: Question): readonly CompiledRule[] {
  return bothOf(versions).flatMap((set) => rulesOfAction(set, question));
}

/** Every pattern that a rule compares the caller with. */
function patternsOf({ rule, target, scope }: CompiledRule): readonly EntityGlob[] {
  const excepted = rule.exceptions.flatMap((one) => one.subjects ?? []);
  return [...(target ?? []), ...(scope.subjects ?? []), ...excepted.map(compileEntityGlob)];
}

function distinctPatterns(versions: Versions, question: Question): readonly EntityGlob[] {
  const found = new Map<string, EntityGlob>();
  for (const rule of rulesOf(versions, question))
    for (const glob of patternsOf(rule)) found.set(glob.pattern, glob);
  return [...found.keys()].sort().flatMap((pattern) => found.get(pattern) ?? []);
}

/** Whether anything but patterns may tell one caller of such calls from another. */
function readsMore(versions: Versions, question: Question): boolean {
  const approvals = member(question.request.context, "approvals") !== undefined;
  const rules = rulesOf(versions, question);
  return (
    bothOf(versions).some((set) => set.modes.length > 0) ||
    // whoever asks may not approve
    (approvals && rules.some(({ approval }) => approval !== undefined)) ||
    rules.some(({ rule }) =>
      ruleConditions(rule).some(({ expr }) => pathsRead(expr).some(([root]) => root === "subject")),
    )
  );
}

/** Whether the catalog's record of the caller, or that there is none, decides a call. */
function isDecidedByRecord({ before, after }: BothDecisions): boolean {
  return [...before.rules, ...after.rules].some((name) => /^(lifecycle|manifest)\//.test(name));
}

/** Whether callers of whom a catalog's `agents` may have a record fit a pattern; undefined: all. */
function mayBeNonHuman(pattern: string | undefined): boolean {
  const types = ["agent:*", "service:*", "model:*"];
  return pattern === undefined || types.some((one) => !disjoint(pattern, one, "subject"));
}

/**
 * The callers of whom it is proved that both versions decide their calls as they decide the
 * question: they fit the same patterns, and no rule reads anything else of them. Undefined where
 * there is no such proof.
 */
export function callersAlike(versions: Versions, question: Question): Callers | undefined {
  const decisions = askBoth(versions, question);
  if (decisions === undefined || isDecidedByRecord(decisions) || readsMore(versions, question))
    return undefined;
  const { subject } = prepareCall(versions.after, question.request);
  const asked = distinctPatterns(versions, question).map(({ pattern, fits }) => ({
    pattern,
    fit: fits(subject.type, subject.id),
  }));
  if (asked.some(({ fit }) => fit === undefined)) return undefined;
  const fitting = asked.filter(({ fit }) => fit === true).map(({ pattern }) => pattern);
  const narrowest = fitting.find((one) => fitting.every((other) => covers(other, one, "subject")));
  if (narrowest === undefined && fitting.length > 0) return undefined;
  const except = asked
    .filter(({ fit }) => fit === false)
    .map(({ pattern }) => pattern)
    .filter((other) => narrowest === undefined || !disjoint(narrowest, other, "subject"));
  return except.length > MAX_EXCEPTIONS
    ? undefined
    : {
        pattern: narrowest ?? null,
        except,
        registered: bothOf(versions).some(
          (set) => set.catalog.listsAgents && mayBeNonHuman(narrowest),
        ),
      };
}

/** Callers in words that follow `calls of ... by`. */
export function callersText({ pattern, except, registered }: Callers): string {
  const exact = pattern !== null && isExactGlob(pattern);
  const who =
    pattern !== null
      ? `\`${pattern}\``
      : registered
        ? "every caller that the catalog allows"
        : "anyone";
  const fitting = pattern !== null && registered && !exact ? " that the catalog allows" : "";
  return `${who}${fitting}${except.length === 0 ? "" : ` except ${listedCode(except)}`}`;
}

function nameOf(subject: JsonObject | undefined): string {
  const [type, id] = [stringMember(subject, "type"), stringMember(subject, "id")];
  return `${type ?? "?"}:${id ?? "?"}`;
}

function isListed({ catalog }: CompiledSet, subject: JsonObject | undefined): boolean {
  const [type, id] = [stringMember(subject, "type"), stringMember(subject, "id")];
  if (id === undefined) return false;
  return type === "human" ? catalog.people.has(id) : catalog.agents.has(id);
}

/** Whether a catalog or a rule names the caller: then the name is none that agentz made up. */
function isReal(versions: Versions, question: Question): boolean {
  const { subject } = question.request;
  return (
    bothOf(versions).some((set) => isListed(set, subject)) ||
    distinctPatterns(versions, question).some(({ pattern }) => pattern === nameOf(subject))
  );
}

const KINDS: Readonly<Record<string, string>> = {
  agent: "an agent",
  human: "a person",
  service: "a service",
  model: "a model",
};

/**
 * The caller of a question for people: `agent:support`; of a caller that agentz made up, of whom the
 * call is proved (`anyone`), else what it is an example of: `an agent that no rule names`.
 */
export function callerText(versions: Versions, question: Question): string {
  const { subject } = question.request;
  if (isReal(versions, question)) return nameOf(subject);
  const alike = callersAlike(versions, question);
  if (alike !== undefined) return `${alike.pattern === null ? "" : "any "}${callersText(alike)}`;
  const [type, id] = [stringMember(subject, "type"), stringMember(subject, "id")];
  const fitting = distinctPatterns(versions, question).filter(
    ({ fits }) => fits(type, id) === true,
  );
  const [first] = [...fitting].sort((x, y) => y.pattern.length - x.pattern.length);
  return first === undefined
    ? `${KINDS[type ?? ""] ?? "a caller"} that no rule names`
    : `a caller that fits \`${first.pattern}\``;
}

/**
 * The question with an agent or a person of the catalogs as its caller, where both versions decide
 * it alike, by the same rules; else the question.
 */
export function withRealCaller(versions: Versions, question: Question): Question {
  const { subject } = question.request;
  const decisions = askBoth(versions, question);
  if (decisions === undefined || !isJsonObject(subject) || isReal(versions, question))
    return question;
  const { agents, people } = versions.after.catalog;
  const names = [
    ...[...agents.keys()].slice(0, MAX_TRIED).map((id) => ({ type: "agent", id })),
    ...[...people.keys()].slice(0, MAX_TRIED).map((id) => ({ type: "human", id })),
  ];
  const text = ({ before, after }: BothDecisions): string => JSON.stringify([before, after]);
  for (const name of names) {
    const other = { ...question, request: { ...question.request, subject: name } };
    if (!bothOf(versions).every((set) => mayExist(set, other))) continue;
    const found = askBoth(versions, other);
    if (found !== undefined && text(found) === text(decisions)) return other;
  }
  return question;
}
