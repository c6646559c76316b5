import type { PreparedCall } from "../engine/prepared-call.ts";
import { isNonHuman } from "../engine/catalog-index.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { beyondBounds, isBounded, type CompiledManifest } from "../engine/manifest.ts";
import type { PolicySession } from "../engine/policy-session.ts";
import type { Truth } from "../engine/truth.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import { columnOf } from "./values/probe-plan.ts";
import type { Light } from "./values/segment-rows.ts";
import type { SetReads } from "./values/set-reads.ts";
import { isPathColumn } from "./values/views.ts";
import { COLUMN, type Layout } from "../trace/columns/layout.ts";

/** What of a call is read by rules on state and by declarations: the rest of it state never needs. */
export function lightOf(versions: readonly SetReads[], layout: Layout): Light {
  const paths = versions.flatMap(({ rules, declarations }) =>
    [
      ...rules
        .filter(({ atoms }) => atoms.some(({ dynamic }) => dynamic))
        .map(({ atoms }) => atoms),
      ...declarations,
    ].flatMap((atoms) => atoms.flatMap((atom) => atom.paths)),
  );
  const columns = paths
    .map((path) => columnOf(layout, path))
    .filter((column) => isPathColumn(layout, column));
  return {
    columns: [...new Set([...columns, COLUMN.delegation, COLUMN.onBehalfOf, COLUMN.status])].sort(
      (a, b) => a - b,
    ),
    resource: paths.some(([root]) => root === "resource"),
  };
}

/**
 * Whether sets of one catalog declare the same state, so that the same calls leave the same in
 * both.
 */
export function keepsLikeState(old: CompiledSet, set: CompiledSet): boolean {
  return (
    old.declares === set.declares &&
    old.bounds === set.bounds &&
    declarationsForm(old.declarations) === declarationsForm(set.declarations)
  );
}

/** By whom a call may be bound: nobody, the record of its own agent, or any, since nobody knows. */
const BOUND_BY = ["nobody", "own", "any"] as const;
export type BoundBy = (typeof BOUND_BY)[number];

/** The manifests of a set that bound the calls of a session. */
export class Manifests {
  readonly #bounded: ReadonlyMap<string, CompiledManifest>;
  readonly #steps = new PairTable();
  readonly #known = new Kept();

  constructor({ manifests }: CompiledSet) {
    this.#bounded = new Map([...manifests].filter(([, one]) => isBounded(one)));
  }

  /** Which manifests may bound a call by the calls of its session so far. */
  boundBy(row: { readonly subject: number }, call: () => PreparedCall): BoundBy {
    if (this.#bounded.size === 0) return "nobody";
    const at = this.#steps.step(0, row.subject);
    const known = BOUND_BY[this.#known.get(at) - 1];
    if (known !== undefined) return known;
    const found = this.#boundBy(call());
    this.#known.set(at, 1 + BOUND_BY.indexOf(found));
    return found;
  }

  /** Of whom nobody knows which agent it is, every manifest may speak. */
  #boundBy({ subject: { type, id } }: PreparedCall): BoundBy {
    if (type !== undefined && !isNonHuman(type)) return "nobody";
    if (id !== undefined && !this.#bounded.has(id)) return "nobody";
    return type === undefined || id === undefined ? "any" : "own";
  }

  /** Whether the calls of its session so far are beyond what an agent's manifest allows. */
  beyond(call: PreparedCall, run: Pick<PolicySession, "use">): readonly Truth[] {
    const { id = "" } = call.subject;
    const manifest = this.#bounded.get(id);
    return manifest === undefined
      ? []
      : beyondBounds(manifest, run.use(call, id), call.request.time);
  }

  /** Whether a call counts for a manifest that bounds the calls of a session. */
  counts({ chain, subject }: PreparedCall): boolean {
    if (this.#bounded.size === 0) return false;
    return chain.agents.length > 0 || (subject.id !== undefined && this.#bounded.has(subject.id));
  }
}
