import type { CoveredCall } from "../coverage/call-facts.ts";
import { personOf } from "../coverage/metrics.ts";
import { credentialKind } from "../request/credential.ts";
import { NumberList } from "../text/number-list.ts";
import type { Credentials } from "../coverage/credentials.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import type { SeenCall } from "../replay/seen-call.ts";
import type { CallResult } from "../replay/walk.ts";
import type { EvidencePart } from "../documents/report-part.ts";
import { BitSet, NO_NUMBER } from "../trace/bit-set.ts";
import { TextNumbers } from "../text/text-numbers.ts";

/** What the calls of agents say for or against the controls, as counts of calls. */
export interface CallEvidence {
  readonly calls: number;
  /** No agent's id is recorded. */
  readonly unnamed: number;
  readonly unregistered: number;
  readonly withoutCredential: number;
  /** A credential that proves no identity of the agent's own: an API key, a person's token. */
  readonly unverifiable: number;
  /** A credential of a kind that the record does not tell. */
  readonly unknownKind: number;
  readonly sharedCredential: number;
  readonly userCredential: number;
  readonly userName: number;
  readonly withoutTask: number;
  readonly withoutExpiry: number;
  readonly afterExpiry: number;
  /** With a credential that served more than one task. */
  readonly acrossTasks: number;
  readonly withSignals: number;
  /** Under a registered agent's id, with a credential that proves it. */
  readonly identified: number;
  /** By a registered agent that has an owner. */
  readonly owned: number;
  /** With a recorded credential that nobody else uses, and that is no person's. */
  readonly ownCredential: number;
  /** In one task, with a credential of this task that had not expired. */
  readonly taskScoped: number;
  /** Let through though the agent was suspended, decommissioned or expired. */
  readonly retiredRan: number;
}

/** Ids of agents that acted are kept up to this many. */
const LIMIT = 10_000;

type Summed = "sharedCredential" | "acrossTasks" | "ownCredential" | "taskScoped";
type Counter = Exclude<keyof CallEvidence, Summed>;

/** What calls are counted by one by one: a bit each. */
const BIT = {
  calls: 1,
  unnamed: 2,
  unregistered: 4,
  withoutCredential: 8,
  unverifiable: 16,
  unknownKind: 32,
  userCredential: 64,
  userName: 128,
  withoutTask: 256,
  withoutExpiry: 512,
  afterExpiry: 1024,
  withSignals: 2048,
  identified: 4096,
  owned: 8192,
  retiredRan: 16384,
} as const satisfies Record<Counter, number>;

const COUNTERS: readonly Counter[] = Object.keys(BIT).filter(isCounter);

function isCounter(name: string): name is Counter {
  return Object.hasOwn(BIT, name);
}

/** What all calls of one caller say. */
interface CallerEvidence {
  /** The {@link BIT}s that hang on the caller alone. */
  readonly bits: number;
  readonly kind: string | undefined;
  /** Whether an agent acts under a person's name. */
  readonly isPerson: boolean;
  /** Whether the agent was suspended, decommissioned or expired. */
  readonly isRetired: boolean;
}

/**
 * Gathers {@link CallEvidence} in bounded memory: counts, and a few numbers for each credential.
 */
