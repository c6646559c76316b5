import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import type { ReadBeside } from "../policy/data-file.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { Sha256 } from "../policy/digest.ts";
import type { Source } from "../text/span.ts";
import {
  bundleId,
  decodeBundle,
  pathFault,
  signedText,
  type Bundle,
  type FileEntry,
  type Signature,
} from "./bundle.ts";
import { byteLength, documentEntries } from "./build-bundle.ts";
import { readEvidence, satisfies, type Requirable } from "./evidence.ts";
import type { BundleProblem, BundleSignature } from "../documents/bundle-result.ts";
import { ageProblems, type Trust } from "./trust.ts";

/** What only the host can do. */
export interface VerifyHost {
  readonly sha256: Sha256;
  /**
   * Whether a signature is one of the text by the key, and the key's id; undefined where the key
   * cannot be read.
   */
  readonly verify: (
    signature: Signature,
    text: string,
  ) => { readonly key: string; readonly valid: boolean } | undefined;
}

/** What is asked of a bundle besides being what it says. */
export interface Demands extends Trust {
  readonly required: readonly Requirable[];
}

/** Asks nothing of a bundle but to be what it says. */
export const NOTHING_ASKED: Demands = { keys: [], atLeast: [], required: [] };

/** A bundle looked into. */
export interface Verified {
  readonly bundle: Bundle | undefined;
  readonly id: string | undefined;
  readonly set: AssembledSet | undefined;
  readonly signatures: readonly BundleSignature[];
  readonly problems: readonly BundleProblem[];
}

function problem(code: string, message: string): BundleProblem {
  return { code, message };
}

function pathProblems({ manifest, contents }: Bundle): readonly BundleProblem[] {
  const paths = [...contents, ...manifest.files, ...manifest.evidence].map(({ path }) => path);
  const faults = [...new Set(paths)].flatMap((path) => {
    const fault = pathFault(path);
    return fault === undefined
      ? []
      : [problem("path", `the path \`${path}\` is refused: ${fault}`)];
  });
  const misplaced = [
    ...manifest.files.filter(({ path }) => !path.startsWith("set/")),
    ...manifest.evidence.filter(({ path }) => !path.startsWith("evidence/")),
  ];
  const folded = contents.map(({ path }) => path.normalize("NFC").toLowerCase());
  const twice = folded.filter((path, i) => folded.indexOf(path) !== i);
  return [
    ...faults,
    ...misplaced.map(({ path }) =>
      problem("path", `\`${path}\` is not the right place for such a file`),
    ),
    ...twice.map((path) => problem("path", `two files are called \`${path}\``)),
  ];
}

function inOrder(texts: readonly string[]): boolean {
  return texts.every((text, i) => i === 0 || (texts[i - 1] ?? "") < text);
}

function addedFiles({ manifest, contents }: Bundle): readonly BundleProblem[] {
  const listed = new Set([...manifest.files, ...manifest.evidence].map(({ path }) => path));
  return contents
    .filter(({ path }) => !listed.has(path))
    .map(({ path }) =>
      problem("added-file", `\`${path}\` is in the bundle, but not in its manifest`),
    );
}

/** Why a file is not the one that the manifest names. */
function fileProblems(
  { path, sha256: digest, bytes }: FileEntry,
  text: string | undefined,
  sha256: Sha256,
): readonly BundleProblem[] {
  if (text === undefined) {
    const code = path.startsWith("evidence/") ? "missing-evidence" : "missing-file";
    return [problem(code, `\`${path}\` is in the manifest, but not in the bundle`)];
  }
  return sha256(text) === digest && byteLength(text) === bytes
    ? []
    : [problem("changed-file", `\`${path}\` is not the file that the manifest names`)];
}

function contentProblems(bundle: Bundle, sha256: Sha256): readonly BundleProblem[] {
  const { manifest, contents } = bundle;
  const texts = new Map(contents.map(({ path, text }) => [path, text]));
  const lists = [contents, manifest.files, manifest.evidence].map((files) =>
    files.map(({ path }) => path),
  );
  return [
    ...addedFiles(bundle),
    ...[...manifest.files, ...manifest.evidence].flatMap((entry) =>
      fileProblems(entry, texts.get(entry.path), sha256),
    ),
    ...(lists.every(inOrder) ? [] : [problem("format", "the files are not in order")]),
  ];
}

/** The files of the set as sources; their names say that they are in the bundle. */
export function bundleSources(
  { contents }: Bundle,
  name: string,
): { readonly sources: readonly Source[]; readonly readBeside: ReadBeside } {
  const files = contents
    .filter(({ path }) => path.startsWith("set/"))
    .map(({ path, text }) => ({ file: `${name}/${path.slice("set/".length)}`, text }));
  const texts = new Map(files.map((source) => [source.file, source]));
  return {
    sources: files.filter(({ file }) => /\.ya?ml$/i.test(file)),
    readBeside: (file, path) => {
      const source = texts.get(
        file.slice(0, file.lastIndexOf("/") + 1) + path.replace(/^(\.\/)+/, ""),
      );
      return source === undefined ? { fault: "it is not in the bundle" } : { source };
    },
  };
}

