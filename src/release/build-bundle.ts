import type { AssembledSet } from "../engine/assemble.ts";
import { documentDigest, type Sha256 } from "../policy/digest.ts";
import {
  bundleId,
  hasLoneSurrogate,
  pathFault,
  type Bundle,
  type BundleFile,
  type DocumentEntry,
  type FileEntry,
  type Manifest,
  type Provenance,
} from "./bundle.ts";
import { evidenceText, readEvidence } from "./evidence.ts";
import type { JsonObject } from "../request/json.ts";

/** What a bundle is made of. */
export interface Ingredients {
  readonly set: AssembledSet;
  /** Files of the set by their path in the bundle. */
  readonly files: readonly BundleFile[];
  /** Result documents. */
  readonly evidence: readonly JsonObject[];
  readonly provenance: Provenance;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** The bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function entryOf({ path, text }: BundleFile, sha256: Sha256): FileEntry {
  return { path, sha256: sha256(text), bytes: byteLength(text) };
}

function fileFault({ path, text }: BundleFile): string | undefined {
  if (hasLoneSurrogate(path) || hasLoneSurrogate(text))
    return "it contains half of a surrogate pair, so it is not a text";
  return pathFault(path);
}

/** The documents of a set that decide, with the digest of each. */
export function documentEntries(set: AssembledSet, sha256: Sha256): readonly DocumentEntry[] {
  const documents = set.documents.flatMap((document) =>
    document.kind === "Suite"
      ? []
      : [
          {
            kind: document.kind,
            name: document.name,
            version: document.version,
            digest: documentDigest(document, sha256),
          },
        ],
  );
  return documents.sort((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
}

interface Named extends BundleFile {
  readonly command: string;
  readonly passed: boolean | null;
}

function evidenceFile(document: JsonObject, digest: string, sha256: Sha256): Named | string {
  const text = evidenceText(document);
  const evidence = readEvidence(text);
  if (evidence === undefined) return "the evidence is not a result document of agentz";
  if (evidence.digest !== digest)
    return (
      `the evidence of ${evidence.command} is about another policy set ` +
      `(${evidence.digest ?? "it names none"}); perhaps a file changed meanwhile`
    );
  const path = `evidence/${evidence.command.replace(/\W+/g, "-")}-${sha256(text).slice(0, 12)}.json`;
  return { path, text, command: evidence.command, passed: evidence.passed };
}

/** The files that go in as evidence, each once, and why others cannot. */
function evidenceFiles(
  evidence: readonly JsonObject[],
  digest: string,
  sha256: Sha256,
): { readonly proofs: readonly Named[]; readonly problems: readonly string[] } {
  const read = evidence.map((one) => evidenceFile(one, digest, sha256));
  const named = read.filter((one) => typeof one !== "string");
  return {
    proofs: [...new Map(named.map((one) => [one.path, one])).values()].sort(byPath),
    problems: read.filter((one) => typeof one === "string"),
  };
}

function faultsOf(files: readonly BundleFile[]): readonly string[] {
  return files.flatMap((file) => {
    const fault = fileFault(file);
    return fault === undefined ? [] : [`\`${file.path}\` cannot be in a bundle: ${fault}`];
  });
}

/**
 * Builds a bundle; a list of what is wrong where it cannot be. The order of files and evidence
 * means nothing.
 */
export function buildBundle(
  { set, files, evidence, provenance }: Ingredients,
  sha256: Sha256,
): Bundle | readonly string[] {
  const digest = set.digest ?? "";
  const sound = [...files].map(({ path, text }) => ({ path: `set/${path}`, text })).sort(byPath);
  const { proofs, problems } = evidenceFiles(evidence, digest, sha256);
  const faults = [...problems, ...faultsOf(sound)];
  if (faults.length > 0) return faults;
  const manifest: Manifest = {
    digest,
    source: set.source,
    documents: documentEntries(set, sha256),
    files: sound.map((file) => entryOf(file, sha256)),
    evidence: proofs.map((proof) => ({
      ...entryOf(proof, sha256),
      command: proof.command,
      passed: proof.passed,
    })),
    provenance,
  };
  return {
    id: bundleId(manifest, sha256),
    manifest,
    contents: [...sound, ...proofs.map(({ path, text }) => ({ path, text }))].sort(byPath),
    signatures: [],
  };
}
