import type { KeyNames } from "../../engine/column-state.ts";
import type { CompiledDeclaration } from "../../engine/compile-set.ts";
import { chainOf, principalOf } from "../../engine/delegation.ts";
import { keyOf, scopedKey, subjectKey } from "../../engine/state-store.ts";
import type {
  CounterDeclaration,
  LabelDeclaration,
  ValuesDeclaration,
} from "../../policy/model.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import { Kept } from "../../text/pair-table.ts";
import type { SegmentRows } from "../values/segment-rows.ts";
import { ColumnReader } from "./column-reader.ts";
import type { LiveRow } from "./live-row.ts";

export type Declaration = LabelDeclaration | CounterDeclaration | ValuesDeclaration;

/** The number of the key under which a row's state is kept; -1: it has none. */
export type KeyReader = (row: LiveRow) => number;

const NO_KEY = 1;

/** The keys of rows by the numbers of their names, as one catalog sees the rows (design 5.2). */
export class RowKeys {
  readonly #names: KeyNames;
  readonly #sessions: ColumnReader<number>;
  readonly #principals: ColumnReader<number>;
  readonly #chains = new ColumnReader(COLUMN.delegation, isAlone);
  /** By the number of a subject: that of its key, and {@link NO_KEY} more. */
  readonly #subjects = new Kept();

  constructor(names: KeyNames) {
    this.#names = names;
    this.#sessions = this.#column("session", COLUMN.session, (rows, at) => rows.session(at));
    this.#principals = this.#column("on_behalf_of", COLUMN.onBehalfOf, (rows, at) => {
      const frame = rows.frames.of(at);
      return principalOf(rows.views.request(at, [COLUMN.onBehalfOf], frame), frame.mask).name;
    });
  }

  #column(
    by: Declaration["key"]["by"],
    column: number,
    nameOf: (rows: SegmentRows, at: number) => string | undefined,
  ): ColumnReader<number> {
    const names = this.#names.of(by);
    return new ColumnReader(column, (rows, at) => numberOf(names, nameOf(rows, at)));
  }

  /** The keys of a declaration. */
  of(declaration: Declaration, compiled: CompiledDeclaration): KeyReader {
    const { by } = declaration.key;
    if (by === "session") return (row) => this.#sessions.of(row);
    if (by === "on_behalf_of") return (row) => this.#principals.of(row);
    if (by === "subject") return (row) => this.subject(row);
    const names = this.#names.of(by);
    return (row) => {
      const key = keyOf(declaration, compiled, row.context());
      return numberOf(names, key === undefined ? undefined : scopedKey(declaration, key));
    };
  }

  /** The key of a row's subject. */
  subject(row: LiveRow): number {
    const known = this.#subjects.get(row.subject);
    if (known > 0) return known - 1 - NO_KEY;
    const number = numberOf(this.#names.of("subject"), subjectKey(row.context().subject));
    this.#subjects.set(row.subject, number + 1 + NO_KEY);
    return number;
  }

  /** Whether a row's call surely was made by its subject alone: there is nobody above. */
  isAlone(row: LiveRow): boolean {
    return this.#chains.of(row);
  }
}

function numberOf(names: { number(name: string): number }, name: string | undefined): number {
  return name === undefined ? -1 : names.number(name);
}

/** INVARIANT: only for rows with no parent. */
function isAlone(rows: SegmentRows, at: number): boolean {
  const frame = rows.frames.of(at);
  const { agents, unknown } = chainOf(
    rows.views.request(at, [COLUMN.delegation], frame),
    frame.mask,
  );
  return agents.length === 0 && unknown === undefined;
}
