import { Unknown } from "../condition/value.ts";
import { stringMember, type JsonObject } from "../request/json.ts";
import type { SeenIds } from "./event-ids.ts";
import type { Mask } from "./mask.ts";
import type { RunCertainty } from "./run-certainty.ts";
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

/**
 * Whether what is below a call was made: as far as the call was itself, and, under an invocation,
 * as far as that ran.
 */
export function madeBelow(call: {
  readonly made: Truth;
  readonly invokes: Truth;
  readonly ran: Truth;
}): Truth {
  return and(call.made, or(not(call.invokes), call.ran));
}

/** How far a call ran that may not have been made. */
export function ranIfMade(ran: RunCertainty, made: Truth): RunCertainty {
  if (made === false) return "no";
  return made === true || ran === "no" ? ran : "maybe";
}

/** What the events of one id and session leave to those below them. */
interface Noted {
  readonly session: string | undefined;
  /** How many of them were noted. */
  events: number;
  below: Truth;
  /** The events of the same id in another session. */
  readonly next: Noted | undefined;
}

/**
 * Which calls were made in one history, by the invocations above them (design 7.5): under one that
 * was stopped none was, under one that may have run each was perhaps. A parent that the history did
 * not meet stops nothing. Where several events have the parent's id and do not leave the same, it
 * is unknown.
 */
export class CallTree {
  /**
   * By id: the invocations, and the events below which not all was surely made. WHY no others:
   * there are too many.
   */
  readonly #noted = new Map<string, Noted>();
  readonly #seen: SeenIds;

  /** `seen` counts all events: those that were not noted are calls that were made. */
  constructor(seen: SeenIds) {
    this.#seen = seen;
  }

  /**
   * Whether an event happened. A parent's id that several sessions use means the one of the event's
   * own session.
   */
  made({ session, parent }: Pick<TreeEvent, "session" | "parent">): Truth {
    const first = parent === undefined ? undefined : this.#noted.get(parent);
    if (parent === undefined || first === undefined) return true;
    const all: Noted[] = [];
    for (let one: Noted | undefined = first; one !== undefined; one = one.next) all.push(one);
    const own = all.filter((one) => one.session === session);
    const inOwn = this.#seen.countIn(parent, session);
    return own.length > 0 || inOwn > 0
      ? together(own, inOwn)
      : together(all, this.#seen.count(parent));
  }

  /** Notes whether what is below an event was made. */
  note(id: string, session: string | undefined, below: Truth): void {
    const first = this.#noted.get(id);
    for (let one = first; one !== undefined; one = one.next) {
      if (one.session !== session) continue;
      if (one.below !== below) one.below = SAME_ID;
      one.events++;
      return;
    }
    this.#noted.set(id, { session, events: 1, below, next: first });
  }
}

/**
 * What events of one id leave to those below them, where `count` events have it: those not noted
 * were made.
 */
function together(noted: readonly Noted[], count: number): Truth {
  const events = noted.reduce((sum, one) => sum + one.events, 0);
  const left: readonly Truth[] = [
    ...noted.map(({ below }) => below),
    ...(count > events ? [true] : []),
  ];
  const [first = true] = left;
  return left.every((one) => one === first) ? first : SAME_ID;
}
