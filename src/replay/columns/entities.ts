import { UNKNOWN_ENTITY, type Entity } from "../../engine/entity.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import type { Request } from "../../request/request.ts";
import { credentialKind, namesCredential } from "../../request/credential.ts";
import { stringMember } from "../../request/json.ts";
import { COLUMN, entityColumns } from "../../trace/columns/layout.ts";
import { textOf } from "../../trace/columns/dictionary.ts";
import { contradicted } from "../../engine/contradictions.ts";
import { CodeMemo } from "./code-memo.ts";
import type { Frame } from "./frame.ts";
import { outcomeText } from "./interner.ts";
import { Kept, PairTable } from "./pair-table.ts";
import { columnOf, type Probe, type ResourceReads } from "./probe-plan.ts";
import { resourceText } from "./resource-class.ts";
import { ResourceShortcut } from "./resource-shortcut.ts";
import type { ClassParts } from "./class-parts.ts";
import { TupleTable } from "./tuple-table.ts";
import { actionOf, isPathColumn, resourceOf, rowFor, subjectOf, type RowViews } from "./views.ts";

/** Subject, action and resource of one row as a version sees them. */
export interface RowEntities {
  readonly subject: Entity;
  readonly action: IdentifiedAction;
  readonly resource: Entity;
}

const NO_ACTION: IdentifiedAction = {
  entity: UNKNOWN_ENTITY,
  name: { server: undefined, name: undefined },
  tool: undefined,
  lookalike: false,
};

/**
 * The entities of one segment's rows: numbered by their codes, each seen by every version once, and
 * classed.
 */
export class Entities {
  readonly #parts: ClassParts;
  readonly #views: RowViews;
  readonly #subjectNumbers: EntityNumbers;
  readonly #actionNumbers: EntityNumbers;
  readonly #subjects: (readonly Entity[])[] = [];
  readonly #actions: (readonly IdentifiedAction[])[] = [];
  readonly #subjectClasses = new CodeMemo();
  readonly #actionClasses = new CodeMemo();
  readonly #resourceColumns: (readonly number[])[] = [];
  readonly #shortcut: ResourceShortcut;
  readonly #steps = new PairTable();
  /** By what tells it: the class of a resource, plus one. */
  readonly #resourceClasses = new Kept();
  /** By what names a resource: the members that its class hangs on. */
  readonly #classMembers: (ResourceReads | undefined)[] = [];
  /** By what names a resource, and a member: what is made of that, plus one. */
  readonly #given = new Kept();
  readonly #members: ResourceReads;
  /** Of the row that was asked about last. */
  #row = -1;
  #subject = 0;
  #action = 0;
  #name: number | undefined;

