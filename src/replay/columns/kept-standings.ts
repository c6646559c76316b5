import type { CompiledSet } from "../../engine/compile-set.ts";
import type { ApprovalsMode } from "../../engine/member.ts";
import { canonicalJson } from "../../policy/canonical-json.ts";
import { declarationsForm } from "../../policy/canonical-policy.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { KeyBook, Origin } from "./key-book.ts";
import type { Standing, Standings } from "./standing.ts";

export interface BothStandings {
  readonly baseline: Standings | undefined;
  readonly candidate: Standings;
}

/** A call as far as columns tell, and whether it lists approvals. */
export interface KeyedEvent {
  readonly event: TraceEvent;
  readonly approvals: boolean;
}

interface Stood extends KeyedEvent {
  readonly baseline: Standing | undefined;
  readonly candidate: Standing;
}

/** How a call stands under both versions. */
export function standingsOf({ baseline, candidate }: BothStandings, { event, approvals }: KeyedEvent): Stood {
  return { event, approvals, baseline: baseline?.of(event, approvals), candidate: candidate.of(event, approvals) };
}

/** Everything of a set, but for its rules, that how a call stands may hang on. */
function formOf({ catalogForm, catalog, declarations, modes, contains, bounds, declares }: CompiledSet): string {
  return JSON.stringify([catalogForm(), canonicalJson(catalog.data), declarationsForm(declarations), modes, contains, bounds, declares]);
}

/** What a pair of versions is that keys were kept for. */
interface Pair {
  readonly baseline: CompiledSet | undefined;
  readonly candidate: string;
  readonly approvals: ApprovalsMode;
  readonly book: KeyBook;
}

function isSame(a: Pair | undefined, b: Pair | undefined): boolean {
  return a !== undefined && b !== undefined && a.baseline === b.baseline && a.candidate === b.candidate && a.approvals === b.approvals && a.book === b.book;
}

/**
 * How calls of a key stood when they were last asked about, for whoever asks again after an edit: the baseline stands as
 * it did, and so does the candidate where the rules that may fit a call say what they said.
 */
export class KeptStandings {
  #pair: Pair | undefined;
  #origin: (key: number) => Origin | undefined = () => undefined;
  /** By old key. */
  #known: (Stood & { readonly rules: string })[] = [];

  /** Begins with other versions; `origin`: what a key was given for. Undefined book: rows were keyed anew, so nothing that was known can be told again. */
  begin(versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet }, approvals: ApprovalsMode, of: { readonly book: KeyBook | undefined; readonly origin: (key: number) => Origin | undefined }): void {
    const pair = of.book === undefined ? undefined : { baseline: versions.baseline, candidate: formOf(versions.candidate), approvals, book: of.book };
    if (!isSame(pair, this.#pair)) this.#known = [];
    this.#pair = pair;
    this.#origin = of.origin;
  }

  /** How the calls of a key stand; `make` gives one of them. Undefined: whoever asks has to find out. */
  of(key: number, standings: BothStandings, make: () => KeyedEvent): Stood | undefined {
    const from = this.#pair === undefined ? undefined : this.#origin(key);
    if (from === undefined || !from.whole) return undefined;
    const known = this.#known[from.old];
    if (known !== undefined) {
      const rules = standings.candidate.rulesFor(known.candidate.call);
      if (rules === known.rules) return known;
      const again = { ...known, candidate: standings.candidate.of(known.event, known.approvals), rules };
      this.#known[from.old] = again;
      return again;
    }
    const found = standingsOf(standings, make());
    this.#known[from.old] = { ...found, rules: standings.candidate.rulesFor(found.candidate.call) };
    return found;
  }
}
