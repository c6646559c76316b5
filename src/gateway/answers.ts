import type { JsonObject } from "../request/json.ts";
import type { MessageId } from "./message.ts";

/** Error codes of JSON-RPC. */
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;
/** Error codes of protocol 2026-07-28. */
export const HEADER_MISMATCH = -32020;
export const MISSING_CAPABILITY = -32021;
export const UNSUPPORTED_VERSION = -32022;

/** A message as one line. */
export function lineOf(message: JsonObject): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

/** An error response; without an id where nobody knows which request it answers. */
export function errorAnswer(
  id: MessageId | undefined,
  error: { readonly code: number; readonly message: string; readonly data?: JsonObject },
): Buffer {
  return lineOf({ jsonrpc: "2.0", ...(id !== undefined && { id }), error: { ...error } });
}

/** Why a call may not run. */
export interface Denial {
  /** For the model and the person: which rule, and what would help. */
  readonly text: string;
  /** What machines read of it, under `dev.agentz/`. */
  readonly meta: { readonly [name: string]: string };
}

function metaOf({ meta }: Denial): JsonObject {
  return Object.fromEntries(
    Object.entries(meta).map(([name, value]) => [`dev.agentz/${name}`, value]),
  );
}

/** A denial of a tool's call, as the result of a tool that failed: so the model reads it. */
export function deniedCall(id: MessageId, denial: Denial, isModern: boolean): Buffer {
  const content = [{ type: "text", text: denial.text }];
  return lineOf({
    jsonrpc: "2.0",
    id,
    result: {
      // since 2026-07-28 every result has a type
      ...(isModern && { resultType: "complete" }),
      content,
      isError: true,
      _meta: metaOf(denial),
    },
  });
}

/** A denial of another request, which has no result that could say so. */
export function deniedRequest(id: MessageId, code: number, denial: Denial): Buffer {
  return errorAnswer(id, { code, message: denial.text, data: metaOf(denial) });
}
