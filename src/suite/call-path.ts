import { parsePath } from "../request/attribute-path.ts";
import { REQUEST_PARTS } from "../request/request.ts";

/** What a call of a test is made of: the first segment of a path into it. */
const CALL_MEMBERS = [...REQUEST_PARTS, "session", "parent", "unrecorded", "use"] as const;

/**
 * A path into the calls of a test: the keys below the call, and which call of a session it means
 * (undefined: every one).
 */
export interface CallPath {
  readonly step: number | undefined;
  readonly segments: readonly string[];
}

/**
 * Reads `args.amount`, `call.args.amount`, `session[1].args.amount`, `session[1].call.args.amount`;
 * undefined where it names nothing of a call.
 */
export function readPath(text: string): CallPath | undefined {
  const inSession = /^session\[(\d{1,6})\]\.(.+)$/s.exec(text);
  const rest = (inSession?.[2] ?? text).replace(/^call\./, "");
  const segments = parsePath(rest);
  if (!CALL_MEMBERS.some((name) => name === segments[0])) return undefined;
  return { step: inSession === null ? undefined : Number(inSession[1]), segments };
}
