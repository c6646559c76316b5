import type { CompiledSet } from "../engine/compile-set.ts";
import type { Document } from "../policy/model.ts";
import { analyseSet } from "./analysed-set.ts";
import { isImpossible } from "./answer.ts";
import { textClaim } from "./catalog-world.ts";
import { allOf } from "./formula.ts";
import { permittedCalls } from "./permitted-calls.ts";
import { Work } from "./work.ts";

/** Tools that one subject may want to call on one server. */
export interface AskedTools {
  readonly subject: { readonly type: string; readonly id: string };
  readonly server: string;
  readonly names: readonly string[];
}

/** Steps for one tool, and for all of a list: a few seconds at most. */
const LIMITS = { question: 300_000, run: 20_000_000 };
const BRANCHES = 10_000;

/**
 * The tools of which it is proved that no call of the subject is ever permitted, whatever its
 * arguments, its resource, its context, the session's state and the time. Where the proof would take
 * too long a tool is not among them.
 */
export function neverPermitted(
  documents: readonly Document[],
  set: CompiledSet,
  { subject, server, names }: AskedTools,
): ReadonlySet<string> {
  const analysed = analyseSet(documents, set);
  const permitted = permittedCalls(analysed);
  const asked = allOf([
    textClaim(["subject", "type"], [subject.type])("true"),
    textClaim(["subject", "id"], [subject.id])("true"),
    textClaim(["action", "server"], [server])("true"),
  ]);
  const work = new Work(LIMITS);
  const isProved = (name: string): boolean => {
    const tool = allOf([asked, textClaim(["action", "name"], [name])("true")]);
    const effort = { work, branches: BRANCHES, first: tool };
    return isImpossible(analysed, allOf([tool, permitted]), effort) === "impossible";
  };
  return new Set(names.filter(isProved));
}
