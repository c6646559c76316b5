import { hashesOf } from "../text/text-numbers.ts";
import { actionName, resourceClass, subjectName } from "../replay/call-name.ts";
import type { SeenCall } from "../replay/seen-call.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { stringMember } from "../request/json.ts";
import { gravityOf, isAgentic, type Consequence, type Gravity } from "./consequence.ts";
import type { CoverageTally, Verdicts } from "./coverage-tally.ts";

/** Whoever makes a call, as it is counted. */
export interface Caller {
  /** Whether calls of such a subject are counted (design 9). */
  readonly isAgentic: boolean;
  /** `type:id` as recorded, and its number. */
  readonly subject: string;
  readonly number: number;
  /** What stands for the name that the candidate gives the subject. */
  readonly hashes: readonly [high: number, low: number];
}

/** What a call does, and on what, as it is counted. */
export interface Deed {
  /** `server/name` as recorded. */
  readonly action: string;
  readonly server: string;
  readonly kind: string;
  /** Null: the classification of the resource is not known, or there is no resource. */
  readonly resourceClass: string | null;
  /** The same, but with a word for each of the two. */
  readonly class: string;
  /** The number of action, kind and class, and that of action and classification. */
  readonly number: number;
  readonly named: number;
  readonly gravity: Gravity;
  /** What stands for the name that the candidate gives the action. */
  readonly hashes: readonly [high: number, low: number];
}

/** What the metrics make of a call; `verdicts` undefined: it is not consequential. */
export interface Judgement {
  readonly consequence: Consequence;
  readonly verdicts: Verdicts | undefined;
  /** The number of the verdicts. */
  readonly number: number;
}

/** A call by an agent, with how the candidate's coverage takes it. */
export interface CoveredCall extends Judgement {
  readonly call: SeenCall;
  readonly caller: Caller;
  readonly deed: Deed;
}

/** Small numbers for texts. */
class TextList {
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    const known = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, known);
    return known;
  }
}

/** What is told of calls by the numbers that they share: each is worked out once. */
export class CallFacts {
  readonly #coverage: CoverageTally;
  #callers: Caller[] = [];
  #deeds: Deed[] = [];
  #judgements: (Judgement | null)[] = [];
  readonly #subjects = new TextList();
  readonly #dimensions = new TextList();
  readonly #names = new TextList();
  readonly #verdicts = new Map<string, Pick<Judgement, "verdicts" | "number">>();

  constructor(coverage: CoverageTally) {
    this.#coverage = coverage;
  }

  /** Forgets what hangs on the numbers of calls. */
  renumber(): void {
    [this.#callers, this.#deeds, this.#judgements] = [[], [], []];
  }

  /** A call as coverage takes it; undefined: it is by no agent. */
  covered(call: SeenCall): CoveredCall | undefined {
    const caller = this.caller(call);
    if (!caller.isAgentic) return undefined;
    const judged = kept(this.#judgements, call.judged, () => this.#judge(call));
    if (judged === null) return undefined;
    const { consequence, verdicts, number } = judged;
    return { call, caller, deed: this.deed(call), consequence, verdicts, number };
  }

  caller(call: SeenCall): Caller {
    return kept(this.#callers, call.who, () => this.#callerOf(call));
  }

  deed(call: SeenCall): Deed {
    return kept(this.#deeds, call.tool, () => this.#deedOf(call));
  }

  #callerOf(call: SeenCall): Caller {
    const { event } = call.result();
    const seen = preparedCall(call);
    const subject = subjectName(event.request);
    return {
      isAgentic: isAgentic(seen),
      subject,
      number: this.#subjects.number(subject),
      hashes: hashesOf(canonicalJson([seen.subject.type ?? null, seen.subject.id ?? null])),
    };
  }

  #deedOf(call: SeenCall): Deed {
    const { event, candidate } = call.result();
    const { request } = event;
    const seen = preparedCall(call);
    const [action, known] = [actionName(request), resourceClass(candidate, request)];
    const kind = stringMember(request.action, "kind") ?? "?";
    const named = seen.resource.absent ? "none" : (known ?? "?");
    const { server, name } = seen.action.name;
    return {
      action,
      server: stringMember(request.action, "server") ?? "?",
      kind,
      resourceClass: known,
      class: named,
      number: this.#dimensions.number(JSON.stringify([action, kind, named])),
      named: this.#names.number(JSON.stringify([action, known])),
      gravity: gravityOf(seen),
      hashes: hashesOf(canonicalJson([server ?? null, name ?? null])),
    };
  }

  #judge(call: SeenCall): Judgement | null {
    const judged = this.#coverage.judge(call.result());
    if (judged === undefined) return null;
    const { consequence, verdicts } = judged;
    const text = JSON.stringify(verdicts ?? null);
    // WHY one object for all: rows are told apart by it
    const known = this.#verdicts.get(text) ?? { verdicts, number: this.#verdicts.size };
    this.#verdicts.set(text, known);
    return { consequence, ...known };
  }
}

function preparedCall(call: SeenCall): PreparedCall {
  const seen = call.result().candidate.engine?.call;
  if (seen === undefined) throw new Error("no candidate decides");
  return seen;
}

/** What a list keeps for a number; below 0: it is made for this call alone. */
function kept<T>(list: T[], number: number, make: () => T): T {
  const known = list[number];
  if (known !== undefined) return known;
  const made = make();
  if (number >= 0) list[number] = made;
  return made;
}
