import { Unknown, Failure } from "../condition/value.ts";
import { type Diagnostic, diagnosticAt } from "../diagnostics/diagnostic.ts";
import type { SessionNames } from "../policy/built-in-types.ts";
import { isExactGlob } from "../policy/glob.ts";
import type { Part } from "../policy/locate.ts";
import type { Document, Example, Place, SessionExample } from "../policy/model.ts";
import { memberPath } from "../policy/node.ts";
import { sessionNames } from "../policy/type-scope.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { parseTime } from "../text/time.ts";
import { stateValue } from "./attributes.ts";
import { prepareCall, rowOf } from "./prepared-call.ts";
import { namedResource } from "./identify.ts";
import { pathRootProblem, writtenPaths } from "./input-paths.ts";
import type { InputProblem } from "./input-problem.ts";
import { stateProblems } from "./input-state.ts";
import type { CompiledSet } from "./compile-set.ts";
import { matchRule, staticFit, type CompiledRule } from "./compiled-rule.ts";
import type { Declarations } from "./declarations.ts";
import type { StateView } from "./evaluation-context.ts";
import { and, type Truth } from "./truth.ts";

/** Session state written down by hand: what is not named is empty. */
export function givenState(
  declarations: Declarations,
  given: SessionExample | undefined,
): StateView {
  const labels = new Set(given?.labels ?? []);
  const name = (kind: "labels" | "counters" | "values", index: number): string =>
    declarations[kind][index]?.name ?? "";
  const counters = given?.counters ?? {};
  const values = given?.values ?? {};
  return {
    label: (index) => labels.has(name("labels", index)),
    counter: (index) =>
      Object.hasOwn(counters, name("counters", index))
        ? (counters[name("counters", index)] ?? 0)
        : 0,
    values: (index) =>
      Object.hasOwn(values, name("values", index))
        ? (values[name("values", index)] ?? []).map(stateValue)
        : [],
  };
}

/**
 * What an example leaves out is taken to fit the scope (design 2.2): an exact pattern, where it is
 * the only one, is filled in.
 */
function filled(
  given: JsonObject | undefined,
  patterns: readonly string[] | undefined,
  read: (pattern: string) => JsonObject,
): JsonObject | undefined {
  const [only] = patterns ?? [];
  return given === undefined && patterns?.length === 1 && only !== undefined && isExactGlob(only)
    ? read(only)
    : given;
}

function entityOf(pattern: string): JsonObject {
  const colon = pattern.indexOf(":");
  return { type: pattern.slice(0, colon), id: pattern.slice(colon + 1) };
}

function actionOf(pattern: string): JsonObject {
  const slash = pattern.indexOf("/");
  return slash < 0
    ? { name: pattern }
    : { server: pattern.slice(0, slash), name: pattern.slice(slash + 1) };
}

function pathsOf(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((path) => typeof path === "string") : undefined;
}

/** The request that an example stands for. */
function exampleRequest(rule: CompiledRule, example: Example): Request {
  const given = example.request;
  const subject = filled(objectMember(given, "subject"), rule.rule.subjects, entityOf);
  const action = filled(objectMember(given, "action"), rule.rule.actions, actionOf);
  const resource = filled(objectMember(given, "resource"), rule.rule.resources, entityOf);
  const time = stringMember(given, "time");
  const instant = time === undefined ? undefined : parseTime(time);
  const complete = pathsOf(member(given, "complete"));
  const unrecorded = pathsOf(member(given, "unrecorded"));
  const context = objectMember(given, "context");
  const args = member(given, "args");
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(context === undefined ? {} : { context }),
    ...(isJsonObject(args) ? { args } : {}),
    ...(instant === undefined ? {} : { time: instant }),
    ...(complete === undefined ? {} : { complete }),
    ...(unrecorded === undefined ? {} : { unrecorded }),
    session: "example",
  };
}

/** An exception as an example without time meets it: in force. */
function unexpiring(
  compiled: CompiledRule["exceptions"][number],
): CompiledRule["exceptions"][number] {
  return { ...compiled, exception: { ...compiled.exception, expires: Infinity } };
}

