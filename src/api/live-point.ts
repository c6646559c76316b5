import { Unknown } from "../condition/value.ts";
import type { Decision } from "../engine/decision.ts";
import type { DecisionDocument } from "../documents/decide-result.ts";
import { callDigest } from "../engine/approval-evidence.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { UNCOUNTED } from "../engine/event-ids.ts";
import { classRank } from "../engine/obligations.ts";
import { appliedDecision, PolicySession, type AppliedDecision } from "../engine/policy-session.ts";
import { classify } from "../replay/classify.ts";
import { counterfactual, engineDecision, recorded } from "../replay/version-decision.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import { decodeEvent, type TraceEvent } from "../trace/event.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { denyOnError } from "./decide-document.ts";
import { Policies } from "./policies.ts";

/** How a live point decides. */
export interface LiveOptions {
  /** Decided beside, on a history of its own, and never in the way (design 14.4). */
  readonly shadow?: Policies;
  /** Milliseconds of silence after which a session is forgotten (design 5.4); by default never. */
  readonly idle?: number;
}

/** What the shadow set would have said (design 14.4). */
export interface ShadowDecision {
  readonly effect: Decision["effect"];
  readonly permitted: boolean;
  readonly rules: readonly string[];
  readonly policy: string;
  /** The class of the change from the set in force to it (design 7.4). */
  readonly class: "unchanged" | "widened" | "narrowed" | "indeterminate";
}

/** A call that was decided, and has changed nothing yet. */
export interface LiveDecision {
  readonly decision: DecisionDocument;
  /** The event as it was decided, without a decision: what a trace records of it. */
  readonly event: TraceEvent;
  /** Fields of the call's resource that the catalog gives a classification above `above`. */
  readonly fieldsAbove: (above: string) => readonly string[];
  /** What an approval of this call binds to (design 6.2); undefined where it is not known. */
  readonly digest: () => string | undefined;
  /** The attributes without which {@link digest} is not known, sorted. */
  readonly unbound: () => readonly string[];
  readonly shadow: ShadowDecision | undefined;
  /**
   * Changes the state as the decision says (design 5.3). To be called once, when the decision is
   * recorded; an error of the engine leaves a point that denies everything.
   */
  readonly commit: () => void;
}

/** One set and the state that calls left. */
interface Version {
  readonly digest: string;
  readonly set: CompiledSet;
  readonly run: PolicySession;
}

/** A call under one version. */
interface Judged {
  readonly version: Version;
  readonly call: PreparedCall;
  readonly outcome: Outcome;
  readonly decision: Decision;
}

const BROKEN = "the state was lost by an earlier internal error; restart to rebuild it";

/** Whether nothing that a set declares or contains outlives or crosses a session. */
function keepsSessionsApart({ contains, declarations }: CompiledSet): boolean {
  const { labels, counters, values } = declarations;
  return (
    !contains.subjects &&
    [...labels, ...counters, ...values].every(({ key }) => key.by === "session")
  );
}

function versionOf(policies: Policies, idle: number | undefined): Version {
  const { set } = Policies.open(policies).loaded;
  // ids are given by whoever asks, each once, so nobody has to count them
  const run = new PolicySession(set, { seen: UNCOUNTED, ...(idle === undefined ? {} : { idle }) });
  return { digest: policies.digest ?? "", set, run };
}

function judge(version: Version, event: TraceEvent): Judged {
  const { run } = version;
  run.observe(event.session, event.time);
  const call = run.prepare(event.request);
  const outcome = run.decide(call);
  return { version, call, outcome, decision: outcome.decision };
}

/**
 * How a recorded call changes the state of a version: what this version decided counts as its own
 * decision, and of another version's what really ran (design 5.3, 7.5).
 */
function effectuationOf({ version, outcome }: Judged, event: TraceEvent): AppliedDecision {
  return event.decision === undefined || event.decision.policy === version.digest
    ? counterfactual(outcome, event)
    : { ...recorded(event), own: true };
}

function fieldsAbove(resource: PreparedCall["resource"], above: string): readonly string[] {
  const fields: unknown = resource.known.get("fields");
  if (!isJsonObject(fields)) return [];
  return Object.entries(fields).flatMap(([path, classification]) =>
    typeof classification !== "string" || classRank(classification) > classRank(above)
      ? [path]
      : [],
  );
}

