import type { CoveredCall } from "../coverage/coverage-tally.ts";
import { personOf } from "../coverage/metrics.ts";
import { credentialKind } from "../request/credential.ts";
import { NumberList } from "../trace/number-list.ts";
import type { Credentials } from "../coverage/credentials.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import { reallyRan } from "../replay/version-decision.ts";
import type { EvidencePart } from "../documents/report-part.ts";
import { NO_NUMBER } from "../trace/bit-set.ts";
import { member, objectMember, stringMember } from "../request/json.ts";
import { BitSet } from "../trace/bit-set.ts";
import { TextNumbers } from "../text/text-numbers.ts";
import { parseTime } from "../text/time.ts";

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

/**
 * Gathers {@link CallEvidence} in bounded memory: counts, and a few numbers for each credential.
 */
export class EvidenceTally {
  readonly agents = new Set<string>();
  readonly #catalog: CatalogIndex;
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

  add(covered: CoveredCall): void {
    this.#count("calls", true);
    this.#addIdentity(covered);
    this.#addCredential(covered);
    this.#addTask(covered);
    this.#count(
      "withSignals",
      objectMember(covered.result.event.request.context, "signals") !== undefined,
    );
  }

  #count(name: Counter, when: boolean): void {
    if (when) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Whether an agent acts under a person's name. */
  #isPerson({ call }: CoveredCall): boolean {
    const { type, id } = call.subject;
    if (type !== "agent" || id === undefined) return false;
    const isRegistered = this.#catalog.agents.has(id);
    return personOf(call.request) === id || (!isRegistered && this.#catalog.people.has(id));
  }

  #addIdentity(covered: CoveredCall): void {
    const { call, result } = covered;
    const { type, id } = call.subject;
    const named = type === "agent" && id !== undefined;
    this.#count("unnamed", !named);
    if (!named) return;
    if (this.agents.size < LIMIT) this.agents.add(id);
    const agent = this.#catalog.agents.get(id)?.agent;
    this.#count("unregistered", agent === undefined);
    this.#count("userName", this.#isPerson(covered));
    const kind = credentialKind(call.request);
    const proves = kind === "workload" || kind === "substitute";
    this.#count("identified", agent !== undefined && proves);
    this.#count("owned", agent?.owner !== undefined);
    const { time } = call.request;
    const retired =
      agent !== undefined &&
      (agent.status !== "commissioned" ||
        (agent.expires !== undefined && time !== undefined && time > agent.expires));
    this.#count("retiredRan", retired && reallyRan(result.event));
  }

  #addCredential(covered: CoveredCall): void {
    const { call, credential } = covered;
    const kind = credentialKind(call.request);
    this.#count("withoutCredential", credential === undefined && kind === undefined);
    this.#count("unverifiable", kind === "api_key" || kind === "user_token");
    this.#count("userCredential", kind === "user_token");
    this.#count("unknownKind", credential !== undefined && !KINDS.has(kind ?? ""));
    if (credential === undefined) return;
    increase(this.#byCredential.calls, credential);
    if (kind !== "user_token" && !this.#isPerson(covered))
      increase(this.#byCredential.own, credential);
  }

  #addTask({ call, credential }: CoveredCall): void {
    const { context, subject, time } = call.request;
    const task = stringMember(objectMember(context, "task"), "id");
    this.#count("withoutTask", task === undefined);
    const expires = member(objectMember(subject, "credential"), "expires");
    const end = typeof expires === "string" ? parseTime(expires) : undefined;
    this.#count("withoutExpiry", end === undefined);
    this.#count("afterExpiry", end !== undefined && time !== undefined && time > end);
    if (credential === undefined || task === undefined) return;
    if (end !== undefined && (time === undefined || time <= end))
      increase(this.#byCredential.timely, credential);
    this.#useTask(credential, this.#tasks.ordinal(task));
  }

  part(): EvidencePart {
    const { calls, own, timely, task, several } = this.#byCredential;
    return {
      agents: [...this.agents].sort(),
      counts: [...this.#counts],
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
    for (const [name, count] of part.counts) this.#counts.set(name, this.#at(name) + count);
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

  #at(name: string): number {
    return this.#counts.get(name) ?? 0;
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

const KINDS: ReadonlySet<string> = new Set(["workload", "substitute", "api_key", "user_token"]);
