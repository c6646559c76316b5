import type { SegmentRows } from "../../batch/values/segment-rows.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { PartTies } from "../../documents/part-result.ts";
import type { EventIds, SeenIds } from "../../engine/event-ids.ts";
import { prepareCall, type PreparedCall } from "../../engine/prepared-call.ts";
import { member } from "../../request/json.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import { HashSample } from "./hash-sample.ts";
import { StateTies, type StateTiesBy } from "./state-ties.ts";

/** So many approvals and ids of a part are listed. */
const MOST = 32_768;
/**
 * So many ids are held until a call is below another one, at some 30 bytes each. WHY no filter of a
 * fixed size beyond: it would have to doubt calls that one machine decides.
 */
const MOST_IDS = 262_144;
/** So many of its events. */
const MOST_EVENTS = 4_096;

/** What is collected, and of which versions. */
export interface CollectedBy extends StateTiesBy {
  /** Whether calls can use up approvals that are recorded. */
  readonly usesApprovals: boolean;
}

/** Collects what tells whether a part belongs together with others: see {@link PartTies}. */
export class TieCollector {
  readonly #by: CollectedBy;
  readonly #state: StateTies;
  readonly #events = new HashSample(MOST_EVENTS);
  readonly #approvals = new HashSample(MOST);
  readonly #parents = new HashSample(MOST);
  /** Sessions and ids of the events that others stand below, each once. */
  readonly #above = new Map<string, Above>();
  readonly #mostIds: number;
  #isUncounted = false;

  /** `mostIds`: of so many events ids are counted. */
  constructor(by: CollectedBy, mostIds = MOST_IDS) {
    this.#by = by;
    this.#mostIds = mostIds;
    this.#state = new StateTies(by);
  }

  /**
   * Notes the events of a segment. A `UserError` where a call has the state of two keys, or there
   * are too many approvals or parents, or it is told too late that calls are below others.
   */
  add(rows: SegmentRows): void {
    for (let row = 0; row < rows.segment.rows; row++) {
      this.#addEvent(rows, row);
      this.#addState(rows, row);
      if (this.#by.usesApprovals) this.#addApprovals(rows, row);
    }
  }

  #addEvent(rows: SegmentRows, row: number): void {
    const [id, session, parent] = [rows.id(row), rows.session(row), rows.parent(row)];
    this.#events.add(`${session ?? ""}\u0000${id}`);
    if (this.#mayBeAbove(rows, row, parent)) this.#parents.add(id);
    if (parent === undefined) return;
    if (this.#isUncounted) throw linkedTooLate();
    this.#above.set(`${session ?? ""}\u0000${parent}`, { session, parent });
    if (this.#above.size > MOST) throw tooMany("calls that other calls are below");
  }

  #addState(rows: SegmentRows, row: number): void {
    const [type, time, session] = [rows.type(row), rows.time(row), rows.session(row)];
    this.#state.add({
      id: () => rows.id(row),
      type,
      time,
      session,
      calls: () => this.#callsOf(rows, row),
    });
  }

  /** A row's call as each version sees it. */
  #callsOf(rows: SegmentRows, row: number): readonly PreparedCall[] {
    const { versions } = this.#by;
    if (rows.segment.whole[row] !== 1 && !rows.views.saysOfRecord(row))
      return versions.map((set) => rows.call(set, row));
    const { request } = rows.event(row);
    return versions.map((set) => prepareCall(set, request));
  }

  /** Others are below invocations, and below what is below those; where state goes by another key,
   * an outcome may be that of any call. */
  #mayBeAbove(rows: SegmentRows, row: number, parent: string | undefined): boolean {
    if (this.#by.split.key !== "session" || parent !== undefined) return true;
    const { segment, views } = rows;
    const action =
      segment.whole[row] === 1 ? rows.event(row).request.action : views.entity("action", row);
    const kind = action?.["kind"];
    return typeof kind !== "string" || kind === "subagent_invocation";
  }

  #addApprovals(rows: SegmentRows, row: number): void {
    const [set] = this.#by.versions;
    const { segment, views } = rows;
    if (segment.whole[row] !== 1 && views.code(COLUMN.approvals, row) === 0) return;
    const { request } = rows.event(row);
    if (set === undefined || member(request.context, "approvals") === undefined) return;
    for (const name of approvalNames(prepareCall(set, request))) this.#approvals.add(name);
    if (!this.#approvals.isWhole) throw tooMany("approvals");
  }

  /**
   * Notes how many ids there are so far. Only an exact count of them tells which event a call is
   * below; of many events, none of which is below another, they are forgotten.
   */
  bound(ids: EventIds): void {
    if (ids.size <= this.#mostIds || this.#above.size > 0) return;
    this.#isUncounted = true;
    ids.stop();
  }

  /** `seen`: the ids of the part's events. */
  finish(seen: SeenIds): PartTies {
    const missing = new HashSample(MOST);
    for (const { session, parent } of this.#above.values())
      if (seen.countIn(parent, session) === 0) missing.add(parent);
    return {
      keys: this.#state.keys(),
      events: this.#events.list(),
      approvals: this.#approvals.list(),
      parents: this.#parents.list(),
      missingParents: missing.list(),
      whole: this.#state.whole(),
    };
  }
}

interface Above {
  readonly session: string | undefined;
  readonly parent: string;
}

function tooMany(what: string): UserError {
  return new UserError("part-too-large", `the part has more than ${MOST} ${what}`, {
    help: "split the trace into more parts",
  });
}

function linkedTooLate(): UserError {
  return new UserError(
    "part-too-large",
    `the first call of the part that is below another one comes after more than ${MOST_IDS} events`,
    { help: "split the trace into more parts" },
  );
}

/** By what later calls may know the approvals of a call. */
function approvalNames(call: PreparedCall): readonly string[] {
  return call.evidence().given.flatMap(({ identity }) => {
    if (identity === undefined || !("id" in identity || "by" in identity)) return [];
    return "id" in identity ? [`id\u0000${identity.id}`] : [`${identity.by}\u0000${identity.at}`];
  });
}
