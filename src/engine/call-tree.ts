import { Unknown } from "../condition/value.ts";
import { stringMember, type JsonObject } from "../request/json.ts";
import type { Mask } from "./mask.ts";
import type { Ran } from "./ran.ts";
import { and, not, or, type Truth } from "./truth.ts";

/** An event, as far as the tree of calls needs it. */
export interface TreeEvent {
  readonly id: string;
  readonly session?: string | undefined;
  readonly parent?: string | undefined;
}

const SAME_ID = new Unknown(["parent"]);
const KIND = new Unknown(["action.kind"]);

/** Whether an action starts a sub-agent, as far as its kind is recorded. */
export function isInvocation(action: JsonObject | undefined, mask: Mask | undefined): Truth {
  const masked = mask?.masked(["action", "kind"]) === true;
  const kind = masked ? undefined : stringMember(action, "kind");
  if (kind !== undefined) return kind === "subagent_invocation";
  return !masked && mask?.complete(["action"]) === true ? false : KIND;
}

/** Whether what is below a call was made: as far as the call was itself, and, under an invocation, as far as that ran. */
export function madeBelow(call: { readonly made: Truth; readonly invokes: Truth; readonly ran: Truth }): Truth {
  return and(call.made, or(not(call.invokes), call.ran));
}

/** How far a call ran that may not have been made. */
export function ranIfMade(ran: Ran, made: Truth): Ran {
  if (made === false) return "no";
  return made === true || ran === "no" ? ran : "maybe";
}

/** What an event leaves to those below it. */
interface Noted {
  readonly session: string | undefined;
  below: Truth;
  /** The event of the same id in another session. */
  readonly next: Noted | undefined;
}

/**
 * Which calls were made in one history, by the invocations above them (design 7.5): under one that was stopped none was,
 * under one that may have run each was perhaps. A parent that the history did not meet stops nothing.
 */
export class CallTree {
  /** By id: the invocations, and the events below which not all was surely made. WHY no others: there are too many. */
  readonly #noted = new Map<string, Noted>();

  /** Whether an event happened. A parent's id that several sessions use means the one of the event's own session. */
  made({ session, parent }: Pick<TreeEvent, "session" | "parent">): Truth {
    const first = parent === undefined ? undefined : this.#noted.get(parent);
    if (first === undefined) return true;
    let same = true;
    for (let one: Noted | undefined = first; one !== undefined; one = one.next) {
      if (one.session === session) return one.below;
      same &&= one.below === first.below;
    }
    return same ? first.below : SAME_ID;
  }

  /** Notes whether what is below an event was made. */
  note(id: string, session: string | undefined, below: Truth): void {
    const first = this.#noted.get(id);
    for (let one = first; one !== undefined; one = one.next) {
      if (one.session !== session) continue;
      if (one.below !== below) one.below = SAME_ID;
      return;
    }
    this.#noted.set(id, { session, below, next: first });
  }
}