function setProblems(
  { manifest }: Bundle,
  set: AssembledSet,
  sha256: Sha256,
): readonly BundleProblem[] {
  if (set.set === undefined)
    return [
      problem(
        "does-not-load",
        `the policies do not load: ${set.diagnostics.find(({ severity }) => severity === "error")?.message ?? ""}`,
      ),
    ];
  const documents = canonicalJson(documentEntries(set, sha256).map((entry) => ({ ...entry })));
  const said = canonicalJson(manifest.documents.map((entry) => ({ ...entry })));
  return [
    ...(set.digest === manifest.digest
      ? []
      : [
          problem(
            "digest",
            `the digest of the policies is ${set.digest ?? "missing"}, but the manifest says ` +
              `${manifest.digest}; agentz ${manifest.provenance.tool} built the bundle`,
          ),
        ]),
    ...(set.source === manifest.source
      ? []
      : [problem("source", "the digest of the files differs from `source` of the manifest")]),
    ...(documents === said
      ? []
      : [problem("documents", "the documents in the manifest differ from those in the files")]),
  ];
}

/** WHY: a bundle that nobody has signed can be made by hand, with any evidence in it. */
function unsignedEvidence({ keys, required }: Demands): readonly BundleProblem[] {
  if (required.length === 0 || keys.length > 0) return [];
  return [
    problem(
      "unsigned-evidence",
      "you have to trust the signer for the evidence, but you passed no key",
    ),
  ];
}

function evidenceProblems(
  { manifest, contents }: Bundle,
  required: readonly Requirable[],
): readonly BundleProblem[] {
  const texts = new Map(contents.map(({ path, text }) => [path, text]));
  const wrong = manifest.evidence.flatMap(({ path, command, passed }) => {
    const evidence = readEvidence(texts.get(path) ?? "");
    if (evidence === undefined)
      return [
        problem("evidence", `\`${path}\` is not a result document of \`agentz bundle build\``),
      ];
    if (evidence.digest !== manifest.digest)
      return [problem("evidence", `\`${path}\` is about another policy set`)];
    return evidence.command === command && evidence.passed === passed
      ? []
      : [problem("evidence", `the manifest contradicts \`${path}\``)];
  });
  const proofs = manifest.evidence.map(({ path }) => texts.get(path) ?? "");
  const missing = required
    .filter((one) => !proofs.some((text) => satisfies(text, one)))
    .map((one) => problem("missing-evidence", `there is no evidence of a passed ${one}`));
  return [...wrong, ...missing];
}

function checkSignatures(
  { manifest, signatures }: Bundle,
  host: VerifyHost,
  keys: readonly string[],
): {
  readonly signatures: readonly BundleSignature[];
  readonly problems: readonly BundleProblem[];
} {
  const text = signedText(manifest);
  const checked = signatures.map((signature) => host.verify(signature, text));
  const known = checked.map((one) => one ?? { key: "unreadable", valid: false });
  const invalid = known
    .filter(({ valid }) => !valid)
    .map(({ key }) => problem("signature", `the signature by ${key} is wrong`));
  const ordered = inOrder(signatures.map(({ publicKey }) => publicKey));
  const twice = ordered
    ? []
    : [
        problem(
          "signature",
          "one key has signed twice, or the signatures are not in the order of their keys",
        ),
      ];
  const trusted = keys.length === 0 || known.some(({ key, valid }) => valid && keys.includes(key));
  const wrong = trusted
    ? []
    : [
        problem(
          "wrong-key",
          signatures.length === 0
            ? "the bundle is not signed"
            : "none of the keys that you passed has signed the bundle",
        ),
      ];
  return { signatures: known, problems: [...invalid, ...twice, ...wrong] };
}

const NOTHING = { bundle: undefined, id: undefined, set: undefined, signatures: [] };

function identityProblems(bundle: Bundle, id: string): readonly BundleProblem[] {
  if (id === bundle.id) return [];
  const message = `the digest of the manifest is ${id}, but the bundle says ${bundle.id}`;
  return [problem("identity", message)];
}

/** What is wrong with a bundle whose files are those of its manifest. */
function claimProblems(
  bundle: Bundle,
  set: AssembledSet,
  { demands, host }: { readonly demands: Demands; readonly host: VerifyHost },
): readonly BundleProblem[] {
  return [
    ...setProblems(bundle, set, host.sha256),
    ...evidenceProblems(bundle, demands.required),
    ...unsignedEvidence(demands),
    ...ageProblems(bundle.manifest.documents, demands.atLeast),
  ];
}

/**
 * Everything that is wrong with a bundle's text (design 10.3): no problem means that it is what it
 * says, and what is asked for.
 */
export function verifyBundle(
  text: string,
  asked: { readonly name: string; readonly demands: Demands; readonly host: VerifyHost },
): Verified {
  const { name, demands, host } = asked;
  const bundle = decodeBundle(text);
  if (typeof bundle === "string")
    return { ...NOTHING, problems: [problem("format", `\`${name}\` is not a bundle: ${bundle}`)] };
  const id = bundleId(bundle.manifest, host.sha256);
  const files = [
    ...identityProblems(bundle, id),
    ...pathProblems(bundle),
    ...contentProblems(bundle, host.sha256),
  ];
  const { signatures, problems } = checkSignatures(bundle, host, demands.keys);
  if (files.length > 0)
    return { bundle, id, set: undefined, signatures, problems: [...files, ...problems] };
  const { sources, readBeside } = bundleSources(bundle, name);
  const set = assembleSet(sources, { readBeside, sha256: host.sha256 });
  const claims = claimProblems(bundle, set, asked);
  return { bundle, id, set, signatures, problems: [...claims, ...problems] };
}
