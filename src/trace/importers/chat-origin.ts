import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText, unpackJson } from "./call-values.ts";
import type { ImportFile } from "./importer.ts";

/** Where a run comes from: what holds for all its events. */
export interface ChatOrigin {
  readonly session: string;
  readonly server?: string | undefined;
  readonly model?: string | undefined;
  readonly task?: string | undefined;
  /** The id of the human for whom the agent acts. */
  readonly user?: string | undefined;
  /** The agent, where messages do not name one. */
  readonly agent?: string | undefined;
  /** Of the whole record, where messages have none. */
  readonly time?: string | undefined;
}

/** What surrounds a run's messages. */
export interface ChatAbout extends Omit<ChatOrigin, "session"> {
  /** The session as the record names it; undefined: it does not. */
  readonly session: string | undefined;
  /** True where each record of that session holds a run of its own. */
  readonly isWhole: boolean;
}

/** The file's path below what was given, without its endings; `stdin` for standard input. */
export function stemOf(file: ImportFile): string {
  return file.relative === "-" ? "stdin" : withoutEnding(file.relative);
}

function withoutEnding(path: string): string {
  return path.replace(/\.gz$/i, "").replace(/\.(json|jsonl|ndjson|traj)$/i, "");
}

/**
 * What a record says of its run, by the format that its members tell: AgentDojo, tau-bench, or any
 * other.
 */
export function aboutOf(record: JsonObject, file: ImportFile): ChatAbout {
  return agentDojo(record, file) ?? tauBench(record, file) ?? plainChat(record);
}

/**
 * A run of AgentDojo stands at `<model>/<suite>/<user task>/<attack>/<injection task>.json`, and is
 * named by it, however much of the path was given; the folder is the truth for the model. A run
 * that was moved is named by its members.
 */
function agentDojo(about: JsonObject, file: ImportFile): ChatAbout | undefined {
  const [suite, task] = [stringMember(about, "suite_name"), stringMember(about, "user_task_id")];
  if (suite === undefined || task === undefined) return undefined;
  const place = withoutEnding(file.path).split("/").slice(-5);
  const [model, inSuite, inTask] = place;
  if (place.length === 5 && model !== undefined && inSuite === suite && inTask === task)
    return { session: place.join("/"), server: suite, model, task, isWhole: true };
  const pipeline = stringMember(about, "pipeline_name");
  const attack = [
    stringMember(about, "attack_type") ?? "none",
    stringMember(about, "injection_task_id") ?? "none",
  ];
  const session = [pipeline ?? "unknown", suite, task, ...attack].join("/");
  return { session, server: suite, task, model: pipeline, isWhole: true };
}

function tauBench(about: JsonObject, file: ImportFile): ChatAbout | undefined {
  const task = numberOrText(about, "task_id");
  if (task === undefined || !(Object.hasOwn(about, "trial") || Object.hasOwn(about, "traj")))
    return undefined;
  const trial = numberOrText(about, "trial");
  const user = stringMember(objectMember(objectMember(about, "info"), "task"), "user_id");
  const session = [stemOf(file), task, ...(trial === undefined ? [] : [trial])].join("/");
  return { session, task, user, isWhole: true };
}

/**
 * Where logs keep what holds for a run, most telling first: plain logs, OpenAI's stored completions
 * and responses, LiteLLM, Portkey, Helicone, Bedrock, LangGraph, ADK.
 */
const NAMED_SESSIONS = [
  "session_id",
  "sessionId",
  "conversation_id",
  "conversationId",
  "thread_id",
  "threadId",
  "conversation.id",
  "conversation",
  "chat_id",
  "chatId",
  "litellm_session_id",
  "litellm_params.litellm_session_id",
  "metadata.session_id",
  "metadata.sessionId",
  "metadata.thread_id",
  "metadata.conversation_id",
  "metadata.litellm_session_id",
  "metadata.requester_metadata.session_id",
  "requestMetadata.session_id",
  "requestMetadata.sessionId",
  "request_properties.Helicone-Session-Id",
  "properties.Helicone-Session-Id",
  "request.properties.Helicone-Session-Id",
  "config.configurable.thread_id",
  "checkpoint.thread_id",
  "configurable.thread_id",
].map(pathOf);
const SESSIONS = [...NAMED_SESSIONS, ...["metadata.trace_id", "trace_id", "traceId"].map(pathOf)];
const USERS = [
  "user_id",
  "userId",
  "end_user",
  "metadata.user_id",
  "metadata.userId",
  "metadata._user",
  "metadata.user_api_key_end_user_id",
  "requestMetadata.user_id",
  "requestMetadata.userId",
  "request_user_id",
  "config.configurable.user_id",
  "configurable.user_id",
  "request.user_id",
  "user",
].map(pathOf);
const MODELS = ["model", "modelId", "model_id", "model_name", "request_model"].map(pathOf);
const AGENTS = ["agent_name", "agentName", "metadata.agent_name", "metadata.lc_agent_name"].map(
  pathOf,
);
const TIMES = [
  "startTime",
  "start_time",
  "created_at",
  "createdAt",
  "request_created_at",
  "request.createdAt",
  "timestamp",
  "created",
].map(pathOf);

