import type { IncomingMessage } from "node:http";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { withStars } from "../request/without-secrets.ts";
import { APPROVAL_PAGE, APPROVAL_PAGE_POLICY } from "./approval-page.ts";
import { requirementOf, type ApprovalRequest, type GivenApproval } from "./approvals.ts";
import type { Caller } from "./authenticate.ts";
import type { Answer, DecisionService, ToldOutcome } from "./decision-service.ts";
import { askedCalls, NEVER_PERMITTED_PATH } from "./asked-calls.ts";
import { badRequest, HttpProblem } from "./http-problem.ts";
import { batchOf, fromAuthzen, fromCanonical } from "./requests.ts";
import { search, type Searched } from "./search.ts";

/** What a route answers from. */
export interface RouteInput {
  readonly service: DecisionService;
  readonly body: JsonObject;
  readonly caller: Caller;
  readonly request: IncomingMessage;
  readonly limits: { readonly batch: number };
  /** The address that clients know the decision point by, without a slash at its end. */
  readonly base: () => string;
  /** Whether a credential can name a person: else nobody can answer a request for approval. */
  readonly namesPeople: boolean;
  /** Takes the answer where it is not given at once. */
  readonly later: (answer: JsonObject) => void;
}

/** An answer other than JSON. */
export interface PlainAnswer {
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One thing that can be asked. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Whether anybody may ask. */
  readonly open?: boolean;
  /**
   * What is answered, with 200, in place of a problem: to whoever takes any other status for leave to
   * go on.
   */
  readonly refused?: (problem: Error) => JsonObject;
  /** Undefined: `later` is told the answer. */
  readonly answer: (input: RouteInput) => JsonObject | PlainAnswer | undefined;
}

function decisionOf({ permitted, context }: Answer): JsonObject {
  return { decision: permitted, context };
}

/** Decides one call, and answers when it is recorded. */
function deciding(read: (body: JsonObject) => JsonObject): Route["answer"] {
  return ({ service, body, caller, later }) => {
    service.ask(read(body), (answer) => later(decisionOf(answer)), caller.parties);
    return undefined;
  };
}

const evaluation = deciding((body) => fromAuthzen(body));

/** One item of a batch: what is wrong with it denies it alone (AuthZEN 1.0, 7.2). */
function itemOf(
  { service, caller }: Pick<RouteInput, "service" | "caller">,
  defaults: JsonObject,
  item: Json,
): JsonObject {
  try {
    if (!isJsonObject(item)) throw badRequest("an evaluation has to be an object");
    return decisionOf(service.decide(fromAuthzen({ ...defaults, ...item }), caller.parties));
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const { status, message } = error;
    service.refused(message, caller.parties);
    return { decision: false, context: { error: { status, message } } };
  }
}

function evaluations(input: RouteInput): JsonObject | PlainAnswer | undefined {
  const { body, limits } = input;
  const batch = batchOf(body);
  if (batch === undefined) return evaluation(input);
  if (batch.items.length > limits.batch)
    throw new HttpProblem(413, `the maximum is ${limits.batch} evaluations in a batch`);
  const answers: JsonObject[] = [];
  for (const item of batch.items) {
    const answer = itemOf(input, batch.defaults, item);
    answers.push(answer);
    const stopsAt = { deny_on_first_deny: false, permit_on_first_permit: true, execute_all: null };
    if (answer["decision"] === stopsAt[batch.semantics]) break;
  }
  return { evaluations: answers };
}

function searching(searched: Searched): Route {
  return { method: "POST", answer: ({ service, body }) => search(service, body, searched) };
}

const OUTCOME_FIELDS = ["id", "outcome"];

function outcomeOf(item: Json, at: string): ToldOutcome {
  if (!isJsonObject(item)) throw badRequest(`${at}an outcome has to be an object`);
  for (const key of Object.keys(item))
    if (!OUTCOME_FIELDS.includes(key))
      throw badRequest(`${at}\`${key}\` is not a field of an outcome; the fields are id, outcome`);
  const id = stringMember(item, "id");
  if (id === undefined) throw badRequest(`${at}\`id\` has to be the \`context.id\` of a decision`);
  const outcome = member(item, "outcome");
  if (!isJsonObject(outcome) || stringMember(outcome, "status") === undefined)
    throw badRequest(
      `${at}\`outcome\` has to be an object with a \`status\`, which is \`ok\` if the call succeeded`,
    );
  return { id, outcome, at };
}

function outcomes({ service, body, limits }: RouteInput): JsonObject {
  const list = member(body, "outcomes") ?? undefined;
  if (list !== undefined && !Array.isArray(list)) throw badRequest("`outcomes` has to be a list");
  if (list !== undefined && list.length > limits.batch)
    throw new HttpProblem(413, `the maximum is ${limits.batch} outcomes at once`);
  const items =
    list === undefined
      ? [outcomeOf(body, "")]
      : list.map((item: Json, i) => outcomeOf(item, `\`outcomes[${i}]\`: `));
  service.outcomes(items);
  return { recorded: items.length };
}

