/** A small variant of a format: what it holds, and what must come of it. */
export interface Row {
  readonly of: string;
  /** A text as it is, or values: one line each. */
  readonly content: string | readonly unknown[];
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
