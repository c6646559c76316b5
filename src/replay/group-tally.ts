import { BitSet } from "../trace/bit-set.ts";
import { Counts, type CountsPart } from "./counts.ts";
import { classTraits, effectTraits } from "./call-effects.ts";
import { actionName, resourceClass, subjectName } from "./call-name.ts";
import type { BoundText } from "./bound-text.ts";
import type { ChangeGroup, RulePlace } from "../documents/replay-result.ts";
import type { CallResult } from "./walk.ts";

type Grouped = ChangeGroup["class"];
const ORDER: readonly Grouped[] = ["widened", "narrowed", "indeterminate", "unreachable"];

interface Group {
  readonly described: Omit<
    ChangeGroup,
    "id" | "calls" | "sessions" | "rulesDigest" | "place" | "example"
  >;
  /** The meaning of the rules that decided, in both versions. */
  rules: string;
  readonly sessions: BitSet;
  readonly traits: Counts;
  calls: number;
  /** The first call. */
  example: Example | undefined;
}

/** A call that stands for its group: its id, and where it stands in the trace. */
interface Example extends ExamplePlace {
  readonly id: string;
}

/** Where a call stands in the trace. */
interface ExamplePlace {
  readonly at: number;
  readonly time: number | undefined;
}

/**
 * Whether a call comes before another one: by time; of calls without one only the place tells
 * (design 5.4).
 */
function isEarlier(one: ExamplePlace, other: ExamplePlace): boolean {
  return one.time === undefined || other.time === undefined || one.time === other.time
    ? one.at < other.at
    : one.time < other.time;
}

/**
 * What of a group one part of a trace counted, as plain data; sessions are bits by the part's own
 * numbers.
 */
interface GroupPart {
  readonly described: Group["described"];
  readonly rules: string;
  readonly sessions: Uint32Array;
  readonly traits: CountsPart;
  readonly calls: number;
  readonly example: Example | undefined;
}

/** What a {@link GroupTally} counted, as plain data. */
export type GroupsPart = readonly GroupPart[];

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
 * What the versions say of groups: where each is shown, and what of the candidate an acceptance is
 * bound to.
 */
export interface GroupView {
  readonly placeOf: PlaceOf;
  readonly boundTo: BoundText;
}

/**
 * Groups that are told apart; calls of later ones are told by class, effects and resource class
 * alone.
 */
const MOST_GROUPS = 20_000;
/** What stands for the subjects and actions of those. */
const OTHERS = "(others)";

/**
 * Changed calls that changed alike: same class, effects, rules, subject, action and resource class.
 */
export class GroupTally {
  readonly #groups = new Map<string, Group>();
  readonly #most: number;
  readonly #known = new WeakMap<CallResult, Group>();

  /** `most`: how many groups are told apart, the first ones of the trace. */
  constructor(most = MOST_GROUPS) {
    this.#most = most;
  }

  /**
   * Whether there may be more groups than are told apart: then only the order of the trace tells
   * which those are.
   */
  get isFull(): boolean {
    return this.#groups.size >= this.#most;
  }

  /** Counts `calls` calls of one result. */
  count(result: CallResult, calls: number): void {
    if (result.class === "unchanged") return;
    const group = this.#groupOf(result);
    group.calls += calls;
    for (const trait of traitsOf(result, group.described.resourceClass))
      group.traits.add(trait, calls);
  }

  /**
   * Notes one of them; every changed call is to be marked besides being counted. The order matters
   * only where calls lack times, or where there are too many groups.
   */
  mark(
    result: CallResult,
    call: {
      readonly id: () => string;
      readonly at: number;
      readonly time: number | undefined;
      readonly session: number | undefined;
    },
  ): void {
    if (result.class === "unchanged") return;
    const group = this.#groupOf(result);
    if (group.example === undefined || isEarlier(call, group.example))
      group.example = { id: call.id(), at: call.at, time: call.time };
    if (call.session !== undefined) group.sessions.add(call.session);
  }

