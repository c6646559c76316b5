import { groupKey, type ExampleOrder } from "../replay/group-tally.ts";
import type { Caller, Deed } from "../coverage/call-facts.ts";
import type { UncoveredGroup } from "../documents/coverage-result.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";
import type { SeenCall, SeenEvent } from "../replay/seen-call.ts";
import { member } from "../request/json.ts";
import { byPlace, isBefore, placeOf } from "../replay/call-place.ts";
import type { CallPlace, TimelineGroupsPart, TimelinesPart } from "../documents/report-part.ts";
import { Ordinals, PairTable } from "../text/pair-table.ts";
import { hashText } from "../text/text-numbers.ts";
import { formatTime } from "../text/time.ts";
import { lesserHash } from "../coverage/least-hashes.ts";
import type { Step, Timeline } from "../documents/report-result.ts";

/**
 * Sessions shown of a group, steps shown of a session, and how much is held while nobody knows yet
 * what will be shown.
 */
const SESSIONS = 12;
const STEPS = 100;
/** Sessions of all groups together. */
const WANTED = 1500;
const HELD = 60_000;
const GROUPS = 5000;
/** Names of groups that are kept by their numbers. */
const NAMES = 20_000;
const ARGUMENTS = 2000;
/** Groups of each kind, and steps of their sessions, that a part of a trace keeps. */
const KEPT_GROUPS = 100;
const KEPT_STEPS = 5000;
/** Where the steps to groups of open calls start. INVARIANT: it is no number of a decision. */
const OPEN = -1;

/** The first call of each session in a group. */
type Firsts = Map<string, CallPlace>;

/** What names a call in a group. */
interface CallNames {
  readonly caller: Caller;
  readonly deed: Deed;
}

interface Session {
  readonly name: string;
  readonly steps: Step[];
  more: number;
  wanted: boolean;
}

function openKey({
  subject,
  action,
  resourceClass: classification,
}: Pick<UncoveredGroup, "subject" | "action" | "resourceClass">): string {
  return JSON.stringify([subject, action, classification]);
}

/**
 * Keeps, for each group of changed or uncovered calls, the first sessions as timelines. Bounded:
 * sessions that no group wants are let go of, the longest untouched first.
 */
export class TimelineTally {
  readonly #arguments: boolean;
  readonly #examples: ExampleOrder;
  /** In the order of last use. */
  readonly #sessions = new Map<string, Session>();
  readonly #groups = new Map<string, Firsts>();
  /** Steps to the groups of calls, and by the places where they end the groups' names. */
  readonly #steps = new PairTable();
  readonly #ends = new Ordinals();
  readonly #keys: string[] = [];
  #held = 0;
  #wanted = 0;
  /** Whether sessions or groups were let go that somebody may want. */
  #cut = false;
  #below: Record<Kind, string | null> = { c: null, u: null };

  constructor(options: { readonly arguments: boolean; readonly examples: ExampleOrder }) {
    this.#arguments = options.arguments;
    this.#examples = options.examples;
  }

  /** Notes a call; `isOpen`: some metric leaves it open. */
  call(call: SeenCall, by: CallNames & { readonly isOpen: boolean }): void {
    const session = this.#sessionOf(call);
    if (session === undefined) return;
    this.#add(session, () => this.#stepOf(call, by.deed));
    const change = call.decided.class;
    if (change !== "unchanged") this.#want(this.#changed(call, { ...by, change }), session, call);
    if (by.isOpen) this.#want(this.#openGroup(by), session, call);
  }

