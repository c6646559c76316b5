import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { parseJson } from "../api/trace-event.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import { inexactNumbers } from "../text/exact-number.ts";
import { badRequest, HttpProblem } from "./http-problem.ts";

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;.*)?$/i;

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;
/** Names of UTF-8, and of what is a part of it. */
const UTF8: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii"]);

function isUtf8Type(type: string): boolean {
  const [, charset] = CHARSET.exec(type) ?? [];
  return charset === undefined || UTF8.has(charset.toLowerCase());
}

function tooLarge(limit: number): HttpProblem {
  return new HttpProblem(413, `the body has more than ${limit} bytes`, { Connection: "close" });
}

/** Told the bytes of a body, or why there are none. */
export interface BodyReader {
  readonly read: (bytes: Buffer) => void;
  readonly fail: (problem: HttpProblem) => void;
}

/**
 * Reads the bytes of a body of at most `limit`; 413 as soon as there are more. WHY no promise: a
 * decision takes less time than those would.
 */
function readBytes(request: IncomingMessage, limit: number, reader: BodyReader): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const cutOff = (): void => reader.fail(badRequest("the body is truncated"));
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else {
      request.removeAllListeners("data").removeAllListeners("end");
      request.resume();
      reader.fail(tooLarge(limit));
    }
  });
  request.on("end", () => {
    const [first] = chunks;
    reader.read(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
  });
  request.on("error", cutOff);
}

/** The object that a JSON text writes; 400 with the place where it is none. */
function objectOf(text: string): JsonObject {
  const parsed = parseJson(text);
  if ("reason" in parsed) throw badRequest(`the body cannot be used: ${parsed.reason}`);
  if (!isJsonObject(parsed.value)) throw badRequest("the body has to be a JSON object");
  const [rounded] = inexactNumbers(text);
  if (rounded !== undefined)
    throw badRequest(
      `\`${rounded.path.join(".")}\` is a number that a double cannot represent; send it as a text`,
    );
  return parsed.value;
}

function encoded(): HttpProblem {
  const headers = { "Accept-Encoding": "identity" };
  return new HttpProblem(415, "the body has to come without a content encoding", headers);
}

function isPlain(encoding: string | undefined): boolean {
  return encoding === undefined || encoding.toLowerCase() === "identity";
}

/**
 * Reads the body of a request, which has to be JSON in UTF-8 of at most `limit` bytes; what is wrong
 * with it `reader` is told.
 */
export function readBody(request: IncomingMessage, limit: number, reader: BodyReader): void {
  const type = request.headers["content-type"];
  if (type === undefined || !JSON_TYPE.test(type))
    reader.fail(badRequest("the content type has to be application/json"));
  else if (!isUtf8Type(type))
    reader.fail(badRequest("the body has to be UTF-8, and the content type says another charset"));
  else if (!isPlain(request.headers["content-encoding"])) reader.fail(encoded());
  else if (Number(request.headers["content-length"] ?? 0) > limit) reader.fail(tooLarge(limit));
  else readBytes(request, limit, reader);
}

/** The JSON object that the bytes of a body write; 400 with the place where they write none. */
export function bodyObject(bytes: Buffer): JsonObject {
  if (bytes.length === 0) throw badRequest("the body is empty");
  if (!isUtf8(bytes)) throw badRequest("the body is not UTF-8");
  return objectOf(bytes.toString("utf8"));
}
