import type { SessionTable } from "../trace/session-table.ts";
import { BitSet } from "../trace/bit-set.ts";
import { actionName, resourceClass, subjectName } from "./call-name.ts";
import type { ChangeGroup } from "./result.ts";
import type { CallResult } from "./walk.ts";

type Grouped = ChangeGroup["class"];
const ORDER: readonly Grouped[] = ["widened", "narrowed", "indeterminate", "unreachable"];

interface Group {
  readonly described: Omit<ChangeGroup, "id" | "calls" | "sessions">;
  readonly sessions: BitSet;
  calls: number;
}

/** Changed calls that changed alike: same class, effects, rules, subject, action and resource class. */
export class GroupTally {
  readonly #sessions: SessionTable;
  readonly #groups = new Map<string, Group>();

  constructor(sessions: SessionTable) {
    this.#sessions = sessions;
  }

  add(result: CallResult): void {
    if (result.class === "unchanged") return;
    const { event, baseline, candidate } = result;
    const described = {
      class: result.class,
      from: baseline.effect,
      to: candidate.effect,
      fromRules: baseline.rules,
      toRules: candidate.rules,
      subject: subjectName(event.request),
      action: actionName(event.request),
      resourceClass: resourceClass(candidate, event.request),
      example: event.id,
    };
    const group = this.#group(keyOf(described), described);
    group.calls++;
    if (event.session !== undefined) group.sessions.add(this.#sessions.ordinal(event.session));
  }

  #group(key: string, described: Group["described"]): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const fresh = { described, sessions: new BitSet(), calls: 0 };
    this.#groups.set(key, fresh);
    return fresh;
  }

  /** Widened first, then by calls, then by id; the id is the first twelve digits of the SHA-256 of what makes the group. */
  groups(sha256: (text: string) => string): readonly ChangeGroup[] {
    const listed = [...this.#groups].map(([key, group]) => ({
      id: sha256(key).slice(0, 12),
      ...group.described,
      calls: group.calls,
      sessions: group.sessions.size,
    }));
    return listed.sort((a, b) => ORDER.indexOf(a.class) - ORDER.indexOf(b.class) || b.calls - a.calls || (a.id < b.id ? -1 : 1));
  }
}

function keyOf(described: Group["described"]): string {
  const { class: change, from, to, fromRules, toRules, subject, action, resourceClass: classification } = described;
  return JSON.stringify([change, from, to, fromRules, toRules, subject, action, classification]);
}