/** The rule alone on the example: parts of the scope that the example says nothing of fit. */
function tryExample(set: CompiledSet, rule: CompiledRule, example: Example): Truth {
  const request = exampleRequest(rule, example);
  const call = prepareCall(set, request);
  // what an example says of its resource is not questioned by arguments that it may leave out
  const resource =
    request.resource === undefined ? call.resource : namedResource(set.context, request, call.mask);
  const state = givenState(set.declarations, example.session);
  const row = { ...rowOf(call, call.subject, state), resource };
  const said: CompiledRule = {
    ...rule,
    exceptions: request.time === undefined ? rule.exceptions.map(unexpiring) : rule.exceptions,
    target: request.subject === undefined ? undefined : rule.target,
    scope: {
      subjects: request.subject === undefined ? undefined : rule.scope.subjects,
      actions: request.action === undefined ? undefined : rule.scope.actions,
      resources:
        request.resource === undefined && resource.id === undefined && !resource.absent
          ? undefined
          : rule.scope.resources,
    },
  };
  const fit = staticFit(said, row, call.action.name);
  return fit === false
    ? false
    : and(fit, matchRule(said, row, { fit: true, action: call.action.name }).truth);
}

function faultOf(
  truth: Truth,
  wanted: boolean,
): { readonly message: string; readonly help: string } | undefined {
  if (truth === wanted) return undefined;
  if (truth instanceof Unknown) {
    return {
      message:
        "the example does not decide whether the rule matches: " +
        `${truth.paths.map((p) => `\`${p}\``).join(", ")} ` +
        `${truth.paths.length === 1 ? "is" : "are"} not given`,
      help: "add the missing attributes to the example",
    };
  }
  if (truth instanceof Failure)
    return {
      message: `the condition of the rule is an error for this example: ${truth.message}`,
      help: "an error is never a match; guard the condition, or complete the example",
    };
  return wanted
    ? {
        message: "the rule does not match this example, but the example is under `match`",
        help: "fix the rule, or move the example to `not_match`",
      }
    : {
        message: "the rule matches this example, but the example is under `not_match`",
        help: "fix the rule, or move the example to `match`",
      };
}

/**
 * State of examples that no policy declares, and paths that begin with nothing of a call: a set
 * does not load with them.
 */
export function checkExampleInputs(
  documents: readonly Document[],
  locate: (document: Document, path: string, part?: Part) => Place,
): readonly Diagnostic[] {
  const declared = sessionNames(documents);
  const policies = documents.filter((document) => document.kind === "Policy");
  return policies.flatMap((policy) =>
    policy.rules
      .flatMap(({ match, notMatch }) => [...match, ...notMatch])
      .flatMap((example) => exampleProblems(example, declared))
      .map((problem) => diagnosticAt(locate(policy, problem.path, problem.part), problem)),
  );
}

function exampleProblems(
  { request, session, place }: Example,
  declared: SessionNames,
): readonly InputProblem[] {
  const paths = writtenPaths(request, place.path).flatMap((one) => pathRootProblem(one) ?? []);
  return session === undefined
    ? paths
    : [...stateProblems({ ...session }, memberPath(place.path, "session"), declared), ...paths];
}

/** Every inline example that does not hold (design 2.2): each tests its own rule alone. */
export function checkExamples(set: CompiledSet): readonly Diagnostic[] {
  return set.rules.flatMap((rule) => [
    ...rule.rule.match.flatMap((example) => checkOne(set, rule, { example, wanted: true })),
    ...rule.rule.notMatch.flatMap((example) => checkOne(set, rule, { example, wanted: false })),
  ]);
}

function checkOne(
  set: CompiledSet,
  rule: CompiledRule,
  { example, wanted }: { example: Example; wanted: boolean },
): readonly Diagnostic[] {
  const fault = faultOf(tryExample(set, rule, example), wanted);
  if (fault === undefined) return [];
  const { file, span, path } = example.place;
  return [{ code: "example-failed", severity: "error", ...fault, file, span, path }];
}
