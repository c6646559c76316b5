import type { PreparedCall } from "../engine/prepared-call.ts";
import { prepareCall, rowOf } from "../engine/prepared-call.ts";
import { contradicted } from "../engine/contradictions.ts";
import { CodeMemo } from "./values/code-memo.ts";
import type { Frame } from "./values/frame.ts";
import type { ClassParts } from "./values/class-parts.ts";
import type { PairTable } from "../text/pair-table.ts";
import { RowClasses } from "./values/row-classes.ts";
import type { SegmentRows } from "./values/segment-rows.ts";
import { VEILED_STATE } from "./values/views.ts";
import { engineDecision, recordedSide, type VersionDecision } from "../replay/version-decision.ts";
import type { ResourceName } from "../replay/seen-call.ts";
import type { CallResult } from "../replay/walk.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { EvaluatedRow, Told } from "./evaluated-row.ts";
import type { SeenCall } from "./slots.ts";
import type { Source } from "./values/source.ts";

/** The numbers of rows' subjects and actions, where they are known already. */
export interface RowNumbers {
  readonly subject: Int32Array;
  readonly action: Int32Array;
  readonly resource?: Int32Array;
}

/** What was decided when a call was made. */
interface Recorded {
  readonly number: number;
  readonly effect: string;
}

/** Where the steps of contradictions start. INVARIANT: it is no number of a step. */
const WRONG = -2;

const RECORDED = [COLUMN.effect, COLUMN.rule];

/** One row of a segment after the other, by the classes of what it holds. */
export class BatchRow implements EvaluatedRow {
  readonly #parts: ClassParts;
  readonly #classes: RowClasses;
  readonly #numbers: CodeMemo;
  readonly #steps: PairTable;
  readonly #points = new CodeMemo();
  #person = -1;
  #event: TraceEvent | undefined;
  #calls: readonly PreparedCall[] | undefined;
  readonly #recorded = new Map<number, Recorded>();
  readonly told: (Told | null)[] = [];
  at = 0;
  frame: Frame;
  counts = true;
  /** Whether {@link event} is all that was recorded, not only what columns tell. */
  isWhole = false;
  /** By row: the numbers of subjects, actions and resources; below 0: not asked yet. */
  readonly #subjects: Int32Array;
  readonly #actions: Int32Array;
  readonly #resources: Int32Array;
  readonly #rows: SegmentRows;
  readonly #areFew: boolean;

  /** `areFew`: whether only few of the rows are evaluated. */
  constructor(
    parts: ClassParts,
    rows: SegmentRows,
    { known, areFew = false }: { readonly known?: RowNumbers; readonly areFew?: boolean } = {},
  ) {
    this.#areFew = areFew;
    this.#parts = parts;
    this.#rows = rows;
    const numbers = (): Int32Array => new Int32Array(rows.segment.rows).fill(-1);
    this.#subjects = known?.subject.slice() ?? numbers();
    this.#actions = known?.action.slice() ?? numbers();
    this.#resources = known?.resource?.slice() ?? numbers();
    this.#steps = parts.pairs;
    this.#numbers = parts.framed;
    this.#classes = new RowClasses(parts, rows.segment);
    this.frame = this.#classes.frames.of(0);
  }

  /** Goes to a row. */
  to(at: number): void {
    this.at = at;
    this.counts = this.#rows.counts(at);
    this.isWhole = false;
    this.#event = undefined;
    this.#calls = undefined;
    this.#person = -1;
    this.frame = this.#classes.frames.of(at);
  }

