import { Counts } from "./counts.ts";
import { Changes, TRAIT, type Change } from "./group-change.ts";
import type { BoundText } from "./bound-text.ts";
import type { ChangeGroup, DemandChange, RulePlace } from "../documents/replay-result.ts";
import type {
  DescribedGroup,
  ExamplePart,
  GroupPart,
  ShownGroup,
} from "../documents/trace-part.ts";
import { hashesOf } from "../text/text-numbers.ts";
import { SessionSet, type SessionScale } from "./session-set.ts";
import type { UnapprovableRules } from "./unapprovable-rules.ts";
import type { CallResult } from "./walk.ts";

type Grouped = ChangeGroup["class"];
const ORDER: readonly Grouped[] = ["widened", "narrowed", "indeterminate", "unreachable"];

interface Group {
  readonly described: DescribedGroup;
  /** The meaning of the rules that decided, in both versions. */
  rules: string;
  /** What is shown of it, where a part of the trace told. */
  readonly shown: ShownGroup | null;
  readonly sessions: SessionSet;
  readonly traits: Counts;
  calls: number;
  /** The first call. */
  example: ExamplePart | null;
  /** Whether its calls were counted with those of others. */
  isGone: boolean;
}

/**
 * Which of two calls with one time, or without times, stands for a group: the one that comes first
 * in the trace, or the one whose id comes first in the order of texts, which holds wherever the
 * calls are.
 */
export type ExampleOrder = "place" | "id";

/** A call that may stand for a group. */
interface Marked {
  readonly id: () => string;
  readonly at: number;
  readonly time: number | undefined;
  readonly session: number | undefined;
}

/**
 * A group with what a gate may limit it by: `label:`, `class:`, `effect:` and how many of its calls
 * have it.
 */
export interface GroupTraits {
  readonly group: ChangeGroup;
  readonly traits: ReadonlyMap<string, number>;
}

/** Where a group is shown; null: nowhere. */
export type PlaceOf = (rules: Pick<ChangeGroup, "fromRules" | "toRules">) => RulePlace | null;

/**
 * What the versions say of groups: where each is shown, what of the candidate an acceptance is bound to, and
 * what nobody can approve.
 */
export interface GroupView {
  readonly placeOf: PlaceOf;
  readonly boundTo: BoundText;
  readonly unapprovable: {
    readonly baseline: UnapprovableRules;
    readonly candidate: UnapprovableRules;
  };
}

/**
 * Groups that are told apart; calls of further ones are told by class, effects and resource class
 * alone. Which groups those are is told by their ranks: by class, then by a hash of what makes them,
 * so that it is the same in whatever parts and order the calls are counted.
 */
const MOST_GROUPS = 20_000;
/** What stands for the subjects and actions of those. */
const OTHERS = "(others)";
/** So many different demands of one group are told. */
const MOST_DEMANDS = 10;
/** Rules of a group that fail, and approvers of its calls, are named up to so many. */
const MOST_NAMES = 10;

/** How a {@link GroupTally} counts. */
export interface GroupOptions {
  readonly examples: ExampleOrder;
  readonly scale: SessionScale;
  /** How many groups are told apart. */
  readonly most?: number;
}

/**
 * Changed calls that changed alike: same class, effects, rules, subject, action and resource class.
 */
export class GroupTally {
  readonly #groups = new Map<string, Group>();
  readonly #examples: ExampleOrder;
  readonly #scale: SessionScale;
  readonly #most: number;
  /** The least rank of what is told as others; undefined: there was room for all. */
  #fullFrom: string | undefined;
  readonly #changes = new Changes();
  readonly #known = new WeakMap<Change, Group>();

  constructor({ examples, scale, most = MOST_GROUPS }: GroupOptions) {
    this.#examples = examples;
    this.#scale = scale;
    this.#most = most;
  }

  /** What groups count of a call whose class is not `unchanged`. */
  changeOf(result: CallResult): Change {
    return this.#changes.of(result);
  }

  /** Counts `calls` calls that changed so. */
  count(change: Change, calls: number): void {
    const group = this.#groupOf(change);
    group.calls += calls;
    for (const trait of change.traits) group.traits.add(trait, calls);
  }

  /**
   * Notes one of them; every changed call is to be marked besides being counted. The order matters
   * only where calls have one time, or none.
   */
  mark(change: Change, call: Marked): void {
    const group = this.#groupOf(change);
    if (group.example === null || this.#isEarlier(call, group.example))
      group.example = { id: call.id(), at: call.at, time: call.time ?? null };
    if (call.session !== undefined) group.sessions.add(call.session);
  }

  /** Whether a call comes before another one (design 5.4). */
  #isEarlier(call: Omit<Marked, "session">, other: ExamplePart): boolean {
    // INVARIANT: what a call has may be worked out as it is asked for, so nothing of it is copied
    const time = call.time ?? null;
    if (time !== null && other.time !== null && time !== other.time) return time < other.time;
    if (this.#examples === "place") return call.at < other.at;
    return time === other.time ? call.id() < other.id : time !== null;
  }

  #groupOf(change: Change): Group {
    const known = this.#known.get(change);
    if (known?.isGone === false) return known;
    const group = this.#open(change.described, change.rules);
    this.#known.set(change, group);
    return group;
  }

