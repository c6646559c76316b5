import { assembleSet, type AssembledSet } from "../../engine/assemble.ts";
import { sha256 } from "../../node/hash.ts";
import type { SetFiles } from "../../node/read-set.ts";
import { canonicalDigest } from "../../policy/digest.ts";

/**
 * A set as an editor tries it out: it decides though examples of its rules fail, since somebody who
 * changes a condition wants to see first what it does. INVARIANT: nothing but an editor's counts and
 * test runs asks for this; whatever decides calls refuses such a set.
 */
export function assembleTexts({
  sources,
  readBeside,
}: Pick<SetFiles, "sources" | "readBeside">): AssembledSet {
  const assembled = assembleSet(sources, { readBeside, sha256 });
  const errors = assembled.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.some(({ code }) => code !== "example-failed")) return assembled;
  const { documents, sound } = assembled;
  return { ...assembled, set: sound.set, digest: canonicalDigest(documents, sha256) };
}
