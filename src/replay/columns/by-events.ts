import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Atom } from "./atoms.ts";
import type { SetReads } from "./set-reads.ts";

/** What the calls before, the clock or the decision itself tell: no key of a row holds it. */
const DYNAMIC: ReadonlySet<string> = new Set(["session", "now", "decision", "outcome"]);

/**
 * Whether one operand hangs on the call and on more than the call. Such a one may be settled by the
 * first call of a key without its state (`args.a ? true : session.counters.c > 1`), and would then
 * be taken as settled for all of them.
 */
function isMixed({ dynamic, paths }: Atom): boolean {
  return (
    dynamic && paths.some(([root]) => root !== undefined && root !== "data" && !DYNAMIC.has(root))
  );
}

function keepsByCondition({ declarations: { labels, counters, values } }: CompiledSet): boolean {
  return [...labels, ...counters, ...values].some(({ key }) => key.by === "condition");
}

/** Why a set has to be asked about every call as a whole; undefined: keys of rows tell enough. */
export function whyByEvents({ set, rules, triggers, others }: SetReads): string | undefined {
  if (keepsByCondition(set)) return "session state is kept under a condition";
  const atoms = [...rules.flatMap((rule) => rule.atoms), ...triggers, ...others];
  const mixed = atoms.find(isMixed);
  if (mixed === undefined) return undefined;
  return `\`${mixed.text}\` mixes the call with state, time or decision`;
}