  /** The group of what is described, or the one of others that it is counted with. */
  #open(described: DescribedGroup, rules: string, shown: ShownGroup | null = null): Group {
    const key = groupKey(described);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (
      !isOthers(described) &&
      this.#fullFrom !== undefined &&
      rankOf(described, key) >= this.#fullFrom
    )
      return this.#others(described);
    const group = freshGroup({ described, rules, shown });
    this.#groups.set(key, group);
    // WHY only then: to find out which are too many takes a look at all
    if (this.#groups.size > 2 * this.#most) this.#settle();
    return group.isGone ? this.#others(described) : group;
  }

  #others(described: DescribedGroup): Group {
    const others = { ...described, fromRules: [], toRules: [], subject: OTHERS, action: OTHERS };
    return this.#open(others, OTHERS);
  }

  /** Counts the groups beyond the most with the others. */
  #settle(): void {
    const told = [...this.#groups]
      .filter(([, { described }]) => !isOthers(described))
      .map(([key, group]) => ({ key, group, rank: rankOf(group.described, key) }));
    if (told.length <= this.#most) return;
    told.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    const gone = told.slice(this.#most);
    this.#fullFrom = gone[0]?.rank;
    for (const { key, group } of gone) {
      this.#groups.delete(key);
      group.isGone = true;
    }
    for (const { group } of gone) this.#addTo(this.#others(group.described), group);
    this.#changes.forget();
  }

  #addTo(group: Group, more: Group): void {
    group.sessions.addAll(more.sessions);
    group.traits.merge(more.traits.part());
    group.calls += more.calls;
    this.#take(group, more.example, more.rules);
  }

  /** Of two examples the first is kept. */
  #take(group: Group, example: ExamplePart | null, rules: string): void {
    if (example === null) return;
    const { id, at, time } = example;
    if (
      group.example !== null &&
      !this.#isEarlier({ id: () => id, at, time: time ?? undefined }, group.example)
    )
      return;
    group.example = example;
    if (group.rules !== OTHERS) group.rules = rules;
  }

  /** `areOwn`: no other part has one of the sessions. */
  *part(areOwn = false): Generator<GroupPart> {
    this.#settle();
    for (const group of this.#groups.values()) {
      const { described, rules, shown, sessions, traits, calls, example } = group;
      yield {
        described,
        rules,
        shown,
        sessions: sessions.part(areOwn),
        traits: traits.part(),
        calls,
        example,
      };
    }
  }

  /** `sessions`: the numbers here of the part's sessions. */
  merge(part: Iterable<GroupPart>, sessions: Uint32Array): void {
    for (const theirs of part) {
      const group = this.#open(theirs.described, this.#changes.text(theirs.rules), theirs.shown);
      group.sessions.merge(theirs.sessions, sessions);
      group.traits.merge(theirs.traits);
      group.calls += theirs.calls;
      this.#take(group, theirs.example, theirs.rules);
    }
  }

  /**
   * Widened first, then by calls, then by id; the id is the first twelve digits of the SHA-256 of
   * what makes the group.
   */
  groups(sha256: (text: string) => string, view: GroupView | undefined): readonly GroupTraits[] {
    this.#settle();
    const listed = [...this.#groups].map(([key, group]) => ({
      group: {
        id: sha256(key).slice(0, 12),
        ...group.described,
        example: group.example?.id ?? "",
        calls: group.calls,
        sessions: group.sessions.count(this.#scale),
        ...incidentsOfGroup(group.traits),
        ...demandsOfGroup(group.traits),
        ...labelsOfGroup(group.traits),
        ...failingOfGroup(group.traits),
        ...approvalsOfGroup(group.traits),
        ...downstreamOfGroup(group.traits),
        ...shownGroup(group, sha256, view),
      },
      traits: new Map(group.traits.byKey()),
    }));
    return listed.sort(
      ({ group: a }, { group: b }) =>
        ORDER.indexOf(a.class) - ORDER.indexOf(b.class) ||
        b.calls - a.calls ||
        (a.id < b.id ? -1 : 1),
    );
  }
}

function incidentsOfGroup(traits: Counts): Pick<ChangeGroup, "incidents"> {
  const incidents = traits.get(TRAIT.incident);
  return incidents === 0 ? {} : { incidents };
}

function labelsOfGroup(
  traits: Counts,
): Pick<ChangeGroup, "benignCalls" | "incidentCalls" | "benignDenied" | "benignFailing"> {
  const benignCalls = traits.get(TRAIT.labelled.benign);
  const incidentCalls = traits.get(TRAIT.labelled.incident);
  const benignDenied = traits.get(TRAIT.benignDenied);
  const benignFailing = traits.get(TRAIT.benignFailing);
  return {
    ...(benignCalls > 0 && { benignCalls }),
    ...(incidentCalls > 0 && { incidentCalls }),
    ...(benignDenied > 0 && { benignDenied }),
    ...(benignFailing > 0 && { benignFailing }),
  };
}