  #groupOf(result: CallResult): Group {
    const known = this.#known.get(result);
    if (known !== undefined) return known;
    const described = describe(result);
    const group = this.#groups.get(groupKey(described)) ?? this.#added(described, result);
    this.#known.set(result, group);
    return group;
  }

  #added(described: Group["described"], result: CallResult): Group {
    if (!this.isFull) return this.#kept(described, rulesText(result));
    return this.#kept(
      { ...described, fromRules: [], toRules: [], subject: OTHERS, action: OTHERS },
      OTHERS,
    );
  }

  #kept(described: Group["described"], rules: string): Group {
    const key = groupKey(described);
    const group = this.#groups.get(key) ?? freshGroup(described, rules);
    this.#groups.set(key, group);
    return group;
  }

  part(): GroupsPart {
    return [...this.#groups.values()].map(
      ({ described, rules, sessions, traits, calls, example }) => ({
        described,
        rules,
        sessions: sessions.part(),
        traits: traits.part(),
        calls,
        example,
      }),
    );
  }

  /**
   * `sessions`: the numbers here of the part's sessions. Of two examples the one that stands first
   * in the trace is kept.
   */
  merge(part: GroupsPart, sessions: Uint32Array): void {
    for (const theirs of part) {
      const group = this.#kept(theirs.described, theirs.rules);
      group.sessions.merge(theirs.sessions, sessions);
      group.traits.merge(theirs.traits);
      group.calls += theirs.calls;
      if (
        theirs.example === undefined ||
        (group.example !== undefined && !isEarlier(theirs.example, group.example))
      )
        continue;
      group.example = theirs.example;
      group.rules = theirs.rules;
    }
  }

  /**
   * Widened first, then by calls, then by id; the id is the first twelve digits of the SHA-256 of
   * what makes the group.
   */
  groups(
    sha256: (text: string) => string,
    { placeOf, boundTo }: GroupView,
  ): readonly GroupTraits[] {
    const listed = [...this.#groups].map(([key, group]) => ({
      group: {
        id: sha256(key).slice(0, 12),
        ...group.described,
        example: group.example?.id ?? "",
        calls: group.calls,
        sessions: group.sessions.size,
        rulesDigest: `sha256:${sha256(rulesOf(group, boundTo))}`,
        place: placeOf(group.described),
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

/**
 * WHY the count: nobody can look through the others, so they are accepted for one replay at most.
 */
function rulesOf({ rules, calls, example, described }: Group, boundTo: BoundText): string {
  return JSON.stringify(
    rules === OTHERS ? [OTHERS, calls, example?.id] : [rules, boundTo(described)],
  );
}

function freshGroup(described: Group["described"], rules: string): Group {
  return {
    described,
    rules,
    sessions: new BitSet(),
    traits: new Counts(),
    calls: 0,
    example: undefined,
  };
}

function describe({ class: change, event, baseline, candidate }: CallResult): Group["described"] {
  return {
    class: change === "unchanged" ? "indeterminate" : change,
    from: baseline.effect,
    to: candidate.effect,
    fromRules: baseline.rules,
    toRules: candidate.rules,
    subject: subjectName(event.request),
    action: actionName(event.request),
    resourceClass: resourceClass(candidate, event.request),
  };
}

/**
 * The texts of the rules that decided on both sides: an accepted change holds for these, not for
 * what they may become.
 */
function rulesText(result: CallResult): string {
  const sides = [result.baseline, result.candidate].map((side) => {
    const texts = new Map(
      side.engine?.outcome.members.flatMap((m) =>
        m.rules.map((item) => [item.name, item.compiled.text()] as const),
      ),
    );
    return side.rules.map((name) => [name, texts.get(name) ?? null]);
  });
  return JSON.stringify(sides);
}

function traitsOf(result: CallResult, resourceClass: string | null): readonly string[] {
  const { engine } = result.candidate;
  const deciding = new Set(result.candidate.rules);
  const ruleLabels =
    engine?.outcome.members.flatMap((m) =>
      m.rules
        .filter((item) => deciding.has(item.name))
        .flatMap((item) => item.compiled.rule.labels),
    ) ?? [];
  const eventLabels = Object.entries(result.event.labels ?? {}).flatMap(([name, value]) =>
    value === true ? [name] : [],
  );
  return [
    ...classTraits(engine?.call, resourceClass),
    ...effectTraits(engine?.call),
    ...new Set([...ruleLabels, ...eventLabels].map((label) => `label:${label}`)),
  ];
}

type Described = Pick<
  ChangeGroup,
  "class" | "from" | "to" | "fromRules" | "toRules" | "subject" | "action" | "resourceClass"
>;

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
}: Described): string {
  return JSON.stringify([change, from, to, fromRules, toRules, subject, action, classification]);
}
