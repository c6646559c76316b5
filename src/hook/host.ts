import type { JsonObject } from "../request/json.ts";

/** What a hook is told, read: a call that is to be decided, what came of one, the end of a session. */
export type HookInput =
  | { readonly kind: "call"; readonly call: JsonObject }
  | {
      readonly kind: "outcome";
      readonly id: string;
      readonly session: string | undefined;
      readonly status: "ok" | "error";
    }
  | { readonly kind: "session_end"; readonly session: string }
  /** Nothing that has to be decided here. */
  | { readonly kind: "none" };

/** What a hook says to its host: to stop the call, or to ask the person at the terminal. */
export interface Verdict {
  readonly answer: "deny" | "ask";
  /** For the model and the person: which rule, and what would help. */
  readonly reason: string;
}

/** What a host asks: a program of its own for each call, or a decision point that runs, by HTTP. */
export type Asked = { readonly command: string } | { readonly url: string };

/** A file in which a host keeps its hooks, and what is written there. */
export interface HostFile {
  /** Below the project, and below the user's home. */
  readonly project: string;
  readonly user: string;
  /** The members of `hooks`, by event. */
  readonly entries: (asked: Asked) => { readonly [event: string]: JsonObject };
  /** Members that the file needs besides. */
  readonly besides?: JsonObject;
}

/** One coding agent: how it tells of calls, where it reads an answer, what it honours. */
export interface Host {
  readonly name: string;
  readonly title: string;
  /** Reads what the host gives on standard input; a text says why it cannot be read. */
  readonly read: (input: JsonObject, subject: JsonObject) => HookInput | string;
  /** The answer as the host reads it. To allow is to say nothing, so that its own prompt stays. */
  readonly answer: (verdict: Verdict, input: JsonObject) => JsonObject;
  /** Whether the host can ask the person at the terminal; else what would be asked is denied. */
  readonly asks: boolean;
  readonly file: HostFile | undefined;
  /** Whether the host can ask by HTTP. */
  readonly http: boolean;
  /** What a person has to do in the host before it asks, in a sentence. */
  readonly toDo?: string;
  /** What the host is known not to enforce, in sentences. */
  readonly gaps: readonly string[];
}

/** The name under which hosts of the specification AGENT-HOOKS-0.1 ask. */
export const AGENT_HOOKS = "agent-hooks";

/** Where a decision point answers the http hooks of a host. */
export function hookPath({ name }: Pick<Host, "name">): string {
  return `/v1/hooks/${name}`;
}
