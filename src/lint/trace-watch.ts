import type { AnalysedRule, AnalysedSet } from "../proof/analysed-set.ts";
import { NoValue } from "../condition/value.ts";
import { prepareCall, rowOf } from "../engine/prepared-call.ts";
import { staticFit } from "../engine/compiled-rule.ts";
import type { EvaluationContext, StateView } from "../engine/evaluation-context.ts";
import type { Request } from "../request/request.ts";
import { readings } from "../condition/paths.ts";

/** An attribute that a rule reads, and how many of the calls that the rule's scope fits had it. */
interface Watched {
  readonly rule: AnalysedRule;
  readonly path: readonly string[];
  readonly read: (row: EvaluationContext) => unknown;
  seen: boolean;
}

/**
 * By rule name: the attributes that none of the calls in its scope had; rules without such a call
 * are left out.
 */
export type TraceGaps = ReadonlyMap<
  string,
  { readonly calls: number; readonly paths: readonly (readonly string[])[] }
>;

const NO_STATE: StateView = { label: () => false, counter: () => 0, values: () => [] };
const ROOTS: ReadonlySet<string> = new Set(["subject", "action", "resource", "context", "args"]);

/** Watches the calls of a trace for the attributes that rules read. */
export class TraceWatch {
  readonly #analysed: AnalysedSet;
  readonly #watched = new Map<AnalysedRule, readonly Watched[]>();
  readonly #calls = new Map<string, number>();

  constructor(analysed: AnalysedSet) {
    this.#analysed = analysed;
    for (const rule of analysed.rules) {
      const conditions = [
        rule.rule.when,
        ...rule.rule.exceptions.map((exception) => exception.when),
      ].filter((when) => when !== undefined);
      const paths = conditions
        .flatMap((when) => readings(when.expr))
        .filter(({ path }) => ROOTS.has(path[0] ?? "") && path.length > 1);
      const distinct = new Map(paths.map(({ path }) => [JSON.stringify(path), path]));
      this.#watched.set(
        rule,
        [...distinct.values()].map((path) => ({
          rule,
          path,
          read: analysed.set.host.read(path),
          seen: false,
        })),
      );
    }
  }

  /** Takes one call of the trace. */
  add(request: Request): void {
    const call = prepareCall(this.#analysed.set, request);
    const row = rowOf(call, call.subject, NO_STATE);
    for (const [{ name, compiled }, watched] of this.#watched) {
      if (watched.length === 0 || staticFit(compiled, row, call.action.name) === false) continue;
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      for (const one of watched) one.seen ||= !(one.read(row) instanceof NoValue);
    }
  }

  gaps(): TraceGaps {
    const found = new Map<string, { calls: number; paths: readonly (readonly string[])[] }>();
    for (const [{ name }, watched] of this.#watched) {
      const calls = this.#calls.get(name) ?? 0;
      const paths = watched.filter(({ seen }) => !seen).map(({ path }) => path);
      if (calls > 0 && paths.length > 0) found.set(name, { calls, paths });
    }
    return found;
  }
}
