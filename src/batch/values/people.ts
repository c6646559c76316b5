import type { Dictionary } from "../../trace/columns/dictionary.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { EntityMemory } from "./entity-memory.ts";
import type { RowViews } from "./views.ts";

/** The people whom one segment's calls act for, by code: each is read once. */
export class People {
  readonly #memory: EntityMemory;
  readonly #views: RowViews;
  readonly #dictionary: Dictionary | undefined;
  /** By code: what names the person, over all segments; -1: only all of it tells; 0: not asked. */
  readonly #named: Int32Array;
  /** By code and member: the numbers of their values. */
  readonly #members: Int32Array;

  constructor(memory: EntityMemory, views: RowViews) {
    this.#memory = memory;
    this.#views = views;
    const dictionary = views.segment.dictionaries[COLUMN.onBehalfOf];
    this.#dictionary = dictionary;
    this.#named = new Int32Array(dictionary?.size ?? 1);
    this.#members =
      dictionary === undefined ? new Int32Array(0) : memory.persons.membersOf(dictionary);
  }

  /** What names the person of a row; -1: only all of it tells, or there is none. */
  named(row: number): number {
    const code = this.#views.code(COLUMN.onBehalfOf, row);
    const known = this.#named[code] ?? 0;
    return known === 0 ? (this.#named[code] = this.#name(code)) : known;
  }

  /** The number of what a named person of a row has as a member; 0: it is not there. */
  member(row: number, name: string): number {
    const code = this.#views.code(COLUMN.onBehalfOf, row);
    const { names } = this.#memory.persons;
    return this.#members[code * names.length + names.indexOf(name)] ?? 0;
  }

  #name(code: number): number {
    const { names, persons } = this.#memory;
    const isRead =
      code !== 0 && this.#dictionary !== undefined && persons.isRead(this.#dictionary, code);
    if (!isRead) return -1;
    const first = code * persons.names.length;
    const [type = 0, id = 0] = [this.#members[first], this.#members[first + 1]];
    return names.step(names.step(PERSON_NAMED, type), id);
  }
}

/** Where the steps of names start. INVARIANT: this is no number of a step. */
const PERSON_NAMED = -3;
