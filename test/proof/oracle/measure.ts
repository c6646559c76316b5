import { Atoms } from "../../../src/proof/atoms.ts";
import { conditionClaim } from "../../../src/proof/condition-claim.ts";
import { Constants } from "../../../src/proof/constants.ts";
import { allOf, type Formula } from "../../../src/proof/formula.ts";
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
  };
  /** Conditions that are true somewhere, and no model was found. */
  readonly missedModels: number;
  readonly gaveUp: number;
}

const ATOMS = new Atoms(new Constants({}));

function parse(text: string): Expr {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.errors[0]?.message ?? ""}`);
  return parsed.expr;
}

function search(formula: Formula): "found" | "none" | "unknown" {
  return searchModels(formula, { visit: () => true }).kind;
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
): { readonly everTrue: boolean; readonly everFalse: boolean; readonly implies: boolean } {
  const [a, b] = [evaluator(first), evaluator(second)];
  let [everTrue, everFalse, implies] = [false, false, true];
  for (const row of rowsOver(paths)) {
    const value = a(row);
    if (value === true) everTrue = true;
    if (value === false) everFalse = true;
    if (value === true && b(row) !== true) implies = false;
    if (everTrue && everFalse && !implies) break;
  }
  return { everTrue, everFalse, implies };
}

/** Runs random pairs from a seed and compares analysis with brute force. */
export function measure(pairs: number, seed: number): Measured {
  const random = new Random(seed);
  const score = (): Score => ({ held: 0, found: 0, wrong: [] });
  const scores = { contradictory: score(), constant: score(), shadowed: score() };
  let [missedModels, gaveUp] = [0, 0];
  for (let i = 0; i < pairs; i++) {
    const { first, second } = pairOf(random);
    const [a, b] = [parse(first), parse(second)];
    const [x, y] = [conditionClaim(a, ATOMS), conditionClaim(b, ATOMS)];
    const truth = bruteForce(a, b, pathsIn(first, second));
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
    if (truth.everTrue && possible === "none") missedModels++;
    if (possible === "unknown") gaveUp++;
  }
  return { pairs, scores, missedModels, gaveUp };
}

export function reportOf({ pairs, scores, gaveUp }: Measured): string {
  const lines = Object.entries(scores).map(
    ([name, { held, found, wrong }]) =>
      `${name}: ${held} of ${pairs}, found ${found} (${held === 0 ? "none" : `${((found / held) * 100).toFixed(1)}%`}), false findings ${wrong.length}`,
  );
  return [...lines, `gave up: ${gaveUp}`].join("\n");
}
