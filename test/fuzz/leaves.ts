import fc from "fast-check";
import { isJsonObject } from "../../src/request/json.ts";
import type { Plain } from "./documents.ts";
import { INEXACT } from "./events.ts";

const TOOLS = ["crm/lookup", "pay/refund", "mail/send"].map((tool) => ({
  kind: "tool_call",
  server: tool.split("/")[0],
  name: tool.split("/")[1],
}));

/** Leaves of events, and what may stand there; undefined: nothing. */
export type Leaves = readonly (readonly [path: string, values: readonly unknown[]])[];

export const LEAVES: Leaves = [
  ["args.amount", [10, 49, 50, 51, INEXACT, undefined]],
  ["args.order", ["1", "2", undefined]],
  ["args.to", [["x"], ["y"], ["x", "y"], [], undefined]],
  ["context.task", [{ type: "refund" }, { type: "other" }, undefined]],
  ["context.surface", ["gw", "ok", undefined]],
  [
    "context.on_behalf_of",
    [{ type: "human", id: "jane" }, { type: "human", id: "lea" }, undefined],
  ],
  ["subject.tenant", ["eu", "us", undefined]],
  [
    "subject.credential",
    [{ kind: "api_key", scope: "all" }, { kind: "api_key", scope: "one", token: "x" }, undefined],
  ],
  ["subject.id", ["a1", "a2", "A1"]],
  ["subject.type", ["agent", "service", "Agent"]],
  ["resource.id", ["1", "2"]],
  ["resource.tenant", ["eu", "us", undefined]],
  ["resource.classification", ["internal", "public", undefined]],
  ["action", TOOLS],
  ["action", TOOLS],
  ["action.kind", ["subagent_invocation", "tool_call"]],
  ["outcome.status", ["ok", "error", undefined]],
  ["complete", [["context"], ["context", "subject", "resource"], undefined]],
  ["unrecorded", [undefined, undefined, ["args.order"], ["context.task"], ["subject.tenant"]]],
  ["decision.effect", ["allow", "deny"]],
  ["session", ["s", "s", "t"]],
];
export type Leaf = readonly [path: string, value: unknown];

/** The leaves that every world has, by their paths. */
export function leavesAt(...paths: readonly string[]): Leaves {
  return LEAVES.filter(([path]) => paths.includes(path));
}

/** One of some leaves, each path as often as another. */
export function leafOf(leaves: Leaves): fc.Arbitrary<Leaf> {
  return fc
    .constantFrom(...leaves)
    .chain(([path, values]) => fc.tuple(fc.constant(path), fc.constantFrom(...values)));
}

/** An event, or a part of one, with another leaf. */
export function withLeaf(into: Plain, [path, value]: Leaf): Plain {
  const [root = "", ...deeper] = path.split(".");
  if (deeper.length === 0) return { ...into, [root]: value };
  const inner = into[root];
  return {
    ...into,
    [root]: withLeaf(isJsonObject(inner) ? inner : {}, [deeper.join("."), value]),
  };
}
