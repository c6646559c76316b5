import type { AskedCall, AskedCalls } from "../../api/never-permitted.ts";
import { isJsonObject, member, type Json } from "../../request/json.ts";
import { NEVER_PERMITTED_PATH } from "../../serve/asked-calls.ts";
import { hideSecrets } from "../../text/hide-secrets.ts";
import type { Posted } from "./post.ts";

/** So many calls are asked about at once: more than these no decision point has to take. */
const MOST_CALLS = 100;

/** The places of an answer; a text says why it is none. */
function placesOf(text: string, count: number): readonly number[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "its answer is not JSON";
  }
  const places = isJsonObject(value) ? member(value, "never") : undefined;
  const isPlace = (one: Json): one is number =>
    typeof one === "number" && Number.isInteger(one) && one >= 0 && one < count;
  return Array.isArray(places) && places.every(isPlace) ? places : "its answer names no calls";
}

/**
 * Has a decision point say what is never permitted. Where it cannot, lists are whole, which is told
 * once: every call is decided in either case.
 */
export class RemoteLists {
  readonly #ask: (path: string, body: string) => Posted;
  readonly #tell: (what: string) => void;
  #isTold = false;

  constructor(ask: (path: string, body: string) => Posted, tell: (what: string) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /** Those of the calls of which the decision point says that they are never permitted. */
  never({ subject, server, calls }: AskedCalls): ReadonlySet<AskedCall> {
    const found = new Set<AskedCall>();
    for (let from = 0; from < calls.length; from += MOST_CALLS) {
      const some = calls.slice(from, from + MOST_CALLS);
      const places = this.#places({ subject, server, calls: some });
      if (typeof places === "string") {
        this.#whole(places);
        return new Set();
      }
      for (const place of places) {
        const call = some[place];
        if (call !== undefined) found.add(call);
      }
    }
    return found;
  }

  #places(asked: AskedCalls): readonly number[] | string {
    try {
      const { status, text } = this.#ask(NEVER_PERMITTED_PATH, JSON.stringify(asked));
      return status === 200
        ? placesOf(text, asked.calls.length)
        : `it answered with status ${status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #whole(why: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#tell(
      `lists are not shortened, because the decision point does not say what is never permitted: ${hideSecrets(why)}`,
    );
  }
}
