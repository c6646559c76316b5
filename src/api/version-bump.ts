import { UserError } from "../diagnostics/user-error.ts";
import type { Bump, DocumentCheck, VersionBumpResult } from "../documents/version-result.ts";
import { replaceSources } from "../node/replace-file.ts";
import { VERSION } from "../node/version.ts";
import { compareVersions, nextVersion } from "../release/semver.ts";
import { editVersions, type VersionEdit } from "../release/version-edit.ts";
import { type TwoSets, versionDocument } from "./compare.ts";
import { meantHelp } from "../text/slip.ts";

/** Which versions are raised, by how much, and whether that is written. */
export interface BumpChoice {
  /** Undefined: as much as each change needs. */
  readonly level: "major" | "minor" | "patch" | undefined;
  /** Names of documents; undefined: all that changed. */
  readonly documents: readonly string[] | undefined;
  readonly dryRun: boolean;
}

/** The version that a document needs: from the base's on, and never below what it already says. */
function neededVersion(document: DocumentCheck, level: Bump | undefined): string | undefined {
  const { from, to } = document.declared;
  if (to === null) return undefined;
  const needed = nextVersion(from ?? to, level ?? document.required);
  if (level === undefined && document.ok) return undefined;
  return compareVersions(needed, to) > 0 ? needed : undefined;
}

function wantedEdits(
  documents: readonly DocumentCheck[],
  choice: BumpChoice,
): readonly VersionEdit[] {
  const named = choice.documents;
  const known = documents.map((document) => document.name);
  for (const name of named ?? [])
    if (!known.includes(name))
      throw new UserError("usage", `there is no document \`${name}\``, {
        help: meantHelp(name, known, `there are ${known.join(", ")}`),
      });
  const asked = documents.filter((document) =>
    named === undefined ? document.changed || !document.ok : named.includes(document.name),
  );
  return asked.flatMap((document) => {
    const to = neededVersion(document, choice.level);
    return to === undefined ? [] : [{ kind: document.kind, name: document.name, to }];
  });
}

/**
 * Raises the versions that are too low in the files of the later set; nothing else in them changes.
 * A commit or a bundle cannot be edited: a `UserError`.
 */
export async function bumpVersions(
  cwd: string,
  sets: TwoSets,
  choice: BumpChoice,
): Promise<VersionBumpResult> {
  const { ref } = sets.after.info;
  if (ref.startsWith("git:") || ref.endsWith(".agentz"))
    throw new UserError("usage", "only files can be edited, not a commit or a bundle", {
      help: "give --candidate <path>",
    });
  const edits = wantedEdits(versionDocument(sets).documents, choice);
  const edited = editVersions(sets.after.sources, edits);
  if (!choice.dryRun) await replaceSources(cwd, edited);
  return {
    schemaVersion: 1,
    command: "version bump",
    tool: { version: VERSION },
    bumped: edited.flatMap(({ bumped }) => bumped),
    dryRun: choice.dryRun,
  };
}
