import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { parseKeepingNumbers } from "../parse-json.ts";
import { whyNoJson } from "./call-values.ts";
import type {
  ApprovalEntry,
  CallEntry,
  ChatAnswer,
  ChatApproval,
  ChatEntry,
  ChatMessage,
  ChatSpeaker,
  ResultEntry,
} from "./chat-entry.ts";
import { NO_OBJECT } from "./chat-messages.ts";

/** A tool call of a run; what could not be read is undefined. */
export interface ChatCall {
  readonly kind: "call";
  /** From 0 over all calls of the run. */
  readonly index: number;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly action: CallEntry["action"];
  /** The MCP server, where the call names one. */
  readonly server: string | undefined;
  readonly args: JsonObject | undefined;
  /** The user's last words before the call. */
  readonly request: string | undefined;
  readonly speaker: ChatSpeaker;
  asked: boolean;
  readonly approvals: ChatApproval[];
  answer: ChatAnswer | undefined;
}

/** What the user or the assistant said. */
export interface ChatText {
  readonly kind: "prompt" | "response";
  readonly text: string | undefined;
  readonly speaker: ChatSpeaker;
}

export type ChatStep = ChatCall | ChatText;

/** Takes what could not be read, and remarks for the reader. */
export interface ChatReport {
  readonly unreadable: (cause: string) => void;
  /** Takes the kind of what may be a call, and was not understood. */
  readonly notUnderstood: (kind: string) => void;
  readonly note: (note: string) => void;
}

/**
 * Puts what messages hold together as the steps of one run, in order. A result belongs to the
 * unanswered call with its id; one without id to the first unanswered call of its name, or of any,
 * in the last message that made calls.
 */
export class ChatConversation {
  readonly steps: ChatStep[] = [];
  /** The calls that have no result yet: of all messages, and of the last one that made any. */
  #open: ChatCall[] = [];
  #latest: ChatCall[] = [];
  readonly #questions = new Map<string, ChatCall>();
  readonly #byId = new Map<string, ChatCall>();
  #calls = 0;
  #request: string | undefined;

  read({ speaker, entries }: ChatMessage, report: ChatReport): void {
    let isFirst = true;
    for (const entry of entries) {
      if (entry.kind === "call" && isFirst) {
        this.#latest = [];
        isFirst = false;
      }
      this.#readEntry(entry, speaker, report);
    }
  }

  #readEntry(entry: ChatEntry, speaker: ChatSpeaker, report: ChatReport): void {
    if (entry.kind === "call") return this.#readCall(entry, speaker, report);
    if (entry.kind === "again") return this.#readAgain(entry.call);
    if (entry.kind === "result") return this.#readResult(entry, report);
    if (entry.kind === "approval") return this.#readApproval(entry, report);
    if (entry.kind === "note") return report.note(entry.note);
    if (entry.kind === "said") {
      if (entry.who === "prompt") this.#request = entry.text;
      this.steps.push({ kind: entry.who, text: entry.text, speaker });
      return;
    }
    // each entry of a list of calls takes an index, readable or not
    if (entry.cause === NO_OBJECT) this.#calls++;
    report[entry.isCall === false ? "unreadable" : "notUnderstood"](entry.cause);
  }

  #readCall(entry: CallEntry, speaker: ChatSpeaker, report: ChatReport): void {
    const asked = entry.askedAs === undefined ? undefined : this.#questions.get(entry.askedAs);
    if (asked !== undefined) {
      asked.answer = entry.answer;
      return;
    }
    const index = this.#calls++;
    if (typeof entry.name !== "string") report.unreadable("a tool call has no name");
    const call: ChatCall = {
      kind: "call",
      index,
      id: entry.id,
      name: typeof entry.name === "string" ? entry.name : undefined,
      action: entry.action,
      server: entry.server,
      args: readArgs(entry, report),
      request: this.#request,
      speaker,
      asked: entry.asked === true || entry.askedAs !== undefined,
      approvals: entry.approval === undefined ? [] : [entry.approval],
      answer: entry.answer,
    };
    this.steps.push(call);
    if (call.id !== undefined) this.#byId.set(call.id, call);
    // a call whose approval is asked for under its own id is its own question
    if (entry.asked === true && call.id !== undefined) this.#questions.set(call.id, call);
    if (entry.answer !== undefined) return;
    this.#open.push(call);
    this.#latest.push(call);
  }

  /** What a later record says of a call that has no answer yet. */
  #readAgain({ id, asked, approval, answer }: CallEntry): void {
    const call = this.#open.find((open) => open.id === id);
    if (call === undefined) return;
    call.asked ||= asked === true;
    if (approval !== undefined && !call.approvals.some((known) => known.id === approval.id))
      call.approvals.push(approval);
    if (answer === undefined) return;
    call.answer = answer;
    this.#open = this.#open.filter((open) => open !== call);
  }

  #readResult({ id, name, answer }: ResultEntry, report: ChatReport): void {
    const call = this.#answered(id, name);
    if (call === undefined) return report.unreadable("a result belongs to no call");
    this.#open = this.#open.filter((open) => open !== call);
    this.#latest = this.#latest.filter((open) => open !== call);
    call.answer = answer;
  }

  #answered(id: string | undefined, name: string | undefined): ChatCall | undefined {
    if (id === undefined || id === "")
      return (
        this.#latest.find((call) => name !== undefined && call.name === name) ?? this.#latest[0]
      );
    return (
      this.#open.find((call) => call.id === id) ??
      this.#latest.find((call) => call.id === undefined)
    );
  }

  #readApproval(entry: ApprovalEntry, report: ChatReport): void {
    const { call, question, granted, byPerson = true } = entry;
    const asked = this.#byId.get(call ?? "") ?? this.#questions.get(question ?? "");
    if (asked === undefined) return report.unreadable("an approval belongs to no call");
    asked.asked = true;
    if (question !== undefined) this.#questions.set(question, asked);
    if (granted === undefined) return;
    asked.approvals.push({ id: question, granted, byPerson });
    if (!granted) asked.answer = { status: undefined, text: undefined, refused: true };
  }
}

function readArgs(entry: CallEntry, report: ChatReport): JsonObject | undefined {
  const written = entry.args;
  if (entry.takesText === true)
    return typeof written === "string" ? { input: written } : objectOf(written);
  if (isJsonObject(written)) return written;
  if (written === undefined) {
    if (entry.mayLackArgs !== true) report.unreadable("a tool call has no arguments");
    return undefined;
  }
  if (typeof written === "string") return parseArgs(written, report);
  report.unreadable("a tool call's arguments are not an object");
  return undefined;
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function parseArgs(text: string, report: ChatReport): JsonObject | undefined {
  const parsed = parseKeepingNumbers(text);
  if ("value" in parsed && isJsonObject(parsed.value)) return parsed.value;
  report.unreadable(
    "value" in parsed ? "a tool call's arguments are not an object" : whyNoJson(parsed.reason),
  );
  return undefined;
}
