import type { Document, OnDeny } from "../../src/policy/model.ts";
import { decide, type Before, type Decided } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { Part } from "./glob.ts";
import { knownOf, leaf } from "./known.ts";
import type { SessionSoFar } from "./lifecycle.ts";
import { isMasked, type Use } from "./approvals.ts";
import { asRead, idPart, nameOf, NON_HUMAN, recordedRoots, type Event } from "./request.ts";
import { Lineage } from "./lineage.ts";
import { rulesOf, type Roots } from "./rules.ts";
import { declarationsOf, States } from "./state.ts";
import { and, certain, NO, or, unsure, YES, type Truth } from "./truth.ts";
import { HIDDEN, memberOf, type Node } from "./value.ts";
import type { World } from "./worlds.ts";

interface Life {
  readonly name: string;
  /** The session's name and how often it began: state of an ended one is not met again. */
  readonly key: string;
  /** What was before is forgotten. */
  readonly forgotten: boolean;
  readonly first: number | undefined;
  last: number | undefined;
  readonly ran: Map<string, { sure: number; maybe: number }>;
}

interface Containment {
  readonly kind: OnDeny;
  /** Undefined: it began in a call without a session. */
  readonly life: Life | undefined;
  readonly roots: Roots;
  readonly sure: boolean;
  /** What an unsure one hangs on. */
  readonly paths: readonly string[];
}

function sameTool(a: Roots, b: Roots): Truth {
  const same = (key: string): Truth =>
    samePart(
      idPart(a.get("action") ?? HIDDEN, key),
      idPart(b.get("action") ?? HIDDEN, key),
      `action.${key}`,
    );
  return and([same("server"), same("name")]);
}

function samePart(a: Part, b: Part, path: string): Truth {
  if (a === "absent" || b === "absent") return NO;
  if (a === "hidden" || b === "hidden") return unsure(path);
  return certain(a.text === b.text);
}

function sameName(a: Part, b: Part): boolean {
  return typeof a === "object" && typeof b === "object" && a.text === b.text;
}

/**
 * One policy version's own history (design 7.5): the calls that it lets run, and what they leave
 * behind.
 */
export class ReferenceRun {
  readonly #documents: readonly Document[];
  readonly #known: ReturnType<typeof knownOf>;
  readonly #rules: ReturnType<typeof rulesOf>;
  readonly #states: States;
  readonly #lives = new Map<string, Life>();
  readonly #used: Use[] = [];
  readonly #containments: Containment[] = [];
  readonly #lineage = new Lineage();
  readonly #idle: number | undefined;
  #lifeCount = 0;
  /** The time of the latest event. */
  #now: number | undefined;

  /**
   * `idle`: milliseconds of silence after which what a session left is forgotten; by default never
   * (design 5.4).
   */
  constructor(documents: readonly Document[], idle?: number) {
    this.#idle = idle;
    this.#documents = documents;
    this.#known = knownOf(documents);
    this.#rules = rulesOf(documents);
    this.#states = new States(declarationsOf(documents));
  }