  /** The number of the row's subject, over all segments. */
  get subject(): number {
    const known = this.#subjects[this.at] ?? -1;
    return known < 0 ? (this.#subjects[this.at] = this.#entity("subject")) : known;
  }

  /** The number of the row's action, over all segments. */
  get action(): number {
    const known = this.#actions[this.at] ?? -1;
    if (known >= 0) return known;
    const number = this.#framed(this.#classes.entities.actionClass(this.at, this.frame));
    return (this.#actions[this.at] = number);
  }

  /** The number of the row's resource, over all segments. */
  get resource(): number {
    const known = this.#resources[this.at] ?? -1;
    return known < 0 ? (this.#resources[this.at] = this.#entity("resource")) : known;
  }

  #entity(root: "subject" | "resource"): number {
    return this.#framed(this.#classes.entities.classOf(root, this.at, this.frame));
  }

  /** The class of the row's labels; 0: none. */
  get labels(): number {
    return this.#classes.labelsClass(this.at);
  }

  /** WHY numbers again: a row that says of its own record what it holds is another. */
  #framed(number: number): number {
    const known = this.#numbers.get(this.frame.number, number);
    if (known >= 0) return known;
    const made = this.#steps.step(this.#steps.step(0, this.frame.number), number);
    this.#numbers.set(this.frame.number, number, made);
    return made;
  }

  classOf(source: Source): number {
    switch (source.kind) {
      case "subject":
        return this.subject;
      case "action":
        return this.action;
      case "resource":
        return this.resource;
      case "attributes":
        return this.#classes.entities.outcomes(source.index, this.at, this.frame);
      case "column":
        return this.#classes.unaryClass(source.index, this.at, this.frame);
      case "joint":
        return this.#classes.jointOutcome(source.index, this.at, this.frame);
    }
  }

  codesThatTell(source: Source): Told["codes"] | undefined {
    // it takes a look at every row of the segment
    return this.#areFew ? undefined : this.#classes.codesThatTell(source);
  }

  moment(): number {
    return this.#classes.moment(this.at);
  }

  person(): number {
    if (this.#person < 0)
      this.#person = this.#classes.personClass(this.at, this.frame, this.subject);
    return this.#person;
  }

  /** What was decided when the call was made, with a number for what counts of it. */
  recorded(): Recorded {
    const { views } = this.#classes;
    const place = views.place(RECORDED, this.at);
    const key = place < 0 ? -1 : 2 * place + (views.has(this.at, "outcome") ? 1 : 0);
    const known = key < 0 ? undefined : this.#recorded.get(key);
    if (known !== undefined) return known;
    const { effect, permitted, rules, isUnrecorded = false } = recordedSide(this.event());
    const number = this.#parts.text.code(JSON.stringify([effect, permitted, rules, isUnrecorded]));
    const made = { number, effect };
    if (key >= 0) this.#recorded.set(key, made);
    return made;
  }

  /** Whether the row has something in a column that every layout has. */
  has(column: number): boolean {
    return this.#classes.views.code(column, this.at) !== 0;
  }

  credential(): number {
    return this.#classes.credentialKind(this.at);
  }

  /** The decision point that was asked. */
  point(): number {
    const { views } = this.#classes;
    const code = views.code(COLUMN.pdp, this.at);
    if (code === 0) return 0;
    const known = this.#points.get(0, code);
    if (known >= 0) return known;
    const number = this.#parts.text.code(JSON.stringify(views.cache.value(COLUMN.pdp, code)));
    this.#points.set(0, code, number);
    return number;
  }

  /** A number for what the catalog contradicts of subject, action, resource and person; 0: nothing. */
  contradictions(): number {
    const person = this.person();
    const ofSubject = this.#contradiction(0, this.subject, ({ subject }) => contradicted(subject));
    const ofAction = this.#contradiction(1, this.action, ({ action: { entity } }) =>
      contradicted(entity),
    );
    const ofResource = this.#contradiction(2, this.resource, ({ resource }) =>
      contradicted(resource),
    );
    const ofPerson =
      person === 0 ? 0 : this.#contradiction(3, person, (call) => contradicted(call.person()));
    if (ofSubject + ofAction + ofResource + ofPerson === 0) return 0;
    const named = this.#steps.step(this.#steps.step(WRONG, ofSubject), ofAction);
    return this.#steps.step(this.#steps.step(named, ofResource), ofPerson);
  }

  #contradiction(
    i: 0 | 1 | 2 | 3,
    number: number,
    name: (call: PreparedCall) => readonly string[],
  ): number {
    const known = this.#parts.contradicted[i].get(0, number);
    if (known >= 0) return known;
    const call = this.calls().at(-1);
    const found = call === undefined ? [] : name(call);
    const made = found.length === 0 ? 0 : this.#parts.text.code(JSON.stringify(found));
    this.#parts.contradicted[i].set(0, number, made);
    return made;
  }

  /** How the candidate names the resource; undefined: only its call tells. */
  resourceName(): ResourceName | undefined {
    return this.isWhole ? undefined : this.#classes.entities.resourceName(this.at, this.frame);
  }

  /** Reads all that was recorded of the row. */
  readWhole(): void {
    this.isWhole = true;
    this.#event = this.#rows.event(this.at);
    this.#calls = undefined;
  }

  /** The event as far as columns tell, or all of it once that was read. */
  event(): TraceEvent {
    return (this.#event ??= this.#classes.views.event(this.at, this.frame));
  }

  /** The call as each version sees it. */
  calls(): readonly PreparedCall[] {
    return (this.#calls ??= this.#parts.versions.map(({ set }) =>
      prepareCall(set, this.event().request),
    ));
  }

  seen(): readonly SeenCall[] {
    return this.calls().map((call) => ({
      row: rowOf(call, call.subject, VEILED_STATE),
      action: call.action.name,
    }));
  }

  /** A result of another call with this one's event and what the versions see of it. */
  as(result: CallResult): CallResult {
    return withCalls(result, this.event(), this.calls());
  }

  /** The same with the event as it was read, not only what columns tell of it. */
  whole(result: CallResult, event: TraceEvent): CallResult {
    const calls = this.#parts.versions.map(({ set }) => prepareCall(set, event.request));
    return withCalls(result, event, calls);
  }
}

/** A result with another event, and what the baseline and the candidate see of its call. */
export function withCalls(
  result: CallResult,
  event: TraceEvent,
  calls: readonly (PreparedCall | undefined)[],
): CallResult {
  const side = (one: VersionDecision, call: PreparedCall | undefined): VersionDecision =>
    one.engine === undefined || call === undefined ? one : engineDecision(call, one.engine.outcome);
  return {
    ...result,
    event,
    baseline: side(result.baseline, calls[0]),
    candidate: side(result.candidate, calls.at(-1)),
  };
}
