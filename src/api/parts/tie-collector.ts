import { keyedSet, namesOf, type KeyedSet } from "../../batch/values/state-names.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { PartTies, SplitKey } from "../../documents/part-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { SeenIds } from "../../engine/event-ids.ts";
import { prepareCall, type PreparedCall } from "../../engine/prepared-call.ts";
import { member } from "../../request/json.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { HashSample } from "./hash-sample.ts";

/** So many keys, approvals and ids of a part are listed. */
const MOST = 32_768;
/** So many of its events. */
const MOST_EVENTS = 4_096;

/** What is collected, and of which versions. */
export interface CollectedBy {
  readonly versions: readonly CompiledSet[];
  readonly key: SplitKey;
  /** Whether calls can use up approvals that are recorded. */
  readonly usesApprovals: boolean;
}

/** Collects what tells whether a part belongs together with others: see {@link PartTies}. */
export class TieCollector {
  readonly #versions: readonly KeyedSet[];
  readonly #by: CollectedBy;
  readonly #keys = new HashSample(MOST);
  readonly #events = new HashSample(MOST_EVENTS);
  readonly #approvals = new HashSample(MOST);
  readonly #parents = new HashSample(MOST);
  /** Sessions and ids of the events that others stand below, each once. */
  readonly #above = new Map<string, Above>();

  constructor(by: CollectedBy) {
    this.#by = by;
    this.#versions = by.versions.map(keyedSet);
  }

  /**
   * Notes an event. A `UserError` where a call has the state of two keys, or there are too many
   * approvals or parents.
   */
  add(event: TraceEvent): void {
    const { id, session = "", parent } = event;
    this.#events.add(`${session}\u0000${id}`);
    if (this.#by.key === "session") this.#addKey(event.session);
    else if (event.type === "call") this.#addKey(this.#keyOf(event));
    if (this.#by.usesApprovals) this.#addApprovals(event);
    if (this.#mayBeAbove(event)) this.#parents.add(id);
    if (parent === undefined) return;
    this.#above.set(`${session}\u0000${parent}`, { session: event.session, parent });
    if (this.#above.size > MOST) throw tooMany("calls that other calls are below");
  }

  #addKey(key: string | undefined): void {
    if (key !== undefined) this.#keys.add(key);
  }

  /** Others are below invocations, and below what is below those; where state goes by another key,
   * an outcome may be that of any call. */
  #mayBeAbove({ parent, request: { action } }: TraceEvent): boolean {
    const kind = action?.["kind"];
    return (
      this.#by.key !== "session" ||
      parent !== undefined ||
      typeof kind !== "string" ||
      kind === "subagent_invocation"
    );
  }

  #keyOf({ id, request }: TraceEvent): string | undefined {
    const kinds = new Set([this.#by.key]);
    const keys = new Set(
      this.#versions.flatMap((version) =>
        namesOf(version, prepareCall(version.set, request), kinds),
      ),
    );
    if (keys.size > 1)
      throw new UserError(
        "no-split",
        `the trace cannot be split into parts: call \`${id}\` has the state of several keys ` +
          `(${this.#by.key})`,
        { help: "keep the state by session, or replay the trace as one, with `agentz replay`" },
      );
    return [...keys][0];
  }

  #addApprovals({ request }: TraceEvent): void {
    const [version] = this.#versions;
    if (version === undefined || member(request.context, "approvals") === undefined) return;
    for (const name of approvalNames(prepareCall(version.set, request))) this.#approvals.add(name);
    if (!this.#approvals.isWhole) throw tooMany("approvals");
  }

  /** `seen`: the ids of the part's events. */
  finish(seen: SeenIds): PartTies {
    const missing = new HashSample(MOST);
    for (const { session, parent } of this.#above.values())
      if (seen.countIn(parent, session) === 0) missing.add(parent);
    return {
      keys: this.#keys.list(),
      events: this.#events.list(),
      approvals: this.#approvals.list(),
      parents: this.#parents.list(),
      missingParents: missing.list(),
    };
  }
}

interface Above {
  readonly session: string | undefined;
  readonly parent: string;
}

function tooMany(what: string): UserError {
  return new UserError("part-too-large", `the part has more than ${MOST} ${what}`, {
    help: "split the trace into more parts",
  });
}

/** By what later calls may know the approvals of a call. */
function approvalNames(call: PreparedCall): readonly string[] {
  return call.evidence().given.flatMap(({ identity }) => {
    if (identity === undefined || !("id" in identity || "by" in identity)) return [];
    return "id" in identity ? [`id\u0000${identity.id}`] : [`${identity.by}\u0000${identity.at}`];
  });
}
