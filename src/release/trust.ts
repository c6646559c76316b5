import type { BundleProblem } from "../documents/bundle-result.ts";
import type { DocumentEntry } from "./bundle.ts";
import { compareVersions } from "./semver.ts";

/** The version that a document of a bundle has to have at least. */
export interface LeastVersion {
  /** Null: each policy of the bundle. */
  readonly name: string | null;
  readonly version: string;
}

/** What a bundle has to prove before its policies decide anything (design 14.5). */
export interface Trust {
  /** Ids of keys of which one has to have signed it; empty: no signature is asked for. */
  readonly keys: readonly string[];
  readonly atLeast: readonly LeastVersion[];
}

function meant(
  { name }: LeastVersion,
  documents: readonly DocumentEntry[],
): readonly DocumentEntry[] {
  return documents.filter((document) =>
    name === null ? document.kind === "Policy" : document.name === name,
  );
}

function problem(message: string): BundleProblem {
  return { code: "too-old", message };
}

/**
 * What is older in a bundle than it has to be. A document that is asked for and is not there is
 * told as well.
 */
export function ageProblems(
  documents: readonly DocumentEntry[],
  atLeast: readonly LeastVersion[],
): readonly BundleProblem[] {
  return atLeast.flatMap((least) => {
    const found = meant(least, documents);
    const what = least.name === null ? "policy" : `document \`${least.name}\``;
    if (found.length === 0)
      return [problem(`it has no ${what}, but version ${least.version} or later is required`)];
    const old = found.filter(({ version }) => compareVersions(version, least.version) < 0);
    return old.map(({ kind, name, version }) =>
      problem(
        `${kind} \`${name}\` has version ${version}, but ${least.version} or later is required`,
      ),
    );
  });
}
