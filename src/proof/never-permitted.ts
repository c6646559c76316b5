import type { CompiledSet } from "../engine/compile-set.ts";
import type { Document } from "../policy/model.ts";
import { analyseSet } from "./analysed-set.ts";
import { isImpossible } from "./answer.ts";
import { textClaim } from "./catalog-world.ts";
import { allOf, type Formula } from "./formula.ts";
import { permittedCalls } from "./permitted-calls.ts";
import { Work } from "./work.ts";

/** Calls of one action: those with these texts among their arguments, and of this resource. */
export interface AskedCall {
  readonly name: string;
  /** Arguments that such a call has, by name; others may be anything. */
  readonly args?: { readonly [name: string]: string };
  /** Undefined: any resource. */
  readonly resource?: { readonly type: string; readonly id: string };
}

/** Calls that one subject may want to make on one server. */
export interface AskedCalls {
  readonly subject: { readonly type: string; readonly id: string };
  readonly server: string;
  readonly calls: readonly AskedCall[];
}

/** Steps for one kind of call, and for all of a list: a few seconds at most. */
const LIMITS = { question: 300_000, run: 20_000_000 };
const BRANCHES = 10_000;

function textIs(path: readonly string[], text: string): Formula {
  return textClaim(path, [text])("true");
}

function claimOf({ name, args = {}, resource }: AskedCall): Formula {
  return allOf([
    textIs(["action", "name"], name),
    ...Object.entries(args).map(([key, text]) => textIs(["args", key], text)),
    ...(resource === undefined
      ? []
      : [textIs(["resource", "type"], resource.type), textIs(["resource", "id"], resource.id)]),
  ]);
}

/**
 * Those of `calls` of which it is proved that none is ever permitted to the subject, whatever its
 * other arguments, its context, the session's state and the time. Where the proof would take too
 * long a call is not among them.
 */
export function neverPermitted(
  documents: readonly Document[],
  set: CompiledSet,
  { subject, server, calls }: AskedCalls,
): ReadonlySet<AskedCall> {
  const analysed = analyseSet(documents, set);
  const permitted = permittedCalls(analysed);
  const asked = allOf([
    textIs(["subject", "type"], subject.type),
    textIs(["subject", "id"], subject.id),
    textIs(["action", "server"], server),
  ]);
  const work = new Work(LIMITS);
  const isProved = (call: AskedCall): boolean => {
    const first = allOf([asked, claimOf(call)]);
    const effort = { work, branches: BRANCHES, first };
    return isImpossible(analysed, allOf([first, permitted]), effort) === "impossible";
  };
  return new Set(calls.filter(isProved));
}
