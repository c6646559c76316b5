import type { ChangedOwner } from "../documents/diff-result.ts";
import type { Document } from "../policy/model.ts";

interface Owned {
  readonly kind: ChangedOwner["kind"];
  readonly name: string;
  readonly owner: string | null;
}

/** What has an owner in a version: its policies, its invariants, and the agents of its catalogs. */
function ownedIn(documents: readonly Document[]): ReadonlyMap<string, Owned> {
  const owned = documents.flatMap((document): readonly Owned[] => {
    switch (document.kind) {
      case "Policy":
        return [{ kind: "policy", name: document.name, owner: document.owner ?? null }];
      case "Invariant":
        return [{ kind: "invariant", name: document.name, owner: document.owner ?? null }];
      case "Catalog":
        return (document.agents ?? []).map(({ id, owner = null }) => ({
          kind: "agent",
          name: id,
          owner,
        }));
      default:
        return [];
    }
  });
  return new Map(owned.map((one) => [`${one.kind} ${one.name}`, one]));
}

/**
 * Whose owner is somebody else now, of what both versions have, in the order of the later one. WHY
 * beside the changes: an owner is no part of a digest (design 10.2), and somebody else answers for it.
 */
export function ownerMoves(
  before: readonly Document[],
  after: readonly Document[],
): readonly ChangedOwner[] {
  const old = ownedIn(before);
  return [...ownedIn(after)].flatMap(([key, { kind, name, owner }]) => {
    const was = old.get(key);
    return was === undefined || was.owner === owner
      ? []
      : [{ kind, name, before: was.owner, after: owner }];
  });
}
