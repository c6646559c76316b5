import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { ChatMessage } from "./chat-entry.ts";
import { ChatSessions, type ChatRun } from "./chat-sessions.ts";
import { bySession, originOf, type MessageOrigin } from "./chat-origin.ts";
import { callsSeemingIn, looseMessage, runsIn } from "./chat-shapes.ts";
import { joinPieces } from "./joined-pieces.ts";
import { isPiece } from "./model-stream.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import type { JsonItem } from "./read-json.ts";
import { readJson } from "./read-json.ts";
import type { SplitRule } from "./split-document.ts";
import { sampleValues } from "./sample-values.ts";

/**
 * Messages of models and agents, in whatever shape providers, frameworks and gateways keep them
 * (docs/importers/chat.md).
 */
export const chat: Importer = {
  name: "chat",
  title:
    "chat messages with tool calls: OpenAI, Anthropic, Gemini, Bedrock, AI SDK, LangChain, " +
    "ADK, AgentDojo, tau-bench and logs of gateways",
  recognises,
  convert,
};

function recognises({ name, text }: ImportSample): boolean {
  const file = { name, path: name, relative: name, open: async function* () {} };
  return sampleValues(text)
    .map(conversation)
    .some(
      (value) =>
        isJsonObject(value) &&
        (isSigned(value) ||
          isPiece(value) ||
          looseMessage(value) !== undefined ||
          runsIn(value, file, false) !== undefined),
    );
}

/** Records that are told by other members than those in which calls stand. */
function isSigned(record: JsonObject): boolean {
  const has = (...names: readonly string[]): boolean =>
    names.every((name) => Object.hasOwn(record, name));
  const results = objectMember(record, "results");
  return (
    /^(response|chat\.completion)$/.test(stringMember(record, "object") ?? "") ||
    stringMember(record, "schemaType") === "ModelInvocationLog" ||
    has("output", "stopReason") ||
    has("author", "invocationId") ||
    has("author", "invocation_id") ||
    (has("events") && (has("appName") || has("app_name"))) ||
    (has("custom_id") && (has("body") || has("response") || has("result"))) ||
    (results !== undefined && Array.isArray(member(results, "results")))
  );
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const sessions = new ChatSessions({ file, options, tally });
  for await (const { run, line } of readRuns(file, tally)) yield sessions.add(run, line);
  yield sessions.end();
}

/** Lists of runs, each of which is whole by itself. */
const PARTS: SplitRule = {
  lists: ["simulations", "samples", "results", "results.results", "runs", "conversations", "chats"],
  about: ["eval"],
};

interface PlacedRun {
  readonly run: ChatRun;
  readonly line: number;
}

/**
 * The runs of a file; messages that stand in one list, or in lines of their own, are a run for each
 * session that they name.
 */
async function* readRuns(file: ImportFile, tally: ImportTally): AsyncGenerator<PlacedRun> {
  let open: LooseMessage[] = [];
  for await (const items of joinPieces(readJson(file, tally, PARTS))) {
    for (const item of items) {
      const loose = looseMessage(item.value);
      const isNext = loose !== undefined && item.list === open.at(-1)?.list;
      // those that name sessions belong together however far they stand apart
      if (!isNext && open.every(({ origin }) => origin.session === undefined)) {
        yield* looseRuns(open);
        open = [];
      }
      if (loose === undefined) yield* runsOf(item, file, tally);
      else
        open.push({
          message: loose,
          line: item.line,
          list: item.list,
          origin: originOf(isJsonObject(item.value) ? item.value : {}),
        });
    }
  }
  yield* looseRuns(open);
}

/** A message that stands by itself. */
interface LooseMessage extends Pick<JsonItem, "line" | "list"> {
  readonly message: ChatMessage;
  readonly origin: MessageOrigin;
}

/** A run for each session that the messages name. */
function* looseRuns(loose: readonly LooseMessage[]): Generator<PlacedRun> {
  for (const { about, messages } of bySession(loose, ({ origin }) => origin))
    yield {
      run: { about, messages: messages.map(({ message }) => message), inList: false },
      line: messages[0]?.line ?? 1,
    };
}

/** Data sets are lists of conversations, each of which is a list of messages. */
function conversation(value: unknown): unknown {
  return Array.isArray(value) && value.some((each) => looseMessage(each) !== undefined)
    ? { messages: value }
    : value;
}

function* runsOf(item: JsonItem, file: ImportFile, tally: ImportTally): Generator<PlacedRun> {
  const { line, list } = item;
  const value = conversation(item.value);
  if (!isJsonObject(value))
    return tally.addUnreadable("a value is not a run: it is not an object", file.name, line);
  const runs = runsIn(value, file, list !== undefined);
  if (runs !== undefined) {
    for (const run of runs) yield { run, line };
    return;
  }
  const calls = callsSeemingIn(value);
  if (calls === 0) tally.addUnreadable("an object has no list of messages", file.name, line);
  for (let left = calls; left > 0; left--)
    tally.addNotUnderstood("a record without a list of messages", file.name, line);
}
