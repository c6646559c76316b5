import { Atoms } from "../../../src/proof/atoms.ts";
import type { Claim } from "../../../src/proof/claim.ts";
import { conditionClaim } from "../../../src/proof/condition-claim.ts";
import { Constants } from "../../../src/proof/constants.ts";
import { allOf, anyOf, type Formula } from "../../../src/proof/formula.ts";
import { functionFacts } from "../../../src/proof/function-facts.ts";
import { searchModels } from "../../../src/proof/solver.ts";
import type { Expr } from "../../../src/condition/ast.ts";
import { parseExpression } from "../../../src/condition/parse.ts";
import { pairOf, Random } from "./generate.ts";
import { DOMAINS, evaluator, rowsOver } from "./world.ts";

/**
 * How often a property truly held, how often analysis found it, and how often it found what was not
 * so.
 */
export interface Score {
  held: number;
  found: number;
  wrong: string[];
}

export interface Measured {
  readonly pairs: number;
  readonly scores: {
    readonly contradictory: Score;
    readonly constant: Score;
    readonly shadowed: Score;
    /** Never unknown, never an error, and always as the second. */
    readonly unknown: Score;
    readonly error: Score;
    readonly same: Score;
  };
  /** Conditions that are true somewhere, and no model was found. */
  readonly missedModels: number;
  readonly gaveUp: number;
}

const ATOMS = new Atoms(new Constants({}));

/**
 * The share that analysis has to find of each property. That nothing is unknown or an error holds of the
 * small world alone, so neither has to be found.
 */
const LEAST_FOUND: Readonly<Record<keyof Measured["scores"], number>> = {
  contradictory: 0.8,
  constant: 0.8,
  shadowed: 0.8,
  unknown: 0,
  error: 0,
  same: 0.6,
};

/** The properties of which analysis found too few, or found what was not so. */
export function missed({ scores }: Measured): readonly string[] {
  return Object.entries(scores)
    .filter(
      ([name, { held, found, wrong }]) =>
        wrong.length > 0 || found < held * LEAST_FOUND[name as keyof Measured["scores"]],
    )
    .map(([name]) => name);
}

function parse(text: string): Expr {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message ?? ""}`);
  return parsed.expr;
}

function search(formula: Formula): "found" | "none" | "unknown" {
  return searchModels(formula, { visit: () => true, infer: functionFacts }).kind;
}

function pathsIn(...conditions: readonly string[]): readonly string[] {
  return [...DOMAINS.keys()].filter((path) => conditions.some((text) => text.includes(path)));
}

function note(
  score: Score,
  of: { readonly held: boolean; readonly found: boolean; readonly text: string },
): void {
  if (of.held) score.held++;
  if (of.held && of.found) score.found++;
  if (!of.held && of.found) score.wrong.push(of.text);
}

/** What brute force over every row says of two conditions. */
function bruteForce(
  first: Expr,
  second: Expr,
  paths: readonly string[],
): {
  readonly met: ReadonlySet<boolean | "unknown" | "error">;
  readonly implies: boolean;
  readonly same: boolean;
} {
  const [a, b] = [evaluator(first), evaluator(second)];
  const met = new Set<boolean | "unknown" | "error">();
  let [implies, same] = [true, true];
  for (const row of rowsOver(paths)) {
    const [value, other] = [a(row), b(row)];
    met.add(value);
    if (value === true && other !== true) implies = false;
    if (value !== other) same = false;
    if (met.size === 4 && !implies && !same) break;
  }
  return { met, implies, same };
}

const VALUES = ["true", "false", "unknown", "error"] as const;

/** Whether it is proved that two conditions come to the same on every row. */
function isProvedSame(a: Claim, b: Claim): boolean {
  return VALUES.every(
    (value) =>
      search(allOf([a(value), anyOf(VALUES.filter((v) => v !== value).map(b))])) === "none",
  );
}

/** Runs random pairs from a seed and compares analysis with brute force. */
export function measure(pairs: number, seed: number): Measured {
  const random = new Random(seed);
  const score = (): Score => ({ held: 0, found: 0, wrong: [] });
  const scores = {
    contradictory: score(),
    constant: score(),
    shadowed: score(),
    unknown: score(),
    error: score(),
    same: score(),
  };
  let [missedModels, gaveUp] = [0, 0];
  for (let i = 0; i < pairs; i++) {
    const { first, second } = pairOf(random);
    const [a, b] = [parse(first), parse(second)];
    const [x, y] = [conditionClaim(a, ATOMS), conditionClaim(b, ATOMS)];
    const { met, implies, same } = bruteForce(a, b, pathsIn(first, second));
    const truth = { everTrue: met.has(true), everFalse: met.has(false), implies };
    const possible = search(x("true"));
    note(scores.contradictory, { held: !truth.everTrue, found: possible === "none", text: first });
    note(scores.constant, {
      held: !truth.everFalse && truth.everTrue,
      found: truth.everTrue && search(x("false")) === "none",
      text: first,
    });
    if (truth.everTrue)
      note(scores.shadowed, {
        held: truth.implies,
        found: search(allOf([x("true"), y("notTrue")])) === "none",
        text: `${first}  =>  ${second}`,
      });
    for (const value of ["unknown", "error"] as const)
      note(scores[value], {
        held: !met.has(value),
        found: search(x(value)) === "none",
        text: first,
      });
    note(scores.same, { held: same, found: isProvedSame(x, y), text: `${first}  ==  ${second}` });
    if (truth.everTrue && possible === "none") missedModels++;
    if (possible === "unknown") gaveUp++;
  }
  return { pairs, scores, missedModels, gaveUp };
}

export function reportOf({ pairs, scores, gaveUp }: Measured): string {
  const lines = Object.entries(scores).map(
    ([name, { held, found, wrong }]) =>
      `${name}: ${held} of ${pairs}, found ${found} ` +
      `(${held === 0 ? "none" : `${((found / held) * 100).toFixed(1)}%`}), false findings ` +
      `${wrong.length}`,
  );
  return [...lines, `gave up: ${gaveUp}`].join("\n");
}
