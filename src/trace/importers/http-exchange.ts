import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText, unpackJson } from "./call-values.ts";
import { answerOfStream } from "./model-stream.ts";

/** A request and its answer, whatever recorded them; bodies that are JSON as what they say. */
export interface HttpExchange {
  readonly method: string;
  readonly url: string;
  readonly time: string | undefined;
  readonly requestHeaders: JsonObject;
  readonly requestBody: Json | undefined;
  readonly responseHeaders: JsonObject;
  readonly responseBody: Json | undefined;
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
}

const DEEPEST = 3;
/** Lists in which recorders keep exchanges. */
const LISTS = ["entries", "interactions", "http_interactions", "calls"] as const;

/** The records of exchanges in a document; undefined where it holds none. */
export function exchangeRecords(value: unknown): readonly Json[] | undefined {
  if (Array.isArray(value)) return value.some(isExchange) ? value : undefined;
  if (!isJsonObject(value)) return undefined;
  const log = objectMember(value, "log") ?? value;
  for (const name of LISTS) {
    const list = member(log, name);
    if (Array.isArray(list) && (list.length === 0 || list.some(isExchange))) return list;
  }
  return isExchange(value) ? [value] : exchangesBelow(value, 0);
}

/** WHY: an exchange is one by its own members, whatever its container is called. */
function exchangesBelow(value: JsonObject, depth: number): readonly Json[] | undefined {
  for (const held of Object.values(value)) {
    if (Array.isArray(held) && held.some(isExchange)) return held;
    const below =
      isJsonObject(held) && depth < DEEPEST ? exchangesBelow(held, depth + 1) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

function isExchange(value: unknown): boolean {
  return isJsonObject(value) && httpExchange(value) !== undefined;
}

/** A record of HAR, of vcr.py, Ruby's VCR, go-vcr, Polly or nock; undefined for any other. */
export function httpExchange(record: JsonObject): HttpExchange | undefined {
  const request = objectMember(record, "request") ?? nockRequest(record);
  const method = stringMember(request, "method");
  const url = stringMember(request, "url") ?? stringMember(request, "uri");
  if (request === undefined || method === undefined || url === undefined) return undefined;
  const response = nockResponse(record) ?? objectMember(record, "response");
  const responseHeaders = headersOf(response);
  return {
    method: method.toUpperCase(),
    url,
    time: timeText(
      member(record, "startedDateTime") ??
        member(record, "recorded_at") ??
        member(record, "timestamp"),
    ),
    requestHeaders: headersOf(request),
    requestBody: bodyOf(request),
    responseHeaders,
    responseBody: bodyOf(response),
    status: statusOf(response),
  };
}

function nockRequest(record: JsonObject): JsonObject | undefined {
  const [scope, path] = [stringMember(record, "scope"), stringMember(record, "path")];
  return scope === undefined || path === undefined ? undefined : { ...record, url: scope + path };
}

function nockResponse(record: JsonObject): JsonObject | undefined {
  const body = member(record, "response");
  return member(record, "scope") === undefined || body === undefined
    ? undefined
    : { status: member(record, "status"), body, headers: member(record, "rawHeaders") };
}

function statusOf(response: JsonObject | undefined): number | undefined {
  const written = member(response, "status") ?? member(response, "code");
  const code = isJsonObject(written) ? member(written, "code") : written;
  const status = Number(typeof code === "string" ? Number.parseInt(code, 10) : code);
  return Number.isInteger(status) && status > 0 ? status : undefined;
}

/** Headers by their names in lower case, the first value of each. */
function headersOf(holder: JsonObject | undefined): JsonObject {
  const written = member(holder, "headers");
  if (isJsonObject(written))
    return Object.fromEntries(
      Object.entries(written).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value[0] : value,
      ]),
    );
  const list = Array.isArray(written) ? written : [];
  return Object.fromEntries(
    list.flatMap((pair) =>
      isJsonObject(pair)
        ? [[(stringMember(pair, "name") ?? "").toLowerCase(), member(pair, "value")]]
        : [],
    ),
  );
}

/** The body, from JSON text; what a model streamed as the answer that it comes to. */
function bodyOf(holder: JsonObject | undefined): Json | undefined {
  const parsed = member(holder, "parsed_body");
  if (parsed !== undefined) return parsed;
  const written =
    member(holder, "body") ?? objectMember(holder, "content") ?? objectMember(holder, "postData");
  const encoded = isJsonObject(written) ? stringMember(written, "base64_string") : undefined;
  const text = isJsonObject(written)
    ? (stringMember(written, "text") ?? stringMember(written, "string") ?? encoded)
    : written;
  if (text === undefined)
    return isJsonObject(written) && !isTextHolder(written) ? written : undefined;
  const encoding = isJsonObject(written) ? stringMember(written, "encoding") : undefined;
  const isEncoded = encoding === "base64" || (encoded !== undefined && text === encoded);
  const plain = isEncoded && typeof text === "string" ? fromBase64(text) : text;
  return answerOfStream(plain) ?? unpackJson(plain);
}

function isTextHolder(value: JsonObject): boolean {
  return ["mimeType", "size", "encoding", "string", "text"].some((name) =>
    Object.hasOwn(value, name),
  );
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return text;
  }
}
