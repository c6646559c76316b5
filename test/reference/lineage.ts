import type { Event } from "./request.ts";
import { and, certain, not, or, unsure, YES, type Truth } from "./truth.ts";
import type { Node } from "./value.ts";
import { HIDDEN, memberOf } from "./value.ts";

/** What one event of a history leaves to those that name it as their parent. */
interface Ancestor {
  readonly id: string;
  readonly session: string | undefined;
  /** Whether what stands below it happened. */
  readonly below: Truth;
}

function startsAgent(action: Node): Truth {
  const kind = memberOf(action, "kind");
  if (kind === undefined) return certain(false);
  if (kind.kind === "hidden") return unsure("action.kind");
  return certain(
    kind.kind === "leaf" &&
      kind.value.type === "string" &&
      kind.value.value === "subagent_invocation",
  );
}

/**
 * Which events of a trace happened in one version's own history (design 7.5): what its invocations
 * let run, all the way down.
 */
export class Lineage {
  readonly #ancestors: Ancestor[] = [];

  /** Whether an event happened; one below nothing that is known did. */
  happened(event: Event): Truth {
    const named = this.#ancestors.filter(({ id }) => id === event.parent);
    const own = named.filter(({ session }) => session === event.session);
    const [first, ...others] = own.length > 0 ? own : named;
    if (first === undefined) return YES;
    return others.every(({ below }) => JSON.stringify(below) === JSON.stringify(first.below))
      ? first.below
      : unsure("parent");
  }

  /** Notes an event that is no call. */
  pass(event: Event): void {
    this.#note(event, this.happened(event));
  }

  /** Notes a call, and whether the version let it run. */
  call(event: Event, action: Node | undefined, ran: Truth): void {
    this.#note(event, and([this.happened(event), or([not(startsAgent(action ?? HIDDEN)), ran])]));
  }

  #note(event: Event, below: Truth): void {
    if (event.id !== undefined)
      this.#ancestors.push({ id: event.id, session: event.session, below });
  }
}
