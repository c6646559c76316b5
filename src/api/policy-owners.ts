import type { Document, Policy } from "../policy/model.ts";
import { underLaterNames } from "../release/renamed-policies.ts";

/** Who answers for the policies of two versions. */
export interface PolicyOwners {
  /** The owners of the candidate's policies, and of those that are gone, by the names of the policies. */
  readonly owners: ReadonlyMap<string, string>;
  /** The policies of the baseline that are gone, but for those that only got another name. */
  readonly removed: ReadonlySet<string>;
}

function policiesIn(documents: readonly Document[]): readonly Policy[] {
  return documents.filter((document) => document.kind === "Policy");
}

function owned(policies: readonly Policy[]): readonly (readonly [string, string])[] {
  return policies.flatMap(({ name, owner }) => (owner === undefined ? [] : [[name, owner]]));
}

/** The owners that policies name; `before`: the baseline's documents, empty where it has none. */
export function policyOwners(
  before: readonly Document[],
  after: readonly Document[],
): PolicyOwners {
  const candidate = policiesIn(after);
  const names = new Set(candidate.map(({ name }) => name));
  const gone = policiesIn(underLaterNames(before, after).documents).filter(
    ({ name }) => !names.has(name),
  );
  return {
    owners: new Map([...owned(gone), ...owned(candidate)]),
    removed: new Set(gone.map(({ name }) => name)),
  };
}
