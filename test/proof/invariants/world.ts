import { decideWithState } from "../../../src/engine/decide-with-state.ts";
import type { CompiledSet } from "../../../src/engine/compile-set.ts";
import type { Outcome } from "../../../src/engine/decide.ts";
import type { SessionExample } from "../../../src/policy/model.ts";
import type { Json, JsonObject } from "../../../src/request/json.ts";
import type { Request } from "../../../src/request/request.ts";

/** Whole numbers from a seed, the same on every machine. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) >>> 0;
    return Math.floor((((this.#state ^ (this.#state >>> 13)) >>> 0) / 2 ** 32) * bound);
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

/** One call of the small world, as plain values: what an oracle looks at. */
export interface SmallCall {
  readonly type: string | undefined;
  readonly id: string;
  readonly server: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly args: { readonly [name: string]: Json };
  readonly masked: readonly string[];
  readonly state: SessionExample;
}

const TYPES = ["agent", "agent", "human", undefined] as const;
const TOOLS = ["bank/pay", "bank/refund", "mail/send", "files/read"] as const;
const NUMBERS: readonly [Json | undefined, ...(Json | undefined)[]] = [
  undefined,
  -1,
  0,
  1,
  1.5,
  2,
  3,
  5,
  "t",
  true,
];
const TEXTS: readonly [Json | undefined, ...(Json | undefined)[]] = [
  undefined,
  "a",
  "b",
  "ab",
  "ba",
  1,
  ["a"],
];

/** What sessions of the small world remember. */
export interface SmallState {
  readonly labels: readonly string[];
  readonly sum: number;
  readonly seen: readonly Json[];
}

export const EMPTY: SmallState = { labels: [], sum: 0, seen: [] };

/** The state as the engine is given it. */
export function exampleOf({ labels, sum, seen }: SmallState): SessionExample {
  return { labels, counters: { sum }, values: { seen } };
}

/**
 * The state behind a call that ran. A bad amount makes the counter unknown, so that it is no number
 * and nothing holds of it.
 */
export function after(call: SmallCall, { labels, sum, seen }: SmallState): SmallState {
  const { server, name, args, masked } = call;
  const n = masked.includes("args.n") ? undefined : args["n"];
  const s = masked.includes("args.s") ? undefined : args["s"];
  const isBad = typeof n !== "number" || n < 0;
  return {
    labels: name === "read" ? ["hot"] : labels,
    sum: server === "bank" ? sum + (isBad ? NaN : n) : sum,
    seen: name === "send" && s !== undefined ? [...seen, s] : seen,
  };
}

/** Whether a call leaves state that the engine can be given as an example. */
export function isPlain({ server, name, args, masked }: SmallCall): boolean {
  const [n, s] = [args["n"], args["s"]];
  const isBad = server === "bank" && (typeof n !== "number" || n < 0);
  return masked.length === 0 && !isBad && (name !== "send" || typeof s === "string");
}

/** A call drawn at random. */
export function drawCall(dice: Dice): Omit<SmallCall, "state"> {
  const [server = "", name = ""] = dice.pick(TOOLS).split("/");
  const [n, m, s] = [dice.pick(NUMBERS), dice.pick(NUMBERS), dice.pick(TEXTS)];
  const args = {
    ...(n !== undefined && { n }),
    ...(m !== undefined && { m }),
    ...(s !== undefined && { s }),
  };
  return {
    type: dice.pick(TYPES),
    id: dice.pick(["a1", "a2", "h1", "off", "ghost"]),
    server,
    name,
    path: name === "read" ? dice.pick(["/pub/x", "/hr/x", "/hr/y/z"]) : undefined,
    args,
    masked: dice.chance(15) ? [dice.pick(["args.n", "args.s", "subject.id"])] : [],
  };
}

function without(args: JsonObject, masked: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(args).filter(([name]) => !masked.includes(`args.${name}`)),
  );
}

/** The call as the engine reads it, with these approvals. */
export function requestOf(call: SmallCall, approvers: readonly string[]): Request {
  const { type, id, server, name, path, masked } = call;
  return {
    subject: {
      ...(type !== undefined && { type }),
      ...(!masked.includes("subject.id") && { id }),
    },
    action: { kind: "tool_call", server, name },
    ...(path !== undefined && { resource: { type: "file", id: path } }),
    args: { ...without(call.args, masked), ...(path !== undefined && { path }) },
    context: {
      ...(approvers.length > 0 && {
        approvals: approvers.map((by, i) => ({
          id: `ap-${i}`,
          by,
          at: "2026-05-18T00:00:00Z",
          decision: "granted",
        })),
      }),
    },
    session: "s",
    time: Date.UTC(2026, 4, 18),
    complete: ["subject", "action", "resource", "context", "args"],
    ...(masked.length > 0 && { unrecorded: masked }),
  };
}

/** What the engine decides of a call on its state, of the approvals that let it run. */
export function permittedOutcome(set: CompiledSet, call: SmallCall): Outcome | undefined {
  for (const approvers of [[], ["human:h1"], ["human:h2"], ["human:h1", "human:h2"]]) {
    const outcome = decideWithState(set, requestOf(call, approvers), call.state);
    if (outcome.decision.permitted) return outcome;
  }
  return undefined;
}

/** The file that a request names; a call of a listed tool says it by its arguments alone. */
function pathOf({ action, args, resource }: Request): string | undefined {
  // what the catalog does not know of, an event may claim
  if (resource?.["classification"] === "restricted") return "/hr/claimed";
  const isRead = action?.["server"] === "files" && action["name"] === "read";
  const named = isRead
    ? args?.["path"]
    : resource?.["type"] === "file"
      ? resource["id"]
      : undefined;
  return typeof named === "string" ? named : undefined;
}

/** The call of a request that was shown, on the state before it. */
export function callOf(request: Request, state: SessionExample): SmallCall {
  const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
  const { subject, action, args } = request;
  return {
    type: typeof subject?.["type"] === "string" ? subject["type"] : undefined,
    id: text(subject?.["id"]),
    server: text(action?.["server"]),
    name: text(action?.["name"]),
    path: pathOf(request),
    args: Object.fromEntries(
      Object.entries(args ?? {}).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
    masked: request.unrecorded ?? [],
    state,
  };
}
