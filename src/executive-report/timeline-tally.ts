import { groupKey, type ExampleOrder } from "../replay/group-tally.ts";
import type { CoveredCall } from "../coverage/coverage-tally.ts";
import { gapOf } from "../coverage/gap.ts";
import { METRICS } from "../coverage/coverage-tally.ts";
import type { UncoveredGroup } from "../documents/coverage-result.ts";
import { actionName, resourceClass, subjectName } from "../replay/call-name.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { member } from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { byPlace, isBefore, placeOf } from "../replay/call-place.ts";
import type { CallPlace, TimelineGroupsPart, TimelinesPart } from "../documents/report-part.ts";
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
const ARGUMENTS = 2000;
/** Groups of each kind, and steps of their sessions, that a part of a trace keeps. */
const KEPT_GROUPS = 100;
const KEPT_STEPS = 5000;

/** The first call of each session in a group. */
type Firsts = Map<string, CallPlace>;

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
export class TimelineTally implements ReplayObserver {
  readonly #arguments: boolean;
  readonly #examples: ExampleOrder;
  /** In the order of last use. */
  readonly #sessions = new Map<string, Session>();
  readonly #groups = new Map<string, Firsts>();
  #held = 0;
  #wanted = 0;
  /** Whether sessions or groups were let go that somebody may want. */
  #cut = false;
  #below: Record<Kind, string | null> = { c: null, u: null };

  constructor(options: { readonly arguments: boolean; readonly examples: ExampleOrder }) {
    this.#arguments = options.arguments;
    this.#examples = options.examples;
  }

  call(result: CallResult): void {
    const { event, baseline, candidate } = result;
    const { session } = event;
    if (session === undefined) return;
    this.#add(session, this.#step(result));
    if (result.class === "unchanged") return;
    const described = {
      class: result.class,
      from: baseline.effect,
      to: candidate.effect,
      fromRules: baseline.rules,
      toRules: candidate.rules,
    };
    this.#want(
      `c${groupKey({
        ...described,
        subject: subjectName(event.request),
        action: actionName(event.request),
        resourceClass: resourceClass(candidate, event.request),
      })}`,
      event,
    );
  }

  other(event: TraceEvent): void {
    if (event.session === undefined || event.type === "session_end") return;
    this.#add(event.session, {
      ...bare(event),
      action: null,
      resourceClass: null,
      before: null,
      after: null,
      permitted: null,
      rules: [],
      class: null,
    });
  }

  /** Notes a call that some metric leaves open. */
  covered({ result, verdicts }: CoveredCall): void {
    const { session, request } = result.event;
    if (
      session === undefined ||
      verdicts === undefined ||
      !METRICS.some((metric) => gapOf(verdicts[metric]) !== undefined)
    )
      return;
    this.#want(
      `u${openKey({
        subject: subjectName(request),
        action: actionName(request),
        resourceClass: resourceClass(result.candidate, request),
      })}`,
      result.event,
    );
  }

  #step({ event, baseline, candidate, class: change }: CallResult): Step {
    const args =
      this.#arguments && event.request.args !== undefined
        ? { args: JSON.stringify(event.request.args).slice(0, ARGUMENTS) }
        : {};
    return {
      ...bare(event),
      action: actionName(event.request),
      resourceClass: resourceClass(candidate, event.request),
      before: baseline.effect,
      after: candidate.indeterminate ? "indeterminate" : candidate.effect,
      permitted: candidate.permitted,
      rules: candidate.rules,
      class: change,
      ...args,
    };
  }

  #add(name: string, step: Step): void {
    const session = this.#sessions.get(name) ?? { name, steps: [], more: 0, wanted: false };
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    if (session.steps.length >= STEPS) session.more++;
    else {
      session.steps.push(step);
      this.#held++;
    }
    if (this.#held > HELD) this.#letGo();
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

  #want(group: string, event: TraceEvent): void {
    const { session: name } = event;
    const session = name === undefined ? undefined : this.#sessions.get(name);
    if (session === undefined) return;
    const known = this.#groups.get(group);
    if (known === undefined && this.#groups.size >= GROUPS) return void (this.#cut = true);
    const firsts: Firsts = known ?? new Map<string, CallPlace>();
    const place = placeOf(event);
    if (!this.#isAmongFirst(firsts, session.name, place)) return;
    if (!session.wanted && this.#wanted >= WANTED) return void (this.#cut = true);
    if (!session.wanted) this.#wanted++;
    session.wanted = true;
    this.#groups.set(group, firsts.set(session.name, place));
    if (firsts.size > 2 * SESSIONS) this.#groups.set(group, firstSessions(firsts));
  }

  /** INVARIANT: calls come in the order of time, so only those with one time can change places. */
  #isAmongFirst(firsts: Firsts, name: string, place: CallPlace): boolean {
    const before = firsts.get(name);
    if (before !== undefined) return this.#examples === "id" && isBefore(place, before);
    if (firsts.size < SESSIONS) return true;
    return this.#examples === "id" && [...firsts.values()].some((one) => isBefore(place, one));
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

function bare(event: TraceEvent): Pick<Step, "id" | "time" | "type" | "incident"> {
  const label = member(event.labels, "incident");
  return {
    id: event.id,
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
