import type { PreparedCall } from "../../engine/prepared-call.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { prepareCall } from "../../engine/prepared-call.ts";
import { chainOf } from "../../engine/delegation.ts";
import { UNKNOWN_ENTITY, type Entity } from "../../engine/entity.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import { personEntity } from "../../engine/person.ts";
import type { Json, JsonObject } from "../../request/json.ts";
import { COLUMN, entityColumns } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { ValueCache } from "../../trace/columns/value-cache.ts";
import { lineMember } from "../../trace/columns/line-member.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { TextNumbers } from "../../text/text-numbers.ts";
import { CodeGrid } from "./code-grid.ts";
import { Frames, type Frame } from "./frame.ts";
import { Interner } from "./interner.ts";
import { actionName, subjectName } from "../../replay/call-name.ts";
import type { CallNames, CallPosition, ListedCall } from "../../replay/tally.ts";
import { columnOf } from "./probe-plan.ts";
import { resourcePath } from "./set-reads.ts";
import { actionOf, isPathColumn, resourceOf, RowViews, subjectOf } from "./views.ts";

/**
 * Which rows of a segment belong to one part of the trace: the part of each, and the one that is
 * meant.
 */
export interface OwnRows {
  readonly parts: Uint8Array;
  readonly part: number;
}

/** The little of a call that state needs: conditions on state, amounts and keys read no more. */
export interface Light {
  readonly columns: readonly number[];
  readonly resource: boolean;
}

/** What the rows of a segment are asked while they are walked. */
export interface RowContext {
  readonly sessions: TextNumbers;
  /**
   * The number of the credential that a subject's text names, noted as used by it; undefined: none.
   */
  readonly credential: (subject: TraceEvent["request"]) => number | undefined;
  /** The bytes of a row's line; undefined: there are none at hand. */
  readonly readLine?: (row: number) => Uint8Array;
  /** The event of a row's line, read from the trace itself. */
  readonly readEvent: (row: number) => TraceEvent;
}

const NO_EVIDENCE = { given: [], masked: false };

/** Resources by a place of the columns that tell them. */
interface Resources {
  readonly columns: readonly number[];
  readonly known: Map<number, Entity>;
}

/** Subjects and actions by their codes: most rows share theirs with others. */
class SharedEntities {
  readonly #set: CompiledSet;
  readonly #views: RowViews;
  readonly #subjects = new Map<number, Entity>();
  readonly #actions = new Map<number, IdentifiedAction>();

  readonly #resources = new Map<IdentifiedAction, Resources>();
  readonly #subjectColumns: readonly number[];
  readonly #actionColumns: readonly number[];

  constructor(set: CompiledSet, views: RowViews) {
    this.#set = set;
    this.#views = views;
    const { layout } = views.segment;
    this.#subjectColumns = entityColumns(layout, "subject");
    this.#actionColumns = entityColumns(layout, "action");
  }

