import { actionName, resourceClass, subjectName } from "../replay/call-name.ts";
import { stringMember } from "../request/json.ts";
import { DAY, dayText } from "../text/time.ts";
import type { CallPlace, CoverageRowPart } from "../documents/report-part.ts";
import { byPlace, isBefore, placeOf } from "../replay/call-place.ts";
import type { ExampleOrder } from "../replay/group-tally.ts";
import { gravityOf, type Gravity } from "./consequence.ts";
import { byMetric, METRICS, type CoveredCall, type Verdicts } from "./coverage-tally.ts";
import { STATUSES } from "./gap.ts";
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
  gravity: Gravity;
  /** The first of them. */
  example: CallPlace;
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

/** Whether a row is of calls that are told apart by verdicts alone. */
export function isRest({ at: [agent, , , action] }: Pick<CoverageRowPart, "at">): boolean {
  return agent === OTHERS && action === OTHERS;
}

function gravityBits({ irreversible, paying, openWorld }: Gravity): number {
  return (irreversible ? 1 : 0) + (paying ? 2 : 0) + (openWorld ? 4 : 0);
}

function gravityIn(bits: number): Gravity {
  return {
    irreversible: (bits & 1) !== 0,
    paying: (bits & 2) !== 0,
    openWorld: (bits & 4) !== 0,
  };
}

function dimensionsIn({ at, resourceClass: known }: CoverageRowPart): Dimensions {
  const [agent = "?", surface = "?", server = "?", action = "?", kind = "?", day = "?"] = at;
  return { agent, surface, server, action, resourceClass: known, class: at[6] ?? "?", kind, day };
}

function dimensionsAt(row: Dimensions): readonly string[] {
  return [row.agent, row.surface, row.server, row.action, row.kind, row.day, row.class];
}

/** The row of a part for calls of further combinations with the same verdicts. */
export function restOf(row: CoverageRowPart): CoverageRowPart {
  return { ...row, at: dimensionsAt(REST), resourceClass: null };
}

/**
 * Counts consequential calls by all dimensions at once, in bounded memory: a row for each
 * combination, and twelve bytes for each change of the credential, so that what a shared one covered
 * can be taken back.
 */
export class CoverageRows {
  readonly #examples: ExampleOrder;
  readonly #rows: CoverageRow[] = [];
  readonly #calendar = new Calendar();
  readonly #index = new Map<string, number>();
  /** Credential, row, and how many calls. */
  readonly #used = new NumberList();

  constructor(examples: ExampleOrder) {
    this.#examples = examples;
  }

  add(covered: CoveredCall): void {
    const { verdicts, credential } = covered;
    if (verdicts === undefined) return;
    const row = this.#row(dimensionsOf(covered, this.#calendar), verdicts, covered);
    const found = this.#rows[row];
    if (found === undefined) return;
    found.calls++;
    if (this.#examples === "id") {
      const place = placeOf(covered.result.event);
      if (isBefore(place, found.example)) found.example = place;
    }
    if (credential !== undefined && verdicts.identity === "covered") this.#use(credential, row, 1);
  }

  #use(credential: number, row: number, calls: number): void {
    const last = this.#used.length - 3;
    if (last >= 0 && this.#used.at(last) === credential && this.#used.at(last + 1) === row)
      return this.#used.set(last + 2, this.#used.at(last + 2) + calls);
    for (const value of [credential, row, calls]) this.#used.push(value);
  }

  #row(at: Dimensions, verdicts: Verdicts, covered: CoveredCall): number {
    const known = this.#index.get(keyOf(at, verdicts));
    if (known !== undefined) return known;
    if (this.#rows.length >= LIMIT && at !== REST) return this.#row(REST, verdicts, covered);
    const example = placeOf(covered.result.event);
    return this.#open({ ...at, verdicts, gravity: gravityOf(covered.call), example });
  }

  #open(row: Omit<CoverageRow, "calls" | "shared">): number {
    const place = this.#rows.push({ ...row, calls: 0, shared: 0 }) - 1;
    this.#index.set(keyOf(row, row.verdicts), place);
    return place;
  }

  part(): readonly CoverageRowPart[] {
    const used = this.#rows.map(() => new Map<number, number>());
    for (let i = 0; i < this.#used.length; i += 3) {
      const calls = used[this.#used.at(i + 1)];
      const credential = this.#used.at(i);
      calls?.set(credential, (calls.get(credential) ?? 0) + this.#used.at(i + 2));
    }
    return this.#rows.map((row, i) => ({
      at: dimensionsAt(row),
      resourceClass: row.resourceClass,
      verdicts: METRICS.map((metric) => STATUSES.indexOf(row.verdicts[metric])),
      gravity: gravityBits(row.gravity),
      example: row.example,
      calls: row.calls,
      credentials: [...(used[i] ?? [])].flat(),
    }));
  }

  /** Adds what another part of the trace counted; `credentials`: the numbers here of the part's. */
  merge(part: readonly CoverageRowPart[], credentials: Uint32Array): void {
    for (const theirs of part) {
      const { example } = theirs;
      const gravity = gravityIn(theirs.gravity);
      const verdicts = byMetric(
        (metric) => STATUSES[theirs.verdicts[METRICS.indexOf(metric)] ?? 0] ?? "not counted",
      );
      const at = dimensionsIn(theirs);
      const place =
        this.#index.get(keyOf(at, verdicts)) ?? this.#open({ ...at, verdicts, gravity, example });
      const row = this.#rows[place];
      if (row === undefined) continue;
      row.calls += theirs.calls;
      if (isBefore(example, row.example)) {
        row.example = example;
        row.gravity = gravity;
      }
      for (let i = 0; i < theirs.credentials.length; i += 2)
        this.#use(
          credentials[theirs.credentials[i] ?? 0] ?? 0,
          place,
          theirs.credentials[i + 1] ?? 0,
        );
    }
  }

  get coarse(): boolean {
    return this.#rows.some(({ agent, action }) => agent === OTHERS && action === OTHERS);
  }

  /**
   * The rows in the order of their first calls, with what shared credentials take back; to be asked
   * once, at the end.
   */
  finish(credentials: Credentials): readonly CoverageRow[] {
    for (let i = 0; i < this.#used.length; i += 3) {
      const row = this.#rows[this.#used.at(i + 1)];
      if (row !== undefined && credentials.isShared(this.#used.at(i)))
        row.shared += this.#used.at(i + 2);
    }
    return this.#examples === "place"
      ? this.#rows
      : this.#rows.toSorted((a, b) => byPlace(a.example, b.example));
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
