import { contradicted } from "../../engine/contradictions.ts";
import { credentialKind, namesCredential } from "../../request/credential.ts";
import { stringMember } from "../../request/json.ts";
import type { ResourceName } from "../../replay/seen-call.ts";
import type { Dictionary } from "../../trace/columns/dictionary.ts";
import { COLUMN, entityColumns } from "../../trace/columns/layout.ts";
import { CodeGrid } from "./code-grid.ts";
import type { ClassParts } from "./class-parts.ts";
import type { EntityMemory } from "./entity-memory.ts";
import { PLAIN, type Frame } from "./frame.ts";
import { outcomeText } from "./interner.ts";
import { MadeEntities } from "./made-entities.ts";
import { People } from "./people.ts";
import type { EntityMember, EntityReads, EntityRoot } from "./probe-plan.ts";
import { resourceText } from "./resource-class.ts";
import { ResourceShortcut } from "./resource-shortcut.ts";
import { segmentCodes, type SegmentCodes } from "./value-codes.ts";
import type { RowViews } from "./views.ts";

const NO_CODES = new Uint32Array(0);
/** Where the steps of each kind start. INVARIANT: these are no numbers of steps. */
const [SUBJECT_NAMED, PARTS, WHOLE, ACTION_NUMBER] = [-2, -4, -6, -7];
/** The same by entity, where all of it is told apart. */
const WHOLE_OF: { readonly [root in EntityRoot]: number } = { subject: 1, resource: 2, person: 3 };

/**
 * The entities of one segment's rows. An entity is told by how it is named and by what is read of
 * it besides: what conditions come to hangs on no more, however unlike the entities are.
 */
export class Entities {
  readonly memory: EntityMemory;
  /** The entities themselves. */
  readonly made: MadeEntities;
  readonly #parts: ClassParts;
  readonly #views: RowViews;
  readonly #shortcut: ResourceShortcut;
  readonly #codes: (SegmentCodes | undefined)[] = [];
  readonly #columns: { readonly [root in "subject" | "action" | "resource"]: readonly number[] };
  readonly #people: People;
  /** By row: what names its entities; -1: only all of it tells; 0: not asked yet. */
  readonly #subjects: Int32Array;
  readonly #actions: Int32Array;
  readonly #resources: Int32Array;
  /** The same by what most rows say of them. */
  readonly #subjectPlaces: CodeGrid;
  readonly #actionPlaces: CodeGrid;
  /** By column: {@link #emptyCode}. */
  readonly #empty: (number | undefined)[] = [];
  /** What is made of a member of which no version says anything. */
  readonly #usual: number;

