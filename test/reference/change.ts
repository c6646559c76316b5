import type { Approval } from "../../src/policy/model.ts";
import { waysOf, type Way } from "./approvals.ts";
import { obligationsOf, type Decided, type View } from "./decide.ts";
import { strictness, type Effect, type Obligation } from "./decision.ts";
import { nameOf } from "./request.ts";
import { HIDDEN } from "./value.ts";
import { decide, subsets, type Item } from "./worlds.ts";

export type Class = "unchanged" | "widened" | "narrowed" | "indeterminate";

/** What a version asks of a call, once everything that is unknown is settled one way. */
interface Demand {
  readonly effect: Effect;
  readonly approvals: readonly Approval[];
  readonly duties: ReadonlySet<string>;
}

const EFFECTS: readonly Effect[] = ["allow", "require_approval", "deny"];
const CLASSES = ["public", "internal", "confidential", "restricted"];

function isAtLeast(mine: Approval, theirs: Approval): boolean {
  const everybody = ["human:*"];
  const allowed = theirs.approvers ?? everybody;
  const names = (one: string, other: string): boolean => {
    if (one === other) return true;
    if (one === "human:*")
      return other.startsWith("role:") || (other.startsWith("human:") && !other.includes("*"));
    return one === "agent:*" && other.startsWith("agent:") && !other.includes("*");
  };
  const covered = (mine.approvers ?? everybody).every((other) =>
    allowed.some((one) => names(one, other)),
  );
  return (
    covered &&
    mine.quorum >= theirs.quorum &&
    (mine.within ?? Infinity) <= (theirs.within ?? Infinity)
  );
}

function dutiesOf(obligations: readonly Obligation[]): ReadonlySet<string> {
  return new Set(
    obligations.flatMap((one) => {
      if (one.type === "log") return ["log"];
      if (one.type === "notify") return one.to.map((to) => `notify ${to}`);
      const above =
        one.above === undefined
          ? []
          : CLASSES.slice(CLASSES.indexOf(one.above)).map((name) => `above ${name}`);
      return [...one.fields.map((field) => `field ${field}`), ...above];
    }),
  );
}

/**
 * The class of one settled case: the laxer demand of two that cannot be compared is the later one
 * (design 7.4).
 */
function settled(before: Demand, after: Demand): Class {
  const step = strictness(after.effect) - strictness(before.effect);
  if (step !== 0) return step < 0 ? "widened" : "narrowed";
  if (after.effect === "deny") return "unchanged";
  const [old, now] =
    after.effect === "require_approval" ? [before.approvals, after.approvals] : [[], []];
  const weaker = old.some((one) => !now.some((other) => isAtLeast(other, one)));
  const stronger = now.some((one) => !old.some((other) => isAtLeast(other, one)));
  if (weaker || [...before.duties].some((duty) => !after.duties.has(duty))) return "widened";
  return stronger || after.duties.size > before.duties.size ? "narrowed" : "unchanged";
}

/**
 * What an item is known by in both versions: whom it speaks of (by place where the name is not
 * whole), and what it says.
 */
function keyOf({ views }: Decided, view: View, item: Item): string {
  const subject = nameOf(view.roots.get("subject"));
  const principal = typeof subject === "object" ? subject.text : views.indexOf(view);
  return JSON.stringify([principal, item.text]);
}

function ways(decided: Decided, item: Item): readonly Way[] {
  return item.approval === undefined ? [] : waysOf(decided.asked, item.approval);
}

function mayBeRefused(decided: Decided, item: Item): boolean {
  const all = ways(decided, item);
  return all.includes("refused") && all.length > 1;
}

const surelyDenies = ({ decision }: Decided): boolean =>
  decision.effect === "deny" && !decision.indeterminate;

/**
 * What may go one way or the other in a version: rules that count or do not, approvals that were
 * refused or were not.
 */
