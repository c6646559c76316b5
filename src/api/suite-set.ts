import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../diagnostics/format.ts";
import { hiddenText, limitFindings, type HiddenFindings } from "../diagnostics/limit.ts";
import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import { InputCheck } from "../engine/input-check.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { loadDocuments } from "../policy/load.ts";
import { splitDocuments } from "../policy/yaml-split.ts";
import type { Document } from "../policy/model.ts";
import { withoutSuppressed } from "../lint/apply-suppressions.ts";
import { loadSuites } from "../suite/run-suites.ts";
import type { Suite } from "../suite/model.ts";
import type { FindingDocument } from "../documents/test-result.ts";
import { explaining, type Explaining } from "../suite/rule-tree.ts";
import { SourceLines } from "../suite/source-lines.ts";
import { indexText, maskedSentence, positionIn, secretsIn } from "../text/excerpt.ts";
import type { Source } from "../text/span.ts";
import { sha256 } from "../node/hash.ts";
import type { SetFiles } from "../node/read-set.ts";
import { refuseSet, readSet } from "./policy-set.ts";
import type { SetHost } from "../node/io.ts";
import { UserError } from "../diagnostics/user-error.ts";

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
const OTHER = /\bkind["']?\s*:\s*["']?(Policy|Catalog|Invariant)\b/;

/**
 * WHY by text: a suite that is not even YAML has to fail as a suite, not as a policy (design 11.3).
 */
function holdsOnlySuites(source: Source): boolean {
  return SUITE.test(source.text) && !OTHER.test(source.text);
}

const START = { line: 1, column: 1, endLine: 1, endColumn: 1, path: "$", help: null };

function hiddenDocument(hidden: HiddenFindings): FindingDocument {
  const message = hiddenText(hidden);
  return {
    code: hidden.code,
    severity: "error",
    file: hidden.file,
    message,
    ...START,
    text: message,
  };
}

/**
 * The result document's form of findings, each with its source line as text; as many as a person
 * reads.
 */
export function findingDocuments(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
): readonly FindingDocument[] {
  const { shown, hidden } = limitFindings(diagnostics);
  const files = new Set(shown.map(({ file }) => file));
  const named = new Map(
    sources.filter(({ file }) => files.has(file)).map((source) => [source.file, source]),
  );
  const texts = new Map([...named].map(([file, { text }]) => [file, indexText(text)]));
  const lines = formatDiagnostics(shown, named);
  const documents = shown.map((d, i) => {
    const indexed = texts.get(d.file) ?? indexText("");
    const [from, to] = [positionIn(indexed, d.span.start), positionIn(indexed, d.span.end)];
    const masked = (sentence: string): string => maskedSentence(sentence, secretsIn([indexed]));
    return {
      code: d.code,
      severity: d.severity,
      message: masked(d.message),
      file: d.file,
      ...from,
      endLine: to.line,
      endColumn: to.column,
      path: d.path,
      help: d.help === undefined ? null : masked(d.help),
      text: lines[i] ?? "",
    };
  });
  return [...documents, ...hidden.map(hiddenDocument)];
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

/**
 * Part of the suites: these files, and, for `first`, suites that stand in one file with policies.
 */
export interface SuiteShare {
  readonly files: readonly string[];
  readonly first: boolean;
}

/** Reads what {@link loadSuiteFiles} loads. */
export async function readSuiteFiles(
  host: SetHost,
  { paths, candidate }: SuitePaths,
): Promise<SetFiles> {
  const given = await readSet(host, paths, paths);
  const holdsPolicies = (source: Source): boolean =>
    !holdsOnlySuites(source) && splitDocuments(source.text).length > 0;
  if (candidate === undefined || given.sources.some(holdsPolicies)) return given;
  const policies = await readSet(host, candidate, candidate);
  const known = new Set(policies.sources.map((source) => source.file));
  const sources = [
    ...policies.sources,
    ...given.sources.filter((source) => !known.has(source.file)),
  ];
  const { readBeside, openedFiles } = policies;
  return { sources, readBeside, openedFiles, ref: `${policies.ref} ${given.ref}` };
}

/**
 * Loads policies and suites. A policy that does not load is a `UserError`; a suite that does not is
 * told in `findings`.
 */
export async function loadSuiteSet(host: SetHost, paths: SuitePaths): Promise<SuiteSet> {
  return loadSuiteFiles(await readSuiteFiles(host, paths));
}

/** Reads the policies of files that hold no suite. */
type Assemble = (files: Pick<SetFiles, "sources" | "readBeside">) => AssembledSet;

function assembleFiles({ sources, readBeside }: Parameters<Assemble>[0]): AssembledSet {
  return assembleSet(sources, { readBeside, sha256 });
}

/** As {@link loadSuiteSet}, of files already read; of a share, the suites of that share alone. */
export function loadSuiteFiles(
  files: SetFiles,
  share?: SuiteShare,
  assemble: Assemble = assembleFiles,
): SuiteSet {
  const mine = share === undefined ? undefined : new Set(share.files);
  const alone = suiteFiles(files).filter(({ file }) => mine?.has(file) !== false);
  const policies = files.sources.filter((source) => !holdsOnlySuites(source));
  const assembled = assemble({ sources: policies, readBeside: files.readBeside });
  if (assembled.set === undefined) throw refuseSet(files.ref, assembled);
  if (!assembled.documents.some((d) => d.kind !== "Suite")) {
    throw new UserError(
      "no-documents",
      `\`${files.ref}\` contains no policy and no catalog to test`,
      {
        help: "give the policies too, or name them as `candidate:` in agentz.yaml",
      },
    );
  }
  const loaded = loadDocuments(alone);
  const suiteDocuments: readonly Document[] = [
    ...(share?.first === false ? [] : assembled.documents),
    ...loaded.documents,
  ].filter((d) => d.kind === "Suite");
  const {
    suites,
    broken,
    diagnostics: found,
  } = loadSuites(suiteDocuments, loaded.diagnostics, {
    check: new InputCheck(assembled.documents),
  });
  const unread = alone
    .filter(({ file }) => !loaded.documents.some((d) => d.place.file === file))
    .map(({ file }) => file);
  const sources = [...assembled.sources, ...alone];
  const ofPolicies = share?.first === false ? [] : assembled.diagnostics;
  const diagnostics = withoutSuppressed([...ofPolicies, ...found], sources);
  const lines = new SourceLines(sources);
  const loading = findingDocuments(loaded.diagnostics, sources);
  return {
    assembled: { ...assembled, set: assembled.set },
    suites,
    broken: [...broken, ...unread],
    findings: [...loading, ...findingDocuments(diagnostics, sources)],
    loadFindings: loading.length,
    explaining: explaining(assembled.set, assembled.documents, lines),
    files: sources.map((source) => source.file),
  };
}