  constructor(parts: ClassParts, views: RowViews) {
    this.#parts = parts;
    this.#views = views;
    this.memory = parts.memory;
    this.#people = new People(parts.memory, views);
    const { segment } = views;
    this.#subjects = new Int32Array(segment.rows);
    this.#actions = new Int32Array(segment.rows);
    this.#resources = new Int32Array(segment.rows);
    this.#subjectPlaces = new CodeGrid(views, [COLUMN.subjectType, COLUMN.subjectId]);
    this.#actionPlaces = new CodeGrid(views, entityColumns(parts.layout, "action"));
    this.made = new MadeEntities(parts, views, (row, frame) => this.action(row, frame));
    this.#shortcut = new ResourceShortcut(parts, views, (row, frame) =>
      this.made.actions(row, frame),
    );
    const { layout } = parts;
    const nothing = [false, false, false, false];
    this.#usual = parts.text.code(JSON.stringify(parts.versions.map(() => nothing)));
    this.#columns = {
      // a credential is counted apart
      subject: entityColumns(layout, "subject").filter((one) => one !== COLUMN.credential),
      action: entityColumns(layout, "action"),
      resource: entityColumns(layout, "resource"),
    };
  }

  /** What names the row's subject; -1: only all of it tells. */
  #subject(row: number, frame: Frame): number {
    const known = this.#subjects[row] ?? 0;
    if (known !== 0) return known;
    const isNamed = frame.number === 0 && this.#views.code(COLUMN.subjectRest, row) === 0;
    return (this.#subjects[row] = isNamed ? this.#nameOfSubject(row) : -1);
  }

  #nameOfSubject(row: number): number {
    const place = this.#views.has(row, "subject") ? this.#subjectPlaces.at(row) : -1;
    const known = place < 0 ? -1 : this.#subjectPlaces.get(place);
    if (known >= 0) return known;
    const made = this.#stepsOfSubject(row);
    if (place >= 0) this.#subjectPlaces.set(place, made);
    return made;
  }

  #stepsOfSubject(row: number): number {
    const { names } = this.memory;
    const has = this.#views.has(row, "subject") ? 1 : 0;
    const typed = names.step(names.step(SUBJECT_NAMED, has), this.at(COLUMN.subjectType, row));
    return names.step(typed, this.at(COLUMN.subjectId, row));
  }

  #stepsOfAction(row: number, frame: Frame): number {
    let at = this.memory.steps.step(ACTION_NUMBER, frame.number);
    for (let i = 0; i < this.#columns.action.length; i++)
      at = this.memory.steps.step(at, this.at(this.#columns.action[i] ?? 0, row));
    return at;
  }

  /** The number, over all segments, of what a row has in a column. */
  at(column: number, row: number): number {
    const codes = (this.#codes[column] ??= segmentCodes(this.memory, this.#views, column));
    return codes.at(row);
  }

  /** The number of the row's action. */
  action(row: number, frame: Frame): number {
    const known = this.#actions[row] ?? 0;
    return known === 0 ? (this.#actions[row] = this.#numberOfAction(row, frame)) : known;
  }

  #numberOfAction(row: number, frame: Frame): number {
    const place = frame.number === 0 ? this.#actionPlaces.at(row) : -1;
    const known = place < 0 ? -1 : this.#actionPlaces.get(place);
    if (known >= 0) return known;
    const made = this.#stepsOfAction(row, frame);
    if (place >= 0) this.#actionPlaces.set(place, made);
    return made;
  }

  /** What names an entity of a row; -1: only all of it tells. */
  #named(root: EntityRoot, row: number, frame: Frame): number {
    if (root === "subject") return this.#subject(row, frame);
    if (root === "person") return frame.number === 0 ? this.#people.named(row) : -1;
    const known = this.#resources[row] ?? 0;
    if (known !== 0) return known;
    return (this.#resources[row] = this.#shortcut.key(row, this.action(row, frame), frame));
  }

  /**
   * A number, above 0, that is the same only for rows of which `reads` finds the same of an entity.
   * It holds as long as the memory does.
   */
  key(reads: EntityReads, row: number, frame: Frame): number {
    const named = reads.whole ? -1 : this.#named(reads.root, row, frame);
    return named < 0
      ? this.#wholeKey(reads.root, row, frame)
      : this.#partsKey(reads, named, { row, frame });
  }

  #partsKey(
    { root, named: isNamed, members }: EntityReads,
    named: number,
    { row, frame }: { readonly row: number; readonly frame: Frame },
  ): number {
    const { steps } = this.memory;
    let at = steps.step(PARTS, isNamed ? named : 0);
    for (let i = 0; i < members.length; i++) {
      const member = members[i];
      if (member === undefined) continue;
      const given = isNamed ? this.#usual : this.#givenOf(root, member, { named, row, frame });
      // INVARIANT: a step below 0 is of no member
      if (given !== this.#usual) at = steps.step(at, -1 - given);
      at = steps.step(at, this.#member(member, row));
    }
    return at;
  }

  #member({ column, name }: EntityMember, row: number): number {
    return column >= 0 ? this.at(column, row) : this.#people.member(row, name);
  }

  /**
   * A number for what versions make of a member besides what events say of it: for most entities
   * nothing, however they are named.
   */
  #givenOf(
    root: EntityRoot,
    { column, name }: EntityMember,
    { named, row, frame }: { readonly named: number; readonly row: number; readonly frame: Frame },
  ): number {
    const given = this.memory.givenOf(
      column >= 0 ? column : -1 - this.#parts.plan.personMembers.indexOf(name),
    );
    const known = given.get(named);
    if (known !== 0) return known - 1;
    const made = this.made
      .all(root, row, frame)
      .map((entity) =>
        entity === undefined || entity.known.has(name)
          ? named
          : [
              entity.absent,
              entity.perhapsNone === true,
              entity.veiled.has(name),
              entity.direct === undefined,
            ],
      );
    const number = this.#parts.text.code(JSON.stringify(made));
    given.set(named, number + 1);
    return number;
  }

  #wholeKey(root: EntityRoot, row: number, frame: Frame): number {
    const { steps } = this.memory;
    let at = steps.step(steps.step(WHOLE, WHOLE_OF[root]), frame.number);
    if (root === "person") return steps.step(at, this.at(COLUMN.onBehalfOf, row));
    at = steps.step(at, this.#views.has(row, root) ? 1 : 0);
    if (root === "resource") at = steps.step(at, this.action(row, frame));
    const columns =
      root === "subject" ? this.#columns.subject : this.made.columnsOfResource(row, frame);
    for (let i = 0; i < columns.length; i++) at = steps.step(at, this.at(columns[i] ?? 0, row));
    return at;
  }

  /**
   * By row: the code that alone tells what a group of conditions comes to; -1: more of the row tells
   * it. Undefined: that is so for nearly every row. INVARIANT: no row says anything of its own record.
   */
  codesThatTell(index: number): Int32Array | undefined {
    const reads = this.#parts.plan.entities[index]?.reads;
    if (reads === undefined) throw new Error("no group of conditions is asked");
    if (reads.root === "person") return Int32Array.from(this.#codesOf(COLUMN.onBehalfOf));
    const [member] = reads.members;
    if (reads.whole || reads.named || member === undefined || reads.members.length > 1)
      return undefined;
    const codes = Int32Array.from(this.#codesOf(member.column));
    let others = 0;
    for (let row = 0; row < codes.length; row++)
      if (!this.#isUsual(reads.root, member, row)) {
        codes[row] = -1;
        others++;
      }
    return 2 * others > codes.length ? undefined : codes;
  }

  /** By row: a code for its action as the event names it; undefined: there are too many. */
  actionCodes(): Int32Array | undefined {
    if (this.#actionPlaces.places === 0 || this.#actionPlaces.places > 1 << 16) return undefined;
    const codes = new Int32Array(this.#views.segment.rows);
    for (let row = 0; row < codes.length; row++) codes[row] = this.#actionPlaces.at(row);
    return codes;
  }

  #codesOf(column: number): Uint32Array {
    return this.#views.segment.codes[column] ?? NO_CODES;
  }

  /** Whether no version makes anything else of an entity's member than the event says. */
  #isUsual(root: EntityRoot, member: EntityMember, row: number): boolean {
    const named = this.#named(root, row, PLAIN);
    return named >= 0 && this.#givenOf(root, member, { named, row, frame: PLAIN }) === this.#usual;
  }

  /** What the probes of a group, which read one entity alone, come to for a row. */
  outcomes(index: number, row: number, frame: Frame): number {
    const group = this.#parts.plan.entities[index];
    const memo = this.memory.outcomes[index];
    if (group === undefined || memo === undefined)
      throw new Error("no group of conditions is asked");
    const at = this.key(group.reads, row, frame);
    const known = memo.get(at);
    if (known !== 0) return known - 1;
    const rows = this.made.rows(group.reads.root, row, frame);
    const outcomes = group.probes.map(({ version, atom }) => {
      const asked = rows[version];
      return asked === undefined ? "" : outcomeText(atom.test(asked));
    });
    const number = this.#parts.text.code(outcomes.join("\u0001"));
    memo.set(at, number + 1);
    return number;
  }

  /**
   * What of an entity is counted and told apart by scopes, as a number over all segments; what
   * conditions come to aside. 0: nothing, of a person whom no catalog contradicts.
   */
  classOf(root: EntityRoot, row: number, frame: Frame): number {
    const named = this.#named(root, row, frame);
    if (named < 0) return this.#classAt(this.#wholeKey(root, row, frame), root, { row, frame });
    const reads = this.#classReads(root, { named, row, frame });
    const bareness = this.#bareness(reads, row);
    const bare = this.memory.bare[bareness];
    const known = bare?.get(named) ?? 0;
    if (known !== 0) return known - 1;
    const made = this.#classAt(this.#partsKey(reads, named, { row, frame }), root, { row, frame });
    bare?.set(named, made + 1);
    return made;
  }

  /**
   * 0 where an event has none of what versions may say otherwise, and no entity that could have it;
   * 1 where it has the entity alone: then the name tells all. -1: neither.
   */
  #bareness({ members }: EntityReads, row: number): number {
    let found = -1;
    for (let i = 0; i < members.length; i++) {
      const { column = -1, name = "" } = members[i] ?? {};
      const code = column >= 0 ? this.#views.code(column, row) : this.#people.member(row, name);
      const one = code === 0 ? 0 : column >= 0 && code === this.#emptyCode(column) ? 1 : -1;
      if (one < 0 || (i > 0 && one !== found)) return -1;
      found = one;
    }
    return Math.max(found, 0);
  }

  /** The code of an entity's member that an event with the entity does not have; -1: none is. */
  #emptyCode(column: number): number {
    return (this.#empty[column] ??= emptyCode(this.#views.segment.dictionaries[column]));
  }

  #classAt(
    at: number,
    root: EntityRoot,
    { row, frame }: { readonly row: number; readonly frame: Frame },
  ): number {
    const known = this.memory.classes.get(at);
    if (known !== 0) return known - 1;
    const facts = this.#facts(root, row, frame);
    const number =
      facts.length === 0 ? 0 : this.#parts.text.code(JSON.stringify([WHOLE_OF[root], facts]));
    this.memory.classes.set(at, number + 1);
    return number;
  }

  #facts(root: EntityRoot, row: number, frame: Frame): readonly unknown[] {
    const entities = this.made.all(root, row, frame);
    if (root === "resource")
      return entities.map((entity, version) =>
        entity === undefined ? null : resourceText(this.#parts.versions[version]?.set, entity),
      );
    const candidate = entities.at(-1);
    const wrong = contradicted(candidate);
    if (root === "person") return wrong;
    const direct = this.#views.entity("subject", row);
    return [
      candidate?.type ?? null,
      candidate?.id ?? null,
      stringMember(direct, "type") ?? null,
      stringMember(direct, "id") ?? null,
      wrong,
    ];
  }

  /** What a class hangs on: of what no catalog says anything nothing is contradicted. */
  #classReads(
    root: EntityRoot,
    { named, row, frame }: { readonly named: number; readonly row: number; readonly frame: Frame },
  ): EntityReads {
    const known = this.memory.classReads.get(named);
    if (known !== undefined) return known;
    const entities = this.made.all(root, row, frame);
    const isTold = (name: string): boolean =>
      (root === "resource" && name === "classification") ||
      entities.some((entity) => entity === undefined || entity.known.has(name));
    const reads = {
      root,
      whole: false,
      named: true,
      members: this.#membersOf(root).filter(({ name }) => isTold(name)),
    };
    return this.memory.classReads.set(named, reads);
  }

  #membersOf(root: EntityRoot): readonly EntityMember[] {
    if (root === "person")
      return this.#parts.plan.personMembers.map((name) => ({ column: -1, name }));
    return this.#columns[root].flatMap((column) => {
      const name = this.#parts.layout.columns[column]?.path[1];
      return column > COLUMN.id && name !== undefined ? [{ column, name }] : [];
    });
  }

  /** Which action it is, as the event names it; over all segments. */
  actionClass(row: number, frame: Frame): number {
    const number = this.action(row, frame);
    const known = this.memory.actionClasses.get(0, number);
    if (known >= 0) return known;
    const text = this.#parts.text.code(JSON.stringify(this.#views.entity("action", row) ?? null));
    this.memory.actionClasses.set(0, number, text);
    return text;
  }

  /**
   * How the candidate names the row's resource; undefined: neither the event nor one argument gives
   * the name as it is.
   */
  resourceName(row: number, frame: Frame): ResourceName | undefined {
    return this.#named("resource", row, frame) < 0
      ? undefined
      : this.#shortcut.name(row, this.action(row, frame), frame);
  }

  /** The id that the candidate gives the row's subject. */
  candidateId(row: number, frame: Frame): string | undefined {
    return this.made.all("subject", row, frame).at(-1)?.id;
  }

  /**
   * What of the row's credential is counted: whether one is named, and of which kind it is; empty:
   * none is.
   */
  credentialClass(row: number): string {
    const subject = this.#views.entity("subject", row);
    if (subject === undefined || !namesCredential({ subject })) return "";
    return JSON.stringify(credentialKind({ subject }) ?? null);
  }
}

function emptyCode(dictionary: Dictionary | undefined): number {
  if (dictionary === undefined) return -1;
  const { offsets, depths, size } = dictionary;
  for (let code = 1; code < size; code++)
    if (offsets[code] === offsets[code + 1] && depths[code] === 1) return code;
  return -1;
}
