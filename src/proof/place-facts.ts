import type { CallExpr } from "../condition/ast.ts";
import { isPath, isUnder } from "../condition/functions/places.ts";
import { normalizeDomain } from "../condition/normalize.ts";
import type { Value } from "../condition/value.ts";
import { FALSE, TRUE, TRUTH, VOID, UNKNOWN } from "./cell.ts";
import type { Literal, UnderPlace, Variable } from "./formula.ts";
import type { Model } from "./model.ts";

/** Whether `under` reads a text as a domain, held against what `host` gives. */
function isDomain(text: string): boolean {
  return normalizeDomain(text)?.includes(".") === true;
}

/**
 * The place that `under(x, place)` asks for, where two such places of one `x` tell something of each
 * other: paths, and domains if `x` is a host. WHY no domain of any other text: a text with a slash
 * makes a path of it.
 */
export function underPlace(
  { name, target, args: [asked] }: CallExpr,
  base: Value | undefined,
  keyOf: (expr: NonNullable<typeof asked>) => string,
): UnderPlace | undefined {
  if (name !== "under" || target !== undefined || asked === undefined) return undefined;
  if (typeof base !== "string") return undefined;
  const isHost = asked.kind === "call" && asked.name === "host" && asked.target === undefined;
  return isPath(base) || (isHost && isDomain(base)) ? { of: keyOf(asked), base } : undefined;
}

/** What `under(x, a)` may be where `under(x, b)` is so, as far as the places decide. */
type Follows = (kinds: number) => number;

/** WHY together: an `x` that has no place is an error, or unknown, whatever it is held against. */
function followsFrom(whenTrue: number, whenFalse: number): Follows {
  return (kinds) =>
    ((kinds & TRUE) === 0 ? 0 : whenTrue) |
    ((kinds & FALSE) === 0 ? 0 : whenFalse) |
    (kinds & (VOID | UNKNOWN));
}

const SAME = followsFrom(TRUE, FALSE);
const ROUND = followsFrom(TRUE, TRUE | FALSE);
const INSIDE = followsFrom(TRUE | FALSE, FALSE);
const APART = followsFrom(FALSE, TRUE | FALSE);

/** What is known of `under(x, a)` by `under(x, b)`; undefined: nothing. */
function relationOf(a: string, b: string): Follows | undefined {
  if (isPath(a) !== isPath(b)) return undefined;
  const [isInside, isRound] = [isUnder(a, b), isUnder(b, a)];
  if (isInside === undefined || isRound === undefined) return undefined;
  if (isInside) return isRound ? SAME : INSIDE;
  return isRound ? ROUND : APART;
}

interface Place {
  readonly variable: Variable;
  readonly under: UnderPlace;
  readonly kinds: number;
}

/** The questions of one `x`, where there are several. */
function placesOf(model: Model): readonly (readonly Place[])[] {
  const groups = new Map<string, Place[]>();
  for (const { variable, cell } of model.values()) {
    const { under } = variable;
    if (under === undefined) continue;
    groups.set(under.of, [
      ...(groups.get(under.of) ?? []),
      { variable, under, kinds: cell.kinds & TRUTH },
    ]);
  }
  return [...groups.values()].filter((places) => places.length > 1);
}

/** That what is under `/repo/src` is under `/repo`, and not under `/etc`, as far as a model says so. */
export function placeFacts(model: Model): readonly Literal[] {
  return placesOf(model).flatMap((places) =>
    places.flatMap(({ variable, under }) =>
      places.flatMap((other): readonly Literal[] => {
        if (other.variable === variable || other.kinds === TRUTH) return [];
        const follows = relationOf(under.base, other.under.base);
        return follows === undefined
          ? []
          : [{ kind: "literal", variable, test: { kinds: follows(other.kinds) } }];
      }),
    ),
  );
}
