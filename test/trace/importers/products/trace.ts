/** A span, before a backend writes it down in its own way. */
export interface Step {
  readonly id: string;
  readonly above?: string | undefined;
  readonly name: string;
  readonly attributes: { readonly [key: string]: unknown };
  readonly failed?: boolean;
  /** Seconds after the start. */
  readonly at: number;
}

export const TRACE = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
export const [ROOT, LEAF, SECOND] = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"];

/** An agent's run in a session, for a user. */
export const AGENT: Step = {
  id: ROOT,
  name: "invoke_agent travel",
  attributes: {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "travel",
    "session.id": "s-1",
    "user.id": "ann",
  },
  at: 0,
};

/** A tool's run below the agent's, by the conventions for generative AI. */
export function toolStep(name: string, args?: unknown, more: Partial<Step> = {}): Step {
  return {
    id: LEAF,
    above: ROOT,
    name: `execute_tool ${name}`,
    at: 1,
    ...more,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": name,
      ...(args !== undefined && { "gen_ai.tool.call.arguments": args }),
      ...more.attributes,
    },
  };
}

/** The call of an MCP server's tool, as its client records it. */
export function mcpStep(name: string, server: string): Step {
  return {
    id: SECOND,
    above: ROOT,
    name: `tools/call ${name}`,
    at: 2,
    attributes: {
      "mcp.method.name": "tools/call",
      "gen_ai.tool.name": name,
      "server.address": server,
      "gen_ai.tool.call.arguments": "{}",
    },
  };
}

export const PAY = toolStep("pay", '{"amount": 5}', { failed: true });
/** The calls of the agent's run with `PAY` in it. */
export const PAID = ['[s-1] travel: for ann pay {"amount":5} error'];

export const secondsAfter = (at: number): string =>
  new Date(1_772_442_000_000 + at * 1000).toISOString();
export const nanos = (at: number): string =>
  String(1_772_442_000_000_000_000n + BigInt(at) * 1_000_000_000n);
export const micros = (at: number): number => 1_772_442_000_000_000 + at * 1_000_000;

export const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

/** Attributes as OTLP lists them, each value by its type. */
export function listed(attributes: Step["attributes"]): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: listed({ ...Object(value) }) } };
}

/** A member's objects within objects, as some exports unfold the dots of names. */
export function nested(attributes: Step["attributes"]): object {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const parts = key.split(".");
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const below = { ...Object(at[part]) };
      at[part] = below;
      at = below;
    }
    at[parts.at(-1) ?? ""] = value;
  }
  return root;
}

/** The members of an object in the other order. */
export const reversed = (value: object): object =>
  Object.fromEntries(Object.entries(value).reverse());
