import { foldName } from "../text/fold-name.ts";
import { foldParty } from "../text/fold-party.ts";

/** A person, agent or service as approvals, chains and `on_behalf_of` name it. */
export interface Party {
  /** Empty: not written, so it may be any. */
  readonly type: string;
  readonly id: string;
}

/**
 * The types that design 3.2 knows: two of them that differ are two parties. Any other may be a
 * spelling of one.
 */
const TYPES: ReadonlySet<string> = new Set(["agent", "human", "service", "model"]);

/** Whether a type is one that design 3.2 knows. */
export function isKnownType(type: string): boolean {
  return TYPES.has(type);
}

/** The party of `type:id`; undefined where either part is missing. */
export function readParty(name: string): Party | undefined {
  const colon = name.indexOf(":");
  if (colon < 1 || colon === name.length - 1) return undefined;
  return { type: name.slice(0, colon), id: name.slice(colon + 1) };
}

/** As {@link readParty}; a name without its type may be of any. */
export function looseParty(name: string): Party {
  return readParty(name) ?? { type: "", id: name };
}

/**
 * Whether two types are the same: undefined where they may be two spellings of one (`user` and
 * `human`).
 */
export function sameType(a: string, b: string): boolean | undefined {
  if (a === b) return true;
  const [x, y] = [foldName(a), foldName(b)];
  return x !== y && TYPES.has(x) && TYPES.has(y) ? false : undefined;
}

/** Whether two ids are the same: undefined where they may be two spellings of one. */
export function sameId(a: string, b: string): boolean | undefined {
  if (a === b) return true;
  return foldParty(a) === foldParty(b) ? undefined : false;
}

/**
 * Whether two names are of one party: undefined where they may be two spellings of its name (design
 * 2.5).
 */
export function sameParty(a: Party, b: Party): boolean | undefined {
  const id = sameId(a.id, b.id);
  if (id === false) return false;
  const type = sameType(a.type, b.type);
  return type === false ? false : type === true && id === true ? true : undefined;
}

/**
 * A number of parties that the names surely stand for: names that may be spellings of one count
 * once.
 */
export function leastParties(parties: readonly Party[]): number {
  const types = new Map<string, Set<string>>();
  for (const { type, id } of parties) {
    const folded = foldParty(id);
    types.set(folded, (types.get(folded) ?? new Set()).add(foldName(type)));
  }
  let least = 0;
  for (const set of types.values())
    least += [...set].every((type) => TYPES.has(type)) ? set.size : 1;
  return least;
}
