import { randomUUID } from "node:crypto";
import type { LiveDecision } from "../api/live-point.ts";
import { mayBeSameParty } from "../api/same-party.ts";
import { reallyRan, type TraceEvent } from "../api/trace-event.ts";
import type { RequirementDocument } from "../documents/decide-result.ts";
import { isJsonObject, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import { badRequest, HttpProblem } from "./http-problem.ts";

/** One answer of a person to a request. */
export interface GivenApproval {
  readonly id: string;
  /** `type:id` of who answered. */
  readonly by: string;
  readonly at: string;
  readonly decision: "granted" | "refused";
  readonly digest: string;
}

/** A call that waits for approvals (design 6): what is asked, by whom it may be answered. */
export interface ApprovalRequest {
  readonly id: string;
  /** What the approvals bind to (design 6.2). */
  readonly digest: string;
  /** The id of the call that asked first. */
  readonly call: string;
  readonly session: string | undefined;
  readonly at: string;
  /** Milliseconds since 1970; what is not answered and used by then is asked anew. */
  readonly expires: number;
  readonly reason: string | undefined;
  /** What the policies required when it was opened. */
  readonly requirements: readonly JsonObject[];
  /** The parties whose credentials sent the call: none of them may approve it. */
  readonly askedBy: string[];
  /** Subject, action, resource, arguments and context of the call, as far as they are known. */
  event: JsonObject;
  readonly given: GivenApproval[];
  isUsed: boolean;
}

/** The parties that send a call, by the credentials that it comes with; none: nobody is named. */
export type Askers = readonly string[];

/**
 * The answers that count for a request that `askers` send too: a refusal always, a grant only by
 * somebody whose credential did not send the call (design 6.1).
 */
export function countingAnswers(
  { askedBy, given }: ApprovalRequest,
  askers: Askers = [],
): readonly GivenApproval[] {
  const senders = [...askedBy, ...askers];
  return given.filter(
    ({ by, decision }) =>
      decision === "refused" || !senders.some((sender) => mayBeSameParty(sender, by)),
  );
}

/** What the requests need of the service. */
export interface ApprovalHost {
  readonly clock: { readonly now: () => number };
  /** Records an event that is no call. */
  readonly note: (event: JsonObject) => void;
}

/** How requests for approval are opened. */
export interface ApprovalOptions {
  /** Milliseconds for which a request can be answered and used. */
  readonly ttl: number;
  /** Told each request that is opened. */
  readonly notify: (request: ApprovalRequest) => void;
}

/** More open requests are refused: whoever opens so many is not asking. */
const MOST_OPEN = 10_000;

/** How a caller makes known what an approval binds to. */
const WAYS: readonly (readonly [RegExp, string])[] = [
  [
    /^resource\b/,
    "send `resource` with `type` and `id`, or declare the `resource` of the tool in the catalog " +
      "(`resource: none` if it has none)",
  ],
  [/^args\b/, "send all of `args`, with numbers beyond 2^53 as texts"],
  [/^action\b/, "send `action.server` and `action.name`"],
  [/^subject\b/, "send `subject.type` and `subject.id`"],
];

/** Why no request can be opened for a call that needs an approval, and what to send. */
function notRequestable(missing: readonly string[]): JsonObject {
  const names = missing.map((path) => `\`${path}\``).join(", ");
  const ways = WAYS.filter(([root]) => missing.some((path) => root.test(path)));
  return {
    message:
      "no approval can be requested: an approval is for one subject, tool, resource and arguments, " +
      `and of this call ${names} ${missing.length === 1 ? "is" : "are"} unrecorded`,
    missing: [...missing],
    ...(ways.length > 0 && { help: ways.map(([, way]) => way).join("; ") }),
  };
}

function callOf({ request }: TraceEvent): JsonObject {
  const { subject, action, resource, args, context, complete, unrecorded } = request;
  return {
    subject,
    action,
    resource,
    args,
    context,
    ...(complete !== undefined && { complete: [...complete] }),
    ...(unrecorded !== undefined && { unrecorded: [...unrecorded] }),
  };
}

/** A requirement of a decision as JSON. */
export function requirementOf(requirement: RequirementDocument): JsonObject {
  const { rule, approvers, quorum, within, have, state } = requirement;
  return { rule, approvers: [...approvers], quorum, within, have: [...have], state };
}

const TOO_MANY =
  `no approval can be requested: ${MOST_OPEN} requests are open; ` +
  "send the call again when some of them have expired";

/** Writes a request down, or that another party asks for its call too. */
function noteRequest(request: ApprovalRequest, host: ApprovalHost): void {
  const { id, digest, call, session, expires, reason, requirements, askedBy } = request;
  host.note({
    type: "approval_request",
    session,
    parent: call,
    context: {
      approval_request: {
        id,
        digest,
        expires: new Date(expires).toISOString(),
        reason,
        requirements: [...requirements],
        ...(askedBy.length > 0 && { asked_by: [...askedBy] }),
      },
    },
  });
}

/**
 * The calls that wait for an approval, and what was answered. All of it is in the log as well, so that
 * it is there after a restart; whether an answer counts the engine says when the call comes again.
 */
export class Approvals {
  readonly #options: ApprovalOptions;
  readonly #byId = new Map<string, ApprovalRequest>();
  readonly #byDigest = new Map<string, ApprovalRequest>();
  /** Whether any approval was ever used: then the history of the log matters. */
  everUsed = false;

  constructor(options: ApprovalOptions) {
    this.#options = options;
  }

  /** The approvals and refusals that count at `now` for a call of this digest, as evidence. */
  evidence(
    digest: string,
    { now, askers }: { readonly now: number; readonly askers: Askers },
  ): readonly JsonObject[] {
    this.#sweep(now);
    const request = this.#byDigest.get(digest);
    return request === undefined
      ? []
      : countingAnswers(request, askers).map((given) => ({ ...given }));
  }

  /**
   * What an answer says of the request for approval of a call that waits: `access_request` of one
   * that is open, or that is opened; else `access_request_error`, with what stands in the way.
   */
  request(live: LiveDecision, askers: Askers, host: ApprovalHost): JsonObject {
    const digest = live.digest();
    if (digest === undefined) return { access_request_error: notRequestable(live.unbound()) };
    this.#sweep(host.clock.now());
    const known = this.#byDigest.get(digest);
    if (known !== undefined) this.#askAgain(known, { live, askers, host });
    const request = known ?? this.#open(live, { digest, askers, host });
    if (request === undefined) return { access_request_error: { message: TOO_MANY } };
    const expires = new Date(request.expires).toISOString();
    return { access_request: { id: request.id, expires_at: expires } };
  }

  /** Notes that the call of an open request is asked for once more. */
  #askAgain(
    known: ApprovalRequest,
    { live, askers, host }: { live: LiveDecision; askers: Askers; host: ApprovalHost },
  ): void {
    // after a restart what is masked in the log is known again
    known.event = callOf(live.event);
    const others = askers.filter((asker) => !known.askedBy.includes(asker));
    if (others.length === 0) return;
    noteRequest({ ...known, call: live.event.id, askedBy: [...known.askedBy, ...others] }, host);
    known.askedBy.push(...others);
  }

  #open(
    live: LiveDecision,
    { digest, askers, host }: { digest: string; askers: Askers; host: ApprovalHost },
  ): ApprovalRequest | undefined {
    if (this.#byId.size >= MOST_OPEN) return undefined;
    const { event, decision } = live;
    const now = host.clock.now();
    const request: ApprovalRequest = {
      id: randomUUID(),
      digest,
      call: event.id,
      session: event.session,
      at: new Date(now).toISOString(),
      expires: now + this.#options.ttl,
      reason: decision.reason ?? undefined,
      requirements: decision.approval.requirements.map(requirementOf),
      askedBy: [...askers],
      event: callOf(event),
      given: [],
      isUsed: false,
    };
    noteRequest(request, host);
    this.#keep(request);
    this.#options.notify(request);
    return request;
  }

  #keep(request: ApprovalRequest): void {
    this.#byId.set(request.id, request);
    this.#byDigest.set(request.digest, request);
  }

  #forget(request: ApprovalRequest): void {
    this.#byId.delete(request.id);
    if (this.#byDigest.get(request.digest) === request) this.#byDigest.delete(request.digest);
  }

  #sweep(now: number): void {
    for (const request of this.#byId.values())
      if (request.expires < now || request.isUsed) this.#forget(request);
  }

  /** The approvals of a digest let a call run: they let no other one run. */
  used(digest: string | undefined): void {
    this.everUsed = true;
    const request = digest === undefined ? undefined : this.#byDigest.get(digest);
    if (request === undefined) return;
    request.isUsed = true;
    this.#forget(request);
  }

  /** The requests that can be answered, the oldest first. */
  list(now: number): readonly ApprovalRequest[] {
    this.#sweep(now);
    return [...this.#byId.values()];
  }

  /** A request that can be answered. */
  open(id: string, now: number): ApprovalRequest | undefined {
    this.#sweep(now);
    return this.#byId.get(id);
  }

  /**
   * Records the answer of a person. `counts` says whether it would count for the call; one that would
   * not is refused, and so is a second one of the same person.
   */
  answer(
    body: JsonObject,
    by: string,
    { host, parties, counts }: { host: ApprovalHost; parties: Askers; counts: Counts },
  ): ApprovalRequest {
    const decision = member(body, "decision");
    if (decision !== "granted" && decision !== "refused")
      throw badRequest("`decision` has to be `granted` or `refused`");
    const now = host.clock.now();
    this.#sweep(now);
    const request = this.#byId.get(member(body, "id") ?? "");
    if (request === undefined)
      throw new HttpProblem(404, "there is no open request of this `id`; it may have expired");
    refuseSenders(request, parties);
    // who granted may still refuse, for as long as the grant is not used
    const said = request.given.filter((one) => mayBeSameParty(one.by, by));
    if (said.some((one) => decision === "granted" || one.decision === "refused"))
      throw new HttpProblem(409, `\`${by}\` has answered this request already`);
    const at = new Date(now).toISOString();
    const given = { id: randomUUID(), by, at, decision, digest: request.digest } as const;
    if (!counts(request, given))
      throw new HttpProblem(403, `\`${by}\` may not answer this request`);
    host.note({
      type: "approval",
      session: request.session,
      parent: request.call,
      context: { approval: { request: request.id, ...given } },
    });
    request.given.push(given);
    return request;
  }

  /** Takes up what a log says of requests and answers. */
  restore(event: TraceEvent): void {
    const { context } = event.request;
    if (event.type === "approval_request")
      this.#restoreRequest(event, objectMember(context, "approval_request"));
    else if (event.type === "approval") this.#restoreAnswer(objectMember(context, "approval"));
    else if (event.type === "call") this.#restoreUse(event);
  }

  #restoreRequest(event: TraceEvent, written: JsonObject | undefined): void {
    const id = stringMember(written, "id");
    const digest = stringMember(written, "digest");
    const expires = Date.parse(stringMember(written, "expires") ?? "");
    const requirements = written?.["requirements"];
    const askers = written?.["asked_by"];
    if (id === undefined || digest === undefined || Number.isNaN(expires)) return;
    const askedBy = Array.isArray(askers) ? askers.filter((one) => typeof one === "string") : [];
    const known = this.#byId.get(id);
    if (known !== undefined) {
      known.askedBy.push(...askedBy.filter((one) => !known.askedBy.includes(one)));
      return;
    }
    this.#keep({
      id,
      digest,
      call: event.parent ?? "",
      session: event.session,
      at: event.timeText ?? "",
      expires,
      reason: stringMember(written, "reason"),
      requirements: Array.isArray(requirements) ? requirements.filter(isJsonObject) : [],
      askedBy,
      event: this.#waiting.get(event.parent ?? "") ?? {},
      given: [],
      isUsed: false,
    });
    this.#waiting.clear();
  }

  /** The call that waits, which stands before its request in the log. */
  readonly #waiting = new Map<string, JsonObject>();

  #restoreAnswer(written: JsonObject | undefined): void {
    const request = this.#byId.get(stringMember(written, "request") ?? "");
    const [id, by, at] = ["id", "by", "at"].map((key) => stringMember(written, key));
    const decision = stringMember(written, "decision");
    if (request === undefined || id === undefined || by === undefined || at === undefined) return;
    if (decision !== "granted" && decision !== "refused") return;
    request.given.push({ id, by, at, decision, digest: request.digest });
  }

  /** What an answer binds to, of a call that names only the answer since something of it is masked. */
  #digestOfAnswer(id: string | undefined): string | undefined {
    const requests = id === undefined ? [] : [...this.#byId.values()];
    return requests.find(({ given }) => given.some((one) => one.id === id))?.digest;
  }

  #restoreUse(event: TraceEvent): void {
    if (event.decision?.effect !== "require_approval") return;
    if (!reallyRan(event)) {
      this.#waiting.clear();
      this.#waiting.set(event.id, callOf(event));
      return;
    }
    this.everUsed = true;
    const given = event.request.context?.["approvals"];
    for (const one of Array.isArray(given) ? given.filter(isJsonObject) : [])
      this.used(stringMember(one, "digest") ?? this.#digestOfAnswer(stringMember(one, "id")));
  }
}

/** Refuses an answer for which a credential came of somebody who sent the call (design 6.1). */
function refuseSenders({ askedBy }: ApprovalRequest, parties: Askers): void {
  const own = parties.find((by) => askedBy.some((sender) => mayBeSameParty(sender, by)));
  if (own === undefined) return;
  throw new HttpProblem(
    403,
    `\`${own}\` may not answer this request: the credential of \`${own}\` sent the call, ` +
      "and nobody approves what they asked for",
  );
}

/** Whether an answer would count for the call of a request. */
export type Counts = (request: ApprovalRequest, given: GivenApproval) => boolean;

function member(body: JsonObject, key: string): string | undefined {
  const value = stringMember(body, key);
  if (value === undefined) throw badRequest(`\`${key}\` has to be a text`);
  return value;
}
