import type { Expr } from "../../condition/ast.ts";
import { compileCondition } from "../../condition/compile.ts";
import { compositionOf } from "../../condition/structure.ts";
import { sourcesOfAtom } from "../slots.ts";
import type { Source } from "../values/source.ts";
import { compileReading } from "../values/atoms.ts";
import type { ClassParts } from "../values/class-parts.ts";
import { Kept, PairTable } from "../../text/pair-table.ts";
import { isHeld } from "../values/probe-plan.ts";
import type { ColumnHost } from "./column-host.ts";
import type { LiveRow } from "./live-row.ts";

/** What a condition comes to for a row; undefined: neither true nor false. */
export type LiveTest = (row: LiveRow) => boolean | undefined;

/** Whose condition it is: the version's place, and what its conditions read. */
export interface Conditioned {
  readonly version: number;
  readonly parts: ClassParts;
  readonly host: ColumnHost;
}

/**
 * A condition on state as a test of rows. What of it columns tell is asked once for each class of
 * what they hold (design 3.5: `&&` and `||` need no order).
 */
export function liveTest(expr: Expr, of: Conditioned): LiveTest {
  const composition = compositionOf(expr);
  if (composition === undefined) return atomTest(expr, of);
  const tests = composition.parts.map((part) => liveTest(part, of));
  const [only] = tests;
  if (composition.kind === "not" && only !== undefined) return negated(only);
  return joined(tests, composition.kind === "any");
}

function negated(test: LiveTest): LiveTest {
  return (row) => {
    const outcome = test(row);
    return outcome === undefined ? undefined : !outcome;
  };
}

/** `decisive`: the outcome of one that settles all. */
function joined(tests: readonly LiveTest[], decisive: boolean): LiveTest {
  return (row) => {
    let joint: boolean | undefined = !decisive;
    for (let i = 0; i < tests.length; i++) {
      const outcome = tests[i]?.(row);
      if (outcome === decisive) return decisive;
      if (outcome === undefined) joint = undefined;
    }
    return joint;
  };
}

function atomTest(expr: Expr, of: Conditioned): LiveTest {
  const { parts, version, host } = of;
  const own = parts.versions[version]?.set.host;
  if (own === undefined) throw new Error("a condition is of no version");
  const value = compileCondition(expr, host);
  const test: LiveTest = (row) => {
    const outcome = value(row);
    return typeof outcome === "boolean" ? outcome : undefined;
  };
  const atom = compileReading(expr, own);
  if (isOfHour(expr)) return byHour(test);
  return atom.dynamic || !isHeld(parts.layout, atom)
    ? test
    : byClass(test, sourcesOfAtom(atom, version, parts));
}

const [FALSE, TRUE, NEITHER] = [1, 2, 3];

/** A test that is asked once for each class of what its sources hold. */
function byClass(test: LiveTest, sources: readonly Source[]): LiveTest {
  const steps = new PairTable();
  const kept = new Kept();
  return (row) => {
    let at = 0;
    for (const source of sources) at = steps.step(at, row.classOf(source));
    const known = kept.get(at);
    if (known !== 0) return known === NEITHER ? undefined : known === TRUE;
    const outcome = test(row);
    kept.set(at, outcome === undefined ? NEITHER : outcome ? TRUE : FALSE);
    return outcome;
  };
}

const HOUR = 3_600_000;
/** What of a time stays the same for an hour, in UTC. */
const OF_HOUR: ReadonlySet<string> = new Set([
  "getHours",
  "getDate",
  "getDayOfMonth",
  "getDayOfWeek",
  "getDayOfYear",
  "getMonth",
  "getFullYear",
]);

/** Whether an atom compares such a part of `now` with a literal. */
function isOfHour(expr: Expr): boolean {
  if (expr.kind !== "binary" || expr.right.kind !== "literal") return false;
  const { left } = expr;
  return (
    left.kind === "call" &&
    OF_HOUR.has(left.name) &&
    left.args.length === 0 &&
    left.target?.kind === "ident" &&
    left.target.name === "now"
  );
}

/** A test that is asked once for all rows of the same hour that come one after the other. */
function byHour(test: LiveTest): LiveTest {
  let hour = NaN;
  let outcome: boolean | undefined;
  return (row) => {
    if (row.now === undefined) return test(row);
    const own = Math.floor(row.now / HOUR);
    if (own === hour) return outcome;
    hour = own;
    return (outcome = test(row));
  };
}
