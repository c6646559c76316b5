import { UserError } from "../../diagnostics/user-error.ts";
import type { MergedParts } from "../../documents/replay-result.ts";
import type { HashList, KeptBy, PartTies, SplitKey } from "../../documents/part-result.ts";
import { hexOf, TextNumbers } from "../../text/text-numbers.ts";
import { NumberList } from "../../text/number-list.ts";
import { hashAt, hashesIn, type Hash } from "./hash-list.ts";
import { SharedNames } from "./shared-names.ts";
import { KEY_WORDS, keyWord } from "./split-key.ts";

/** That several parts have an id among those of {@link PartTies.parents}; the part, plus one. */
const SEVERAL = 0xffffffff;

/** Hashes that a part lists: two numbers each. WHY no more: together they have no bound. */
interface Listed {
  readonly part: number;
  readonly hashes: Uint32Array;
}

function refused(message: string, help: string): UserError {
  return new UserError("parts-do-not-fit", message, { help });
}

/** So many names of all parts together are compared. */
export interface ComparedNames {
  /** Keys, and as many approvals. */
  readonly keys: number;
  readonly events: number;
  /** Names under each key by which the trace is not split. */
  readonly whole: number;
}

const COMPARED: ComparedNames = { keys: 2_097_152, events: 262_144, whole: 8_388_608 };

/**
 * Whether parts share what only one of them may have. Of more keys, approvals and events than can be
 * compared a sample is; what else cannot be told is refused.
 */
export class TieCheck {
  readonly #key: SplitKey;
  readonly #names: string[] = [];
  readonly #most: ComparedNames;
  readonly #keys: SharedNames;
  readonly #events: SharedNames;
  readonly #approvals: SharedNames;
  readonly #parents: Listed[] = [];
  /** Parts of whose parents only those below a hash are listed. */
  readonly #cut: { readonly part: number; readonly below: string }[] = [];
  readonly #missing: Listed[] = [];
  readonly #whole = new Map<KeptBy, SharedNames>();

  constructor(key: SplitKey, most = COMPARED) {
    this.#key = key;
    this.#most = most;
    this.#keys = new SharedNames(most.keys);
    this.#events = new SharedNames(most.events);
    this.#approvals = new SharedNames(most.keys);
  }

  /** Of what only a sample was compared, so that two parts may have one in common. */
  get partlyCompared(): MergedParts["partlyCompared"] {
    return [
      ...(this.#keys.isWhole ? [] : (["keys"] as const)),
      ...(this.#approvals.isWhole ? [] : (["approvals"] as const)),
    ];
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
    const known = this.#whole.get(by) ?? new SharedNames(this.#most.whole);
    this.#whole.set(by, known);
    const other = names.below === null ? known.note(names, part) : part;
    if (!known.isWhole)
      throw refused(
        `there are more than ${this.#most.whole} names to prove that no two parts have one in common`,
        "declare all state by one `key`, or replay the trace as one, with `agentz replay`",
      );
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
    this.#parents.push({ part, hashes: hashesIn(parents) });
    this.#missing.push({ part, hashes: hashesIn(missingParents) });
  }

  /** A `UserError` where calls of one part are, or may be, below calls of another one. */
  finish(): void {
    const ids = new TextNumbers();
    for (const { hashes } of this.#missing) ids.merge(hashes);
    if (ids.size === 0) return;
    const above = this.#partsAbove(ids);
    for (const { part, hashes } of this.#missing)
      for (let at = 0; 2 * at < hashes.length; at++) {
        const hash = hashAt(hashes, at);
        const other = above.at(ids.ordinalOf(...hash));
        this.#refuseBelow(part, hash, other !== 0 && other !== part + 1);
      }
  }

  /** The part that lists each of some ids as one that calls may be below; 0: none does. */
  #partsAbove(ids: TextNumbers): NumberList {
    const parts = new NumberList();
    for (const { part, hashes } of this.#parents)
      for (let at = 0; 2 * at < hashes.length; at++) {
        const id = ids.findHash(...hashAt(hashes, at));
        if (id !== undefined) parts.set(id, parts.at(id) === 0 ? part + 1 : SEVERAL);
      }
    return parts;
  }

  #refuseBelow(part: number, hash: Hash, isAbove: boolean): void {
    if (isAbove)
      throw refused(
        `${this.#name(part)} has calls below calls of another part, and cannot be right alone`,
        "if calls and their outcomes are in one session, plan with `--whole-sessions`; else replay the " +
          "trace as one, with `agentz replay`",
      );
    const cut = this.#cut.find((one) => one.part !== part && hexOf(hash) >= one.below);
    if (cut !== undefined)
      throw refused(
        `${this.#name(part)} has calls whose parents are not in it, and ${this.#name(cut.part)} ` +
          "has too many calls to tell whether they are there",
        "split the trace into more parts, or replay it as one, with `agentz replay`",
      );
  }

  #name(part: number): string {
    return `\`${this.#names[part] ?? "?"}\``;
  }
}
