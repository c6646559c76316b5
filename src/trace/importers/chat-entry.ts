import type { Json } from "../../request/json.ts";

/** What came of a call, as its result says. */
export interface ChatAnswer {
  /** Undefined: the record does not say that the call ended. */
  readonly status: "ok" | "error" | undefined;
  /** The result's text, or the error's. */
  readonly text: string | undefined;
  /** True where a field says that the call was refused, so that it did not run. */
  readonly refused?: boolean;
}

/** A person's answer to a call that waited for it. */
export interface ChatApproval {
  readonly id: string | undefined;
  readonly granted: boolean;
  /** False where the record says that no person answered. */
  readonly byPerson: boolean;
}

/** A tool call as a message records it; what is not there is undefined. */
export interface CallEntry {
  readonly kind: "call";
  readonly id: string | undefined;
  /** As it was written. */
  readonly name: Json | undefined;
  /** An object, or JSON text of one; a text where `takesText`. */
  readonly args: Json | undefined;
  /** The tool takes one text, which the format calls `input`. */
  readonly takesText?: boolean;
  /** The format need not record arguments of this kind of call. */
  readonly mayLackArgs?: boolean;
  readonly server?: string | undefined;
  readonly action?: "mcp_request" | "subagent_invocation";
  /** The call that this one is the run of: it was asked for under that id before. */
  readonly askedAs?: string | undefined;
  /** True where the call waited for a person. */
  readonly asked?: boolean;
  readonly approval?: ChatApproval | undefined;
  readonly answer?: ChatAnswer | undefined;
}

export interface ResultEntry {
  readonly kind: "result";
  readonly id: string | undefined;
  /** Of the tool, where the format has no ids. */
  readonly name: string | undefined;
  readonly answer: ChatAnswer;
}

/** A question to a person, or the answer, that stands apart from its call. */
export interface ApprovalEntry {
  readonly kind: "approval";
  /** The call's id, or that of the question. */
  readonly call: string | undefined;
  readonly question: string | undefined;
  /** Undefined: it was only asked for. */
  readonly granted: boolean | undefined;
  /** False where the record names an approver that is no person. */
  readonly byPerson?: boolean;
}

/** What the user or the assistant said. */
export interface SaidEntry {
  readonly kind: "said";
  readonly who: "prompt" | "response";
  readonly text: string | undefined;
}

/** Something that was not understood: counted by its cause. */
export interface UnknownEntry {
  readonly kind: "unknown";
  readonly cause: string;
  /** False where it is no call. */
  readonly isCall?: false;
}

/** A remark for the reader. */
export interface NoteEntry {
  readonly kind: "note";
  readonly note: string;
}

/** A call that an earlier record told, as a later one shows it. */
export interface AgainEntry {
  readonly kind: "again";
  readonly call: CallEntry;
}

export type ChatEntry =
  | CallEntry
  | AgainEntry
  | ResultEntry
  | ApprovalEntry
  | SaidEntry
  | UnknownEntry
  | NoteEntry;

/** Who wrote a message, and when. */
export interface ChatSpeaker {
  /** The agent by name, where the record tells agents apart. */
  readonly agent: string | undefined;
  /** The agents above it, outermost first, where the record has them. */
  readonly above: readonly string[] | undefined;
  readonly time: string | undefined;
}

/** What one message holds. */
export interface ChatMessage {
  readonly speaker: ChatSpeaker;
  readonly entries: readonly ChatEntry[];
}

export function unknownEntry(cause: string): UnknownEntry {
  return { kind: "unknown", cause };
}

/** A kind or member by its name, where that is a plain word; what else stands there is not shown. */
export function shownKind(name: string | undefined): string {
  return name !== undefined && /^[\w.:/-]{1,60}$/.test(name)
    ? `\`${name}\``
    : "without a plain name";
}
