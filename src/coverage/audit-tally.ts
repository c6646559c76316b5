import type { SeenCall, SeenEvent } from "../replay/seen-call.ts";
import { TextNumbers } from "../text/text-numbers.ts";
import { NumberList } from "../text/number-list.ts";
import type { AuditCounts, AuditPart } from "../documents/report-part.ts";
import type { AuditTrail } from "../documents/coverage-result.ts";
import type { Deed } from "./call-facts.ts";

const PROMPT = 1;
const RESPONSE = 2;
const CALL = 4;
const NO_RESULT = 8;
const NO_MODEL = 16;

function marksOfEvent({ type }: SeenEvent): number {
  return type === "prompt" ? PROMPT : type === "response" ? RESPONSE : 0;
}

function marksOfCall(call: SeenCall, { kind }: Deed): number {
  const { effect, hasOutcome } = call;
  // a call without an outcome ran, unless it was denied or waits for a person (design 5.3)
  const isUnanswered = !hasOutcome && effect !== "deny" && effect !== "require_approval";
  return (
    CALL |
    (kind === "response" ? RESPONSE : 0) |
    (isUnanswered ? NO_RESULT : 0) |
    (call.hasModel ? 0 : NO_MODEL)
  );
}

/**
 * Whose record is whole: prompts, responses, calls, results and model, session by session; four
 * bytes and a hash each.
 */
export class AuditTally {
  readonly #sessions = new TextNumbers();
  readonly #marks = new NumberList();
  #outside = 0;
  /** Sessions of parts that no other part has. */
  #own: AuditCounts = NONE;
  /** The hashes of a sample are below this one; null: all sessions are kept. */
  #below: number | null = null;

  add(call: SeenCall, deed: Deed): void {
    if (call.session === undefined) this.#outside++;
    else this.#mark(call.session, marksOfCall(call, deed));
  }

  other(event: SeenEvent): void {
    if (event.session !== undefined) this.#mark(event.session, marksOfEvent(event));
  }

  #mark(name: string, marks: number): void {
    const session = this.#sessions.ordinal(name);
    this.#marks.set(session, this.#marks.at(session) | marks);
  }

  part(): AuditPart {
    return {
      outside: this.#outside,
      own: this.#own,
      listed: this.#sessions.part(),
      marks: Array.from({ length: this.#sessions.size }, (_, i) => this.#marks.at(i)),
      below: this.#below,
    };
  }

  /** Adds what another part of the trace saw. */
  merge({ outside, own, listed, marks, below }: AuditPart): void {
    this.#outside += outside;
    this.#own = addCounts(this.#own, own);
    if (below !== null) this.#below = Math.min(below, this.#below ?? below);
    this.#sessions.merge(listed).forEach((session, i) => {
      this.#marks.set(session, this.#marks.at(session) | (marks[i] ?? 0));
    });
  }

  trail(): AuditTrail {
    const marks = Array.from({ length: this.#sessions.size }, (_, i) => this.#marks.at(i));
    const listed = countMarks(marks, this.#below === null ? 1 : 2 ** 32 / Math.max(1, this.#below));
    return { ...addCounts(this.#own, listed), callsOutsideSessions: this.#outside };
  }
}

const NONE: AuditCounts = {
  sessions: 0,
  prompts: 0,
  responses: 0,
  calls: 0,
  results: 0,
  models: 0,
  complete: 0,
};

/** Both counts together. */
export function addCounts(a: AuditCounts, b: AuditCounts): AuditCounts {
  return {
    sessions: a.sessions + b.sessions,
    prompts: a.prompts + b.prompts,
    responses: a.responses + b.responses,
    calls: a.calls + b.calls,
    results: a.results + b.results,
    models: a.models + b.models,
    complete: a.complete + b.complete,
  };
}

/** What sessions have, by their marks; each stands for `scale` sessions. */
export function countMarks(marks: readonly number[], scale: number): AuditCounts {
  const having = (mark: number, without = 0): number =>
    Math.round(scale * marks.filter((one) => (one & (mark | without)) === mark).length);
  return {
    sessions: Math.round(scale * marks.length),
    prompts: having(PROMPT),
    responses: having(RESPONSE),
    calls: having(CALL),
    results: having(CALL, NO_RESULT),
    models: having(CALL, NO_MODEL),
    complete: having(PROMPT | RESPONSE | CALL, NO_RESULT | NO_MODEL),
  };
}
