import { actionName, resourceClass, subjectName } from "../replay/call-name.ts";
import { stringMember } from "../request/json.ts";
import { DAY, dayText } from "../text/time.ts";
import { gravityOf, type Gravity } from "./consequence.ts";
import type { METRICS } from "./coverage-tally.ts";
import { type CoveredCall, type Verdicts } from "./coverage-tally.ts";
import type { Credentials } from "./credentials.ts";
import { NumberList } from "../trace/number-list.ts";

/** Where a call stands in each dimension of design 9.7. */
export interface Dimensions {
  readonly agent: string;
  readonly surface: string;
  readonly server: string;
  readonly action: string;
  /** Null: no class is known, or the tool has no resource (`class` then says which). */
  readonly resourceClass: string | null;
  readonly class: string;
  readonly kind: string;
  readonly day: string;
}

/** Consequential calls that are alike in every dimension and every verdict. */
export interface CoverageRow extends Dimensions {
  readonly verdicts: Verdicts;
  readonly gravity: Gravity;
  readonly example: string;
  calls: number;
  /** How many of them have a sound identity but for a credential that others use too. */
  shared: number;
}

/**
 * How many combinations are kept apart; further ones share a row for each combination of verdicts.
 */
const LIMIT = 100_000;
const OTHERS = "(others)";
const REST: Dimensions = {
  agent: OTHERS,
  surface: OTHERS,
  server: OTHERS,
  action: OTHERS,
  resourceClass: null,
  class: OTHERS,
  kind: OTHERS,
  day: OTHERS,
};

/** The UTC day of a time; events come in order, so the last one is mostly right. */
class Calendar {
  #day = -1;
  #text = "?";

  dayOf(time: number | undefined): string {
    if (time === undefined) return "?";
    const day = Math.floor(time / DAY);
    if (day === this.#day) return this.#text;
    this.#day = day;
    return (this.#text = dayText(time));
  }
}

export function surfaceOf(call: CoveredCall): string {
  return stringMember(call.result.event.request.context, "surface") ?? "?";
}

function dimensionsOf(covered: CoveredCall, calendar: Calendar): Dimensions {
  const { request, time } = covered.result.event;
  const known = resourceClass(covered.result.candidate, request);
  return {
    agent: subjectName(request),
    surface: surfaceOf(covered),
    server: stringMember(request.action, "server") ?? "?",
    action: actionName(request),
    resourceClass: known,
    class: covered.call.resource.absent ? "none" : (known ?? "?"),
    kind: stringMember(request.action, "kind") ?? "?",
    day: calendar.dayOf(time),
  };
}

function keyOf(at: Dimensions, verdicts: Verdicts): string {
  const { enforcement, policy, identity, classification, oversight, attribution } = verdicts;
  return (
    `${at.agent}\u0000${at.surface}\u0000${at.action}\u0000${at.class}\u0000${at.kind}\u0000` +
    `${at.day}\u0000${enforcement} ${policy} ${identity} ${classification} ${oversight} ` +
    attribution
  );
}

/**
 * Counts consequential calls by all dimensions at once, in bounded memory: a row for each
 * combination, and eight bytes for each call with a credential, so that what a shared one covered
 * can be taken back.
 */
export class CoverageRows {
  readonly #rows: CoverageRow[] = [];
  readonly #calendar = new Calendar();
  readonly #index = new Map<string, number>();
  /** Pairs of credential and row. */
  readonly #used = new NumberList();

  add(covered: CoveredCall): void {
    const { verdicts, credential } = covered;
    if (verdicts === undefined) return;
    const row = this.#row(dimensionsOf(covered, this.#calendar), verdicts, covered);
    const found = this.#rows[row];
    if (found !== undefined) found.calls++;
    if (credential === undefined || verdicts.identity !== "covered") return;
    this.#used.push(credential);
    this.#used.push(row);
  }

  #row(at: Dimensions, verdicts: Verdicts, covered: CoveredCall): number {
    const key = keyOf(at, verdicts);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    if (this.#rows.length >= LIMIT && at !== REST) return this.#row(REST, verdicts, covered);
    const row =
      this.#rows.push({
        ...at,
        verdicts,
        gravity: gravityOf(covered.call),
        example: covered.result.event.id,
        calls: 0,
        shared: 0,
      }) - 1;
    this.#index.set(key, row);
    return row;
  }

  get coarse(): boolean {
    return this.#rows.length > LIMIT;
  }

  /** The rows, with what shared credentials take back; to be asked once, at the end. */
  finish(credentials: Credentials): readonly CoverageRow[] {
    for (let i = 0; i < this.#used.length; i += 2) {
      const row = this.#rows[this.#used.at(i + 1)];
      if (row !== undefined && credentials.isShared(this.#used.at(i))) row.shared++;
    }
    return this.#rows;
  }
}

/** How many calls of a row a metric covers, counts, and leaves open. */
export function countsOf(
  row: CoverageRow,
  metric: (typeof METRICS)[number],
): { readonly covered: number; readonly total: number } {
  const verdict = row.verdicts[metric];
  if (verdict === "not counted") return { covered: 0, total: 0 };
  if (verdict !== "covered") return { covered: 0, total: row.calls };
  return { covered: metric === "identity" ? row.calls - row.shared : row.calls, total: row.calls };
}
