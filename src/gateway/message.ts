import { isUtf8 } from "node:buffer";
import { parseJson } from "../api/trace-event.ts";
import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import { elementsOf } from "./batch-elements.ts";
import { lineText } from "./line-splitter.ts";
import { foldName } from "../text/fold-name.ts";

/** How messages are told apart: by line ends, or each is a body of its own. */
export type Framing = "lines" | "bodies";

/** The id of a JSON-RPC request. */
export type MessageId = string | number;

/** One JSON-RPC message, as every reader of it has to read it. */
export type Message =
  | {
      readonly kind: "request";
      readonly id: MessageId;
      readonly method: string;
      readonly params: JsonObject;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: JsonObject }
  | {
      readonly kind: "response";
      readonly id: MessageId;
      readonly body: JsonObject;
    }
  /** Several messages as one (protocol 2025-03-26). */
  | { readonly kind: "batch"; readonly members: readonly BatchMember[] }
  /** What is no message, or may be read in more than one way. */
  | {
      readonly kind: "unreadable";
      /** A sentence without final period, which quotes nothing of the message. */
      readonly reason: string;
      /** Who waits for an answer, where the message seems to say so. */
      readonly id: MessageId | undefined;
      /** The code of the error that answers it, where it is another one than that of JSON-RPC. */
      readonly code?: number;
    };

/** One message of a batch. */
export interface BatchMember {
  /** As it came. */
  readonly bytes: Buffer;
  readonly message: Message;
}

export type Request = Extract<Message, { kind: "request" }>;
export type Notification = Extract<Message, { kind: "notification" }>;
export type Response = Extract<Message, { kind: "response" }>;
export type Unreadable = Extract<Message, { kind: "unreadable" }>;
export type Batch = Extract<Message, { kind: "batch" }>;

/** Protocol versions that begin with `initialize`, as far as the gateway knows them. */
export const HANDSHAKE_VERSIONS: readonly string[] = [
  ...["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"],
];
/** The one protocol version that has batches. */
export const BATCH_VERSION = "2025-03-26";

/** Names that a reader knows, by how they read without regard to case and look-alikes. */
export type KnownNames = ReadonlyMap<string, string>;

/** Names as {@link ambiguousMember} takes them. WHY apart: folding a name takes long. */
export function knownNames(...names: readonly string[]): KnownNames {
  return new Map(names.map((name) => [foldName(name), name]));
}

const NO_NAMES = knownNames();
const MEMBERS = knownNames("jsonrpc", "id", "method", "params", "result", "error");
const RETURN = 13;

function isId(value: Json | undefined): value is MessageId {
  return typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value));
}

/**
 * A member whose name is not one of `known` but reads as one where a reader does not distinguish
 * case or look-alikes (those of Go do not), or as another member of the object.
 */
export function ambiguousMember(
  object: JsonObject,
  known: KnownNames = NO_NAMES,
): string | undefined {
  const seen = new Map(known);
  for (const key of Object.keys(object)) {
    const folded = foldName(key);
    const other = seen.get(folded);
    if (other !== undefined && other !== key) return key;
    seen.set(folded, key);
  }
  return undefined;
}

function unreadable(reason: string, value?: unknown): Message {
  const id = isJsonObject(value) && Object.hasOwn(value, "method") ? value["id"] : undefined;
  return { kind: "unreadable", reason, id: isId(id) ? id : undefined };
}

/** Why the members of an object do not make one message; undefined: they do. */
function faultOf(value: JsonObject): string | undefined {
  if (ambiguousMember(value, MEMBERS) !== undefined)
    return "a member's name differs from one of JSON-RPC only in case or look-alike letters";
  if (value["jsonrpc"] !== "2.0") return '`jsonrpc` is not "2.0"';
  const has = (name: string): boolean => Object.hasOwn(value, name);
  if (has("method") && (has("result") || has("error")))
    return "the message is a request and a response at once";
  if (has("result") && has("error")) return "the message has a result and an error";
  if (has("id") && !isId(value["id"]) && !(has("error") && value["id"] === null))
    return "`id` is neither a text nor a whole number";
  if (has("method") && typeof value["method"] !== "string") return "`method` is not a text";
  if (has("method") && has("params") && !isJsonObject(value["params"]))
    return "`params` is not an object";
  if (has("result") && !isJsonObject(value["result"])) return "`result` is not an object";
  if (has("error") && !isJsonObject(value["error"])) return "`error` is not an object";
  return undefined;
}

/** The message of a parsed value. */
function messageOf(value: unknown): Message {
  if (!isJsonObject(value)) return unreadable("the message is not an object");
  const fault = faultOf(value);
  if (fault !== undefined) return unreadable(fault, value);
  const [id, method] = [value["id"], value["method"]];
  const params = objectMember(value, "params") ?? {};
  if (typeof method === "string")
    return isId(id)
      ? { kind: "request", id, method, params }
      : { kind: "notification", method, params };
  if (isId(id) && (Object.hasOwn(value, "result") || Object.hasOwn(value, "error")))
    return { kind: "response", id, body: value };
  return unreadable("the message has neither a method nor a result", value);
}

/** What a reader that minds nothing would find in a text; undefined: nothing. */
export function seemingValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The message in a line, without its line end, or in a body. What readers may take for another message than this
 * reader does (a member twice, a line end inside, another case of a name) is unreadable.
 */
export function readMessage(line: Uint8Array, framing: Framing): Message {
  if (!isUtf8(line)) return unreadable("the message is not UTF-8");
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8");
  // some readers end a line here
  if (framing === "lines" && line.includes(RETURN))
    return unreadable("there is a carriage return inside the message", seemingValue(text));
  const parsed = parseJson(text);
  if ("reason" in parsed) return unreadable(parsed.reason, seemingValue(text));
  const { value } = parsed;
  return Array.isArray(value) ? batchOf(value, line) : messageOf(value);
}

function batchOf(values: readonly unknown[], line: Uint8Array): Message {
  if (values.length === 0) return unreadable("the batch is empty");
  const parts = elementsOf(Buffer.from(line.buffer, line.byteOffset, line.byteLength));
  const members = parts.map((bytes, at) => ({ bytes, message: messageOf(values[at]) }));
  return { kind: "batch", members };
}

/** The message in a line with its end, or in a body. */
export function readLine(line: Buffer, framing: Framing): Message {
  return readMessage(lineText(line), framing);
}

/** A failed response's code; undefined for any other. */
export function errorCodeOf(body: JsonObject): Json | undefined {
  return member(objectMember(body, "error"), "code");
}