/** What follows a prefix in the traits of most calls. */
function namesAfter(prefix: string, traits: Counts): readonly string[] {
  return traits
    .byCount()
    .filter(([trait]) => trait.startsWith(prefix))
    .slice(0, MOST_NAMES)
    .map(([trait]) => trait.slice(prefix.length));
}

function failingOfGroup(traits: Counts): Pick<ChangeGroup, "failing" | "failingRules"> {
  const failing = traits.get(TRAIT.failing);
  return failing === 0 ? {} : { failing, failingRules: namesAfter(TRAIT.failingRule, traits) };
}

function downstreamOfGroup(traits: Counts): Pick<ChangeGroup, "downstream"> {
  const downstream = traits.get(TRAIT.downstream);
  return downstream === 0 ? {} : { downstream };
}

function approvalsOfGroup(
  traits: Counts,
): Pick<ChangeGroup, "newlyHeld" | "benignNewlyHeld" | "heldFor" | "otherApprovals"> {
  const newlyHeld = traits.get(TRAIT.held);
  const benignNewlyHeld = traits.get(TRAIT.benignHeld);
  const otherApprovals = traits.get(TRAIT.otherApprovals);
  return {
    ...(newlyHeld > 0 && { newlyHeld, heldFor: namesAfter(TRAIT.heldFor, traits) }),
    ...(benignNewlyHeld > 0 && { benignNewlyHeld }),
    ...(otherApprovals > 0 && { otherApprovals }),
  };
}

function demandsOfGroup(traits: Counts): Pick<ChangeGroup, "demands"> {
  const demands = traits
    .byCount()
    .filter(([trait]) => trait.startsWith(TRAIT.demand))
    .slice(0, MOST_DEMANDS)
    .map(([trait, calls]): DemandChange => ({ sentence: trait.slice(TRAIT.demand.length), calls }));
  return demands.length === 0 ? {} : { demands };
}

/** What is shown of a group; `view` undefined: parts told of each. */
export function shownGroup(
  group: Pick<GroupPart, "described" | "rules" | "shown" | "calls" | "example">,
  sha256: (text: string) => string,
  view: GroupView | undefined,
): ShownGroup {
  const { described, rules, shown } = group;
  if (isOthers(described))
    return {
      rulesDigest: `sha256:${sha256(othersText(group))}`,
      place: shown?.place ?? view?.placeOf(described) ?? null,
    };
  if (shown !== null) return shown;
  if (view === undefined) throw new Error("a part does not say what is shown of a group");
  return {
    rulesDigest: `sha256:${sha256(JSON.stringify([rules, view.boundTo(described)]))}`,
    place: view.placeOf(described),
    ...nobodyOf(described, view.unapprovable.candidate),
  };
}

/** Whom rules that hold calls ask, and whom nobody is; WHY of rules: each of them has to be approved. */
function nobodyOf(
  { class: change, to, toRules }: DescribedGroup,
  { rules }: UnapprovableRules,
): Pick<ChangeGroup, "nobodyIs"> {
  const isHeld = to === "require_approval" && (change === "widened" || change === "narrowed");
  const names = isHeld ? toRules.flatMap((rule) => rules.get(rule) ?? []) : [];
  return names.length === 0 ? {} : { nobodyIs: [...new Set(names)] };
}

/** Whether a group is one of those that are counted together. */
function isOthers({ subject, action }: DescribedGroup): boolean {
  return subject === OTHERS && action === OTHERS;
}

/**
 * WHY the count: nobody can look through the others, so they are accepted for one replay at most.
 */
function othersText({ calls, example }: Pick<GroupPart, "calls" | "example">): string {
  return JSON.stringify([OTHERS, calls, example?.id]);
}

function freshGroup({
  described,
  rules,
  shown,
}: Pick<Group, "described" | "rules" | "shown">): Group {
  // WHY no spread: each object that it makes has a shape of its own, as large as the object
  return {
    described,
    rules,
    shown,
    sessions: new SessionSet(),
    traits: new Counts(),
    calls: 0,
    example: null,
    isGone: false,
  };
}

function rankOf({ class: change }: DescribedGroup, key: string): string {
  const hashes = hashesOf(key).map((hash) => hash.toString(16).padStart(8, "0"));
  return `${ORDER.indexOf(change)}${hashes.join("")}${key}`;
}

/** What calls of one group have in common, as a text. */
export function groupKey({
  class: change,
  from,
  to,
  fromRules,
  toRules,
  subject,
  action,
  resourceClass: classification,
}: DescribedGroup): string {
  return JSON.stringify([change, from, to, fromRules, toRules, subject, action, classification]);
}
