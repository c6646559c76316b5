import { UNKNOWN_ENTITY, type Entity } from "../../engine/entity.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import type { Request } from "../../request/request.ts";
import { credentialKind, namesCredential } from "../../request/credential.ts";
import { stringMember } from "../../request/json.ts";
import { COLUMN, ENTITY } from "../../trace/columns/layout.ts";
import { contradicted } from "../../engine/contradictions.ts";
import { textOf } from "../../trace/columns/dictionary.ts";
import { CodeGrid } from "./code-grid.ts";
import { CodeMemo } from "./code-memo.ts";
import type { Frame } from "./frame.ts";
import { outcomeText } from "./interner.ts";
import { Kept } from "./pair-table.ts";
import { columnOf, type Probe } from "./probe-plan.ts";
import { resourceText } from "./resource-class.ts";
import { ResourceShortcut } from "./resource-shortcut.ts";
import type { ClassParts } from "./class-parts.ts";
import { TupleTable } from "./tuple-table.ts";
import { actionOf, resourceOf, rowFor, subjectOf, type RowViews } from "./views.ts";

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
  readonly #scratch = new Int32Array(5);
  readonly #subjectNumbers = new TupleTable(5);
  readonly #actionNumbers = new TupleTable(5);
  readonly #subjects: (readonly Entity[])[] = [];
  readonly #actions: (readonly IdentifiedAction[])[] = [];
  readonly #subjectClasses = new CodeMemo();
  readonly #actionClasses = new CodeMemo();
  readonly #resourceClasses = new Map<string, number>();
  readonly #resourceColumns = new Map<number, readonly number[]>();
  readonly #shortcut: ResourceShortcut;
  /** Numbers of subjects and actions that have no other members than the usual ones. */
  readonly #subjectGrid: CodeGrid;
  readonly #actionGrid: CodeGrid;

  constructor(parts: ClassParts, views: RowViews) {
    this.#parts = parts;
    this.#views = views;
    this.#shortcut = new ResourceShortcut(parts, views, (row, frame) =>
      this.#actionsOf(row, frame),
    );
    this.#subjectGrid = new CodeGrid(views, [COLUMN.subjectType, COLUMN.subjectId]);
    this.#actionGrid = new CodeGrid(views, [COLUMN.kind, COLUMN.server, COLUMN.name]);
  }

  /** The number of the row's subject, its credential aside. */
  subject(row: number, frame: Frame): number {
    const at =
      frame.number === 0 &&
      this.#views.code(COLUMN.subjectRest, row) === 0 &&
      this.#views.has(row, "subject")
        ? this.#subjectGrid.at(row)
        : -1;
    const known = at < 0 ? -1 : this.#subjectGrid.get(at);
    if (known >= 0) return known;
    const number = this.#internSubject(row, frame);
    if (at >= 0) this.#subjectGrid.set(at, number);
    return number;
  }

  #internSubject(row: number, frame: Frame): number {
    const scratch = this.#scratch;
    scratch[0] = frame.number;
    scratch[1] = this.#views.code(COLUMN.subjectType, row);
    scratch[2] = this.#views.code(COLUMN.subjectId, row);
    scratch[3] = this.#views.code(COLUMN.subjectRest, row);
    scratch[4] = this.#views.has(row, "subject") ? 1 : 0;
    return this.#subjectNumbers.intern(scratch);
  }

  /** The number of the row's action. */
  action(row: number, frame: Frame): number {
    const at =
      frame.number === 0 && this.#views.code(COLUMN.actionRest, row) === 0
        ? this.#actionGrid.at(row)
        : -1;
    const known = at < 0 ? -1 : this.#actionGrid.get(at);
    if (known >= 0) return known;
    const number = this.#internAction(row, frame);
    if (at >= 0) this.#actionGrid.set(at, number);
    return number;
  }

  #internAction(row: number, frame: Frame): number {
    const scratch = this.#scratch;
    scratch[0] = frame.number;
    scratch[1] = this.#views.code(COLUMN.kind, row);
    scratch[2] = this.#views.code(COLUMN.server, row);
    scratch[3] = this.#views.code(COLUMN.name, row);
    scratch[4] = this.#views.code(COLUMN.actionRest, row);
    return this.#actionNumbers.intern(scratch);
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
      this.columnsOfResource(row, frame).filter((column) => column > COLUMN.id),
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
    const text = this.#parts.text.code(JSON.stringify([facts, outcomes]));
    this.#subjectClasses.set(0, number, text);
    return text;
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
   * A number, above 0, that is the same only for rows of a segment whose resources are alike in all
   * but their ids; -1: it cannot be told, or a rule reads the id.
   */
  resourceKey(row: number, frame: Frame): number {
    return this.#shortcut.key(row, this.action(row, frame), frame);
  }

  resourceClass(row: number, frame: Frame): number {
    const action = this.action(row, frame);
    const key = this.#shortcut.key(row, action, frame);
    if (key >= 0) {
      const known = this.#shortClasses.get(key);
      if (known > 0) return known - 1;
      const number = this.#classResource(row, frame);
      this.#shortClasses.set(key, number + 1);
      return number;
    }
    if (frame.number === 0 && this.#isOwn(row, frame)) return this.#ownClass(row, frame);
    let text = String(action);
    for (const column of this.columnsOfResource(row, frame))
      text += `,${this.#views.code(column, row)}`;
    const known = this.#resourceClasses.get(text);
    if (known !== undefined) return known;
    const number = this.#classResource(row, frame);
    this.#resourceClasses.set(text, number);
    return number;
  }

  /** Whether the event alone tells a row's resource: no version reads it off the arguments. */
  #isOwn(row: number, frame: Frame): boolean {
    return this.#actionsOf(row, frame).every(
      ({ tool }, version) =>
        tool === undefined && this.#parts.versions[version]?.set.catalog.derives === false,
    );
  }

  /** The class of a resource that the event tells; remembered by its texts over all segments. */
  #ownClass(row: number, frame: Frame): number {
    const { dictionaries } = this.#views.segment;
    let codes = this.#views.has(row, "resource") ? "1" : "0";
    for (const column of ENTITY.resource) codes += `,${this.#views.code(column, row)}`;
    const near = this.#ownClasses.get(codes);
    if (near !== undefined) return near;
    const texts = ENTITY.resource.map((column) => {
      const dictionary = dictionaries[column];
      const code = this.#views.code(column, row);
      return code === 0 || dictionary === undefined
        ? null
        : [dictionary.depths[code], textOf(dictionary, code)];
    });
    const text = JSON.stringify([codes.startsWith("1"), texts]);
    const number = this.#parts.ownResources.get(text) ?? this.#classResource(row, frame);
    this.#parts.ownResources.set(text, number);
    this.#ownClasses.set(codes, number);
    return number;
  }

  readonly #ownClasses = new Map<string, number>();

  /** Classes plus one. */
  readonly #shortClasses = new Kept();

  #classResource(row: number, frame: Frame): number {
    const request = this.#resourceRequest(row, frame);
    const actions = this.#actionsOf(row, frame);
    const resources = this.#parts.versions.map(({ set }, version) =>
      resourceOf(set, request, { action: actions[version] ?? NO_ACTION, frame }),
    );
    const texts = resources.map((resource, version) =>
      resourceText(this.#parts.versions[version]?.set, resource),
    );
    const outcomes = this.#outcomes(this.#parts.plan.resource, (version) =>
      rowFor(request, frame, { resource: resources[version] ?? NO_ACTION.entity }),
    );
    return this.#parts.text.code(JSON.stringify([texts, outcomes]));
  }

  /**
   * The columns that tell the resource of a row: the event's own, and those off which its tool
   * reads it.
   */
  columnsOfResource(row: number, frame: Frame): readonly number[] {
    const number = this.action(row, frame);
    const known = this.#resourceColumns.get(number);
    if (known !== undefined) return known;
    const paths = this.#parts.versions.flatMap((reads, version) => {
      const tool = this.#actionsOf(row, frame)[version]?.tool?.tool;
      return tool === undefined
        ? []
        : (reads.resourcePaths.get(`${tool.server}/${tool.name}`) ?? []);
    });
    const columns = [
      ...new Set([...ENTITY.resource, ...paths.map((path) => columnOf(this.#parts.layout, path))]),
    ];
    this.#resourceColumns.set(number, columns);
    return columns;
  }
}