  subject(row: number, frame: Frame): Entity {
    const key = this.#views.place(this.#subjectColumns, row);
    const known = this.#subjects.get(key);
    if (known !== undefined) return known;
    const subject = this.#views.entity("subject", row);
    const made = subjectOf(this.#set, subject === undefined ? {} : { subject }, frame);
    if (key >= 0) this.#subjects.set(key, made);
    return made;
  }

  action(row: number, frame: Frame): IdentifiedAction {
    const key = this.#views.place(this.#actionColumns, row);
    const known = this.#actions.get(key);
    if (known !== undefined) return known;
    const action = this.#views.entity("action", row);
    const made = actionOf(this.#set, action === undefined ? {} : { action }, frame);
    if (key >= 0) this.#actions.set(key, made);
    return made;
  }

  /**
   * What the event names and what its tool reads off the arguments: nothing else tells a resource
   * (design 2.5).
   */
  resource(row: number, frame: Frame, action: IdentifiedAction): Entity {
    const { columns, known } = this.#resourcesOf(action);
    const key = this.#views.place(columns, row);
    const same = known.get(key);
    if (same !== undefined) return same;
    const made = this.#identified(row, frame, action);
    if (key >= 0) known.set(key, made);
    return made;
  }

  /** The resources of one action, by the columns that tell them. */
  #resourcesOf(action: IdentifiedAction): Resources {
    const known = this.#resources.get(action);
    if (known !== undefined) return known;
    const own = entityColumns(this.#views.segment.layout, "resource");
    const columns = [...own, ...this.#resourceColumns(action)];
    const made = { columns, known: new Map<number, Entity>() };
    this.#resources.set(action, made);
    return made;
  }

  #identified(row: number, frame: Frame, action: IdentifiedAction): Entity {
    const resource = this.#views.entity("resource", row);
    const request = this.#views.request(row, this.#resourceColumns(action), frame);
    return resourceOf(this.#set, resource === undefined ? request : { ...request, resource }, {
      action,
      frame,
    });
  }

  #resourceColumns({ tool }: IdentifiedAction): readonly number[] {
    if (tool === undefined) return [];
    const known = this.#columns.get(tool);
    if (known !== undefined) return known;
    const paths = resourcePath(this.#set, tool.tool)?.paths ?? [];
    const columns = [
      ...new Set(paths.map((path) => columnOf(this.#views.segment.layout, path))),
    ].filter((column) => isPathColumn(this.#views.segment.layout, column));
    this.#columns.set(tool, columns);
    return columns;
  }

  readonly #columns = new Map<NonNullable<IdentifiedAction["tool"]>, readonly number[]>();
}

/** What of one row counts besides its result. */
class RowFacts implements CallPosition, ListedCall {
  readonly #rows: SegmentRows;
  row = 0;

  constructor(rows: SegmentRows) {
    this.#rows = rows;
  }

  id(): string {
    return this.#rows.id(this.row);
  }

  get at(): number {
    return this.#rows.first + this.row;
  }

  get time(): number | undefined {
    return this.#rows.time(this.row);
  }

  get session(): number | undefined {
    return this.#rows.sessionNumber(this.row);
  }

  sessionName(): string | undefined {
    return this.#rows.session(this.row);
  }

  names(): CallNames {
    return this.#rows.names(this.row);
  }
}

const NO_LINE = new Uint8Array(0);
const ID = new TextEncoder().encode("id");
const QUOTE = 34;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One segment's rows, with what many of them share worked out once. */
export class SegmentRows {
  readonly segment: Segment;
  /**
   * Where the first row stands in the trace: rows that come later have greater places. Set anew
   * where the rows that come next follow on rows of other segments.
   */
  first: number;
  /** By row: 1 where it counts; undefined: every row does. */
  counted: Uint8Array | undefined;
  readonly views: RowViews;
  readonly frames: Frames;
  readonly #context: RowContext;
  readonly #columns: readonly number[];
  #sessionNumbers = new Int32Array(0);
  /** Of subjects that say nothing unusual of themselves. */
  readonly #credentials: CodeGrid;
  /** The calls of the row that was asked for last: versions of one set share theirs. */
  readonly #calls = new Map<CompiledSet, PreparedCall>();
  #callsRow = -1;
  #read: { readonly row: number; readonly event: TraceEvent } | undefined;

  constructor(
    segment: Segment,
    context: RowContext,
    { first, counted }: { readonly first: number; readonly counted?: Uint8Array | undefined },
  ) {
    this.segment = segment;
    this.first = first;
    this.counted = counted;
    this.#context = context;
    const cache = new ValueCache(segment);
    this.views = new RowViews(segment, cache);
    this.frames = new Frames(segment, cache, new Interner());
    this.#columns = [...segment.layout.columns.keys()].filter((column) =>
      isPathColumn(segment.layout, column),
    );
    this.#credentials = new CodeGrid(this.views, [
      COLUMN.subjectType,
      COLUMN.subjectId,
      COLUMN.credential,
    ]);
  }

  /** Whether a row is counted; else it only leaves what later rows see. */
  counts(row: number): boolean {
    return this.counted === undefined || this.counted[row] === 1;
  }

  session(row: number): string | undefined {
    return this.views.name(COLUMN.session, row);
  }

  /** The session's number among all of the trace. */
  sessionNumber(row: number): number | undefined {
    const code = this.views.code(COLUMN.session, row);
    if (code === 0) return undefined;
    return this.#sessionNumbers[code];
  }

  /**
   * Gives the sessions of these rows (`own`: of some of them) their numbers among all. WHY by rows:
   * a text of the dictionary may be of no row.
   */
  numberSessions(own?: OwnRows): void {
    const codes = this.segment.codes[COLUMN.session] ?? new Uint32Array(0);
    const numbers = new Int32Array(this.segment.dictionaries[COLUMN.session]?.size ?? 1).fill(-1);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row] ?? 0;
      if (
        code !== 0 &&
        numbers[code] === -1 &&
        (own === undefined || own.parts[row] === own.part) &&
        this.counts(row)
      )
        numbers[code] = this.#context.sessions.ordinal(this.session(row) ?? "");
    }
    this.#sessionNumbers = numbers;
  }

  parent(row: number): string | undefined {
    return this.views.name(COLUMN.parent, row);
  }

  type(row: number): string {
    return this.views.name(COLUMN.type, row) ?? "call";
  }

  time(row: number): number | undefined {
    return this.views.time(row);
  }

  /** How many places {@link credentialPlace} tells apart. */
  get credentialPlaces(): number {
    return this.#credentials.places;
  }

  /**
   * A place that rows of one subject and credential share; -1: the row's subject says more of
   * itself, so {@link credential} tells.
   */
  credentialPlace(row: number): number {
    return this.segment.whole[row] === 1 || this.views.code(COLUMN.subjectRest, row) !== 0
      ? -1
      : this.#credentials.at(row);
  }

  /** The number of the credential of a place; undefined: none. */
  credentialAt(place: number): number | undefined {
    const [type = 0, id = 0, credential = 0] = this.#credentials.codes(place);
    const value = (column: number, code: number): { readonly [name: string]: Json } =>
      code === 0
        ? {}
        : {
            [this.segment.layout.columns[column]?.path[1] ?? ""]: this.views.cache.value(
              column,
              code,
            ),
          };
    return credential === 0
      ? undefined
      : this.#context.credential({
          subject: {
            ...value(COLUMN.subjectType, type),
            ...value(COLUMN.subjectId, id),
            ...value(COLUMN.credential, credential),
          },
        });
  }

  /** The number of the credential of a row; undefined: none. */
  credential(row: number): number | undefined {
    if (this.segment.whole[row] === 1) return this.#context.credential(this.event(row).request);
    const entity = this.views.entity("subject", row);
    return entity === undefined ? undefined : this.#context.credential({ subject: entity });
  }

  /** The row's call as a version sees it, as far as columns tell. */
  call(set: CompiledSet, row: number): PreparedCall {
    if (this.#callsRow !== row) this.#calls.clear();
    this.#callsRow = row;
    const known = this.#calls.get(set);
    if (known !== undefined) return known;
    const call = prepareCall(set, this.views.live(row, this.#columns, this.frames.of(row)));
    this.#calls.set(set, call);
    return call;
  }

  /**
   * The little of a row's call that state needs; its subject and action are those of other rows
   * that name the same.
   */
  lightCall(set: CompiledSet, row: number, light: Light): PreparedCall {
    const known = this.#lights.get(light);
    if (known?.row === row) return known.call;
    const frame = this.frames.of(row);
    const entities = this.#entitiesOf(set);
    const action = entities.action(row, frame);
    const request = this.views.timed(row, light.columns, frame);
    const call: PreparedCall = {
      request,
      mask: frame.mask,
      subject: entities.subject(row, frame),
      action,
      resource: light.resource ? entities.resource(row, frame, action) : UNKNOWN_ENTITY,
      chain: chainOf(request, frame.mask),
      person: () => personEntity(set.catalog, request, frame.mask),
      evidence: () => NO_EVIDENCE,
    };
    this.#lights.set(light, { row, call });
    return call;
  }

  readonly #lights = new Map<Light, { readonly row: number; readonly call: PreparedCall }>();
  readonly #entities = new Map<CompiledSet, SharedEntities>();

  #entitiesOf(set: CompiledSet): SharedEntities {
    const known = this.#entities.get(set) ?? new SharedEntities(set, this.views);
    this.#entities.set(set, known);
    return known;
  }

  /** The event itself, read anew. */
  event(row: number): TraceEvent {
    if (this.#read?.row !== row) this.#read = { row, event: this.#context.readEvent(row) };
    return this.#read.event;
  }

  /** The bytes of a row's line; empty: they are not at hand. */
  line(row: number): Uint8Array {
    return this.#context.readLine?.(row) ?? NO_LINE;
  }

  id(row: number): string {
    return this.views.name(COLUMN.id, row) ?? this.#idInLine(row) ?? this.event(row).id;
  }

  /** The id as the line writes it; undefined: it says more than that, or none. */
  #idInLine(row: number): string | undefined {
    if (this.segment.whole[row] === 1) return undefined;
    const line = this.line(row);
    const value = lineMember(line, ID);
    if (value === undefined || line[value.from] !== QUOTE) return undefined;
    const text = decoder.decode(line.subarray(value.from + 1, value.to - 1));
    return text === "" || text.includes("\\") ? undefined : text;
  }

  /** How a row is named where calls are listed. */
  names(row: number): CallNames {
    const entity = (root: "subject" | "action"): JsonObject => this.views.entity(root, row) ?? {};
    const request =
      this.segment.whole[row] === 1
        ? this.event(row).request
        : { subject: entity("subject"), action: entity("action") };
    return {
      session: this.session(row),
      subject: subjectName(request),
      action: actionName(request),
    };
  }

  /**
   * What of a row counts besides its result. INVARIANT: only until the next row's are asked for:
   * WHY not one for each, there are too many.
   */
  facts(row: number): CallPosition & ListedCall {
    this.#facts.row = row;
    return this.#facts;
  }

  readonly #facts = new RowFacts(this);
}
