import type { JsonObject } from "./json.ts";

/**
 * One call as a decision sees it (design 3.1, 7.1): the AuthZEN four, the arguments beside them,
 * and what the record says about itself. A member that is not there is unrecorded, unless
 * `complete` lists its container; `args`, when there, is complete. AuthZEN's `properties` are
 * unwrapped before this point.
 */
export interface Request {
  readonly subject?: JsonObject;
  readonly action?: JsonObject;
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
  readonly args?: JsonObject;
  readonly outcome?: JsonObject;
  /** Milliseconds since 1970, UTC; undefined: the event has no time, so `now` is unknown. */
  readonly time?: number;
  readonly session?: string;
  /** The id of the event under which this call was made, if any. */
  readonly parent?: string;
  /** Containers recorded in full, all the way down: `context`, `subject.credential`. */
  readonly complete?: readonly string[];
  /**
   * True in unit tests (design 8.1): what is not given is absent, of the agents of the chain too.
   */
  readonly closed?: boolean;
  /** Paths that exist but are masked; beats `complete` and the completeness of `args`. */
  readonly unrecorded?: readonly string[];
}

/** What a call records of itself and conditions read: the AuthZEN four, arguments and outcome. */
export const REQUEST_PARTS = [
  "subject",
  "action",
  "resource",
  "context",
  "args",
  "outcome",
] as const;

/** Whether a name is that of a part of a call. */
export function isRequestPart(name: string | undefined): name is (typeof REQUEST_PARTS)[number] {
  return REQUEST_PARTS.some((part) => part === name);
}
