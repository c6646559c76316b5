import type { JsonObject } from "../../../../src/request/json.ts";

/** A small variant of a format: what it holds, and what must come of it. */
export interface Row {
  readonly of: string;
  /** A text as it is, or values: one line each. */
  readonly content: string | Uint8Array | readonly unknown[];
  /** The name of the file, where it matters. */
  readonly file?: string;
  /** One line for each call; with its session where any begins with `[`. */
  readonly calls: readonly string[];
  /** What may be a call and was not understood, with how often. */
  readonly kinds?: readonly string[];
  readonly causes?: readonly string[];
  /** True where the start of a file does not tell its format: `auto` refuses it. */
  readonly isNotTold?: boolean;
}

export const user = (content: unknown): object => ({ role: "user", content });
export const asks = (id: string, name: string, args: unknown = "{}"): object => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name, arguments: args } }],
});
export const answers = (tool_call_id: string, content: unknown = "ok"): object => ({
  role: "tool",
  tool_call_id,
  content,
});

/** What a file of a row holds. */
export function bytesOf(content: Row["content"]): string | Uint8Array {
  return typeof content === "string" || content instanceof Uint8Array
    ? content
    : content.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** A call in one line: `agent@session > server/name args result`, of which only what is there. */
export function shown(call: JsonObject, sessions: boolean): string {
  const [subject, action, context] = [call["subject"], call["action"], call["context"]].map(Object);
  const above = (context.delegation ?? []).map((each: string) => `${each.slice(6)}/`).join("");
  const approvals = (context.approvals ?? []).map(({ decision }: { decision: string }) => decision);
  return [
    sessions ? `[${String(call["session"])}]` : undefined,
    subject.id === undefined ? undefined : `${above}${subject.id}:`,
    context.on_behalf_of === undefined ? undefined : `for ${context.on_behalf_of.id}`,
    action.kind === "tool_call" ? undefined : action.kind,
    action.server === undefined ? action.name : `${action.server}/${action.name}`,
    JSON.stringify(call["args"]),
    Object(call["decision"]).effect,
    ...approvals,
    Object(call["outcome"]).status,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}
