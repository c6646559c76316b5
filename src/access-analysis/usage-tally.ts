import { Counts } from "../replay/counts.ts";
import { actionName, subjectName } from "../replay/call-name.ts";
import { isJsonObject, member, objectMember, stringMember } from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { TraceTally, type TraceSummary } from "../trace/summary.ts";
import type { Assumed } from "../documents/blast-radius-result.ts";

const KEPT = 10_000;
const LISTED = 50;
const SEPARATOR = "\u0000";

function personName(event: TraceEvent): string | undefined {
  const person = member(event.request.context, "on_behalf_of");
  if (typeof person === "string") return person;
  if (!isJsonObject(person)) return undefined;
  const id = stringMember(person, "id");
  return id === undefined ? undefined : `${stringMember(person, "type") ?? "human"}:${id}`;
}

/** What agents really used, and whose identities and credentials they took on. */
export class UsageTally {
  readonly #trace = new TraceTally();
  readonly #used = new Map<string, number>();
  readonly #assumed = new Map<string, Counts>();
  #kept = 0;

  add(event: TraceEvent): void {
    this.#trace.add(event);
    if (event.type !== "call") return;
    const subject = subjectName(event.request);
    const key = `${subject}${SEPARATOR}${actionName(event.request)}`;
    if (this.#used.has(key) || this.#used.size < KEPT)
      this.#used.set(key, (this.#used.get(key) ?? 0) + 1);
    const credential = objectMember(event.request.subject, "credential");
    const id = stringMember(credential, "id");
    if (id !== undefined)
      this.#assume(subject, "credential", `${stringMember(credential, "kind") ?? "?"} ${id}`);
    const person = personName(event);
    if (person !== undefined) this.#assume(subject, "person", person);
    const task = stringMember(objectMember(event.request.context, "task"), "type");
    if (task !== undefined) this.#assume(subject, "task", task);
  }

  #assume(subject: string, kind: Assumed["kind"], name: string): void {
    const counts = this.#assumed.get(subject) ?? new Counts();
    this.#assumed.set(subject, counts);
    const key = `${kind}${SEPARATOR}${name}`;
    if (counts.get(key) === 0 && ++this.#kept > KEPT) return;
    counts.add(key);
  }

  used(agent: string, tool: string): number {
    return this.#used.get(`agent:${agent}${SEPARATOR}${tool}`) ?? 0;
  }

  /** Most calls first, at most fifty. */
  assumedBy(agent: string): readonly Assumed[] {
    const listed = this.#assumed.get(`agent:${agent}`)?.byCount() ?? [];
    return listed.slice(0, LISTED).map(([key, calls]) => {
      const [kind = "", name = ""] = key.split(SEPARATOR);
      return {
        kind: kind === "credential" ? "credential" : kind === "person" ? "person" : "task",
        name,
        calls,
      };
    });
  }

  summary(): TraceSummary {
    return this.#trace.summary();
  }
}
