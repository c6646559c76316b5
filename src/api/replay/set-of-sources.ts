import { assembleSet } from "../../engine/assemble.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { sha256 } from "../../node/hash.ts";
import type { Source } from "../../text/span.ts";

/**
 * The set of texts that loaded before, in another thread or process; data files are among them.
 * Undefined: it does not load.
 */
export function setOfSources(sources: readonly Source[]): CompiledSet | undefined {
  const byName = new Map(sources.map((source) => [source.file, source]));
  const readBeside = (
    file: string,
    path: string,
  ): { readonly source: Source } | { readonly fault: string } => {
    const name = file.slice(0, file.lastIndexOf("/") + 1) + path.replace(/^(\.\/)+/, "");
    const source = byName.get(name);
    return source === undefined ? { fault: "it is not there" } : { source };
  };
  return assembleSet(
    sources.filter(({ file }) => /\.ya?ml$/i.test(file)),
    { readBeside, sha256 },
  ).set;
}
