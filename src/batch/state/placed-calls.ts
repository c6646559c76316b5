import { isInvocation } from "../../engine/call-tree.ts";
import { EventIds, UNCOUNTED } from "../../engine/event-ids.ts";
import { maskOf } from "../../engine/mask.ts";
import type { VersionDecision } from "../../replay/version-decision.ts";
import { UnreachableCalls } from "../../replay/walk.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { RowEvent } from "../row-event.ts";
import { Kept } from "../../text/pair-table.ts";
import type { SegmentRows } from "../values/segment-rows.ts";
import type { Asked, StateRow } from "./decided.ts";

/** What both versions decided of a call. */
export interface Sides {
  readonly baseline: VersionDecision;
  readonly candidate: VersionDecision;
}

const [NO, YES, UNTOLD] = [1, 2, 3];

/** Which calls have a place in the tree of calls: they are below others, or others may be below them. */
export class PlacedCalls {
  /** Which ids the events so far have; undefined: no call is below another, so nobody counts. */
  readonly ids: EventIds | undefined;
  readonly #unreachable: UnreachableCalls;
  /** By the number of an action: whether it starts a sub-agent. */
  readonly #invokes = new Kept();

  /** `before`: what rows that have other numbers left. */
  constructor(isLinked: boolean, before?: PlacedCalls) {
    this.ids = before?.ids ?? (isLinked ? new EventIds() : undefined);
    this.#unreachable =
      before === undefined ? new UnreachableCalls(this.ids ?? UNCOUNTED) : before.#unreachable;
  }

  /** Notes a row's id. */
  seen(rows: SegmentRows, at: number): void {
    this.ids?.add({ id: rows.id(at), session: rows.session(at) });
  }

  /** Whether a row is below another. */
  isBelow({ views }: SegmentRows, at: number): boolean {
    return this.ids !== undefined && views.code(COLUMN.parent, at) !== 0;
  }

  /** Notes an event that is no call and below another. */
  pass(event: RowEvent): void {
    this.#unreachable.pass(event);
  }

  /** Whether a row has a place in the tree. */
  has(rows: SegmentRows, row: StateRow): boolean {
    return this.ids !== undefined && (this.isBelow(rows, row.at) || this.#invocation(row) !== NO);
  }

  /** Whether the candidate stops what a row is below, and the baseline does not (design 7.5). */
  isCut({ rows, row }: Asked, sides: Sides): boolean {
    return this.#unreachable.take(new RowEvent(rows, row.at), this.#invocation(row) === YES, sides);
  }

  /** The same of an event that columns do not tell. */
  isEventCut(event: TraceEvent, sides: Sides): boolean {
    if (this.ids === undefined) return false;
    const invokes = isInvocation(event.request.action, maskOf(event.request));
    return this.#unreachable.take(event, invokes === true, sides);
  }

  /** Whether a row starts a sub-agent; what its kind says, masks included, is told by its action. */
  #invocation(row: StateRow): number {
    const known = this.#invokes.get(row.action);
    if (known !== 0) return known;
    const { request } = row.event();
    const invokes = isInvocation(request.action, maskOf(request));
    const made = invokes === true ? YES : invokes === false ? NO : UNTOLD;
    this.#invokes.set(row.action, made);
    return made;
  }
}