function plainChat(record: JsonObject): ChatAbout {
  return {
    session: textAt(record, SESSIONS) ?? adkSession(record),
    user: textAt(record, USERS),
    model: textAt(record, MODELS),
    agent: textAt(record, AGENTS),
    time: TIMES.map((path) => timeText(valueAt(record, path))).find((time) => time !== undefined),
    isWhole: false,
  };
}

/**
 * The session that a message names, where each stands by itself. WHY no trace: a conversation has
 * one for each turn.
 */
export function sessionNamedBy(message: JsonObject): string | undefined {
  return textAt(message, NAMED_SESSIONS);
}

/** What a message says of the run that it is of. */
export type MessageOrigin = Pick<ChatAbout, "session" | "user" | "model">;

/** What a message says of its run, where each stands by itself. */
export function originOf(message: JsonObject): MessageOrigin {
  return {
    session: sessionNamedBy(message),
    user: textAt(message, USERS),
    model: textAt(message, MODELS),
  };
}

/**
 * Messages by the session that each names; where only one is named, those without a name are its
 * own. User and model are those that all the messages of a session agree on.
 */
export function bySession<M>(
  messages: readonly M[],
  originOfMessage: (message: M) => MessageOrigin,
): readonly { readonly about: ChatAbout; readonly messages: readonly M[] }[] {
  const origins = messages.map(originOfMessage);
  const only = onlyText(origins.map(({ session }) => session));
  const sessions = new Map<string | undefined, { messages: M[]; origins: MessageOrigin[] }>();
  for (const [index, message] of messages.entries()) {
    const origin = origins[index] ?? { session: undefined, user: undefined, model: undefined };
    const session = origin.session ?? only;
    const known = sessions.get(session) ?? { messages: [], origins: [] };
    known.messages.push(message);
    known.origins.push(origin);
    sessions.set(session, known);
  }
  return [...sessions].map(([session, group]) => ({
    about: {
      session,
      user: onlyText(group.origins.map(({ user }) => user)),
      model: onlyText(group.origins.map(({ model }) => model)),
      isWhole: false,
    },
    messages: group.messages,
  }));
}

/** The text that is there, if all agree on it. */
function onlyText(texts: readonly (string | undefined)[]): string | undefined {
  const [only, ...others] = new Set(texts.filter((text) => text !== undefined));
  return others.length === 0 ? only : undefined;
}

/** Google's ADK names a session by its own id. */
function adkSession(record: JsonObject): string | undefined {
  const isSession = Object.hasOwn(record, "appName") || Object.hasOwn(record, "app_name");
  return isSession ? stringMember(record, "id") : undefined;
}

/** The names on the way to a value. */
export type MemberPath = readonly string[];

/** A path of names with dots between; the empty one is that of the record itself. */
export function pathOf(text: string): MemberPath {
  return text === "" ? [] : text.split(".");
}

/** The value at a path; JSON that stands as text is read. */
export function valueAt(record: JsonObject, path: MemberPath): Json | undefined {
  let value: Json | undefined = record;
  for (const name of path) {
    const object: Json | undefined = unpackJson(value);
    if (!isJsonObject(object)) return undefined;
    value = member(object, name);
  }
  return value;
}

function textAt(record: JsonObject, paths: readonly MemberPath[]): string | undefined {
  for (const path of paths) {
    const value = valueAt(record, path);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

function numberOrText(about: JsonObject, name: string): string | undefined {
  const value = member(about, name);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