  #begin(event: Event): Life | undefined {
    this.#now = event.time ?? this.#now;
    if (event.session === undefined) return undefined;
    const old = this.#lives.get(event.session);
    const life =
      old === undefined
        ? this.#newLife(event.session, this.#now, false)
        : this.#isForgotten(old)
          ? this.#newLife(event.session, undefined, true)
          : old;
    if (old !== undefined && life !== old) this.#states.forget(life.key, old.last);
    life.last = this.#now;
    this.#lives.set(event.session, life);
    return life;
  }

  #newLife(name: string, first: number | undefined, forgotten: boolean): Life {
    return {
      name,
      key: `${name}#${this.#lifeCount++}`,
      forgotten,
      first,
      last: undefined,
      ran: new Map(),
    };
  }

  /** Whether something of a session was kept, and it was silent for too long. */
  #isForgotten(life: Life): boolean {
    if (
      this.#idle === undefined ||
      this.#now === undefined ||
      life.last === undefined ||
      this.#now - life.last <= this.#idle
    )
      return false;
    const bounded = this.#documents.some(
      (one) =>
        one.kind === "Catalog" &&
        one.agents?.some(
          ({ manifest }) => manifest?.maxCalls !== undefined || manifest?.maxDuration !== undefined,
        ) === true,
    );
    return (
      bounded ||
      life.forgotten ||
      this.#states.holds(life.key) ||
      this.#containments.some(
        (one) => one.life === life && (one.kind === "suspend_session" || one.kind === "block_tool"),
      )
    );
  }

  /** The decision on a call, which then leaves its state behind; undefined for any other event. */
  step(event: Event): Decision | undefined {
    const decided = this.meet(event);
    if (decided !== undefined) this.leave(event, decided);
    return decided?.decision;
  }

  /**
   * Takes the next event, and decides it if it is a call; `past`: a run whose containments and
   * used-up approvals it meets.
   */
  meet(event: Event, past: ReferenceRun = this): Decided | undefined {
    const life = this.#begin(event);
    if (event.type === "session_end" && event.session !== undefined)
      this.#lives.delete(event.session);
    if (event.type !== undefined && event.type !== "call") {
      this.#lineage.pass(event);
      if (event.type === "outcome") this.#tell(event);
      return undefined;
    }
    return decide(this.#documents, this.#known, event, this.#before(event, life, past));
  }

  #tell(event: Event): void {
    const call = callName(event.session, event.parent);
    const outcome = recordedRoots(event).get("outcome");
    const status = outcome === undefined ? undefined : memberOf(outcome, "status");
    if (call === undefined || status?.kind !== "leaf" || status.value.type !== "string") return;
    this.#states.settle(call, status.value.value === "ok");
  }

  #before(event: Event, life: Life | undefined, past: ReferenceRun): Before {
    const session: SessionSoFar | undefined =
      life?.forgotten === true
        ? undefined
        : life && {
            first: life.first,
            ran: (agent) => life.ran.get(agent) ?? { sure: 0, maybe: 0 },
          };
    return {
      session,
      stateOf: (roots) => this.#states.read({ roots, session: life?.key, time: event.time }),
      contained: (roots) => past.#contained(event, roots),
      used: past.#used,
    };
  }

  #contained(event: Event, roots: Roots): Truth {
    const life = event.session === undefined ? undefined : this.#lives.get(event.session);
    return or([
      this.#mayStop(roots, life),
      ...this.#containments.map((one) => this.#stops(one, roots, life)),
    ]);
  }

  /**
   * Nobody can tell whether a call without a session, or without a subject, is of one that was
   * stopped.
   */
  #mayStop(roots: Roots, life: Life | undefined): Truth {
    const kinds = this.#rules.flatMap(({ rule }) =>
      rule.mode === "enforce" && rule.onDeny !== undefined ? [rule.onDeny] : [],
    );
    return or([
      (life === undefined || life.forgotten) && kinds.some((kind) => kind !== "revoke_credential")
        ? unsure("session")
        : NO,
      nameOf(roots.get("subject")) === "hidden" && kinds.includes("revoke_credential")
        ? unsure("subject.id")
        : NO,
    ]);
  }

  #stops(one: Containment, roots: Roots, life: Life | undefined): Truth {
    const sure = one.sure ? YES : unsure(...one.paths);
    // what a call without the key would have stopped is not spread over all
    if (one.kind === "revoke_credential")
      return and([
        sure,
        certain(sameName(nameOf(one.roots.get("subject")), nameOf(roots.get("subject")))),
      ]);
    if (one.life === undefined) return NO;
    if (one.kind === "terminate_session") return and([sure, certain(one.life.name === life?.name)]);
    return and([
      sure,
      certain(one.life === life),
      one.kind === "block_tool" ? sameTool(one.roots, roots) : YES,
    ]);
  }

  /** A tool that is surely blocked already is not blocked once more, perhaps. */
  #contain(one: Containment): void {
    const known = this.#containments.some(
      (old) =>
        old.kind === "block_tool" &&
        one.kind === "block_tool" &&
        old.sure &&
        old.life === one.life &&
        sameTool(old.roots, one.roots).is === true,
    );
    if (!known) this.#containments.push(one);
  }

  /**
   * Lets a call that was met leave behind what it leaves; `as`: the decision that it was made by,
   * another version's in a mirror.
   */
  leave(event: Event, decided: Decided, as: Decided = decided): void {
    const { chain, roots } = decided;
    const life = event.session === undefined ? undefined : this.#lives.get(event.session);
    const happened = this.#lineage.happened(event);
    const permitted = allOf(
      as.worlds,
      (world) => world.permitted,
      as.decision.missing.map(({ attribute }) => attribute),
    );
    this.#lineage.call(event, roots.get("action"), permitted);
    const ran = and([happened, permitted]);
    const caller = nameOf(roots.get("subject"));
    const runners = [...(typeof caller === "object" ? [caller.text] : []), ...chain];
    const agents = runners.flatMap((name) =>
      NON_HUMAN.includes(name.slice(0, name.indexOf(":")))
        ? [name.slice(name.indexOf(":") + 1)]
        : [],
    );
    if (life !== undefined && ran.is !== false)
      for (const agent of new Set(agents)) count(life, agent, ran.is === true);
    this.#states.write(
      { roots: withOutcome(event, decided.roots, as), session: life?.key, time: event.time },
      { happened, ran },
      { others: chain, call: callName(event.session, event.id) },
    );
    if (happened.is === false) return;
    this.#used.push(
      ...decided.uses.map((use) => ({ ...use, sure: use.sure && happened.is === true })),
    );
    for (const { kind, roots: of, sure, paths } of decided.started) {
      const doubts = happened.is === "unknown" ? happened.paths : [];
      this.#contain({
        kind,
        life,
        roots: of,
        sure: sure && happened.is === true,
        paths: [...paths, ...doubts],
      });
    }
  }
}

