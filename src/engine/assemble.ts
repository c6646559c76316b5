import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/diagnostic.ts";
import { checkSet } from "../policy/check-set.ts";
import { dataRequests, resolveData, type ReadBeside } from "../policy/data-file.ts";
import { canonicalDigest, sourceDigest } from "../policy/digest.ts";
import { loadDocuments, type Loaded } from "../policy/load.ts";
import type { Part } from "../policy/locate.ts";
import type { Document, Place } from "../policy/model.ts";
import { soundPart, type SoundPart } from "../policy/sound-part.ts";
import type { Source } from "../text/span.ts";
import type { Sha256 } from "./approval-evidence.ts";
import { compileSet, type CompiledSet } from "./compile-set.ts";
import { checkExampleInputs, checkExamples } from "./examples.ts";
import { schemaFault } from "./schema-check.ts";

/**
 * A set of documents from texts to decisions: what is wrong with it, and, where nothing is, the
 * compiled set.
 */
export interface AssembledSet {
  readonly documents: readonly Document[];
  /** Every text that belongs to the set, data files included. */
  readonly sources: readonly Source[];
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where there is an error. */
  readonly set: CompiledSet | undefined;
  /**
   * What of the set has no error in it, compiled: all of it where it loads, or where only examples
   * fail. Judged, and tried out in editors; nothing else decides by it.
   */
  readonly sound: SoundSet;
  /** Digest of the bytes. */
  readonly source: string;
  /** Digest of the meaning (design 10.1); null where the set does not load. */
  readonly digest: string | null;
  /** The place of the node at a YAML path of one of the documents, or of its nearest ancestor. */
  readonly locate: (document: Document, path: string, part?: Part) => Place;
}

/** The part of a set that has no error in it, and what kinds of documents it lacks something of. */
export interface SoundSet extends SoundPart {
  readonly set: CompiledSet;
}

/**
 * Argument schemas of manifests that do not compile: they decide calls, so the loader's own check
 * of them is not enough.
 */
function manifestFaults(documents: readonly Document[]): readonly Diagnostic[] {
  const tools = documents
    .flatMap((d) => (d.kind === "Catalog" ? (d.agents ?? []) : []))
    .flatMap((agent) => agent.manifest?.tools ?? []);
  return tools.flatMap(({ args, place }) => {
    const fault = args === undefined ? undefined : schemaFault(args);
    if (fault === undefined) return [];
    return [
      {
        code: "invalid-schema" as const,
        severity: "error" as const,
        message: `the argument schema does not compile: ${fault}`,
        file: place.file,
        span: place.span,
        path: `${place.path}.args`,
      },
    ];
  });
}

/**
 * A YAML data file beside a catalog is found with the documents of its folder, and is none of them.
 */
function loadWithoutData(files: readonly Source[]): Loaded {
  const loaded = loadDocuments(files);
  const data = new Set(
    dataRequests(loaded.documents).map(
      ({ catalog, path }) =>
        catalog.slice(0, catalog.lastIndexOf("/") + 1) + path.replace(/^(\.\/)+/, ""),
    ),
  );
  return files.some((source) => data.has(source.file))
    ? loadDocuments(files.filter((source) => !data.has(source.file)))
    : loaded;
}

/**
 * WHY: what a broken declaration is called is not known, so names of state that seem to be missing
 * are no errors then.
 */
function knowsNames({ complete, diagnostics }: Loaded): boolean {
  return complete && !diagnostics.some(({ path }) => path.startsWith("$.session"));
}

/**
 * The sound part with all its state: an example gives the state itself, so of a declaration with an
 * error its name is enough.
 */
function withAllState(sound: SoundSet, all: readonly Document[], sha256: Sha256): CompiledSet {
  if (!sound.missing.policies) return sound.set;
  const declared = new Map(
    all.flatMap((document) =>
      document.kind === "Policy" ? [[document.place, document.session] as const] : [],
    ),
  );
  const documents = sound.documents.map((document) =>
    document.kind === "Policy"
      ? { ...document, session: declared.get(document.place) ?? document.session }
      : document,
  );
  return compileSet(documents, sha256);
}

/**
 * What the rules of the sound part say of themselves; their examples read attributes of catalogs,
 * and state of any policy.
 */
function examplesOf(
  sound: SoundSet,
  all: readonly Document[],
  { locate, sha256 }: Pick<AssembledSet, "locate"> & { readonly sha256: Sha256 },
): readonly Diagnostic[] {
  const { documents, missing } = sound;
  if (missing.catalogs) return [];
  const inputs = missing.policies ? [] : checkExampleInputs(documents, locate);
  return [...checkExamples(withAllState(sound, all, sha256)), ...inputs];
}

/**
 * Loads, checks and compiles a policy set; every mistake is reported, from the YAML to the inline
 * examples.
 */
export function assembleSet(
  files: readonly Source[],
  host: { readonly readBeside: ReadBeside; readonly sha256: Sha256 },
): AssembledSet {
  const loaded = loadWithoutData(files);
  const data = resolveData(loaded.documents, host.readBeside);
  const own = new Set(data.sources.map((source) => source.file));
  const sources = [...files.filter((source) => !own.has(source.file)), ...data.sources];
  const source = sourceDigest(sources, host.sha256);
  const { documents } = data;
  const broken = [...loaded.diagnostics, ...data.diagnostics];
  const checked = [
    ...broken,
    ...checkSet(documents, knowsNames(loaded)),
    ...manifestFaults(documents),
  ];
  const part = soundPart({ ...loaded, documents, diagnostics: checked });
  const sound = { ...part, set: compileSet(part.documents, host.sha256) };
  const { locate } = loaded;
  const { sha256 } = host;
  const examples = examplesOf(sound, documents, { locate, sha256 });
  const diagnostics = sortDiagnostics([...checked, ...examples]);
  const refused = diagnostics.some((d) => d.severity === "error");
  return {
    documents,
    sources,
    source,
    locate: loaded.locate,
    diagnostics,
    sound,
    set: refused ? undefined : sound.set,
    digest: refused ? null : canonicalDigest(documents, host.sha256),
  };
}
