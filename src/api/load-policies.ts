import { assembleSet } from "../engine/assemble.ts";
import { sha256 } from "../node/hash.ts";
import { Policies } from "./policies.ts";
import { loadedSet } from "./policy-set.ts";
import { filesAt, type PolicyReferences, type SetOptions } from "./set-files.ts";

/**
 * Loads policies and catalogs as one set. A set that does not load is a `UserError` with every
 * finding at its place in `findings`; so is what cannot be read, and a bundle that does not prove
 * what `keys` and `atLeast` ask (design 10.3, 11.1).
 */
export async function loadPolicies(
  references: PolicyReferences,
  options: SetOptions = {},
): Promise<Policies> {
  const files = await filesAt(references, options);
  const assembled = assembleSet(files.sources, { readBeside: files.readBeside, sha256 });
  return new Policies(loadedSet(files, assembled));
}
