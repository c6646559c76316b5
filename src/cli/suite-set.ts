import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatDiagnostic } from "../diagnostics/format.ts";
import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { loadDocuments } from "../policy/load.ts";
import type { Document } from "../policy/model.ts";
import { loadSuites } from "../suite/run-suites.ts";
import type { Suite } from "../suite/model.ts";
import type { FindingDocument } from "../suite/result.ts";
import { explaining, type Explaining } from "../suite/rule-tree.ts";
import { SourceLines } from "../suite/source-lines.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source } from "../text/span.ts";
import { sha256 } from "./host/hash.ts";
import type { SetFiles } from "./host/read-set.ts";
import { refuseSet, readSet } from "./policy-set.ts";
import { UserError } from "./user-error.ts";

/** A policy set with the suites that test it. */
export interface SuiteSet {
  readonly assembled: AssembledSet & { readonly set: CompiledSet };
  readonly suites: readonly Suite[];
  /** Names of suites that do not load; `findings` say why. */
  readonly broken: readonly string[];
  readonly findings: readonly FindingDocument[];
  /** How many of `findings`, from the first, come from loading; the rest from reading suites. */
  readonly loadFindings: number;
  readonly explaining: Explaining;
  /** Every file that was read. */
  readonly files: readonly string[];
}

const SUITE = /\bkind["']?\s*:\s*["']?Suite\b/;
const OTHER = /\bkind["']?\s*:\s*["']?(Policy|Catalog)\b/;

/** WHY by text: a suite that is not even YAML has to fail as a suite, not as a policy (design 11.3). */
function holdsOnlySuites(source: Source): boolean {
  return SUITE.test(source.text) && !OTHER.test(source.text);
}

/** The result document's form of findings, each with its source line as text. */
export function findingDocuments(diagnostics: readonly Diagnostic[], sources: readonly Source[]): readonly FindingDocument[] {
  const texts = new Map(sources.map((source) => [source.file, source]));
  return diagnostics.map((d) => {
    const starts = lineStarts(texts.get(d.file)?.text ?? "");
    const from = positionAt(starts, d.span.start);
    const to = positionAt(starts, d.span.end);
    const { code, severity, message, file, path, help } = d;
    return { code, severity, message, file, ...from, endLine: to.line, endColumn: to.column, path, help: help ?? null, text: formatDiagnostic(d, texts) };
  });
}

export interface SuitePaths {
  /** Policies, catalogs and suites, as the command line gives them. */
  readonly paths: readonly string[];
  /** Policies and catalogs to test where `paths` hold suites alone. */
  readonly candidate: readonly string[] | undefined;
}

/** The files that hold suites alone, and how large they are, in the order in which they run. */
export function suiteFiles(files: SetFiles): readonly Source[] {
  return files.sources.filter(holdsOnlySuites);
}

/** Part of the suites: these files, and, for `first`, suites that stand in one file with policies. */
export interface SuiteShare {
  readonly files: readonly string[];
  readonly first: boolean;
}

/** Reads what {@link loadSuiteFiles} loads. */
export async function readSuiteFiles(cwd: string, { paths, candidate }: SuitePaths): Promise<SetFiles> {
  const given = await readSet(cwd, paths, paths);
  if (candidate === undefined || given.sources.some((source) => !holdsOnlySuites(source))) return given;
  const policies = await readSet(cwd, candidate, candidate);
  const known = new Set(policies.sources.map((source) => source.file));
  const sources = [...policies.sources, ...given.sources.filter((source) => !known.has(source.file))];
  return { sources, readBeside: policies.readBeside, ref: `${policies.ref} ${given.ref}` };
}

/** Loads policies and suites. A policy that does not load is a `UserError`; a suite that does not is told in `findings`. */
export async function loadSuiteSet(cwd: string, paths: SuitePaths): Promise<SuiteSet> {
  return loadSuiteFiles(await readSuiteFiles(cwd, paths));
}

/** As {@link loadSuiteSet}, of files already read; of a share, the suites of that share alone. */
export function loadSuiteFiles(files: SetFiles, share?: SuiteShare): SuiteSet {
  const mine = share === undefined ? undefined : new Set(share.files);
  const alone = suiteFiles(files).filter(({ file }) => mine?.has(file) !== false);
  const assembled = assembleSet(files.sources.filter((source) => !holdsOnlySuites(source)), { readBeside: files.readBeside, sha256 });
  if (assembled.set === undefined) throw refuseSet(files.ref, assembled);
  if (!assembled.documents.some((d) => d.kind !== "Suite")) {
    throw new UserError("no-documents", `${files.ref} holds no policy and no catalog to test`, { help: "give the policies too, or name them as `candidate:` in agentz.yaml" });
  }
  const loaded = loadDocuments(alone);
  const suiteDocuments: readonly Document[] = [...(share?.first === false ? [] : assembled.documents), ...loaded.documents].filter((d) => d.kind === "Suite");
  const { suites, broken, diagnostics } = loadSuites(suiteDocuments, loaded.diagnostics);
  const unread = alone.filter(({ file }) => !loaded.documents.some((d) => d.place.file === file)).map(({ file }) => file);
  const sources = [...assembled.sources, ...alone];
  const lines = new SourceLines(sources);
  return {
    assembled: { ...assembled, set: assembled.set },
    suites,
    broken: [...broken, ...unread],
    findings: findingDocuments([...loaded.diagnostics, ...diagnostics], sources),
    loadFindings: loaded.diagnostics.length,
    explaining: explaining(assembled.set, assembled.documents, lines),
    files: sources.map((source) => source.file),
  };
}