function endSession({ service, body }: RouteInput): JsonObject {
  const session = stringMember(body, "session");
  if (session === undefined || session === "") throw badRequest("`session` has to be a text");
  service.note({ type: "session_end", session });
  return { ended: session };
}

/** Which calls of a list are proved never to be permitted, by their places: so a gateway leaves out a tool. */
function neverPermitted({ service, body, limits }: RouteInput): JsonObject {
  const asked = askedCalls(body);
  if (asked.calls.length > limits.batch)
    throw new HttpProblem(413, `the maximum is ${limits.batch} calls at once`);
  const never = service.neverPermitted(asked);
  return { never: asked.calls.flatMap((call, i) => (never.has(call) ? [i] : [])) };
}

/** What of its call people see: the arguments that decide, and no secret in them. */
function withoutOwnSecrets({ subject, action, resource, args }: JsonObject): JsonObject {
  const call = withStars({ subject, action, resource, args });
  return isJsonObject(call) ? call : {};
}

/** A request for approval as it stands now. */
function shown(request: ApprovalRequest, service: DecisionService): JsonObject {
  const { id, digest, call, session, at, expires, reason, askedBy, event, given } = request;
  const { approval } = service.standing(request);
  return {
    id,
    state: approval.state,
    digest,
    call,
    session,
    at,
    expires_at: new Date(expires).toISOString(),
    reason,
    requirements: approval.requirements.map(requirementOf),
    asked_by: [...askedBy],
    ...withoutOwnSecrets(event),
    on_behalf_of: isJsonObject(event["context"]) ? event["context"]["on_behalf_of"] : undefined,
    given: given.map(({ by, at: when, decision }: GivenApproval) => ({ by, at: when, decision })),
  };
}

function listApprovals({ service }: RouteInput): JsonObject {
  const { approvals } = service.options;
  return { approvals: approvals.list(service.clock.now()).map((one) => shown(one, service)) };
}

function answerApproval({ service, body, caller }: RouteInput): JsonObject {
  if (caller.name === undefined)
    throw new HttpProblem(
      403,
      "only an identified person may answer: add a name to the credential, such as `human:mia`",
    );
  return shown(service.answerApproval(body, caller.name, caller.parties), service);
}

/** Where a client looks for the metadata (AuthZEN 1.0, 9.2); the path of its address stands behind. */
export const METADATA_PATH = "/.well-known/authzen-configuration";

const PATHS = {
  access_evaluation_endpoint: "/access/v1/evaluation",
  access_evaluations_endpoint: "/access/v1/evaluations",
  search_subject_endpoint: "/access/v1/search/subject",
  search_resource_endpoint: "/access/v1/search/resource",
  search_action_endpoint: "/access/v1/search/action",
  access_request_endpoint: "/v1/approvals",
} as const;

function metadata(input: RouteInput): JsonObject {
  const base = input.base();
  const { access_request_endpoint: approvals, ...others } = PATHS;
  const served = input.namesPeople ? { ...others, access_request_endpoint: approvals } : others;
  const endpoints = Object.entries(served).map(([name, path]) => [name, `${base}${path}`] as const);
  return { policy_decision_point: base, ...Object.fromEntries(endpoints) };
}

function approvalPage(): PlainAnswer {
  return {
    type: "text/html; charset=utf-8",
    text: APPROVAL_PAGE,
    headers: { "Content-Security-Policy": APPROVAL_PAGE_POLICY, "Referrer-Policy": "no-referrer" },
  };
}

const post = (answer: Route["answer"]): Route => ({ method: "POST", answer });

/** Where approvals are given. */
export const APPROVAL_PATHS: ReadonlySet<string> = new Set(["/v1/approvals", "/approvals"]);

/** What can be asked at which path, and how. */
export const ROUTES: ReadonlyMap<string, readonly Route[]> = new Map<string, readonly Route[]>([
  [PATHS.access_evaluation_endpoint, [post(evaluation)]],
  [PATHS.access_evaluations_endpoint, [post(evaluations)]],
  [PATHS.search_subject_endpoint, [searching("subject")]],
  [PATHS.search_resource_endpoint, [searching("resource")]],
  [PATHS.search_action_endpoint, [searching("action")]],
  [METADATA_PATH, [{ method: "GET", open: true, answer: metadata }]],
  ["/v1/decide", [post(deciding(fromCanonical))]],
  ["/v1/outcomes", [post(outcomes)]],
  ["/v1/sessions/end", [post(endSession)]],
  [NEVER_PERMITTED_PATH, [post(neverPermitted)]],
  ["/v1/approvals", [{ method: "GET", answer: listApprovals }, post(answerApproval)]],
  ["/approvals", [{ method: "GET", open: true, answer: approvalPage }]],
]);
