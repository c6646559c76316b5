import { Counts } from "./counts.ts";
import { actionName, subjectName } from "./call-name.ts";
import { contradictions } from "../engine/contradictions.ts";
import type { ForgottenSessions, ReplayNotes } from "../documents/replay-result.ts";
import type { NotePart } from "../documents/trace-part.ts";
import { labelAdvice } from "../text/label-advice.ts";
import type { VersionDecision } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

const SEPARATOR = "\u0000";

/**
 * What a reader must know of a replay besides the changes (design 2.6, 2.7, 3.6, 7.7): all of the
 * candidate's side, but for decisions that were not recorded.
 */
export class NoteTally {
  readonly #unknownTools = new Counts();
  readonly #unknownAgents = new Counts();
  readonly #unknownLabels = new Counts();
  readonly #lookalikes = new Counts();
  readonly #contradictions = new Counts();
  readonly #shadow = new Counts();
  readonly #exceptions = new Counts();
  readonly #errors = new Counts();
  /** Calls on a tool that the candidate's or the baseline's catalog or rules name (design 7.7). */
  namedCalls = 0;
  #unrecordedDecisions = 0;

  /** Counts `calls` calls of one result, but for what {@link countDecision} counts. */
  count(result: CallResult, calls: number): void {
    if (result.candidate.engine === undefined) return;
    if (isNamed(result.candidate) || isNamed(result.baseline)) this.namedCalls += calls;
    this.countNames(result, calls);
    this.countContradictions(result, calls);
  }

  /**
   * Counts calls whose tool the candidate's catalog does not list, or only another like it, and those
   * of agents that it denies because it does not list them.
   */
  countNames({ event, candidate: { engine } }: CallResult, calls: number): void {
    if (engine === undefined) return;
    const { action, subject } = engine.call;
    if (subject.stranger === true) this.#unknownAgents.add(subjectName(event.request), calls);
    if (action.lookalike) this.#lookalikes.add(actionName(event.request), calls);
    else if (action.tool === undefined) this.#unknownTools.add(actionName(event.request), calls);
  }

  /** Counts what the candidate's catalog contradicts of calls. */
  countContradictions({ candidate: { engine } }: CallResult, calls: number): void {
    if (engine === undefined) return;
    for (const attribute of contradictions(engine.call)) this.#contradictions.add(attribute, calls);
  }

  /** Counts what the decisions and the labels of calls tell besides effects and scores. */
  countDecision({ event, baseline, candidate }: CallResult, calls: number): void {
    for (const [name, value] of Object.entries(event.labels ?? {}))
      if (value === true && labelAdvice(name) !== undefined) this.#unknownLabels.add(name, calls);
    if (baseline.isUnrecorded === true) this.#unrecordedDecisions += calls;
    const outcome = candidate.engine?.outcome;
    if (outcome === undefined || outcome.plain) return;
    const { decision } = outcome;
    for (const { rule, effect } of decision.shadow)
      this.#shadow.add(`${rule}${SEPARATOR}${effect}`, calls);
    for (const rule of decision.excepted) this.#exceptions.add(rule, calls);
    for (const { rule, message } of decision.errors)
      this.#errors.add(`${rule}${SEPARATOR}${message}`, calls);
  }

  get #all(): readonly Counts[] {
    return [
      this.#unknownTools,
      this.#lookalikes,
      this.#contradictions,
      this.#shadow,
      this.#exceptions,
      this.#errors,
      this.#unknownAgents,
      this.#unknownLabels,
    ];
  }

  part(): NotePart {
    return {
      counts: this.#all.map((counts) => counts.part()),
      namedCalls: this.namedCalls,
      unrecordedDecisions: this.#unrecordedDecisions,
    };
  }

  merge({ counts, namedCalls, unrecordedDecisions }: NotePart): void {
    this.#unrecordedDecisions += unrecordedDecisions;
    this.#all.forEach((own, i) => own.merge(counts[i] ?? []));
    this.namedCalls += namedCalls;
  }

  notes(keylessWrites: number, forgottenSessions: ForgottenSessions): ReplayNotes {
    const tools = (counts: Counts): ReplayNotes["unknownTools"] =>
      counts.byCount().map(([tool, calls]) => ({ tool, calls }));
    return {
      unknownTools: tools(this.#unknownTools),
      unknownAgents: this.#unknownAgents.byCount().map(([agent, calls]) => ({ agent, calls })),
      unknownLabels: this.#unknownLabels.byCount().map(([label, calls]) => ({ label, calls })),
      lookalikes: tools(this.#lookalikes),
      contradictions: this.#contradictions
        .byKey()
        .map(([attribute, calls]) => ({ attribute, calls })),
      shadow: this.#shadow.pairs().map(([rule, effect, calls]) => ({ rule, effect, calls })),
      exceptions: this.#exceptions.byKey().map(([rule, calls]) => ({ rule, calls })),
      errors: this.#errors.pairs().map(([rule, message, calls]) => ({ rule, message, calls })),
      keylessWrites,
      unrecordedDecisions: this.#unrecordedDecisions,
      forgottenSessions,
    };
  }
}

/** Whether catalog or rules name the call's tool: a rule for every tool names none. */
function isNamed(side: VersionDecision): boolean {
  const engine = side.engine;
  if (engine === undefined) return false;
  if (engine.call.action.tool !== undefined || engine.call.action.lookalike) return true;
  return engine.outcome.members.some((member) =>
    member.plan.some(
      ({ rule, fit }) =>
        fit === true && rule.rule.actions !== undefined && !rule.rule.actions.includes("**"),
    ),
  );
}