function decoded(json: JsonObject): TraceEvent {
  const event = decodeEvent(json, { file: "request", line: 1 });
  if (typeof event !== "string") return event;
  throw new UserError("request", event);
}

/**
 * Decides call after call of many sessions, each on what the calls before it left (design 5): what a
 * decision point does, and what a replay of its record does again. A decision changes the state when
 * its `commit` is called. Nothing is read or written; time is that of the events.
 */
export class LivePoint {
  readonly policies: Policies;
  readonly #own: Version;
  readonly #shadow: Version | undefined;
  #broken = false;

  /** @internal */
  constructor(policies: Policies, { shadow, idle }: LiveOptions) {
    this.policies = policies;
    this.#own = versionOf(policies, idle);
    this.#shadow = shadow === undefined ? undefined : versionOf(shadow, idle);
  }

  /** Whether earlier calls can matter to later ones, approvals that are used up aside. */
  get isStateful(): boolean {
    return this.#own.set.stateful || this.#shadow?.set.stateful === true;
  }

  /** Whether a call is decided on what its own session left alone; approvals that are used up aside. */
  get isSessionLocal(): boolean {
    return [this.#own, this.#shadow].every(
      (version) => version === undefined || keepsSessionsApart(version.set),
    );
  }

  /** True after an error of the engine: everything is denied, since nobody knows the state. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /**
   * Decides the call of a canonical event (design 7.1). What is no event is a `UserError` that names
   * its place; an error of the engine is a deny.
   */
  decide(json: JsonObject): LiveDecision {
    const event = decoded(json);
    let own: Judged | undefined;
    const decision = denyOnError(() => {
      if (this.#broken) throw new Error(BROKEN);
      own = judge(this.#own, event);
      return own.decision;
    });
    const shadow = own === undefined ? undefined : this.#beside(event, own);
    const judged = [own, shadow?.judged].filter((one) => one !== undefined);
    return {
      decision,
      event,
      fieldsAbove: (above) => (own === undefined ? [] : fieldsAbove(own.call.resource, above)),
      digest: () => {
        const digest = own && digestOf(own);
        return typeof digest === "string" ? digest : undefined;
      },
      unbound: () => {
        const digest = own && digestOf(own);
        return digest instanceof Unknown ? digest.paths : [];
      },
      shadow: shadow?.said,
      commit: () => this.#commit(judged, event, ({ outcome }) => appliedDecision(outcome)),
    };
  }

  #beside(
    event: TraceEvent,
    own: Judged,
  ): { readonly judged: Judged; readonly said: ShadowDecision } | undefined {
    if (this.#shadow === undefined) return undefined;
    const judged = judge(this.#shadow, event);
    const { effect, permitted, rules } = judged.decision;
    const change = classify(
      engineDecision(own.call, own.outcome),
      engineDecision(judged.call, judged.outcome),
    );
    const policy = this.#shadow.digest;
    return { judged, said: { effect, permitted, rules, policy, class: change } };
  }

  #commit(
    judged: readonly Judged[],
    event: TraceEvent,
    how: (judged: Judged) => AppliedDecision,
  ): void {
    this.#broken = true;
    for (const one of judged) one.version.run.advance(one.call, one.outcome, how(one), event);
    this.#broken = judged.length === 0;
  }

  /** Decides a call and changes nothing: what {@link decide} would say to it now. */
  preview(json: JsonObject): DecisionDocument {
    const event = decoded(json);
    return denyOnError(() => {
      if (this.#broken) throw new Error(BROKEN);
      return judge(this.#own, event).decision;
    });
  }

  /**
   * Decides a recorded call on what the recorded calls before it left, and takes it up as {@link
   * restore} does; undefined for an event that is no call.
   */
  review(event: TraceEvent): DecisionDocument | undefined {
    const decision =
      event.type === "call" ? denyOnError(() => judge(this.#own, event).decision) : undefined;
    this.restore(event);
    return decision;
  }

  /** Takes an event that was recorded, calls and others: the state becomes what it left. */
  restore(event: TraceEvent): void {
    const versions = this.#shadow === undefined ? [this.#own] : [this.#own, this.#shadow];
    if (event.type === "call") {
      const judged = versions.map((version) => judge(version, event));
      this.#commit(judged, event, (one) => effectuationOf(one, event));
    } else
      for (const { run } of versions) {
        run.observe(event.session, event.time);
        run.pass(event);
      }
  }

  /** As {@link restore}, of an event as JSON; what is none is a `UserError`. */
  record(json: JsonObject): void {
    this.restore(decoded(json));
  }

  /** Whether the catalog lists a decision point as external to the agents (design 9.1). */
  isExternal(pdp: string): boolean {
    const { decisionPoints } = this.#own.set.catalog;
    return decisionPoints.some(({ id, external }) => id === pdp && external);
  }

  /** What the set names by itself, for searches: nothing that only a pattern names. */
  named(): NamedEntities {
    return namedBy(this.policies);
  }
}

function digestOf({ call, version }: Judged): string | Unknown {
  return callDigest(boundOf(call), version.set.sha256);
}

function boundOf(call: PreparedCall): Parameters<typeof callDigest>[0] {
  const { request, mask, subject, action, resource, chain } = call;
  return { request, mask, subject, action: action.name, resource, chain };
}

/** Entities that the documents of a set name without a wildcard, sorted. */
export interface NamedEntities {
  readonly subjects: readonly { readonly type: string; readonly id: string }[];
  readonly resources: readonly { readonly type: string; readonly id: string }[];
  /** `server` is undefined where a rule names a tool of any server. */
  readonly actions: readonly { readonly server: string | undefined; readonly name: string }[];
}

function entityOf(text: string): { readonly type: string; readonly id: string } | undefined {
  const colon = text.indexOf(":");
  if (colon <= 0 || /[*?[\]{}]/.test(text)) return undefined;
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

function actionOf(
  text: string,
): { readonly server: string | undefined; readonly name: string } | undefined {
  if (text.includes("*")) return undefined;
  const slash = text.indexOf("/");
  return slash < 0
    ? { server: undefined, name: text }
    : { server: text.slice(0, slash), name: text.slice(slash + 1) };
}

function distinct<T>(values: readonly T[]): readonly T[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** People are subjects of either type: policies write `human`, most directories `user`. */
const PERSON_TYPES = ["human", "user"] as const;
const NON_HUMAN_TYPES = ["agent", "service", "model"] as const;

function namedBy(policies: Policies): NamedEntities {
  const { set, documents } = Policies.open(policies).loaded;
  const rules = set.rules.map(({ rule }) => rule);
  const ids = (types: readonly string[], id: string): { type: string; id: string }[] =>
    types.map((type) => ({ type, id }));
  const catalogs = documents.flatMap((document) => (document.kind === "Catalog" ? [document] : []));
  return {
    subjects: distinct([
      ...[...set.catalog.agents.keys()].flatMap((id) => ids(NON_HUMAN_TYPES, id)),
      ...[...set.catalog.people.keys()].flatMap((id) => ids(PERSON_TYPES, id)),
      ...rules.flatMap((rule) => (rule.subjects ?? []).flatMap((text) => entityOf(text) ?? [])),
    ]),
    resources: distinct([
      ...catalogs.flatMap(({ resources }) =>
        resources.flatMap(({ match }) => entityOf(match) ?? []),
      ),
      ...rules.flatMap((rule) => (rule.resources ?? []).flatMap((text) => entityOf(text) ?? [])),
    ]),
    actions: distinct([
      ...[...set.catalog.tools.values()].map(({ tool: { server, name } }) => ({ server, name })),
      ...rules.flatMap((rule) => (rule.actions ?? []).flatMap((text) => actionOf(text) ?? [])),
    ]),
  };
}

/**
 * Opens a point that decides the calls of many sessions as they come, on empty state; `restore`
 * gives it the state that a recorded trace left. State is kept in memory (design 14.3).
 */
export function openLivePoint(policies: Policies, options: LiveOptions = {}): LivePoint {
  return new LivePoint(policies, options);
}
