import type { MessagePort } from "node:worker_threads";
import type { DecisionPoint, Posted } from "./post.ts";

/** What a thread that asks a decision point is given. */
export interface ThreadData extends DecisionPoint {
  /** By which questions and answers pass; `signal` is set to 1 when an answer is there. */
  readonly port: MessagePort;
  readonly signal: Int32Array;
  /** Milliseconds for each question. */
  readonly patience: number;
}

/** A question for the thread, or the end of its work. */
export type Question =
  | { readonly path: string; readonly body: string; readonly waits: boolean }
  | { readonly path: undefined };

/** The answer to a question that somebody waits for, or why there is none. */
export type ThreadAnswer = Posted | { readonly fault: string };
