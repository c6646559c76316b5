import { parseDocument } from "yaml";
import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, objectMember, stringMember } from "../../request/json.ts";
import { chat } from "./chat.ts";
import { countCallShapes } from "./chat-messages.ts";
import { stemOf } from "./chat-origin.ts";
import { exchangeRecords, httpExchange, type HttpExchange } from "./http-exchange.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { mcp } from "./mcp.ts";
import { peekFile } from "./peek-file.ts";
import { readJson } from "./read-json.ts";
import { readableBytes } from "./readable-bytes.ts";

/**
 * Recorded HTTP: HAR files, and the cassettes of tests (docs/importers/http.md). What was asked of
 * an MCP server or of a model is read as such; any other request is a call of an API.
 */
export const http: Importer = {
  name: "http",
  title: "recorded HTTP: HAR, cassettes of VCR, vcr.py, go-vcr, Polly and nock",
  recognises,
  convert,
};

function recognises({ text }: ImportSample): boolean {
  return (
    (/"entries"\s*:\s*\[/.test(text) &&
      /"(?:startedDateTime|_recordingName)"|"creator"\s*:/.test(text)) ||
    /^(?:http_)?interactions:/m.test(text) ||
    /"(?:http_)?interactions"\s*:\s*\[\s*\{/.test(text) ||
    (/"scope"\s*:\s*"https?:/.test(text) && /"rawHeaders"|"status"\s*:/.test(text))
  );
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const exchanges: { readonly exchange: HttpExchange; readonly kind: ExchangeKind }[] = [];
  for await (const { value, line } of documentsOf(file, tally)) {
    const records = exchangeRecords(value);
    if (records === undefined)
      tally.addUnreadable("a document holds no HTTP exchanges", file.name, line);
    for (const record of records ?? []) {
      const exchange = isJsonObject(record) ? httpExchange(record) : undefined;
      const kind = exchange === undefined ? undefined : kindOf(exchange);
      if (exchange !== undefined && kind !== undefined) exchanges.push({ exchange, kind });
      const lost =
        exchange === undefined
          ? UNTOLD
          : kind === "model" && lacksAnswer(exchange)
            ? UNANSWERED
            : undefined;
      if (lost === undefined) continue;
      for (let left = Math.max(1, countCallShapes(record)); left > 0; left--)
        tally.addNotUnderstood(lost, file.name, line);
    }
  }
  const [lines, known] = [tally.lines, new McpCalls()];
  const of = (wanted: ExchangeKind): readonly HttpExchange[] =>
    exchanges.flatMap(({ exchange, kind }) => (kind === wanted ? [exchange] : []));
  // WHY one after the other: each reads a conversation as a whole
  for await (const events of read(mcp, fileOf(file, of("mcp"), mcpRecord), { options, tally })) {
    events.forEach((event) => known.add(event));
    yield events;
  }
  for await (const events of read(chat, fileOf(file, of("model"), modelRecord), { options, tally }))
    yield events.filter((event) => !known.take(event, tally)).map(renamed);
  tally.lines = lines;
  yield of("api").map((exchange, index) => apiEvent(exchange, index, { file, options }));
}

const UNTOLD = "an HTTP exchange without method and address";
const UNANSWERED = "a model's answer that is not recorded, or not JSON";

/** Whether what a model answered is not there. */
function lacksAnswer({ responseBody, status }: HttpExchange): boolean {
  return typeof responseBody !== "object" && (status ?? 200) < 400;
}

/** The events of some of the exchanges; none where there are none. */
async function* read(
  importer: Importer,
  part: ImportFile | undefined,
  { options, tally }: { readonly options: ImportOptions; readonly tally: ImportTally },
): AsyncGenerator<readonly JsonObject[]> {
  if (part !== undefined) yield* importer.convert(part, options, tally);
}

/** WHY: the readers number their events alike. */
function renamed(event: JsonObject): JsonObject {
  return { ...event, id: `model/${stringMember(event, "id") ?? ""}` };
}

/** The calls that MCP servers answered: what a model asked of them is the same call. */
class McpCalls {
  readonly #names = new Map<string, string[]>();

  add(event: JsonObject): void {
    const name = stringMember(objectMember(event, "action"), "name");
    const key = JSON.stringify(objectMember(event, "args"));
    if (name !== undefined) this.#names.set(key, [...(this.#names.get(key) ?? []), name]);
  }

  /** Whether the event is a call that is known, each once. */
  take(event: JsonObject, tally: ImportTally): boolean {
    const asked = stringMember(objectMember(event, "action"), "name") ?? "";
    const names = this.#names.get(JSON.stringify(objectMember(event, "args"))) ?? [];
    const at = names.findIndex((name) => asked === name || asked.endsWith(`__${name}`));
    if (at < 0) return false;
    names.splice(at, 1);
    tally.addNote("calls that a model asked for, and an MCP server answered, are one");
    return true;
  }
}

/** The documents of a file: JSON, or a cassette in YAML, which is read as a whole. */
async function* documentsOf(
  file: ImportFile,
  tally: ImportTally,
): AsyncGenerator<{ readonly value: unknown; readonly line: number }> {
  const { head, opened } = await peekFile(file);
  const start = new TextDecoder().decode(head).trimStart().charAt(0);
  if (start === "{" || start === "[" || start === "") {
    for await (const items of readJson(opened, tally, { lists: ["entries"], about: [] }))
      yield* items;
    return;
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of readableBytes(opened, tally))
    text += decoder.decode(chunk, { stream: true });
  tally.lines += text.split("\n").length - 1;
  yield { value: parsedYaml(text + decoder.decode()), line: 1 };
}

/** WHY not the reader of policies: a cassette has tags and binary values, and nothing depends on places. */
function parsedYaml(text: string): unknown {
  try {
    const value: unknown = parseDocument(text, { logLevel: "silent" }).toJS({ maxAliasCount: 100 });
    return value;
  } catch {
    return undefined;
  }
}

type ExchangeKind = "mcp" | "model" | "api";

function kindOf({ requestBody, responseBody }: HttpExchange): ExchangeKind {
  const first = Array.isArray(requestBody) ? requestBody[0] : requestBody;
  if (isJsonObject(first) && stringMember(first, "jsonrpc") === "2.0") return "mcp";
  const sample = JSON.stringify({
    request: { body: requestBody },
    response: { body: responseBody },
  });
  const mayAsk = isJsonObject(requestBody) || requestBody === undefined;
  return mayAsk && chat.recognises({ name: "", text: sample }) ? "model" : "api";
}

/** Those exchanges as a file of lines, for the reader of their kind. */
function fileOf(
  file: ImportFile,
  exchanges: readonly HttpExchange[],
  record: (exchange: HttpExchange) => JsonObject,
): ImportFile | undefined {
  if (exchanges.length === 0) return undefined;
  const encoder = new TextEncoder();
  return {
    ...file,
    open: async function* () {
      for (const exchange of exchanges)
        yield encoder.encode(`${JSON.stringify(record(exchange))}\n`);
    },
  };
}

function mcpRecord(exchange: HttpExchange): JsonObject {
  return {
    ...(exchange.time !== undefined && { time: exchange.time }),
    request: { headers: exchange.requestHeaders, body: exchange.requestBody ?? null },
    response: { headers: exchange.responseHeaders, body: exchange.responseBody ?? null },
  };
}

function modelRecord(exchange: HttpExchange): JsonObject {
  return {
    ...(exchange.time !== undefined && { timestamp: exchange.time }),
    request: { body: exchange.requestBody ?? null },
    response: { body: exchange.responseBody ?? null },
  };
}

/** A request to an API: the method at the host, on the path. */
function apiEvent(
  exchange: HttpExchange,
  index: number,
  { file, options }: { readonly file: ImportFile; readonly options: ImportOptions },
): JsonObject {
  const { method, url, time, status, requestBody } = exchange;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const session = stemOf(file);
  return {
    id: `${session}/http-${index}`,
    time,
    session,
    subject: options.subject && { ...options.subject },
    action: { kind: "api_call", server: options.server ?? address?.host, name: method },
    args: isJsonObject(requestBody) ? requestBody : undefined,
    resource: { type: "path", id: address?.pathname ?? url },
    context: {
      ...(status !== undefined && { status }),
      ...(options.onBehalfOf && { on_behalf_of: { ...options.onBehalfOf } }),
      ...(options.model !== undefined && { model: { name: options.model } }),
    },
    outcome: status === undefined ? undefined : { status: status < 400 ? "ok" : "error" },
  };
}
