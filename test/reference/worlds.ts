import type { Approval, Obligations, OnDeny } from "../../src/policy/model.ts";
import { waysOf, type Asked, type Way } from "./approvals.ts";
import { strictness, type Effect } from "./decision.ts";
import type { Truth } from "./truth.ts";

/** One rule, or one denial by the catalog or a containment, as one subject's call met it. */
export interface Item {
  readonly name: string;
  /** What it says: a rule of the same text is the same rule in another version (design 7.4). */
  readonly text: string;
  readonly effect: Effect;
  readonly truth: Truth;
  readonly approval?: Approval;
  readonly obligations?: Obligations;
  readonly onDeny?: OnDeny;
}

/** What would be decided if everything that is unknown were known. */
export interface World {
  readonly effect: Effect;
  readonly permitted: boolean;
  readonly isDefault: boolean;
}

export function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>(
    (sets, item) => [...sets.map((set) => [...set, item]), ...sets],
    [[]],
  );
}

export function isStricter(a: World, b: World): boolean {
  const difference = strictness(a.effect) - strictness(b.effect);
  return difference > 0 || (difference === 0 && !a.permitted && b.permitted);
}

export function distinct(worlds: readonly World[]): readonly World[] {
  return [...new Map(worlds.map((world) => [JSON.stringify(world), world])).values()];
}

/**
 * The decision on the rules that are matched, each require_approval rule's approvals standing as
 * `ways` say (design 4.1).
 */
export function decide(matched: readonly Item[], ways: ReadonlyMap<string, Way>): World {
  const asking = matched.flatMap((item) =>
    item.effect === "require_approval" ? (ways.get(item.name) ?? []) : [],
  );
  if (matched.some((item) => item.effect === "deny") || asking.includes("refused"))
    return { effect: "deny", permitted: false, isDefault: false };
  if (asking.length > 0)
    return {
      effect: "require_approval",
      permitted: asking.every((way) => way === "satisfied"),
      isDefault: false,
    };
  const allowed = matched.some((item) => item.effect === "allow");
  return { effect: allowed ? "allow" : "deny", permitted: allowed, isDefault: !allowed };
}

function choices(asked: Asked, items: readonly Item[]): readonly ReadonlyMap<string, Way>[] {
  let all: readonly ReadonlyMap<string, Way>[] = [new Map()];
  for (const { name, approval } of items) {
    if (approval !== undefined)
      all = all.flatMap((chosen) =>
        waysOf(asked, approval).map((way) => new Map([...chosen, [name, way]])),
      );
  }
  return all;
}

/**
 * Every decision that is possible on these rules (design 4.2, 4.3): each unknown one both ways,
 * approvals that are undecided both ways; the erroneous ones are taken the strictest way in each
 * case.
 */
export function worldsOf(asked: Asked, items: readonly Item[]): readonly World[] {
  const sure = items.filter((item) => item.truth.is === true);
  const failed = subsets(items.filter((item) => item.truth.is === "error"));
  const worlds: World[] = [];
  for (const taken of subsets(items.filter((item) => item.truth.is === "unknown"))) {
    for (const ways of choices(
      asked,
      items.filter(
        (item) => item.truth.is === true || item.truth.is === "error" || taken.includes(item),
      ),
    )) {
      const cases = failed.map((some) => decide([...sure, ...taken, ...some], ways));
      worlds.push(cases.reduce((strictest, one) => (isStricter(one, strictest) ? one : strictest)));
    }
  }
  return distinct(worlds);
}

/**
 * The strictest of several subjects' decisions holds (design 4.5); the call runs if each lets it.
 */
export function together(views: readonly (readonly World[])[]): readonly World[] {
  return views.reduce((all, worlds) =>
    distinct(all.flatMap((one) => worlds.map((other) => join(one, other)))),
  );
}

function join(a: World, b: World): World {
  const stricter = isStricter(b, a) ? b : a;
  return {
    effect: stricter.effect,
    permitted: a.permitted && b.permitted,
    isDefault: a.isDefault || b.isDefault,
  };
}

/** Somebody unknown decides besides: every stricter effect is possible (design 4.5). */
export function orStricter(worlds: readonly World[]): readonly World[] {
  const stricter = (["require_approval", "deny"] as const).map((effect) => ({
    effect,
    permitted: false,
    isDefault: effect === "deny",
  }));
  return distinct([
    ...worlds,
    ...worlds.flatMap((world) => stricter.filter((one) => isStricter(one, world))),
  ]);
}
