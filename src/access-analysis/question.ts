import { PartialList, Unknown } from "../condition/value.ts";
import { prepareCall, type PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { NOTHING, type Entity } from "../engine/entity.ts";
import { namedResource } from "../engine/identify.ts";
import type { History } from "../engine/member.ts";
import { PolicySession } from "../engine/policy-session.ts";
import type { JsonObject } from "../request/json.ts";

/**
 * What a tool would be used on: any resource of a type and class, one resource, none, or nobody
 * knows.
 */
export type Target =
  | { readonly kind: "class"; readonly type: string; readonly classification: string | null }
  | { readonly kind: "one"; readonly type: string; readonly id: string }
  | { readonly kind: "as the tool says" };

/**
 * A question to the engine: may this subject call this tool, whatever the arguments and whatever
 * happened before?
 */
export interface Question {
  readonly subject: { readonly type: string; readonly id: string };
  readonly server: string;
  readonly name: string;
  readonly target: Target;
  /** The agents above the subject, root first, as `type:id`. */
  readonly chain: readonly string[];
  /** Arguments that are known; the rest is open. */
  readonly args?: JsonObject;
  readonly openArgs?: readonly string[];
}

const STATE = new Unknown(["session"]);

/**
 * An attacker may have brought any state about; only what bounds a session's length and number of
 * calls is taken as not yet reached.
 */
function anyHistory(now: number): History {
  return {
    state: { label: () => STATE, counter: () => STATE, values: () => new PartialList([], STATE) },
    used: { isUsed: () => false },
    contained: () => undefined,
    use: () => ({ least: 0, most: 0, start: now }),
  };
}

/** Asks one compiled set, at one moment. */
export class Oracle {
  readonly set: CompiledSet;
  readonly now: number;
  readonly #run: PolicySession;

  constructor(set: CompiledSet, now: number) {
    this.set = set;
    this.now = now;
    this.#run = new PolicySession(set);
  }

  /**
   * The three-valued decision: `possible` holds every effect that arguments, context and state
   * leave open.
   */
  ask(question: Question): Outcome {
    const call = this.#run.prepare({
      subject: question.subject,
      action: { server: question.server, name: question.name },
      context: question.chain.length === 0 ? {} : { delegation: question.chain },
      ...(question.args === undefined ? {} : { args: question.args }),
      ...(question.openArgs === undefined ? {} : { unrecorded: question.openArgs }),
      time: this.now,
      session: "reach",
    });
    return this.#run.decideOn(this.#aim(call, question.target), anyHistory(this.now));
  }

  #aim(call: PreparedCall, target: Target): PreparedCall {
    if (target.kind === "as the tool says" || call.resource.absent) return call;
    if (target.kind === "one")
      return prepareCall(
        this.set,
        call.request,
        namedResource(
          this.set.context,
          { resource: { type: target.type, id: target.id } },
          undefined,
        ),
      );
    return prepareCall(this.set, call.request, this.#anyOf(target.type, target.classification));
  }

  /** Some resource of a type and class: its id and every other attribute are open. */
  #anyOf(type: string, classification: string | null): Entity {
    const open = [...this.set.catalog.names.resource].map(
      (name) => [name, new Unknown([`resource.${name}`])] as const,
    );
    const known = new Map<string, string | Unknown>(open);
    if (classification !== null) known.set("classification", classification);
    return { absent: false, type, id: undefined, known, veiled: NOTHING, direct: undefined };
  }
}