  other(event: SeenEvent): void {
    const session = event.type === "session_end" ? undefined : this.#sessionOf(event);
    if (session !== undefined)
      this.#add(session, () => ({
        ...bare(event),
        action: null,
        resourceClass: null,
        before: null,
        after: null,
        permitted: null,
        rules: [],
        class: null,
      }));
  }

  /**
   * An event's session, as used last; undefined: there is none, or nothing will be shown of it,
   * since enough others are.
   */
  #sessionOf({ session: name }: SeenEvent): Session | undefined {
    if (name === undefined) return undefined;
    const known = this.#sessions.get(name);
    // parts note what they could not keep
    if (this.#wanted >= WANTED && this.#examples === "place" && known?.wanted !== true)
      return undefined;
    const session = known ?? { name, steps: [], more: 0, wanted: false };
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    return session;
  }

  #stepOf(call: SeenCall, { action, resourceClass }: Deed): Step {
    const { baseline, candidate, class: change } = call.decided;
    const args = this.#arguments ? call.argsText() : undefined;
    return {
      ...bare(call),
      action,
      resourceClass,
      before: baseline.indeterminate ? "indeterminate" : baseline.effect,
      after: candidate.indeterminate ? "indeterminate" : candidate.effect,
      permitted: candidate.permitted,
      rules: candidate.rules,
      class: change,
      ...(args === undefined ? {} : { args: args.slice(0, ARGUMENTS) }),
    };
  }

  #add(session: Session, step: () => Step): void {
    if (session.steps.length >= STEPS) session.more++;
    else {
      session.steps.push(step());
      this.#held++;
    }
    if (this.#held > HELD) this.#letGo();
  }

  /** The group of open calls that are alike in subject, action and classification. */
  #openGroup({ caller, deed }: CallNames): string {
    const { action, resourceClass } = deed;
    const make = (): string => `u${openKey({ subject: caller.subject, action, resourceClass })}`;
    return this.#named([OPEN, caller.number, deed.named], make);
  }

  #changed(
    { decided: { baseline, candidate }, decision }: SeenCall,
    { caller, deed, change }: CallNames & { readonly change: ChangeGroup["class"] },
  ): string {
    const make = (): string =>
      `c${groupKey({
        class: change,
        from: baseline.effect,
        to: candidate.effect,
        fromRules: baseline.rules,
        toRules: candidate.rules,
        subject: caller.subject,
        action: deed.action,
        resourceClass: deed.resourceClass,
      })}`;
    return decision < 0 ? make() : this.#named([decision, caller.number, deed.named], make);
  }

  /** The name of a group, by the numbers that tell it. */
  #named([first, second, third]: readonly [number, number, number], make: () => string): string {
    if (this.#keys.length >= NAMES) return make();
    const end = this.#steps.step(this.#steps.step(first, second), third);
    return (this.#keys[this.#ends.of(end)] ??= make());
  }

  #letGo(): void {
    for (const [name, session] of this.#sessions) {
      if (this.#held <= HELD / 2) return;
      if (session.wanted) continue;
      this.#cut = true;
      this.#held -= session.steps.length;
      this.#sessions.delete(name);
    }
    // what is left is wanted, and bounded by itself
    this.#held = 0;
  }

  #want(group: string, session: Session, call: SeenCall): void {
    // it may have been let go of just now
    if (this.#sessions.get(session.name) !== session) return;
    const known = this.#groups.get(group);
    if (known === undefined && this.#groups.size >= GROUPS) return void (this.#cut = true);
    const firsts: Firsts = known ?? new Map<string, CallPlace>();
    if (!this.#isAmongFirst(firsts, session.name, call)) return;
    if (!session.wanted && this.#wanted >= WANTED) return void (this.#cut = true);
    if (!session.wanted) this.#wanted++;
    session.wanted = true;
    this.#groups.set(group, firsts.set(session.name, placeOf(call)));
    if (firsts.size > 2 * SESSIONS) this.#groups.set(group, firstSessions(firsts));
  }

  /** INVARIANT: calls come in the order of time, so only those with one time can change places. */
  #isAmongFirst(firsts: Firsts, name: string, call: SeenCall): boolean {
    const before = firsts.get(name);
    if (before === undefined && firsts.size < SESSIONS) return true;
    if (this.#examples === "place") return false;
    const place = placeOf(call);
    return before === undefined
      ? [...firsts.values()].some((one) => isBefore(place, one))
      : isBefore(place, before);
  }

  /** Notes that a part could not tell any session. */
  cannotTell(): void {
    this.#cut = true;
  }

  /** Whether some sessions that groups should show may be missing. */
  get isSample(): boolean {
    return this.#cut || this.#below.c !== null || this.#below.u !== null;
  }

  /** The groups of a kind that a part keeps, in the order of their ranks. */
  #kept(kind: Kind): { readonly groups: readonly Ranked[]; readonly below: string | null } {
    const known = this.#below[kind];
    const ranked = [...this.#groups]
      .filter(([key]) => key.startsWith(kind))
      .map(([key, firsts]) => ({ key, rank: rankOf(key), firsts: firstSessions(firsts) }))
      .filter(({ rank }) => known === null || rank < known)
      .sort((a, b) => (a.rank < b.rank ? -1 : 1));
    const shown = new Set<string>();
    let steps = 0;
    const end = ranked.findIndex(({ firsts }, i) => {
      for (const name of firsts.keys()) {
        if (!shown.has(name)) steps += this.#sessions.get(name)?.steps.length ?? 0;
        shown.add(name);
      }
      return i >= KEPT_GROUPS || steps > KEPT_STEPS;
    });
    return end < 0
      ? { groups: ranked, below: known }
      : { groups: ranked.slice(0, end), below: ranked[end]?.rank ?? known };
  }

  part(): TimelinesPart {
    const [changed, open] = [this.#kept("c"), this.#kept("u")];
    const names = new Set(
      [...changed.groups, ...open.groups].flatMap(({ firsts }) => [...firsts.keys()]),
    );
    return {
      changed: groupsPart(changed),
      open: groupsPart(open),
      sessions: [...this.#sessions.values()]
        .filter(({ name }) => names.has(name))
        .map(({ name, steps, more }) => ({ session: name, steps, more })),
      cut: this.#cut,
    };
  }

  /** Adds what another part of the trace saw; no session is in two parts. */
  merge({ changed, open, sessions, cut }: TimelinesPart): void {
    this.#cut ||= cut;
    for (const { session, steps, more } of sessions)
      this.#sessions.set(session, { name: session, steps: [...steps], more, wanted: true });
    this.#below.c = lesserHash(this.#below.c, changed.below);
    this.#below.u = lesserHash(this.#below.u, open.below);
    for (const [key, firsts] of [...changed.groups, ...open.groups]) {
      const known = this.#groups.get(key) ?? new Map<string, CallPlace>();
      for (const [session, first] of firsts) known.set(session, first);
      this.#groups.set(key, firstSessions(known));
    }
    this.#letGoUnwanted();
  }

  /** Drops what no group of the merged parts shows. */
  #letGoUnwanted(): void {
    for (const [kind, below] of Object.entries(this.#below))
      for (const key of this.#groups.keys())
        if (below !== null && key.startsWith(kind) && rankOf(key) >= below)
          this.#groups.delete(key);
    const wanted = new Set([...this.#groups.values()].flatMap((firsts) => [...firsts.keys()]));
    for (const name of this.#sessions.keys()) if (!wanted.has(name)) this.#sessions.delete(name);
  }

  #firstOf(key: string): Iterable<string> {
    const firsts = this.#groups.get(key) ?? new Map<string, CallPlace>();
    return this.#examples === "place" ? firsts.keys() : firstSessions(firsts).keys();
  }

  /** The timelines that the given groups point to, and where each group's stand among them. */
  finish(
    changes: readonly ChangeGroup[],
    open: readonly UncoveredGroup[],
  ): {
    readonly timelines: readonly Timeline[];
    readonly ofChange: readonly (readonly number[])[];
    readonly ofOpen: readonly (readonly number[])[];
  } {
    const timelines: Timeline[] = [];
    const places = new Map<string, number>();
    const place = (name: string): readonly number[] => {
      const known = places.get(name);
      if (known !== undefined) return [known];
      const session = this.#sessions.get(name);
      if (session === undefined) return [];
      places.set(name, timelines.length);
      return [timelines.push({ session: name, steps: session.steps, more: session.more }) - 1];
    };
    const of = (key: string): readonly number[] => [...this.#firstOf(key)].flatMap(place);
    const ofChange = changes.map((group) => of(`c${groupKey(group)}`));
    return { ofChange, ofOpen: open.map((group) => of(`u${openKey(group)}`)), timelines };
  }
}

function bare(event: SeenEvent): Pick<Step, "id" | "time" | "type" | "incident"> {
  const label = event.labels === undefined ? undefined : member(event.labels, "incident");
  return {
    id: event.id(),
    time: event.time === undefined ? null : formatTime(event.time),
    type: event.type,
    incident: typeof label === "boolean" ? label : null,
  };
}

/** Groups of changed calls, and of calls that some metric leaves open. */
type Kind = "c" | "u";

interface Ranked {
  readonly key: string;
  readonly rank: string;
  readonly firsts: Firsts;
}

/** The first sessions of a group, in the order of their first calls. */
function firstSessions(firsts: Firsts): Firsts {
  return new Map([...firsts].sort(([, a], [, b]) => byPlace(a, b)).slice(0, SESSIONS));
}

const CLASSES = ["widened", "narrowed"];

/** Which groups are kept: widened ones first, then by hash. */
function rankOf(key: string): string {
  const at = CLASSES.findIndex((name) => key.startsWith(`c["${name}"`));
  return `${at < 0 ? CLASSES.length : at}${hashText(key)}`;
}

function groupsPart({
  groups,
  below,
}: {
  readonly groups: readonly Ranked[];
  readonly below: string | null;
}): TimelineGroupsPart {
  return { groups: groups.map(({ key, firsts }) => [key, [...firsts]]), below };
}
