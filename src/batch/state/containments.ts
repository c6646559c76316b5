import { Unknown } from "../../condition/value.ts";
import { PolicySession } from "../../engine/policy-session.ts";
import type { PreparedCall } from "../../engine/prepared-call.ts";
import { outcomeText, type Interner } from "../values/interner.ts";
import type { OtherHistory } from "./decided.ts";
import type { LiveRow } from "./live-row.ts";
import type { RowKeys } from "./row-keys.ts";

/** What earlier calls contain in the histories by which one version decides. */
export class Containments {
  readonly #run: PolicySession;
  readonly #keys: RowKeys;
  readonly #text: Interner;

  constructor(run: PolicySession, keys: RowKeys, text: Interner) {
    this.#run = run;
    this.#keys = keys;
    this.#text = text;
  }

  /** Whether an earlier call may have contained one of a session. */
  mayContain(session: string | undefined): boolean {
    return isPossible(this.#run, session);
  }

  /** Whether an earlier call may have contained a row's, whose subject may be unknown. */
  mayContainRow(row: LiveRow, history: OtherHistory): boolean {
    const run = this.#runOf(history);
    if (run === undefined) return false;
    return (
      isPossible(run, row.rows.session(row.at)) ||
      (run.set.contains.subjects && this.#keys.subject(row) < 0)
    );
  }

  /**
   * A number for what earlier calls contain, or may: 0 is nothing, -1 that it is certain, and by
   * which event.
   */
  number(session: string | undefined, light: () => PreparedCall, history: OtherHistory): number {
    const run = this.#runOf(history);
    if (run === undefined) return 0;
    if (!run.set.contains.subjects && !isPossible(run, session)) return 0;
    const call = light();
    const item = run.contained(call, call.subject);
    if (item === undefined) return 0;
    return item.truth instanceof Unknown ? 1 + this.#text.code(outcomeText(item.truth)) : -1;
  }

  /** Whose containments count, if there can be any. */
  #runOf(history: OtherHistory): PolicySession | undefined {
    const run =
      history === undefined ? this.#run : history instanceof PolicySession ? history : undefined;
    const contains = run?.set.contains;
    return contains?.sessions === true || contains?.subjects === true ? run : undefined;
  }
}

function isPossible(run: PolicySession, session: string | undefined): boolean {
  return session === undefined || run.mayContain(session);
}
