import type { IdentifiedAction } from "../../engine/identify.ts";
import { CodeMemo, TextMemo } from "./code-memo.ts";
import { Interner } from "./interner.ts";
import { Kept, KeptThings, PairTable } from "../../text/pair-table.ts";
import { PersonReader } from "./person-members.ts";
import type { EntityReads, Plan } from "./probe-plan.ts";
import { ValueCodes } from "./value-codes.ts";
import type { Way } from "./resource-way.ts";

/** So many steps and values are kept: then all is forgotten, since others may come as well. */
const MOST = 400_000;

/**
 * What is known of entities by the numbers of what tells them, over all segments: each is worked
 * out once. It may be given up between two segments: nothing outside hangs on its numbers.
 */
export class EntityMemory {
  readonly steps = new PairTable();
  /** The same for what names an entity. WHY apart: small numbers are looked up faster. */
  readonly names = new PairTable();
  /** By column: the numbers of its values. */
  readonly #values = new Map<number, ValueCodes>();
  readonly persons: PersonReader;
  /** By the number of an action: what each version makes of it. */
  readonly actions = new KeptThings<readonly IdentifiedAction[]>();
  readonly actionClasses = new CodeMemo();
  /** By what tells an entity: its class, plus one. */
  readonly classes = new Kept();
  /** The same by what names it, where nothing else is told: of entities that are not there, or are. */
  readonly bare: readonly Kept[] = [new Kept(), new Kept()];
  /** By what names an entity: what its class hangs on. */
  readonly classReads = new KeptThings<EntityReads>();
  /** By member, then by what names an entity: what is made of that besides, plus one. */
  readonly #given: (Kept | undefined)[] = [];
  /** By the number of an action: the columns that tell a resource. */
  readonly resourceColumns = new KeptThings<readonly number[]>();
  /** By the number of an action, and by what actions come to: how a resource's id is read. */
  readonly ways = new KeptThings<Way | null>();
  readonly waysByTools = new Map<string, Way | null>();
  /** By group of probes: what they come to, plus one. */
  readonly outcomes: readonly Kept[];
  /** By joint probe: what it comes to, plus one. */
  readonly joint: readonly Kept[];
  /** By joint probe: what its equality comes to where both sides are texts: the same, and others. */
  readonly equalities: readonly Map<boolean, number>[];
  /** Texts that conditions compare with one another, and names of people. */
  readonly texts = new Interner();
  /** By joint probe and side: the numbers of texts, plus one, by what tells them. */
  readonly sides: readonly (readonly Kept[])[];
  readonly sidesByText: readonly (readonly TextMemo[])[];
  /** By what names a person, and by the number of a subject: the number of the name, plus one. */
  readonly personNames = new Kept();
  readonly subjectNames = new CodeMemo();

  /** `persons`: reads the members of the plan. */
  constructor({ entities, joint, personMembers }: Plan, persons?: PersonReader) {
    this.persons = persons ?? new PersonReader(personMembers);
    this.outcomes = entities.map(() => new Kept());
    this.joint = joint.map(() => new Kept());
    this.equalities = joint.map(() => new Map());
    this.sides = joint.map(() => [new Kept(), new Kept()]);
    this.sidesByText = joint.map(() => [new TextMemo(), new TextMemo()]);
  }

  /**
   * By what names an entity: what is made besides of the member in a column (below 0: of a person,
   * one by one), plus one.
   */
  givenOf(column: number): Kept {
    return (this.#given[column < 0 ? -1 - 2 * column : 2 * column] ??= new Kept());
  }

  /** The numbers of a column's values. */
  valuesOf(column: number): ValueCodes {
    const known = this.#values.get(column) ?? new ValueCodes();
    this.#values.set(column, known);
    return known;
  }

  /** Whether so much is kept that it is better given up. */
  get isFull(): boolean {
    let size = this.steps.size + this.names.size + this.persons.size;
    for (const { size: values } of this.#values.values()) size += values;
    return size > MOST;
  }
}
