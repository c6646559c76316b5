import type { UnknownMember } from "../../documents/trace-validate-result.ts";
import { isJsonObject, type Json, type JsonObject } from "../../request/json.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { BENIGN_HELP, isNamedBenign } from "../../text/label-advice.ts";
import { misspelledFrom } from "../../text/slip.ts";

/** The members that an object may have. */
export interface KnownMembers {
  /** By name: those of the objects in it; undefined: whatever is in it is free. */
  readonly names: ReadonlyMap<string, KnownMembers | undefined>;
}

/** How many names are kept, and of how many it is remembered what they meant. */
const [NAMED, REMEMBERED] = [100, 10_000];

type Advice = Pick<UnknownMember, "meant" | "help">;

/**
 * Counts by name the members of events that the format does not have. Of an event itself that is
 * every one; the objects in it may have others (attributes, labels), so of these it is one that
 * looks like a misspelling.
 */
export class UnknownMembers {
  readonly #known: KnownMembers;
  readonly #found = new Map<string, { count: number; event: number; readonly advice: Advice }>();
  /** By path: undefined where it is a name of its own. */
  readonly #advice = new Map<string, Advice | undefined>();
  #events = 0;

  constructor(known: KnownMembers) {
    this.#known = known;
  }

  add(event: JsonObject): void {
    this.#events++;
    for (const [name, value] of Object.entries(event)) {
      if (value === null || value === undefined) continue;
      if (this.#known.names.has(name)) this.#below(value, name, this.#known.names.get(name));
      else this.#note(name, () => meant(nearestWord(name, this.#known.names.keys())));
    }
  }

  list(): readonly UnknownMember[] {
    return [...this.#found].map(([name, { count, advice }]) => ({ name, count, ...advice }));
  }

  #below(value: Json, path: string, known: KnownMembers | undefined): void {
    if (known === undefined || typeof value !== "object" || value === null) return;
    if (!isJsonObject(value)) {
      for (const item of value) this.#below(item, `${path}[]`, known);
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      if (inner === null || inner === undefined) continue;
      if (known.names.has(name)) this.#below(inner, `${path}.${name}`, known.names.get(name));
      else this.#slip(name, path, known);
    }
  }

  #slip(name: string, above: string, known: KnownMembers): void {
    const path = `${above}.${name}`;
    if (!this.#advice.has(path)) {
      if (this.#advice.size >= REMEMBERED) this.#advice.clear();
      const slipped = misspelledFrom(name, known.names.keys());
      const isBenign = above === "labels" && isNamedBenign(name);
      this.#advice.set(
        path,
        isBenign ? { help: BENIGN_HELP } : slipped === undefined ? undefined : meant(slipped),
      );
    }
    const advice = this.#advice.get(path);
    if (advice !== undefined) this.#note(path, () => advice);
  }

  /** Once for each event. */
  #note(path: string, advice: () => Advice): void {
    const found = this.#found.get(path);
    if (found === undefined) {
      if (this.#found.size < NAMED)
        this.#found.set(path, { count: 1, event: this.#events, advice: advice() });
    } else if (found.event !== this.#events) {
      found.count++;
      found.event = this.#events;
    }
  }
}

function meant(name: string | undefined): Advice {
  return name === undefined ? {} : { meant: name };
}
