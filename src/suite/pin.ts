import { formatTime } from "../text/time.ts";
import { spelledPath } from "../condition/paths.ts";
import { allConditions } from "../policy/conditions.ts";
import { visitAll } from "../condition/walk.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { showPath } from "../request/attribute-path.ts";
import { maskOf } from "../engine/mask.ts";
import { PolicySession } from "../engine/policy-session.ts";
import type { Decision } from "../engine/decision.ts";
import type { Document } from "../policy/model.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { isRequestPart, REQUEST_PARTS, type Request } from "../request/request.ts";
import type { TraceEvent } from "../trace/event.ts";
import { valueAt } from "./merge.ts";
import { redactMembers } from "./redact-secrets.ts";
import { RequestMaker } from "./test-request.ts";

/**
 * A test made of recorded calls, and whether the policies decide it as they decide the recording.
 */
export interface PinnedTest {
  readonly test: JsonObject;
  /**
   * Ids of calls that are decided otherwise in the test than in the trace: what they hang on could
   * not be carried over.
   */
  readonly changed: readonly string[];
}

/** A recorded call with the decision that the policies made of it on the trace's own history. */
export interface RecordedCall {
  readonly event: TraceEvent;
  readonly decision: Decision;
  /** Whether the test is to expect something of it; else it only sets the scene. */
  readonly expected: boolean;
}

const ALWAYS_READ: readonly (readonly string[])[] = [
  ["context", "delegation"],
  ["context", "on_behalf_of"],
  ["subject", "id"],
  ["subject", "type"],
  ["action", "server"],
  ["action", "name"],
  ["subject", "tenant"],
];

/** Every attribute that the conditions of a set read below what an event records. */
function attributesRead(documents: readonly Document[]): readonly (readonly string[])[] {
  const found = new Map(ALWAYS_READ.map((path) => [showPath(path), path]));
  for (const { expr } of allConditions(documents))
    visitAll(expr, (node) => {
      const path = spelledPath(node) ?? [];
      if (path.length > 1 && isRequestPart(path[0])) found.set(showPath(path), path);
    });
  return [...found.values()];
}

function recordedParts(request: Request): JsonObject {
  return Object.fromEntries(
    REQUEST_PARTS.flatMap((part) =>
      request[part] === undefined ? [] : [[part, request[part]] as const],
    ),
  );
}

/** What the record leaves open and the test, which is complete, has to say so (design 8.1). */
function unrecordedOf(request: Request, read: readonly (readonly string[])[]): readonly string[] {
  const mask = maskOf(request);
  const parts = recordedParts(request);
  const open = read.filter((path) => {
    if (path[0] === "resource" && request.resource === undefined) return false;
    if (path[0] === "args" && request.args !== undefined) return false;
    return valueAt(parts, path) === undefined && mask?.complete(path.slice(0, -1)) !== true;
  });
  const whole = REQUEST_PARTS.filter(
    (part) => part !== "resource" && request[part] === undefined && mask?.complete([part]) !== true,
  );
  const single = open.filter((path) => !whole.some((part) => part === path[0])).map(showPath);
  return [...new Set([...(request.unrecorded ?? []), ...whole, ...single])].sort();
}

/** The user's own words are theirs: they are left out, as not recorded. */
function withoutWords(request: Request): Request {
  if (request.context === undefined || !Object.hasOwn(request.context, "request")) return request;
  const context = Object.fromEntries(
    Object.entries(request.context).filter(([key]) => key !== "request"),
  );
  return { ...request, context, unrecorded: [...(request.unrecorded ?? []), "context.request"] };
}

/**
 * Decisions of approvals that are no word of ours become unrecorded, as they count: a test may not
 * write them (design 6.2).
 */
function withoutOddDecisions(request: Request): Request {
  const approvals = member(request.context, "approvals");
  if (!Array.isArray(approvals)) return request;
  const isOdd = (one: Json): boolean =>
    isJsonObject(one) &&
    Object.hasOwn(one, "decision") &&
    one["decision"] !== "granted" &&
    one["decision"] !== "refused";
  if (!approvals.some(isOdd)) return request;
  const plain = approvals.map((one: Json) =>
    isJsonObject(one) && isOdd(one)
      ? Object.fromEntries(Object.entries(one).filter(([key]) => key !== "decision"))
      : one,
  );
  const unrecorded = approvals.flatMap((one: Json, i) =>
    isOdd(one) ? [`context.approvals[${i}].decision`] : [],
  );
  return {
    ...request,
    context: { ...request.context, approvals: plain },
    unrecorded: [...(request.unrecorded ?? []), ...unrecorded],
  };
}

function callOf(event: TraceEvent, read: readonly (readonly string[])[]): JsonObject {
  const request = withoutOddDecisions(withoutWords(event.request));
  const unrecorded = unrecordedOf(request, read);
  return {
    ...redactMembers(recordedParts(request)),
    ...(request.session === undefined ? {} : { session: request.session }),
    ...(request.parent === undefined ? {} : { parent: request.parent }),
    ...(unrecorded.length === 0 ? {} : { unrecorded }),
  };
}

function expectOf({ effect, permitted, indeterminate, rules }: Decision): JsonObject {
  return {
    effect,
    permitted,
    ...(indeterminate ? { indeterminate } : {}),
    rule: rules.length === 1 ? (rules[0] ?? "default") : rules,
  };
}

/** A maker of the requests of a suite that has no fixtures. */
function requestMaker(set: CompiledSet, name: string): RequestMaker {
  const place = { file: "", span: { start: 0, end: 0 }, path: "$" };
  return new RequestMaker(set, { name, now: 0, fixtures: new Map(), tests: [], place });
}

function isAlike(a: Decision, b: Decision): boolean {
  return (
    a.effect === b.effect && a.permitted === b.permitted && a.indeterminate === b.indeterminate
  );
}

/**
 * Makes a test of recorded calls. What it expects is what the policies decide on the calls as the
 * test holds them.
 */
export function pinCalls(
  name: string,
  calls: readonly RecordedCall[],
  { set, documents }: { readonly set: CompiledSet; readonly documents: readonly Document[] },
): PinnedTest {
  const read = attributesRead(documents);
  const maker = requestMaker(set, name);
  const run = new PolicySession(set);
  const changed: string[] = [];
  let time = calls[0]?.event.time ?? 0;
  const steps = calls.flatMap(({ event, decision, expected }, i): readonly Json[] => {
    time = Math.max(time, Math.floor(event.time ?? time));
    const call = callOf(event, read);
    const request = maker.make(call, { at: time });
    if (typeof request === "string") return [];
    const outcome = run.step(request, `call ${i + 1}`);
    if (expected && !isAlike(outcome.decision, decision)) changed.push(event.id);
    const expect = expected ? { expect: expectOf(outcome.decision) } : {};
    return [{ call, at: formatTime(time), ...expect }];
  });
  return { test: { name, session: steps }, changed };
}