function openKeys(decided: Decided): {
  readonly unknown: readonly string[];
  readonly refusable: readonly string[];
} {
  if (surelyDenies(decided)) return { unknown: [], refusable: [] };
  const all = decided.views.flatMap((view) =>
    view.items.map((item) => ({ item, key: keyOf(decided, view, item) })),
  );
  return {
    unknown: all.flatMap(({ item, key }) => (item.truth.is === "unknown" ? [key] : [])),
    refusable: all.flatMap(({ item, key }) =>
      item.truth.is !== false && mayBeRefused(decided, item) ? [key] : [],
    ),
  };
}

interface Settling {
  readonly counting: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  /** What anybody decides at least who is not recorded. */
  readonly floor: Effect;
}

function strictest(effects: readonly Effect[]): Effect {
  return effects.reduce((most, one) => (strictness(one) > strictness(most) ? one : most), "allow");
}

/** What one subject's rules come to; erroneous ones are taken the strictest way. */
function effectIn(decided: Decided, view: View, { counting, refused }: Settling): Effect {
  const present = view.items.filter(
    (item) =>
      item.truth.is === true ||
      (item.truth.is === "unknown" && counting.has(keyOf(decided, view, item))),
  );
  const chosen = new Map(
    view.items.flatMap((item) =>
      item.approval === undefined
        ? []
        : [[item.name, wayOf(decided, item, refused.has(keyOf(decided, view, item)))]],
    ),
  );
  const failed = view.items.filter((item) => item.truth.is === "error");
  return strictest(subsets(failed).map((some) => decide([...present, ...some], chosen).effect));
}

function wayOf(decided: Decided, item: Item, refused: boolean): Way {
  const all = ways(decided, item);
  if (mayBeRefused(decided, item))
    return refused ? "refused" : (all.find((way) => way !== "refused") ?? "open");
  return all[0] ?? "open";
}

/** Undefined: this cannot be. */
function demandIn(decided: Decided, settling: Settling): Demand | undefined {
  if (surelyDenies(decided)) return { effect: "deny", approvals: [], duties: new Set() };
  const least = strictest(decided.views.map((view) => effectIn(decided, view, settling)));
  const effect = decided.doubtful ? strictest([least, settling.floor]) : least;
  if (decided.doubtful && !decided.decision.possible.includes(effect)) return undefined;
  const bearing = decided.views.flatMap((view) =>
    view.items.filter((item) => {
      const counts =
        item.truth.is === true ||
        item.truth.is === "error" ||
        (item.truth.is === "unknown" && settling.counting.has(keyOf(decided, view, item)));
      return item.effect !== "deny" && counts;
    }),
  );
  const sure = bearing.map((item) => ({ ...item, truth: { is: true } as const }));
  return {
    effect,
    approvals: bearing.flatMap((item) => item.approval ?? []),
    duties: dutiesOf(obligationsOf(sure, decided.roots.get("resource") ?? HIDDEN)),
  };
}

/** More than these are not tried in every way. */
const MOST = 9;

/**
 * How two versions' decisions of one call differ (design 7.4): every way of settling what is
 * unknown, the same in both versions where the same is unknown in both. Undefined: there are too
 * many ways.
 */
export function classOf(before: Decided, after: Decided): Class | undefined {
  const [old, now] = [openKeys(before), openKeys(after)];
  const unknown = [...new Set([...old.unknown, ...now.unknown])];
  const refusable = [...new Set([...old.refusable, ...now.refusable])];
  if (unknown.length + refusable.length > MOST) return undefined;
  const classes = new Set<Class>();
  for (const counting of subsets(unknown).map((keys) => new Set(keys))) {
    for (const refused of subsets(refusable).map((keys) => new Set(keys))) {
      for (const floor of EFFECTS) {
        const [b, a] = [
          demandIn(before, { counting, refused, floor }),
          demandIn(after, { counting, refused, floor }),
        ];
        if (b !== undefined && a !== undefined) classes.add(settled(b, a));
      }
    }
  }
  const [only] = classes;
  return classes.size === 1 ? only : "indeterminate";
}