function callName(session: string | undefined, id: string | undefined): string | undefined {
  return id === undefined ? undefined : JSON.stringify([session, id]);
}

function count(life: Life, agent: string, sure: boolean): void {
  const ran = life.ran.get(agent) ?? { sure: 0, maybe: 0 };
  life.ran.set(agent, sure ? { ...ran, sure: ran.sure + 1 } : { ...ran, maybe: ran.maybe + 1 });
}

/** `doubts`: what it hangs on where not all worlds agree. */
function allOf(
  worlds: readonly World[],
  holds: (world: World) => boolean,
  doubts: readonly string[],
): Truth {
  const found = new Set(worlds.map(holds));
  return found.size > 1 ? unsure(...doubts) : certain(found.has(true));
}

function agreed(values: readonly Node[]): Node {
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  return texts.size === 1 ? (values[0] ?? HIDDEN) : HIDDEN;
}

/** The roots of a declaration: `decision` and `outcome` besides (design 5.3). */
function withOutcome(event: Event, roots: Roots, decided: Decided): Roots {
  const bool = (value: boolean): Node => ({ kind: "leaf", value: { type: "bool", value } });
  const { worlds } = decided;
  const decision = new Map([
    ["effect", agreed(worlds.map((world) => leaf(world.effect)))],
    ["permitted", agreed(worlds.map((world) => bool(world.permitted)))],
    [
      "approved",
      decided.decision.approval.state === "unknown"
        ? HIDDEN
        : bool(decided.decision.approval.state === "satisfied"),
    ],
  ]);
  const stopped =
    event.decision?.effect === "deny" ||
    (event.decision?.effect === "require_approval" &&
      event.outcome === undefined &&
      !isMasked(event, "outcome"));
  const hidden: Node = { kind: "map", members: new Map(), rest: "hidden" };
  const outcome = stopped ? hidden : (recordedRoots(event).get("outcome") ?? hidden);
  return new Map([
    ...roots,
    ["decision", { kind: "map", members: decision, rest: "absent" }],
    ["outcome", outcome],
  ]);
}

/**
 * The decisions on all calls of a trace, in its order, on the history that the documents would have
 * made.
 */
export function referenceRun(
  documents: readonly Document[],
  events: readonly Event[],
  idle?: number,
): readonly Decision[] {
  const run = new ReferenceRun(documents, idle);
  return events.map(asRead).flatMap((event) => run.step(event) ?? []);
}
