import { formatDiagnostics } from "../diagnostics/format.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { hiddenText, limitFindings } from "../diagnostics/limit.ts";
import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { VersionInfo } from "../documents/replay-result.ts";
import {
  indexText,
  maskedSentence,
  positionIn,
  secretsIn,
  type IndexedText,
} from "../text/excerpt.ts";
import { isBundle, readBundleSet } from "../node/bundle-file.ts";
import { sha256 } from "../node/hash.ts";
import { readFolderSet, readGitSet, type SetFiles } from "../node/read-set.ts";
import type { SetHost } from "../node/io.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** A policy set that loaded without errors. */
export interface PolicySet extends AssembledSet {
  readonly set: CompiledSet;
  readonly info: VersionInfo;
  /** As of {@link SetFiles}. */
  readonly openedFiles: SetFiles["openedFiles"];
}

/**
 * Finds the files of references that together are one policy set: paths, one `git:<ref>[:<path>]`,
 * or a bundle (design 11.1).
 */
export async function readSet(
  host: SetHost,
  refs: readonly string[],
  fallback: readonly string[],
): Promise<SetFiles> {
  const [bundle] = refs.filter(isBundle);
  if (bundle !== undefined) {
    if (refs.length > 1)
      throw new UserError(
        "usage",
        "a bundle is a whole policy set, so you cannot combine it with other paths",
        {
          help: `pass only \`${bundle}\``,
        },
      );
    return readBundleSet(host, bundle);
  }
  const git = refs.filter((ref) => ref.startsWith("git:"));
  if (git.length === 0) return readFolderSet(host.cwd, refs);
  const parsed = git.map((ref) => {
    const [, name = "", path] = /^git:([^:]*)(?::(.*))?$/s.exec(ref) ?? [];
    return { name, path };
  });
  const [first] = parsed;
  if (
    first === undefined ||
    git.length !== refs.length ||
    parsed.some((p) => p.name !== first.name)
  ) {
    throw new UserError(
      "usage",
      "a policy set comes from one git ref or from paths, not from both",
      { help: "repeat `git:<ref>:<path>` with the same ref" },
    );
  }
  const paths = parsed.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return readGitSet(host.cwd, first.name, paths.length > 0 ? paths : fallback);
}

function findingOf(diagnostic: Diagnostic, texts: ReadonlyMap<string, IndexedText>): object {
  const { code, severity, message, file, path, span } = diagnostic;
  const indexed = texts.get(file) ?? indexText("");
  const masked = maskedSentence(message, secretsIn([indexed]));
  return { code, severity, message: masked, file, ...positionIn(indexed, span.start), path };
}

/** The error of a set that does not load: every finding at its place, as many as a person reads. */
export function refuseSet(ref: string, assembled: AssembledSet): UserError {
  const errors = assembled.diagnostics.filter((d) => d.severity === "error");
  const { shown, hidden } = limitFindings(assembled.diagnostics);
  const sources = assembled.sources.filter(({ file }) => shown.some((d) => d.file === file));
  const texts = new Map(sources.map(({ file, text }) => [file, indexText(text)]));
  const lines = formatDiagnostics(shown, new Map(sources.map((source) => [source.file, source])));
  const count = `${errors.length} ${errors.length === 1 ? "error" : "errors"}`;
  return new UserError(
    "policy-does-not-load",
    `the policy set \`${ref}\` does not load: ${count}`,
    {
      details: [...lines, ...hidden.map(hiddenText)].join("\n"),
      findings: shown.map((d) => findingOf(d, texts)),
    },
  );
}

/** A sentence for each file of a set that holds no document. */
export function emptyFiles({ diagnostics }: AssembledSet): readonly string[] {
  return diagnostics
    .filter(({ code, severity }) => code === "unknown-document" && severity === "warning")
    .map(({ file, message }) => `${file}: ${message}`);
}

/**
 * An assembled set as one that decides; one that does not load, or holds nothing that decides, is a
 * `UserError` that shows every finding at its place.
 */
export function loadedSet(
  { ref, openedFiles }: Pick<SetFiles, "ref" | "openedFiles">,
  assembled: AssembledSet,
): PolicySet {
  if (assembled.set === undefined) throw refuseSet(ref, assembled);
  const documents = assembled.documents.filter((d) => d.kind !== "Suite");
  if (documents.length === 0)
    throw new UserError("no-documents", `\`${ref}\` contains no policy and no catalog`);
  return {
    ...assembled,
    set: assembled.set,
    info: { source: assembled.source, ref, digest: assembled.digest },
    openedFiles,
  };
}

/** Reads and loads a set in full, as {@link loadedSet}. */
export async function loadPolicySet(
  host: SetHost,
  refs: readonly string[],
  fallback: readonly string[],
): Promise<PolicySet> {
  const files = await readSet(host, refs, fallback);
  return loadedSet(files, assembleSet(files.sources, { readBeside: files.readBeside, sha256 }));
}
