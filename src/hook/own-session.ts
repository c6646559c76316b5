import { openLivePoint } from "../api/live-point.ts";
import type { Policies } from "../api/policies.ts";
import { stringMember } from "../request/json.ts";
import type { HookInput } from "./host.ts";

/** The beginning of a line as a decision log has it; of every other line nothing is known. */
const HEAD = /^\{"id":"(?:[^"\\]|\\.)*","time":"([^"\\]*)","session":("(?:[^"\\]|\\.)*")[,}]/;

/**
 * The lines of a decision log that may matter to one session. WHY not all of them: a hook reads the
 * log anew for each call, and a host lets the call run if that takes a minute.
 */
export class OwnSession {
  readonly #session: string;
  /** The time of the newest line that was left out, as it is written. */
  #newest = "";

  constructor(session: string) {
    this.#session = session;
  }

  /**
   * The session that an input is decided in, where what the policies decide there is on nothing else;
   * undefined: any line may matter.
   */
  static of(input: HookInput, policies: Policies): OwnSession | undefined {
    const session = sessionOf(input);
    if (session === undefined || !openLivePoint(policies).isSessionLocal) return undefined;
    return new OwnSession(session);
  }

  readonly includes = (line: string): boolean => {
    const [, time, session] = HEAD.exec(line) ?? [];
    // a name can be escaped in more than one way
    if (session === undefined || JSON.parse(session) === this.#session) return true;
    if (time !== undefined && time > this.#newest) this.#newest = time;
    return false;
  };

  /** The time of the newest line that was left out, in milliseconds since 1970. */
  get newest(): number | undefined {
    const time = Date.parse(this.#newest);
    return Number.isNaN(time) ? undefined : time;
  }
}

function sessionOf(input: HookInput): string | undefined {
  if (input.kind === "none") return undefined;
  return input.kind === "call" ? stringMember(input.call, "session") : input.session;
}