  constructor(parts: ClassParts, views: RowViews) {
    this.#parts = parts;
    this.#views = views;
    this.#shortcut = new ResourceShortcut(parts, views, (row, frame) =>
      this.#actionsOf(row, frame),
    );
    const { layout } = views.segment;
    // a credential is counted apart
    const subject = entityColumns(layout, "subject").filter((one) => one !== COLUMN.credential);
    this.#subjectNumbers = new EntityNumbers(views, "subject", subject);
    this.#actionNumbers = new EntityNumbers(views, "action", entityColumns(layout, "action"));
    this.#members = {
      whole: false,
      named: true,
      members: entityColumns(layout, "resource").flatMap((column) => {
        const name = layout.columns[column]?.path[1];
        return column > COLUMN.id && name !== undefined ? [{ column, name }] : [];
      }),
    };
  }

  /** The number of the row's subject, its credential aside. */
  subject(row: number, frame: Frame): number {
    if (this.#row !== row) this.#to(row, frame);
    return this.#subject;
  }

  /** The number of the row's action. */
  action(row: number, frame: Frame): number {
    if (this.#row !== row) this.#to(row, frame);
    return this.#action;
  }

  /** The number of how a row's resource is named; -1: only all of it tells. */
  #named(row: number, frame: Frame): number {
    if (this.#row !== row) this.#to(row, frame);
    if (this.#name === undefined) this.#name = this.#shortcut.key(row, this.#action, frame);
    return this.#name;
  }

  #to(row: number, frame: Frame): void {
    this.#row = row;
    this.#subject = this.#subjectNumbers.number(row, frame);
    this.#action = this.#actionNumbers.number(row, frame);
    this.#name = undefined;
  }

  #request(root: "subject" | "action", row: number, frame: Frame): Request {
    const entity = this.#views.entity(root, row);
    return entity === undefined ? frame.request : { ...frame.request, [root]: entity };
  }

  #subjectsOf(row: number, frame: Frame): readonly Entity[] {
    const number = this.subject(row, frame);
    return (this.#subjects[number] ??= this.#parts.versions.map(({ set }) =>
      subjectOf(set, this.#request("subject", row, frame), frame),
    ));
  }

  #actionsOf(row: number, frame: Frame): readonly IdentifiedAction[] {
    const number = this.action(row, frame);
    return (this.#actions[number] ??= this.#parts.versions.map(({ set }) =>
      actionOf(set, this.#request("action", row, frame), frame),
    ));
  }

  #resourceRequest(row: number, frame: Frame): Request {
    const resource = this.#views.entity("resource", row);
    const request = this.#views.request(
      row,
      this.columnsOfResource(row, frame).filter((column) =>
        isPathColumn(this.#parts.layout, column),
      ),
      frame,
    );
    return resource === undefined ? request : { ...request, resource };
  }

  /**
   * What a version makes of the row's entities; the subject may be that of a row with another
   * credential.
   */
  of(row: number, frame: Frame, version: number): RowEntities {
    const action = this.#actionsOf(row, frame)[version] ?? NO_ACTION;
    const reads = this.#parts.versions[version];
    const base = this.#subjectsOf(row, frame)[version] ?? NO_ACTION.entity;
    const direct = this.#views.entity("subject", row);
    const resource =
      reads === undefined
        ? NO_ACTION.entity
        : resourceOf(reads.set, this.#resourceRequest(row, frame), { action, frame });
    return { subject: { ...base, direct }, action, resource };
  }

  /** The id that the candidate gives the row's subject. */
  candidateId(row: number, frame: Frame): string | undefined {
    return this.#subjectsOf(row, frame).at(-1)?.id;
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

  subjectClass(row: number, frame: Frame): number {
    const number = this.subject(row, frame);
    const known = this.#subjectClasses.get(0, number);
    if (known >= 0) return known;
    const text = this.#subjectNumbers.text(row, frame);
    const made = this.#parts.subjects.get(text) ?? this.#classSubject(row, frame);
    this.#parts.subjects.set(text, made);
    this.#subjectClasses.set(0, number, made);
    return made;
  }

  #classSubject(row: number, frame: Frame): number {
    const subjects = this.#subjectsOf(row, frame);
    const direct = this.#views.entity("subject", row);
    const candidate = subjects.at(-1);
    const facts = [
      candidate?.type ?? null,
      candidate?.id ?? null,
      stringMember(direct, "type") ?? null,
      stringMember(direct, "id") ?? null,
      candidate === undefined ? [] : contradicted(candidate),
    ];
    const outcomes = this.#outcomes(this.#parts.plan.subject, (version) =>
      rowFor(this.#request("subject", row, frame), frame, {
        subject: subjects[version] ?? NO_ACTION.entity,
      }),
    );
    return this.#parts.text.code(JSON.stringify([facts, outcomes]));
  }

  actionClass(row: number, frame: Frame): number {
    const number = this.action(row, frame);
    const known = this.#actionClasses.get(0, number);
    if (known >= 0) return known;
    const text = this.#parts.text.code(JSON.stringify(this.#views.entity("action", row) ?? null));
    this.#actionClasses.set(0, number, text);
    return text;
  }

  #outcomes(
    probes: readonly Probe[],
    row: (version: number) => ReturnType<typeof rowFor>,
  ): readonly string[] {
    const rows = this.#parts.versions.map((_, version) => row(version));
    return probes.flatMap(({ version, atom }) => {
      const of = rows[version];
      return of === undefined ? [] : [outcomeText(atom.test(of))];
    });
  }

  /**
   * A number, above 0, that is the same only for rows of a segment of which `reads` finds the same
   * of a resource.
   */
  resourceKey(reads: ResourceReads, row: number, frame: Frame): number {
    const named = reads.whole ? -1 : this.#named(row, frame);
    return named < 0
      ? this.#wholeResource(row, frame)
      : this.#partsOfResource(reads, named, { row, frame });
  }

  #partsOfResource(
    { named, members }: ResourceReads,
    number: number,
    { row, frame }: { readonly row: number; readonly frame: Frame },
  ): number {
    let at = this.#steps.step(PARTS, named ? number : 0);
    for (let i = 0; i < members.length; i++) {
      const { column = 0, name = "" } = members[i] ?? {};
      if (!named) at = this.#steps.step(at, this.#givenOf(number, column, { name, row, frame }));
      at = this.#steps.step(at, this.#views.code(column, row));
    }
    return at;
  }

  /**
   * A number for what versions make of a member of a resource besides what events say of it: for
   * most resources nothing, however they are named.
   */
  #givenOf(
    named: number,
    column: number,
    { name, row, frame }: { readonly name: string; readonly row: number; readonly frame: Frame },
  ): number {
    const at = this.#steps.step(this.#steps.step(GIVEN, named), column);
    const known = this.#given.get(at);
    if (known !== 0) return known - 1;
    const given = this.#resourcesOf(row, frame).map(({ absent, perhapsNone, known, veiled }) =>
      known.has(name) ? named : [absent, perhapsNone === true, veiled.has(name)],
    );
    const number = this.#parts.text.code(JSON.stringify([given, this.#views.has(row, "resource")]));
    this.#given.set(at, number + 1);
    return number;
  }

  /**
   * What versions make of the one member that is read of a resource, as a number over all segments;
   * -1: more than that is read.
   */
  givenOfOne({ whole, named, members }: ResourceReads, row: number, frame: Frame): number {
    const [member] = members;
    if (whole || named || members.length !== 1 || member === undefined) return -1;
    const number = this.#named(row, frame);
    return number < 0 || this.#isDescribed(number, row, frame)
      ? -1
      : this.#givenOf(number, member.column, { name: member.name, row, frame });
  }

  #isDescribed(named: number, row: number, frame: Frame): boolean {
    return this.#classReads(named, row, frame) === this.#members;
  }

  /** The same where all that names or describes a resource is told apart. */
  #wholeResource(row: number, frame: Frame): number {
    let at = this.#steps.step(WHOLE, frame.number);
    at = this.#steps.step(at, this.action(row, frame));
    at = this.#steps.step(at, this.#views.has(row, "resource") ? 1 : 0);
    for (const column of this.columnsOfResource(row, frame))
      at = this.#steps.step(at, this.#views.code(column, row));
    return at;
  }

  resourceClass(row: number, frame: Frame): number {
    const named = this.#named(row, frame);
    const at =
      named < 0
        ? this.#wholeResource(row, frame)
        : this.#partsOfResource(this.#classReads(named, row, frame), named, { row, frame });
    const known = this.#resourceClasses.get(at);
    if (known !== 0) return known - 1;
    const texts = this.#resourcesOf(row, frame).map((resource, version) =>
      resourceText(this.#parts.versions[version]?.set, resource),
    );
    const number = this.#parts.text.code(JSON.stringify(texts));
    this.#resourceClasses.set(at, number + 1);
    return number;
  }

  /** What a resource's class hangs on: of what no catalog describes nothing is contradicted. */
  #classReads(named: number, row: number, frame: Frame): ResourceReads {
    const known = this.#classMembers[named];
    if (known !== undefined) return known;
    const isDescribed = this.#resourcesOf(row, frame).some(({ known }) => known.size > 0);
    const reads = isDescribed
      ? this.#members
      : {
          ...this.#members,
          members: this.#members.members.filter(({ name }) => name === "classification"),
        };
    this.#classMembers[named] = reads;
    return reads;
  }

  #resourcesOf(row: number, frame: Frame): readonly Entity[] {
    const request = this.#resourceRequest(row, frame);
    const actions = this.#actionsOf(row, frame);
    return this.#parts.versions.map(({ set }, version) =>
      resourceOf(set, request, { action: actions[version] ?? NO_ACTION, frame }),
    );
  }

  /** What probes on the resource alone come to for a row. */
  resourceOutcomes(probes: readonly Probe[], row: number, frame: Frame): number {
    const outcomes = this.#outcomes(probes, (version) => this.resourceRow(version, row, frame));
    return this.#parts.text.code(outcomes.join("\u0001"));
  }

  /** A row's call of which only the resource is at hand, as a version sees it. */
  resourceRow(version: number, row: number, frame: Frame): ReturnType<typeof rowFor> {
    return rowFor(this.#resourceRequest(row, frame), frame, {
      resource: this.#resourcesOf(row, frame)[version] ?? NO_ACTION.entity,
    });
  }

  /**
   * The columns that tell the resource of a row: the event's own, and those off which its tool
   * reads it.
   */
  columnsOfResource(row: number, frame: Frame): readonly number[] {
    const number = this.action(row, frame);
    const known = this.#resourceColumns[number];
    if (known !== undefined) return known;
    const paths = this.#parts.versions.flatMap((reads, version) => {
      const tool = this.#actionsOf(row, frame)[version]?.tool?.tool;
      return tool === undefined
        ? []
        : (reads.resourcePaths.get(`${tool.server}/${tool.name}`) ?? []);
    });
    const columns = [
      ...new Set([
        ...entityColumns(this.#parts.layout, "resource"),
        ...paths.map((path) => columnOf(this.#parts.layout, path)),
      ]),
    ];
    this.#resourceColumns[number] = columns;
    return columns;
  }
}

/** Where the steps of each kind start. INVARIANT: these are no numbers of steps. */
const [PARTS, GIVEN, WHOLE] = [-1, -2, -3];

/** Gives each distinct subject or action of a segment's rows a number. */
class EntityNumbers {
  readonly #views: RowViews;
  readonly #root: "subject" | "action";
  readonly #told: readonly number[];
  readonly #codes: readonly (Uint32Array | undefined)[];
  readonly #scratch: Int32Array;
  readonly #table: TupleTable;

  constructor(views: RowViews, root: "subject" | "action", columns: readonly number[]) {
    this.#views = views;
    this.#root = root;
    // a column in which no row has anything tells none apart
    const told = columns.filter((one) => (views.segment.dictionaries[one]?.size ?? 1) > 1);
    this.#told = told;
    this.#codes = told.map((column) => views.segment.codes[column]);
    this.#scratch = new Int32Array(told.length + 2);
    this.#table = new TupleTable(told.length + 2);
  }

  number(row: number, frame: Frame): number {
    const scratch = this.#scratch;
    scratch[0] = frame.number;
    scratch[1] = this.#views.has(row, this.#root) ? 1 : 0;
    for (let i = 0; i < this.#codes.length; i++) scratch[i + 2] = this.#codes[i]?.[row] ?? 0;
    return this.#table.intern(scratch);
  }

  /** A text that is the same only for rows of the same number, over all segments. */
  text(row: number, frame: Frame): string {
    const { dictionaries } = this.#views.segment;
    const has = this.#views.has(row, this.#root) ? 1 : 0;
    let text = `${frame.number},${has}`;
    for (const column of this.#told) {
      const [dictionary, code] = [dictionaries[column], this.#views.code(column, row)];
      if (dictionary !== undefined && code !== 0)
        text += `,${column},${dictionary.depths[code] ?? 0},${textOf(dictionary, code)}`;
    }
    return text;
  }
}
