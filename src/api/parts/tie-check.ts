import { UserError } from "../../diagnostics/user-error.ts";
import type { HashList, KeptBy, PartTies, SplitKey } from "../../documents/part-result.ts";
import { hashesIn } from "./hash-sample.ts";
import { SharedHashes } from "./shared-hashes.ts";
import { KEY_WORDS, keyWord } from "./split-key.ts";
import { WholeNames } from "./whole-names.ts";

/** That several parts have an id among those of {@link PartTies.parents}. */
const SEVERAL = -1;

function refused(message: string, help: string): UserError {
  return new UserError("parts-do-not-fit", message, { help });
}

/**
 * Whether parts share what only one of them may have. Lists that are too long are compared by
 * samples; parents are not: what cannot be told is refused.
 */
export class TieCheck {
  readonly #key: SplitKey;
  readonly #names: string[] = [];
  readonly #keys = new SharedHashes();
  readonly #events = new SharedHashes();
  readonly #approvals = new SharedHashes();
  readonly #parents = new Map<string, number>();
  /** Parts of whose parents only those below a hash are listed. */
  readonly #cut: { readonly part: number; readonly below: string }[] = [];
  readonly #missing: { readonly part: number; readonly hash: string }[] = [];
  readonly #whole = new Map<KeptBy, WholeNames>();

  constructor(key: SplitKey) {
    this.#key = key;
  }

  /** A `UserError` where the part shares a key, an event or an approval with one before. */
  add(ties: PartTies, name: string): void {
    const part = this.#names.push(name) - 1;
    // a part that is given twice shares all of them, and that is said best of its events
    this.#refuseShared(this.#events.note(ties.events, part), part, {
      what: "events",
      help: "give each part once, and split the trace so that each event is in one part",
    });
    this.#refuseShared(this.#keys.note(ties.keys, part), part, {
      what: `calls of one ${keyWord(this.#key)}`,
      help: "split the trace by the key that `agentz plan` prints",
    });
    this.#refuseShared(this.#approvals.note(ties.approvals, part), part, {
      what: "calls with one approval, which the first call uses up",
      help: "replay the trace as one, with `agentz replay`",
    });
    for (const { by, names } of ties.whole) this.#refuseTorn(by, names, part);
    this.#noteParents(ties, part);
  }

  /** A `UserError` where calls under one name are in two parts, or where a list is not whole. */
  #refuseTorn(by: KeptBy, names: HashList, part: number): void {
    const known = this.#whole.get(by) ?? new WholeNames();
    this.#whole.set(by, known);
    const other = names.below === null ? known.note(names, part) : part;
    if (other === undefined) return;
    const word = KEY_WORDS[by];
    throw refused(
      `${this.#name(other)} and ${this.#name(part)} both have calls that share state by ${word}, and ` +
        `the trace is split by ${keyWord(this.#key)}`,
      `split by a member of events that keeps each ${word} together (\`agentz plan --key <member>\`), ` +
        "declare all state by one `key`, or replay the trace as one, with `agentz replay`",
    );
  }

  #refuseShared(
    other: number | undefined,
    part: number,
    { what, help }: { readonly what: string; readonly help: string },
  ): void {
    if (other === undefined) return;
    throw refused(`${this.#name(other)} and ${this.#name(part)} both have ${what}`, help);
  }

  #noteParents({ parents, missingParents }: PartTies, part: number): void {
    if (parents.below !== null) this.#cut.push({ part, below: parents.below });
    for (const hash of hashesIn(parents))
      this.#parents.set(hash, this.#parents.has(hash) ? SEVERAL : part);
    for (const hash of hashesIn(missingParents)) this.#missing.push({ part, hash });
  }

  /** A `UserError` where calls of one part are, or may be, below calls of another one. */
  finish(): void {
    for (const { part, hash } of this.#missing) {
      const above = this.#parents.get(hash);
      if (above !== undefined && above !== part)
        throw refused(
          `${this.#name(part)} has calls below calls of another part, and cannot be right alone`,
          "replay the trace as one, with `agentz replay`",
        );
      const cut = this.#cut.find((one) => one.part !== part && hash >= one.below);
      if (cut !== undefined)
        throw refused(
          `${this.#name(part)} has calls whose parents are not in it, and ${this.#name(cut.part)} ` +
            "has too many calls to tell whether they are there",
          "split the trace into more parts, or replay it as one, with `agentz replay`",
        );
    }
  }

  #name(part: number): string {
    return `\`${this.#names[part] ?? "?"}\``;
  }
}
