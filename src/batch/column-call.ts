import { credentialEnd } from "../request/credential.ts";
import { jsonDigest, digestOfJson, type JsonDigest } from "../request/json-digest.ts";
import { isJsonObject, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { ResourceName, SeenCall, SeenEvent } from "../replay/seen-call.ts";
import { resourceNamed } from "../replay/seen-call.ts";
import type { CallResult } from "../replay/walk.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import { lineMember } from "../trace/columns/line-member.ts";
import { RECORDED_EFFECTS, type RecordedEffect } from "../trace/event.ts";
import type { BatchRow } from "./batch-row.ts";
import { columnOf } from "./values/probe-plan.ts";
import type { SegmentRows } from "./values/segment-rows.ts";

/**
 * What whoever looks at every call reads of it besides what deciding and counting read. WHY members
 * of the model and the signals: a column tells how far its path could be followed, so that their
 * values need not be kept.
 */
const PATHS = {
  surface: ["context", "surface"],
  task: ["context", "task", "id"],
  model: ["context", "model", "name"],
  signals: ["context", "signals", "injection"],
  answeredIn: ["decision", "ms"],
} as const;
export const SEEN_PATHS: readonly (readonly string[])[] = [
  ...Object.values(PATHS),
  ["subject", "credential", "expires"],
  ["action", "reversible"],
  ["action", "open_world"],
];

const ARGS = new TextEncoder().encode("args");
const [QUOTE, OPEN] = [34, 123];

/** An event of a segment that is no call. */
export class ColumnEvent implements SeenEvent {
  protected readonly rows: SegmentRows;
  protected at: number;

  constructor(rows: SegmentRows, at: number) {
    this.rows = rows;
    this.at = at;
  }

  get type(): string {
    return this.rows.type(this.at);
  }

  get time(): number | undefined {
    return this.rows.time(this.at);
  }

  get session(): string | undefined {
    return this.rows.session(this.at);
  }

  get labels(): JsonObject | undefined {
    const { views } = this.rows;
    const code = views.code(COLUMN.labels, this.at);
    const labels = code === 0 ? undefined : views.cache.value(COLUMN.labels, code);
    return isJsonObject(labels) ? labels : undefined;
  }

  id = (): string => this.rows.id(this.at);
}

/** What a row is counted by. */
export interface RowNumbers {
  readonly decided: CallResult;
  readonly decision: number;
  readonly who: number;
  readonly tool: number;
  readonly judged: number;
}

/**
 * The calls of a segment, one after the other. INVARIANT: what it tells is of the row to which it
 * went last. WHY one for all: there are too many.
 */
export class ColumnCall extends ColumnEvent implements SeenCall {
  readonly #row: BatchRow;
  readonly #columns: { readonly [name in keyof typeof PATHS]: number };
  #numbers: RowNumbers | undefined;
  /** By place: the number of its credential; -1: none, -2: not looked up. */
  #credentials: Int32Array | undefined;
  /** By code of a credential: when it expires; null: nobody says. */
  readonly #ends: (number | null | undefined)[] = [];
  readonly #tasks: (string | null | undefined)[] = [];

  constructor(rows: SegmentRows, row: BatchRow) {
    super(rows, 0);
    this.#row = row;
    const { layout } = rows.segment;
    const column = (path: readonly string[]): number => columnOf(layout, path);
    this.#columns = {
      surface: column(PATHS.surface),
      task: column(PATHS.task),
      model: column(PATHS.model),
      signals: column(PATHS.signals),
      answeredIn: column(PATHS.answeredIn),
    };
  }

  /** Goes to a row. */
  to(at: number, numbers: RowNumbers): this {
    this.at = at;
    this.#numbers = numbers;
    return this;
  }

  get #counted(): RowNumbers {
    if (this.#numbers === undefined) throw new Error("no call is looked at");
    return this.#numbers;
  }

  get decided(): CallResult {
    return this.#counted.decided;
  }

  get decision(): number {
    return this.#counted.decision;
  }

  get who(): number {
    return this.#counted.who;
  }

  get tool(): number {
    return this.#counted.tool;
  }

  get judged(): number {
    return this.#counted.judged;
  }

  result = (): CallResult => this.#row.as(this.decided);

  get credential(): number | undefined {
    const place = this.rows.credentialPlace(this.at);
    if (place < 0) return this.rows.credential(this.at);
    this.#credentials ??= new Int32Array(this.rows.credentialPlaces).fill(-2);
    const known = this.#credentials[place] ?? -1;
    if (known >= -1) return known < 0 ? undefined : known;
    const found = this.rows.credentialAt(place);
    this.#credentials[place] = found ?? -1;
    return found;
  }

  get credentialEnd(): number | undefined {
    const { views } = this.rows;
    if (views.code(COLUMN.subjectRest, this.at) !== 0) return this.#endOfSubject();
    const code = views.code(COLUMN.credential, this.at);
    const known = this.#ends[code];
    if (known !== undefined) return known ?? undefined;
    const end = this.#endOfSubject();
    this.#ends[code] = end ?? null;
    return end;
  }

  #endOfSubject(): number | undefined {
    const subject = this.rows.views.entity("subject", this.at);
    return subject === undefined ? undefined : credentialEnd({ subject });
  }

  get effect(): RecordedEffect | undefined {
    const effect = this.rows.views.name(COLUMN.effect, this.at);
    return effect === undefined ? undefined : RECORDED_EFFECTS.find((one) => one === effect);
  }

  get point(): string | undefined {
    return this.rows.views.name(COLUMN.pdp, this.at);
  }

  get answeredIn(): number | undefined {
    const { views, segment } = this.rows;
    const column = this.#columns.answeredIn;
    const code = views.code(column, this.at);
    if (code === 0 || segment.dictionaries[column]?.depths[code] !== PATHS.answeredIn.length)
      return undefined;
    const value = views.cache.value(column, code);
    return typeof value === "number" ? value : undefined;
  }

  get hasOutcome(): boolean {
    return this.rows.views.has(this.at, "outcome");
  }

  get hasModel(): boolean {
    const first = this.#startOf(this.#columns.model);
    return first === OPEN || first === QUOTE;
  }

  get hasSignals(): boolean {
    return this.#startOf(this.#columns.signals) === OPEN;
  }

  /** The first byte of a member of the context on the way to a column's path; 0: it is not there. */
  #startOf(column: number): number {
    const dictionary = this.rows.segment.dictionaries[column];
    const code = this.rows.views.code(column, this.at);
    const depth = code === 0 ? 0 : (dictionary?.depths[code] ?? 0);
    if (depth !== 2) return depth > 2 ? OPEN : 0;
    const [start = 0, end = 0] = [dictionary?.offsets[code], dictionary?.offsets[code + 1]];
    return start === end ? OPEN : (dictionary?.pool[start] ?? 0);
  }

  get surface(): string | undefined {
    const { views, segment } = this.rows;
    const column = this.#columns.surface;
    const code = views.code(column, this.at);
    if (code === 0 || segment.dictionaries[column]?.depths[code] !== PATHS.surface.length)
      return undefined;
    const value = views.cache.value(column, code);
    return typeof value === "string" ? value : undefined;
  }

  get task(): string | undefined {
    const column = this.#columns.task;
    const code = this.rows.views.code(column, this.at);
    if (code === 0) return undefined;
    const known = this.#tasks[code];
    if (known !== undefined) return known ?? undefined;
    const { context } = this.rows.views.request(this.at, [column], this.#row.frame);
    const task = stringMember(objectMember(context, "task"), "id");
    this.#tasks[code] = task ?? null;
    return task;
  }

  resource = (): ResourceName => this.#row.resourceName() ?? resourceNamed(this.result());

  args = (): JsonDigest | undefined => {
    if (!this.rows.views.has(this.at, "args")) return undefined;
    const line = this.rows.line(this.at);
    const value = lineMember(line, ARGS);
    const digest = value === undefined ? undefined : digestOfJson(line, value.from, value.to);
    if (digest !== undefined) return digest;
    const { args } = this.rows.event(this.at).request;
    return args === undefined ? undefined : jsonDigest(args);
  };

  argsText = (): string | undefined => {
    if (!this.rows.views.has(this.at, "args")) return undefined;
    const { args } = this.rows.event(this.at).request;
    return args === undefined ? undefined : JSON.stringify(args);
  };
}
