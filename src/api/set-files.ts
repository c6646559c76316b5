import type { LeastVersion } from "../release/trust.ts";
import type { SetHost } from "../node/io.ts";
import type { SetFiles } from "../node/read-set.ts";
import type { Source } from "../text/span.ts";
import { readSet } from "./policy-set.ts";
import { keyIdOf } from "./trust.ts";

/** A text of a policy set, and the name that findings call it by. */
export type PolicyText = Source;

/** Where the files of a policy set are, and what a bundle has to prove. */
export interface SetOptions {
  /** The folder that paths start at; by default that of the process. */
  readonly cwd?: string;
  /** Public keys (files, PEM texts or ids) of which one has to have signed a bundle. */
  readonly keys?: readonly string[];
  /** What the documents of a bundle may not be older than. */
  readonly atLeast?: readonly LeastVersion[];
}

/** Paths, `git:<ref>`, a bundle (as of `--candidate`, design 11.1), or texts at hand. */
export type PolicyReferences = string | readonly string[] | readonly PolicyText[];

/**
 * The host that reads what is asked for, as of the options.
 *
 * @internal
 */
export function hostOf(options: SetOptions): SetHost {
  const cwd = options.cwd ?? process.cwd();
  return {
    cwd,
    trust: async () => ({
      keys: await Promise.all((options.keys ?? []).map((key) => keyIdOf(cwd, key))),
      atLeast: options.atLeast ?? [],
    }),
  };
}

function filesOf(sources: readonly PolicyText[]): SetFiles {
  const fault = "the policies are texts, so there are no files beside them";
  return {
    sources,
    readBeside: () => ({ fault }),
    openedFiles: new Map(),
    ref: sources.map(({ file }) => file).join(" "),
  };
}

function isTexts(
  references: readonly string[] | readonly PolicyText[],
): references is readonly PolicyText[] {
  return references.some((one) => typeof one !== "string");
}

/**
 * The files that references stand for.
 *
 * @internal
 */
export async function filesAt(
  references: PolicyReferences,
  options: SetOptions,
): Promise<SetFiles> {
  const all = typeof references === "string" ? [references] : references;
  return isTexts(all) ? filesOf(all) : readSet(hostOf(options), all, all);
}