export class EvidenceTally {
  readonly agents = new Set<string>();
  readonly #catalog: CatalogIndex;
  #callers: CallerEvidence[] = [];
  /** How many calls have the same bits. */
  readonly #calls = new Map<number, number>();
  /** What other parts of the trace counted. */
  readonly #counts = new Map<string, number>();
  readonly #tasks = new TextNumbers();
  readonly #byCredential = {
    calls: new NumberList(),
    /** Of its calls, those that are no person's, and those in a task before its end. */
    own: new NumberList(),
    timely: new NumberList(),
    task: new NumberList(),
    several: new BitSet(),
  };

  constructor(catalog: CatalogIndex) {
    this.#catalog = catalog;
  }

  /** Forgets what hangs on the numbers of calls. */
  renumber(): void {
    this.#callers = [];
  }

  /** Gives the kind of the call's credential; undefined: none is recorded. */
  add({ call }: CoveredCall): string | undefined {
    const caller = this.#caller(call);
    const { kind, isRetired } = caller;
    const ran = call.effect !== "deny" && (call.effect !== "require_approval" || call.hasOutcome);
    const bits =
      caller.bits |
      bit(BIT.withSignals, call.hasSignals) |
      bit(BIT.retiredRan, isRetired && ran) |
      this.#credential(call, caller) |
      this.#task(call);
    this.#calls.set(bits, (this.#calls.get(bits) ?? 0) + 1);
    return kind;
  }

  #caller(call: SeenCall): CallerEvidence {
    const known = this.#callers[call.who];
    if (known !== undefined) return known;
    const made = this.#callerOf(call.result());
    if (call.who >= 0) this.#callers[call.who] = made;
    return made;
  }

  #callerOf({ candidate }: CallResult): CallerEvidence {
    const call = candidate.engine?.call;
    const { type, id } = call?.subject ?? {};
    const kind = call === undefined ? undefined : credentialKind(call.request);
    const ofKind =
      BIT.calls |
      bit(BIT.unverifiable, kind === "api_key" || kind === "user_token") |
      bit(BIT.userCredential, kind === "user_token");
    if (call === undefined || type !== "agent" || id === undefined)
      return { bits: ofKind | BIT.unnamed, kind, isPerson: false, isRetired: false };
    if (this.agents.size < LIMIT) this.agents.add(id);
    const agent = this.#catalog.agents.get(id)?.agent;
    const isPerson =
      personOf(call.request) === id || (agent === undefined && this.#catalog.people.has(id));
    const proves = kind === "workload" || kind === "substitute";
    const bits =
      ofKind |
      bit(BIT.unregistered, agent === undefined) |
      bit(BIT.userName, isPerson) |
      bit(BIT.identified, agent !== undefined && proves) |
      bit(BIT.owned, agent?.owner !== undefined);
    const { time } = call.request;
    const isRetired =
      agent !== undefined &&
      (agent.status !== "commissioned" ||
        (agent.expires !== undefined && time !== undefined && time > agent.expires));
    return { bits, kind, isPerson, isRetired };
  }

  #credential({ credential }: SeenCall, { kind, isPerson }: CallerEvidence): number {
    if (credential === undefined) return bit(BIT.withoutCredential, kind === undefined);
    increase(this.#byCredential.calls, credential);
    if (kind !== "user_token" && !isPerson) increase(this.#byCredential.own, credential);
    return bit(BIT.unknownKind, !KINDS.has(kind ?? ""));
  }

  #task(call: SeenCall): number {
    const { task, time, credential, credentialEnd: end } = call;
    const wholeTime = time === undefined ? undefined : Math.floor(time);
    const isLate = end !== undefined && wholeTime !== undefined && wholeTime > end;
    if (credential !== undefined && task !== undefined) {
      if (end !== undefined && !isLate) increase(this.#byCredential.timely, credential);
      this.#useTask(credential, this.#tasks.ordinal(task));
    }
    return (
      bit(BIT.withoutTask, task === undefined) |
      bit(BIT.withoutExpiry, end === undefined) |
      bit(BIT.afterExpiry, isLate)
    );
  }

  part(): EvidencePart {
    const { calls, own, timely, task, several } = this.#byCredential;
    return {
      agents: [...this.agents].sort(),
      counts: COUNTERS.map((name) => [name, this.#at(name)] as const).filter(
        ([, calls]) => calls > 0,
      ),
      tasks: this.#tasks.part(),
      calls: calls.part(),
      own: own.part(),
      timely: timely.part(),
      task: task.part(),
      several: several.part(),
    };
  }

  /** Adds what another part of the trace saw; `credentials`: the numbers here of the part's. */
  merge(part: EvidencePart, credentials: Uint32Array): void {
    for (const agent of part.agents) this.agents.add(agent);
    for (const [name, count] of part.counts)
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    for (const name of ["calls", "own", "timely"] as const)
      part[name].forEach((calls, i) => {
        if (calls > 0) increase(this.#byCredential[name], credentials[i] ?? 0, calls);
      });
    const tasks = this.#tasks.merge(part.tasks);
    part.task.forEach((task, i) => {
      const number = task === 0 ? NO_NUMBER : (tasks[task - 1] ?? NO_NUMBER);
      if (number !== NO_NUMBER) this.#useTask(credentials[i] ?? 0, number);
    });
    this.#byCredential.several.merge(part.several, credentials);
  }

  #useTask(credential: number, task: number): void {
    const known = this.#byCredential.task.at(credential);
    if (known === 0) this.#byCredential.task.set(credential, task + 1);
    else if (known !== task + 1) this.#byCredential.several.add(credential);
  }

  #at(name: Counter): number {
    let sum = this.#counts.get(name) ?? 0;
    for (const [bits, calls] of this.#calls) if ((bits & BIT[name]) !== 0) sum += calls;
    return sum;
  }

  evidence(credentials: Credentials): CallEvidence {
    const sum = (
      holds: (credential: number) => boolean,
      calls = this.#byCredential.calls,
    ): number => {
      let all = 0;
      for (let i = 0; i < calls.length; i++) if (holds(i)) all += calls.at(i);
      return credentials.scaled(all);
    };
    const at = (name: Counter): number => this.#at(name);
    return {
      calls: at("calls"),
      unnamed: at("unnamed"),
      unregistered: at("unregistered"),
      withoutCredential: at("withoutCredential"),
      unverifiable: at("unverifiable"),
      unknownKind: at("unknownKind"),
      sharedCredential: sum((credential) => credentials.isShared(credential)),
      userCredential: at("userCredential"),
      userName: at("userName"),
      withoutTask: at("withoutTask"),
      withoutExpiry: at("withoutExpiry"),
      afterExpiry: at("afterExpiry"),
      acrossTasks: sum((credential) => this.#byCredential.several.has(credential)),
      withSignals: at("withSignals"),
      identified: at("identified"),
      owned: at("owned"),
      ownCredential: sum((credential) => !credentials.isShared(credential), this.#byCredential.own),
      taskScoped: sum(
        (credential) => !this.#byCredential.several.has(credential),
        this.#byCredential.timely,
      ),
      retiredRan: at("retiredRan"),
    };
  }
}

function increase(list: NumberList, at: number, by = 1): void {
  list.set(at, list.at(at) + by);
}

function bit(one: number, holds: boolean): number {
  return holds ? one : 0;
}

const KINDS: ReadonlySet<string> = new Set(["workload", "substitute", "api_key", "user_token"]);
