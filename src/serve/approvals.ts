import { randomUUID } from "node:crypto";
import type { LiveDecision } from "../api/live-point.ts";
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
  readonly requirements: readonly JsonObject[];
  /** Subject, action, resource, arguments and context of the call, as far as they are known. */
  event: JsonObject;
  readonly given: GivenApproval[];
  isUsed: boolean;
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

function requirementOf(requirement: RequirementDocument): JsonObject {
  const { rule, approvers, quorum, within, have, state } = requirement;
  return { rule, approvers: [...approvers], quorum, within, have: [...have], state };
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

  /** The approvals and refusals that hold at `now` for a call of this digest, as evidence. */
  evidence(digest: string, now: number): readonly JsonObject[] {
    this.#sweep(now);
    return (this.#byDigest.get(digest)?.given ?? []).map((given) => ({ ...given }));
  }

  /** Opens a request for a call that waits, or gives the one that is open; undefined: it cannot be. */
  request(live: LiveDecision, host: ApprovalHost): JsonObject | undefined {
    const digest = live.digest();
    if (digest === undefined) return undefined;
    this.#sweep(host.clock.now());
    const known = this.#byDigest.get(digest);
    // after a restart what is masked in the log is known again
    if (known !== undefined) known.event = callOf(live.event);
    const request = known ?? this.#open(live, digest, host);
    return request && { id: request.id, expires_at: new Date(request.expires).toISOString() };
  }

  #open(live: LiveDecision, digest: string, host: ApprovalHost): ApprovalRequest | undefined {
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
      event: callOf(event),
      given: [],
      isUsed: false,
    };
    host.note({
      type: "approval_request",
      session: event.session,
      parent: event.id,
      context: {
        approval_request: {
          id: request.id,
          digest,
          expires: new Date(request.expires).toISOString(),
          reason: request.reason,
          requirements: [...request.requirements],
        },
      },
    });
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

  /**
   * Records the answer of a person. `counts` says whether it would count for the call; one that would
   * not is refused, and so is a second one of the same person.
   */
  answer(
    body: JsonObject,
    by: string,
    { host, counts }: { readonly host: ApprovalHost; readonly counts: Counts },
  ): ApprovalRequest {
    const decision = member(body, "decision");
    if (decision !== "granted" && decision !== "refused")
      throw badRequest("`decision` has to be `granted` or `refused`");
    const now = host.clock.now();
    this.#sweep(now);
    const request = this.#byId.get(member(body, "id") ?? "");
    if (request === undefined)
      throw new HttpProblem(404, "there is no open request of this `id`; it may have expired");
    if (request.given.some((given) => given.by === by))
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
    if (id === undefined || digest === undefined || Number.isNaN(expires)) return;
    this.#keep({
      id,
      digest,
      call: event.parent ?? "",
      session: event.session,
      at: event.timeText ?? "",
      expires,
      reason: stringMember(written, "reason"),
      requirements: Array.isArray(requirements) ? requirements.filter(isJsonObject) : [],
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
      this.used(stringMember(one, "digest"));
  }
}

/** Whether an answer would count for the call of a request. */
export type Counts = (request: ApprovalRequest, given: GivenApproval) => boolean;

function member(body: JsonObject, key: string): string | undefined {
  const value = stringMember(body, key);
  if (value === undefined) throw badRequest(`\`${key}\` has to be a text`);
  return value;
}
