import { randomBytes, randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { AskedCall, AskedCalls } from "../api/never-permitted.ts";
import { openLivePoint, type LiveDecision, type LivePoint } from "../api/live-point.ts";
import type { Policies } from "../api/policies.ts";
import type { DecisionDocument } from "../documents/decide-result.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { isJsonObject, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { hasSecrets } from "../request/without-secrets.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import { refuseOwnApproval } from "./approval-evidence.ts";
import { refuseSettled, standingOf, wouldCount, type Standing } from "./approval-standing.ts";
import type { ApprovalRequest, Approvals, Askers } from "./approvals.ts";
import { EventClock } from "./clock.ts";
import type { DecisionLog } from "./decision-log.ts";
import { badRequest, HttpProblem } from "./http-problem.ts";
import type { Metrics } from "./metrics.ts";
import { ProvedCalls } from "./proved-calls.ts";
import { RecentCalls } from "./recent-calls.ts";
import { recordedLine, type Recordable } from "./recorded-line.ts";
import { redactedFields } from "./redact.ts";
import { restoredPoint } from "./restore.ts";

/** How decisions are made and recorded. */
export interface ServiceOptions {
  /** The name of the decision point in the log (design 7.1). */
  readonly pdp: string;
  readonly log: DecisionLog | undefined;
  /** What is answered where a decision cannot be recorded (design 14.2). */
  readonly logFailure: "deny" | "allow";
  /** Fields that the catalog puts in a higher class than this are not written down. */
  readonly maskAbove: string;
  readonly idle: number | undefined;
  readonly clock: () => number;
  readonly metrics: Metrics;
  readonly approvals: Approvals;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
  /**
   * What a decision is for: `enforce` (the default), or `shadow`, where every call runs, so that a
   * line carries no decision but the label `shadow` of what it would have been, or `record`, where
   * nothing is said of it at all.
   */
  readonly mode?: ServiceMode | undefined;
  /** Which lines of the log the state is rebuilt from on start; by default all. */
  readonly restores?: ((line: string) => boolean) | undefined;
}

/** What decisions are for, see {@link ServiceOptions}. */
export type ServiceMode = "enforce" | "shadow" | "record";

/** The answer to one request. */
export interface Answer {
  readonly id: string;
  readonly permitted: boolean;
  /** What `context` of the answer says (design 14.1). */
  readonly context: JsonObject;
  readonly decision: DecisionDocument;
}

/** The sets that decide. */
export interface Sets {
  readonly candidate: Policies;
  readonly shadow: Policies | undefined;
}

/** What came of a call. */
export interface ToldOutcome {
  /** The call's id. */
  readonly id: string;
  readonly outcome: JsonObject;
  /** Where this stands in a request, as the beginning of a message; empty where it is alone. */
  readonly at: string;
}

/** A decision whose line is not written yet. */
interface Waiting extends Recordable {
  readonly id: string;
  readonly live: LiveDecision;
  readonly askers: Askers;
  readonly ms: number;
  readonly mode: ServiceMode;
  readonly answered: (answer: Answer) => void;
}

/** So many decisions wait for one write at most. */
const MOST_WAITING = 64;

const UNRECORDED =
  "the decision log cannot be written, and a call that is not recorded is not permitted";

/** The decision without what is empty, for the wire and the log. */
function contextOf(id: string, decision: DecisionDocument, policy: string): JsonObject {
  const { effect, rules, indeterminate, possible, reason, obligations, missing, errors, approval } =
    decision;
  return {
    id,
    effect,
    rules: [...rules],
    policy,
    ...(reason !== null && { reason }),
    ...(obligations.length > 0 && { obligations: plain(obligations) }),
    ...(approval.state !== "none" && { approval: plain(approval) }),
    ...(indeterminate && { indeterminate, possible: [...possible] }),
    ...(missing.length > 0 && { missing: plain(missing) }),
    ...(errors.length > 0 && { errors: plain(errors) }),
  };
}

function plain(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}

/**
 * Decides requests, records each decision before it is answered, and keeps the state that they leave
 * (design 14). A decision that is not recorded changes nothing and permits nothing.
 */
export class DecisionService {
  readonly options: ServiceOptions;
  readonly clock: EventClock;
  readonly recent: RecentCalls;
  readonly #proved = new ProvedCalls();
  #point: LivePoint;
  #sets: Sets;
  /** Events since a set that is about to come into force began to read the log, by their ids. */
  #since: Map<string, JsonObject> | undefined;
  /** Why the last line could not be written; undefined: it could. */
  logFault: string | undefined;
  /** Decisions of this turn: none hangs on what another one changes. */
  #waiting: Waiting[] = [];
  /** Their sessions. */
  readonly #sessions = new Set<string>();

  private constructor(options: ServiceOptions, sets: Sets) {
    this.options = options;
    this.clock = new EventClock(options.clock);
    this.#point = pointOf(sets, options.idle);
    this.#sets = sets;
    const boot = `${options.clock().toString(36)}-${randomBytes(3).toString("hex")}`;
    this.recent = new RecentCalls(boot);
  }

  /** A service whose state is that of its log. */
  static async open(options: ServiceOptions, sets: Sets): Promise<DecisionService> {
    const service = new DecisionService(options, sets);
    service.#refuseUnlogged(service.#point);
    const { log } = options;
    if (log !== undefined)
      await restoredPoint(service.#point, log.files(), {
        skip: () => false,
        only: options.restores,
        tell: options.tell,
        take: (event) => {
          if (event.time !== undefined) service.clock.reached(event.time);
          service.recent.restore(event);
          options.approvals.restore(event);
        },
      });
    return service;
  }

  get #mode(): ServiceMode {
    return this.options.mode ?? "enforce";
  }

  get policies(): Policies {
    return this.#sets.candidate;
  }

  /** Those of the calls asked about that are proved never to be permitted, as lists leave them out (design 15.2). */
  neverPermitted(asked: AskedCalls): ReadonlySet<AskedCall> {
    return this.#proved.never(this.policies, asked);
  }

  get shadow(): Policies | undefined {
    return this.#sets.shadow;
  }

  get isBroken(): boolean {
    return this.#point.isBroken;
  }

  /** Whether the catalog in force lists a decision point as external (design 9.1). */
  isExternal(pdp: string): boolean {
    return this.#point.isExternal(pdp);
  }

  /** What the set names, for searches. */
  named(): ReturnType<LivePoint["named"]> {
    return this.#point.named();
  }

  #refuseUnlogged({ isStateful }: LivePoint): void {
    if (this.options.log === undefined && isStateful)
      throw new UserError("no-log", "the policies read session state, but there is no log", {
        help: "pass --log <file>: agentz rebuilds the state from the log on start and on reload",
      });
  }

  /**
   * Puts other sets in force, whole, with the state that the log left under them. Until then, and
   * where that fails, the old ones decide.
   */
  async swap(sets: Sets): Promise<void> {
    const point = pointOf(sets, this.options.idle);
    this.#refuseUnlogged(point);
    const { log } = this.options;
    const since = new Map<string, JsonObject>();
    this.flush();
    this.#since = since;
    try {
      if (log !== undefined && (point.isStateful || this.options.approvals.everUsed)) {
        await restoredPoint(point, log.files(), {
          skip: (event) => since.has(event.id),
          tell: this.options.tell,
          take: () => undefined,
        });
        this.flush();
        for (const event of since.values()) point.record(event);
      }
      this.flush();
      this.#point = point;
      this.#sets = sets;
    } finally {
      this.#since = undefined;
    }
  }

  /**
   * Decides a call, as it is given in `request` and sent by the credentials of `askers`, for good; it
   * is recorded, by default as the mode of the service says.
   */
  decide(request: JsonObject, askers: Askers = [], mode?: ServiceMode): Answer {
    let answer: Answer | undefined;
    const answered = (given: Answer): void => {
      answer = given;
    };
    this.ask(request, answered, askers, mode);
    this.flush();
    if (answer === undefined) throw new Error("a decision was not answered");
    return answer;
  }

  /**
   * Decides a call for good. `askers` send it by their credentials; `answered` is told once it is
   * recorded, at the end of this turn of the event loop: one write records all that was asked in it.
   * WHY together: a write takes as long as a decision.
   */
  ask(
    request: JsonObject,
    answered: (answer: Answer) => void,
    askers: Askers = [],
    mode: ServiceMode = this.#mode,
  ): void {
    const started = performance.now();
    if (this.#hangsOnWaiting(request)) this.flush();
    const live = this.#live(this.#eventOf(request), askers);
    const ms = performance.now() - started;
    const masked = live.fieldsAbove(this.options.maskAbove);
    const { id, session } = live.event;
    const event = this.#recordOf(live, ms, mode);
    const { digest } = live;
    this.#waiting.push({ id, live, askers, ms, mode, masked, digest, event, answered });
    if (session !== undefined) this.#sessions.add(session);
    // an approval is used once, by whichever session
    const isAlone = this.options.log === undefined || live.decision.approval.state !== "none";
    if (isAlone || this.#waiting.length >= MOST_WAITING) this.flush();
    else if (this.#waiting.length === 1) setImmediate(this.flush);
  }

  /** Whether what is decided may hang on a decision that is not recorded yet, and changed nothing. */
  #hangsOnWaiting(request: JsonObject): boolean {
    if (this.#waiting.length === 0) return false;
    const own = stringMember(request, "id");
    if (own !== undefined && this.#waiting.some(({ id }) => id === own)) return true;
    if (!this.#point.isStateful) return false;
    const session = stringMember(request, "session");
    const isApart = this.#point.isSessionLocal && stringMember(request, "parent") === undefined;
    return !isApart || session === undefined || this.#sessions.has(session);
  }

  /** Records the decisions that wait, changes the state as they say, and answers them. */
  readonly flush = (): void => {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#sessions.clear();
    const isSettled = this.#write(waiting) || this.options.logFailure === "allow";
    if (isSettled) for (const { live } of waiting) this.#commit(live);
    for (const one of waiting) one.answered(isSettled ? this.#settled(one) : this.#unrecorded(one));
  };

  /** What a call would be answered; nothing is recorded, and nothing changes. */
  preview(request: JsonObject): boolean {
    this.flush();
    const event = { ...request, time: this.clock.text() };
    return asked(() => this.#point.preview(event)).permitted;
  }

  /**
   * The event of a request, under its own id where that is free, so that whoever asks can name the
   * call later. WHY the request comes last: members that are added behind it take as long as to
   * parse it.
   */
  #eventOf(request: JsonObject): JsonObject {
    refuseSecretNames(request);
    const own = stringMember(request, "id");
    const time = this.clock.text();
    if (own !== undefined && !this.recent.isTaken(own)) return { time, ...request };
    const id = this.recent.next();
    return own === undefined ? { id, time, ...request } : { ...request, id, time };
  }

  /** The decision, with the approvals that were given for this very call where it needs some. */
  #live(event: JsonObject, askers: Askers): LiveDecision {
    refuseOwnApproval(event, askers);
    const live = asked(() => this.#point.decide(event));
    if (live.decision.approval.state !== "open") return live;
    const digest = live.digest();
    const by = { now: this.clock.now(), askers };
    const given = digest === undefined ? [] : this.options.approvals.evidence(digest, by);
    if (given.length === 0) return live;
    const context = isJsonObject(event["context"]) ? event["context"] : {};
    const known = Array.isArray(context["approvals"]) ? context["approvals"] : [];
    const approved = { ...event, context: { ...context, approvals: [...known, ...given] } };
    return asked(() => this.#point.decide(approved));
  }

  #unrecorded({ id, live }: Waiting): Answer {
    const policy = this.policies.digest ?? "";
    this.options.metrics.decisions.add("deny", "false");
    const context = { id, effect: "deny", rules: ["default"], policy, reason: UNRECORDED };
    return { id, permitted: false, context, decision: live.decision };
  }

  #settled({ id, live, askers, ms, mode, masked }: Waiting): Answer {
    const { metrics } = this.options;
    const { decision } = live;
    const { effect, permitted } = decision;
    const redact = redactedFields(decision);
    this.recent.add(id, { session: live.event.session, permitted, masked, redact });
    metrics.decisions.add(effect, String(permitted));
    metrics.took(ms);
    if (live.shadow !== undefined) metrics.shadow.add(live.shadow.class);
    const context = contextOf(id, decision, this.policies.digest ?? "");
    const request = this.#approvalOf(live, askers, mode);
    return { id, permitted, context: { ...context, ...request }, decision };
  }

  /** What the answer to a call says of the request for its approval. */
  #approvalOf(live: LiveDecision, askers: Askers, mode: ServiceMode): JsonObject {
    const { approval, effect } = live.decision;
    if (approval.state === "satisfied") this.options.approvals.used(live.digest());
    const isHeld = approval.state === "open" && effect === "require_approval";
    if (!isHeld || mode !== "enforce") return {};
    return this.options.approvals.request(live, askers, this);
  }

  #commit(live: LiveDecision): void {
    try {
      live.commit();
    } catch (error) {
      this.options.metrics.failures.add("engine");
      this.options.tell(
        `internal error: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** The record of a call: the event as it was decided, and the decision. */
  #recordOf(live: LiveDecision, ms: number, mode: ServiceMode): JsonObject {
    const { event } = live;
    const { request } = event;
    const written: JsonObject = {
      id: event.id,
      time: event.timeText,
      session: event.session,
      parent: event.parent,
      subject: request.subject,
      action: request.action,
      resource: request.resource,
      args: request.args,
      context: request.context,
      complete: request.complete === undefined ? undefined : [...request.complete],
      unrecorded: request.unrecorded === undefined ? undefined : [...request.unrecorded],
      ...this.#decided(live, ms, mode),
    };
    return written;
  }

  /** What a record says of a decision. */
  #decided({ decision, shadow }: LiveDecision, ms: number, mode: ServiceMode): JsonObject {
    if (mode === "record") return {};
    const { effect, permitted, rules } = decision;
    const policy = this.policies.digest ?? "";
    if (mode === "shadow")
      return { labels: { shadow: { effect, permitted, rules: [...rules], policy } } };
    const isApproved = permitted && effect === "require_approval";
    return {
      decision: {
        effect,
        rule: rules[0],
        policy,
        pdp: this.options.pdp,
        ms: Math.round(ms * 1000) / 1000,
        ...(decision.indeterminate && { indeterminate: true }),
        ...(shadow !== undefined && { shadow: { ...shadow, rules: [...shadow.rules] } }),
      },
      // an approved call runs: of one under approval without an outcome a trace says that it did not
      ...(isApproved && { outcome: {} }),
    };
  }

  /** Records an event that is no call, such as the end of a session; the state takes it up. Gives its id. */
  note(event: JsonObject): string {
    const id = this.recent.next();
    this.#note([{ event: { id, ...event }, masked: [] }]);
    return id;
  }

  /** As {@link #noted}; what cannot be recorded is a problem, but with `--log-failure allow`. */
  #note(records: readonly Recordable[]): void {
    if (!this.#noted(records)) throw new HttpProblem(503, "the decision log cannot be written");
  }

  /** Records events that are no calls, all of them or none; false: they have to be, and cannot. */
  #noted(records: readonly Recordable[]): boolean {
    this.flush();
    const whole = records.map(({ event, masked }) => {
      refuseSecretNames(event);
      const time = this.clock.text();
      const id = stringMember(event, "id") ?? this.recent.next();
      return { event: { id, time, ...event }, masked };
    });
    if (!this.#write(whole) && this.options.logFailure === "deny") return false;
    for (const { event } of whole) this.#point.record(event);
    return true;
  }

  /**
   * Records that an item of a batch, which is no call, was denied: every decision is in the log
   * (design 14.2). Where it cannot be recorded it is denied all the same.
   */
  refused(message: string, askers: Askers): void {
    const by = askers.length > 0 && { asked_by: [...askers] };
    const refused = { message: hideSecrets(message), pdp: this.options.pdp, ...by };
    this.#noted([{ event: { type: "refused", context: { refused } }, masked: [] }]);
  }

  /** Records what came of a call that was decided; of one that is not waited for 404. */
  outcome(id: string, outcome: JsonObject): void {
    this.outcomes([{ id, outcome, at: "" }]);
  }

  /** Records what came of calls that were decided, of all or of none; `at` is where one stands. */
  outcomes(told: readonly ToldOutcome[]): void {
    this.flush();
    const seen = new Set<string>();
    const known = told.map(({ id, outcome, at }) => {
      const call = this.recent.get(id);
      if (call === undefined)
        throw new HttpProblem(404, `${at}no call of this \`id\` waits for an outcome`);
      if (seen.has(id)) throw badRequest(`${at}another outcome of the list has the same \`id\``);
      seen.add(id);
      const { session, masked } = call;
      return { event: { type: "outcome", session, parent: id, outcome }, masked, id, call };
    });
    this.#note(known);
    for (const { id, call, event } of known) {
      this.recent.take(id);
      const status = stringMember(event.outcome, "status") === "ok" ? "ok" : "other";
      this.options.metrics.outcomes.add(status, String(call.permitted));
    }
  }

  /** Records a person's answer to a request for approval; `parties`: all whose credentials came. */
  answerApproval(body: JsonObject, by: string, parties: Askers = [by]): ApprovalRequest {
    this.flush();
    return this.options.approvals.answer(body, by, {
      host: this,
      parties,
      counts: (request, given) => {
        refuseSettled(this.standing(request));
        return wouldCount(this.standing(request, [given]), given);
      },
    });
  }

  /** Whether it is certain that a grant by somebody would not count for a request, whoever else answers. */
  mayNotApprove(id: string, by: string): boolean {
    this.flush();
    const request = this.options.approvals.open(id, this.clock.now());
    if (request === undefined) return false;
    const { digest } = request;
    const given = {
      id: randomUUID(),
      by,
      at: this.clock.text(),
      decision: "granted",
      digest,
    } as const;
    const { approval } = this.standing(request, [given]);
    if (approval.state === "unknown") return false;
    return !approval.requirements.some(({ have }) => have.includes(by));
  }

  /** How many requests for approval nobody has decided yet. */
  openApprovals(): number {
    const all = this.options.approvals.list(this.clock.now());
    const isOpen = (request: ApprovalRequest): boolean =>
      request.given.length === 0 || this.standing(request).approval.state === "open";
    return all.filter(isOpen).length;
  }

  /** Where a request for approval stands under the policies in force, with what is `added` to it. */
  standing(request: ApprovalRequest, added: ApprovalRequest["given"] = []): Standing {
    const time = this.clock.text();
    return standingOf(request, added, (event) => this.#point.preview({ ...event, time }));
  }

  /** Writes events down without what is masked of them; false where that cannot be, then none is. */
  #write(records: readonly Recordable[]): boolean {
    const { log, metrics, tell } = this.options;
    if (log === undefined || records.length === 0) return true;
    try {
      const lines = records.map(recordedLine);
      log.append(lines.map(({ text }) => text).join("\n"));
      for (const { written } of lines) this.#since?.set(stringMember(written, "id") ?? "", written);
      if (this.logFault !== undefined) tell("the decision log can be written again");
      this.logFault = undefined;
      return true;
    } catch (cause) {
      const fault = cause instanceof Error ? cause.message : String(cause);
      if (this.logFault === undefined) tell(`the decision log cannot be written: ${fault}`);
      this.logFault = fault;
      metrics.failures.add("log");
      return false;
    }
  }
}

/** Names by which events belong together: state is kept under them, so none can be left out. */
const LINKS = ["id", "session", "parent"] as const;

/** Refuses an event under a name that cannot be written down. */
function refuseSecretNames(event: JsonObject): void {
  const bad = LINKS.find((name) => hasSecrets(event[name] ?? null));
  if (bad === undefined) return;
  throw badRequest(
    `\`${bad}\` contains a credential, and it would be in the log: send another name`,
  );
}

function pointOf({ candidate, shadow }: Sets, idle: number | undefined): LivePoint {
  return openLivePoint(candidate, {
    ...(shadow !== undefined && { shadow }),
    ...(idle !== undefined && { idle }),
  });
}

/** What a request is refused for is the sender's: 400 with its place. */
function asked<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof UserError) throw badRequest(error.message);
    throw error;
  }
}
