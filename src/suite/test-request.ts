import { callDigest } from "../engine/approval-evidence.ts";
import { prepareCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { decodeEvent } from "../trace/event.ts";
import { mergeDeep } from "./merge.ts";
import type { Step, Suite } from "./model.ts";

/** A test's call is complete (design 8.1): what neither it nor the catalog gives is absent. */
const COMPLETE = ["subject", "action", "resource", "context", "args", "outcome"] as const;

/** The session of calls that name none. */
const TEST_SESSION = "test";

const OK: JsonObject = { status: "ok" };

/** Makes requests of a suite's calls for one policy set. */
export class RequestMaker {
  readonly #set: CompiledSet;
  readonly #suite: Suite;

  constructor(set: CompiledSet, suite: Suite) {
    this.#set = set;
    this.#suite = suite;
  }

  /** The request of a call at a step; a text says why it is none. */
  make(call: JsonObject, step: Pick<Step, "at" | "outcome">): Request | string {
    const plain = this.#plain(call, step.at);
    if (typeof plain === "string") return plain;
    const approvals = member(plain.context, "approvals");
    if (!Array.isArray(approvals) || !approvals.some(hasFor))
      return withOutcome(plain, step.outcome);
    const bound = this.#bindAll(approvals, step);
    return typeof bound === "string"
      ? bound
      : withOutcome({ ...plain, context: { ...plain.context, approvals: bound } }, step.outcome);
  }

  #plain(call: JsonObject, time: number): Request | string {
    const event = decodeEvent(Object.hasOwn(call, "args") ? call : { ...call, args: {} }, {
      file: "",
      line: 1,
    });
    if (typeof event === "string") return event;
    // the event was made here, so its request is nobody else's yet
    return Object.assign(event.request, {
      time,
      session: event.session ?? TEST_SESSION,
      complete: COMPLETE,
      closed: true,
    });
  }

  #bindAll(approvals: readonly Json[], step: Pick<Step, "at">): readonly Json[] | string {
    const bound: Json[] = [];
    for (const approval of approvals) {
      const one = isJsonObject(approval) ? this.#bind(approval, step) : approval;
      if (typeof one === "string") return one;
      bound.push(one);
    }
    return bound;
  }

  /** `for: this` needs no digest; `for: { .. }` is another call, by its digest (design 6.2). */
  #bind(approval: JsonObject, step: Pick<Step, "at">): JsonObject | string {
    const { for: meant, ...rest } = approval;
    if (meant === undefined || meant === null || meant === "this") return rest;
    if (!isJsonObject(meant)) return "an approval is `for: this`, or for a call";
    const { use, ...own } = meant;
    const base = typeof use === "string" ? this.#suite.fixtures.get(use) : {};
    if (base === undefined) return `there is no fixture \`${String(use)}\` for an approval`;
    const other = this.#plain(mergeDeep(base, own), step.at);
    if (typeof other === "string") return other;
    const prepared = prepareCall(this.#set, other);
    const digest = callDigest({ ...prepared, action: prepared.action.name }, this.#set.sha256);
    return typeof digest === "string"
      ? { ...rest, digest }
      : `an approval is for a call without \`${digest.paths.join(", ")}\``;
  }
}

function hasFor(approval: Json): boolean {
  return isJsonObject(approval) && Object.hasOwn(approval, "for");
}

/** A permitted call ended well unless the test says otherwise. */
function withOutcome(request: Request, outcome: JsonObject | undefined): Request {
  if (outcome === undefined && request.outcome === undefined)
    return Object.assign(request, { outcome: OK });
  const said =
    outcome === undefined ? (request.outcome ?? {}) : mergeDeep(request.outcome ?? {}, outcome);
  return Object.assign(request, { outcome: { ...OK, ...said } });
}
