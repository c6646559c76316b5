import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { parseJson } from "../parse-json.ts";
import { contentText, isJson, timeText } from "./call-values.ts";

/** What a log says of the session that follows. What is undefined stays as it was. */
export interface SessionEntry {
  readonly kind: "session";
  readonly id?: string | undefined;
  /** True where it is another than the one before in the file, of which then nothing stays. */
  readonly another?: boolean;
  /** What event ids begin with, where several logs tell of one session. */
  readonly prefix?: string | undefined;
  readonly cwd?: string | undefined;
  readonly model?: string | undefined;
  /** Under which permissions the agent runs, in the host's word. */
  readonly mode?: string | undefined;
  /** Whom the agent serves. */
  readonly user?: string | undefined;
  /** The whole log is a sub-agent's, of that kind where it says so. */
  readonly subagent?: { readonly name: string | undefined } | undefined;
}

/** A call, or more of one that was told before: the first to say a thing is right. */
export interface AgentCall {
  readonly kind: "call";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly args: Json | undefined;
  /** The MCP server, where the log has a member for it. */
  readonly server?: string | undefined;
  /** False where a bare name may be a tool of the host or of any server. */
  readonly isHost?: boolean;
  /** The call that started the sub-agent which makes this one. */
  readonly under?: string | undefined;
  /** Who makes it, where the log names an agent beside the call. */
  readonly agent?: string | undefined;
  /** True where the call starts a sub-agent. */
  readonly starts?: boolean;
  /** True where the user ran it, not the agent. */
  readonly byUser?: boolean;
  readonly model?: string | undefined;
  /** True for an event that tells of a call beside its own record, in other words. */
  readonly more?: boolean;
  /** The kind of event that tells of it, where each run has one of that kind. */
  readonly event?: string;
  /** The answer or the request that the record of the call is part of, where the log numbers them. */
  readonly record?: string | undefined;
  /** False where the log holds no results: the call waits for none. */
  readonly answered?: boolean;
}

/** What came of a call; undefined status: it did not run, or nothing says how it went. */
export interface AgentResult {
  readonly kind: "result";
  readonly id: string | undefined;
  readonly status: "ok" | "error" | undefined;
  readonly text?: Json | undefined;
}

/** What was decided of a call, before it ran. */
export interface AgentDecision {
  readonly kind: "decision";
  readonly id: string | undefined;
  readonly effect: "allow" | "deny" | "require_approval";
  /** `somebody`: a prompt was answered, and the log does not say by whom. */
  readonly by: "user" | "host" | "somebody";
}

/** A call turns out to have started a sub-agent. */
export interface AgentStart {
  readonly kind: "agent";
  readonly call: string;
  readonly name: string | undefined;
  /** The sub-agent's own log, by what its session's `prefix` is. */
  readonly log?: string | undefined;
}

/** One thing that an event of a coding agent's log says. */
export type LogEntry = (
  | SessionEntry
  | AgentCall
  | AgentResult
  | AgentDecision
  | AgentStart
  | { readonly kind: "prompt" | "response"; readonly text: string | undefined }
  | { readonly kind: "unknown"; readonly what: string; readonly of: JsonObject }
) & { readonly time?: string | undefined };

/** A whole sentence that a host writes in place of an output, and what it means. */
export type HostSentence = readonly [RegExp, "user" | "host"];

/** What came of a call: a refusal, where the output is nothing but one of the host's sentences. */
export function answered(
  id: string | undefined,
  { status, text }: { status: "ok" | "error" | undefined; text?: Json | undefined },
  sentences: readonly HostSentence[] = [],
): readonly LogEntry[] {
  const whole = typeof text === "string" ? text.trim() : undefined;
  const by = whole === undefined ? undefined : sentences.find(([words]) => words.test(whole))?.[1];
  return by === undefined ? [{ kind: "result", id, status, text }] : denied(id, by);
}

/** The entries of a call that was refused, and so did not run. */
export function denied(id: string | undefined, by: "user" | "host"): readonly LogEntry[] {
  return [
    { kind: "decision", id, effect: "deny", by },
    { kind: "result", id, status: undefined },
  ];
}

/** The elements of a list; none where there is no list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The calls and results of a message's content, as Anthropic's API has them; what else may be of a
 * call is unknown.
 */
export function blockEntries(
  content: Json | undefined,
  more: Partial<AgentCall> = {},
  sentences: readonly HostSentence[] = [],
): readonly LogEntry[] {
  return listOf(content).flatMap((block): readonly LogEntry[] => {
    if (!isJsonObject(block)) return [];
    const type = stringMember(block, "type");
    const id = stringMember(block, "id");
    if (type === "tool_use") {
      const name = stringMember(block, "name");
      return [{ kind: "call", id, name, args: member(block, "input"), ...more }];
    }
    if (type !== "tool_result") return unknownUnless(SAID, type, block);
    const status = member(block, "is_error") === true ? "error" : "ok";
    const text = contentText(member(block, "content"));
    return answered(stringMember(block, "tool_use_id"), { status, text }, sentences);
  });
}

const SAID: ReadonlySet<string> = new Set(["text", "thinking", "redacted_thinking", "image"]);

/** What a message says: a prompt of the user, or a response. */
export function saidEntry(role: string | undefined, text: string | undefined): readonly LogEntry[] {
  if (text === undefined) return [];
  return [{ kind: role === "user" ? "prompt" : "response", text }];
}

/** A coding agent whose logs can be read. */
export interface AgentHost {
  /** The agent as policies name it. */
  readonly agent: string;
  /** True for a record that no other host writes. */
  readonly fits: (record: JsonObject) => boolean;
  /** A reader for one file: it may remember what earlier records said. */
  readonly open: () => (record: JsonObject) => readonly LogEntry[];
}

/** A member that may be of a call: with more than a number or a yes. */
const HINT =
  /"[^"\\]*(?:tool|call|command|function|exec|invocation|arguments|args|input|action)[^"\\]*"\s*:\s*[{["]/i;

/** `record` as something unknown, if a member of it may speak of a call; else nothing. */
export function unknownUnless(
  quiet: ReadonlySet<string>,
  what: string | undefined,
  record: JsonObject,
): readonly LogEntry[] {
  if (what !== undefined && quiet.has(what)) return [];
  if (!HINT.test(JSON.stringify(record))) return [];
  return [{ kind: "unknown", what: `\`${what ?? "a record without a type"}\``, of: record }];
}

/** A text of JSON as its object; any other text under the name `input`. */
export function freeArguments(written: Json | undefined): Json | undefined {
  return typeof written === "string" ? { input: written } : written;
}

/** What a text of JSON holds, if that is an object. */
export function objectIn(text: Json | undefined): JsonObject | undefined {
  if (isJsonObject(text)) return text;
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  const parsed = parseJson(text);
  return "value" in parsed && isJson(parsed.value) && isJsonObject(parsed.value)
    ? parsed.value
    : undefined;
}

/** `entries` with the time of their record. */
export function timed(
  written: Json | undefined,
  entries: readonly LogEntry[],
): readonly LogEntry[] {
  const time = timeText(written);
  return time === undefined ? entries : entries.map((entry) => ({ time, ...entry }));
}
