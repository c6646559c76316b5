import { agentDenials } from "../engine/member.ts";
import { rowOf } from "../engine/prepared-call.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { BatchRow } from "./batch-row.ts";
import type { ClassParts } from "./values/class-parts.ts";
import { outcomeText } from "./values/interner.ts";
import { VEILED_STATE } from "./values/views.ts";

/** What the records of agents say of rows, in every version, as numbers. */
export class AgentDenials {
  readonly #parts: ClassParts;
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #listsManifests: boolean;
  /** Whether the records of agents, or what versions make of a subject, can tell any rows apart. */
  readonly #tellsAgents: boolean;

  constructor(parts: ClassParts) {
    const { versions } = parts;
    this.#parts = parts;
    this.#listsManifests = versions.some(({ set }) => set.manifests.size > 0);
    this.#tellsAgents =
      versions.some(({ set }) => set.catalog.listsAgents) ||
      new Set(versions.map(({ set }) => set.catalogForm())).size > 1;
  }

  /** The number of what they say of a row; 0: nothing. */
  of(row: BatchRow): number {
    if (!this.#tellsAgents) return 0;
    if (row.isWhole) return this.#parts.text.code(this.#said(row));
    const values = [row.subject, row.moment()];
    if (this.#listsManifests) values.push(row.action, row.resource);
    // INVARIANT: as many steps for each row, so that no number is of two kinds
    const what = values.reduce((at, value) => this.#steps.step(at, value), 0);
    const known = this.#numbers.get(what);
    if (known !== 0) return known - 1;
    const number = this.#parts.text.code(this.#said(row));
    this.#numbers.set(what, number + 1);
    return number;
  }

  /** WHY no reasons: they name the agent, and nothing counts by them. */
  #said(row: BatchRow): string {
    const names = new Set<string>();
    const items = row.calls().map((call, version) => {
      const { subject } = call;
      const set = this.#parts.versions[version]?.set;
      names.add(JSON.stringify([subject.type ?? null, subject.id ?? null]));
      if (set?.catalog.listsAgents !== true) return [];
      return agentDenials(set, call, {
        row: rowOf(call, subject, VEILED_STATE),
        history: { use: () => undefined },
      }).map((item) => [item.name, outcomeText(item.truth)]);
    });
    const isNothing = names.size < 2 && items.every((denials) => denials.length === 0);
    return isNothing ? "" : JSON.stringify([items, names.size]);
  }
}
