import { formatDiagnostic } from "../diagnostics/format.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { VersionInfo } from "../replay/result.ts";
import type { Source } from "../text/span.ts";
import { positionAt, lineStarts } from "../text/line-index.ts";
import { isBundle, readBundleSet } from "./host/bundle-file.ts";
import { sha256 } from "./host/hash.ts";
import { readFolderSet, readGitSet, type SetFiles } from "./host/read-set.ts";
import { UserError } from "./user-error.ts";

/** A policy set that loaded without errors. */
export interface PolicySet extends AssembledSet {
  readonly set: CompiledSet;
  readonly info: VersionInfo;
}

/** Finds the files of references that together are one policy set: paths, one `git:<ref>[:<path>]`, or a bundle (design 11.1). */
export async function readSet(cwd: string, refs: readonly string[], fallback: readonly string[]): Promise<SetFiles> {
  const [bundle] = refs.filter(isBundle);
  if (bundle !== undefined) {
    if (refs.length > 1) throw new UserError("usage", "a bundle is a whole policy set, and stands alone", { help: `name \`${bundle}\` and nothing beside it` });
    return readBundleSet(cwd, bundle);
  }
  const git = refs.filter((ref) => ref.startsWith("git:"));
  if (git.length === 0) return readFolderSet(cwd, refs);
  const parsed = git.map((ref) => {
    const [, name = "", path] = /^git:([^:]*)(?::(.*))?$/s.exec(ref) ?? [];
    return { name, path };
  });
  const [first] = parsed;
  if (first === undefined || git.length !== refs.length || parsed.some((p) => p.name !== first.name)) {
    throw new UserError("usage", "a policy set comes from one git ref or from paths, not from both", { help: "repeat `git:<ref>:<path>` with the same ref" });
  }
  const paths = parsed.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return readGitSet(cwd, first.name, paths.length > 0 ? paths : fallback);
}

function findingOf(diagnostic: Diagnostic, sources: readonly Source[]): object {
  const text = sources.find((source) => source.file === diagnostic.file)?.text ?? "";
  const at = positionAt(lineStarts(text), diagnostic.span.start);
  return { code: diagnostic.code, severity: diagnostic.severity, message: diagnostic.message, file: diagnostic.file, ...at, path: diagnostic.path };
}

/** The error of a set that does not load: every finding at its place. */
export function refuseSet(ref: string, assembled: AssembledSet): UserError {
  const errors = assembled.diagnostics.filter((d) => d.severity === "error");
  const texts = new Map(assembled.sources.map((source) => [source.file, source]));
  return new UserError("policy-does-not-load", `${ref} does not load: ${errors.length} ${errors.length === 1 ? "error" : "errors"}`, {
    details: errors.map((d) => formatDiagnostic(d, texts)).join("\n"),
    findings: errors.map((d) => findingOf(d, assembled.sources)),
  });
}

/** Loads a set in full; one that does not load is a `UserError` that shows every finding at its place. */
export async function loadPolicySet(cwd: string, refs: readonly string[], fallback: readonly string[]): Promise<PolicySet> {
  const files = await readSet(cwd, refs, fallback);
  const assembled = assembleSet(files.sources, { readBeside: files.readBeside, sha256 });
  if (assembled.set === undefined) throw refuseSet(files.ref, assembled);
  const documents = assembled.documents.filter((d) => d.kind !== "Suite");
  if (documents.length === 0) throw new UserError("no-documents", `${files.ref} holds no policy and no catalog`);
  return { ...assembled, set: assembled.set, info: { source: assembled.source, ref: files.ref, digest: assembled.digest } };
}
