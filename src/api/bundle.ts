import { posix, resolve } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import type { BundleResult } from "../documents/bundle-result.ts";
import { suppressionLine, suppressionsOf } from "../lint/suppressions.ts";
import { openBundle } from "../node/bundle-file.ts";
import { signText, verifySignature } from "../node/ed25519.ts";
import { sha256 } from "../node/hash.ts";
import type { CommandIo, Io } from "../node/io.ts";
import { readPrivateKey } from "../node/key-file.ts";
import { originOf } from "../node/provenance.ts";
import { MAX_FILE_BYTES } from "../node/regular-file.ts";
import { replaceFile } from "../node/replace-file.ts";
import { slashed } from "../node/slashed.ts";
import { inMebibytes } from "../node/text-file.ts";
import { VERSION } from "../node/version.ts";
import { buildBundle } from "../release/build-bundle.ts";
import { type Bundle, type BundleFile, encodeBundle, signedText } from "../release/bundle.ts";
import {
  type Demands,
  NOTHING_ASKED,
  type Verified,
  verifyBundle,
} from "../release/verify-bundle.ts";
import type { JsonObject } from "../request/json.ts";
import { secretsOf } from "../text/detectors.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source } from "../text/span.ts";
import { loadPolicySet, type PolicySet } from "./policy-set.ts";

export { REQUIRABLE, type Requirable } from "../release/evidence.ts";

/** The document of a bundle that was looked into. */
export function bundleDocument(
  command: string,
  file: string,
  { bundle, id, signatures, problems }: Verified,
): BundleResult {
  const manifest = bundle?.manifest;
  return {
    schemaVersion: 1,
    command: `bundle ${command}`,
    tool: { version: VERSION },
    file,
    id: id ?? null,
    digest: manifest?.digest ?? null,
    source: manifest?.source ?? null,
    documents: manifest?.documents ?? [],
    files: manifest?.files ?? [],
    evidence: manifest?.evidence ?? [],
    provenance: manifest?.provenance ?? null,
    signatures,
    ok: problems.length === 0,
    problems,
  };
}

/**
 * Files by their path below the folder that they all share: where that folder stands does not
 * matter.
 */
function belowCommonFolder(cwd: string, sources: readonly Source[]): readonly BundleFile[] {
  const paths = sources.map((source) => slashed(resolve(cwd, source.file)));
  const folders = paths.map((path) => posix.dirname(path).split("/"));
  const [first = []] = folders;
  let shared = 0;
  while (shared < first.length && folders.every((folder) => folder[shared] === first[shared]))
    shared++;
  return sources.map(({ text }, i) => ({
    path: (paths[i] ?? "").split("/").slice(shared).join("/"),
    text,
  }));
}

function signed(bundle: Bundle, pem: string): Bundle {
  const signature = signText(signedText(bundle.manifest), pem);
  const others = bundle.signatures.filter(({ publicKey }) => publicKey !== signature.publicKey);
  return {
    ...bundle,
    signatures: [...others, signature].sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1)),
  };
}

async function write(cwd: string, file: string, bundle: Bundle): Promise<Verified> {
  const text = encodeBundle(bundle);
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    throw new UserError(
      "bundle",
      `the bundle \`${file}\` would have more than ${inMebibytes(MAX_FILE_BYTES)}, which is the maximum`,
    );
  await replaceFile(resolve(cwd, file), file, text);
  return verifyBundle(text, {
    name: posix.basename(file),
    demands: NOTHING_ASKED,
    host: { sha256, verify: verifySignature },
  });
}

export interface BuildJob {
  readonly refs: readonly string[];
  readonly fallback: readonly string[];
  readonly output: string;
  /** Result documents about these very policies. */
  readonly evidence: readonly JsonObject[];
  readonly key: string | undefined;
}

async function provenanceOf(
  cwd: string,
  job: BuildJob,
  set: PolicySet,
): Promise<Bundle["manifest"]["provenance"]> {
  return { ...(await originOf(cwd, job.refs, set.sources)), tool: VERSION };
}

/** Where a credential stands in a file, as `line:column`, and what it is; undefined without one. */
function firstSecret(source: Source): { readonly at: string; readonly what: string } | undefined {
  const found = secretsOf(source.text).filter(({ certain }) => certain);
  if (found.length === 0) return undefined;
  const accepted = suppressionsOf(source).filter(
    ({ codes, reason }) => codes.includes("secret") && reason !== "",
  );
  const [starts, lineOf] = [lineStarts(source.text), suppressionLine(source.text)];
  for (const { what, span } of found) {
    const { line, column } = positionAt(starts, span.start);
    if (!accepted.some((one) => one.line === lineOf(span.start)))
      return { at: `${line}:${column}`, what };
  }
  return undefined;
}

/** A bundle is handed on and kept: a credential in one is known to everybody who ever gets it. */
function refuseSecrets(sources: readonly Source[]): void {
  for (const source of sources) {
    const found = firstSecret(source);
    if (found === undefined) continue;
    throw new UserError(
      "bundle",
      `no bundle is built: \`${source.file}\` contains ${found.what} at ${found.at}`,
      {
        help: "revoke it, and remove it from the file; `agentz lint` lists everything that looks like a credential",
        status: 1,
      },
    );
  }
}

/**
 * Builds a bundle file. What cannot be in one, evidence about another set included, is a
 * `UserError`.
 */
export async function runBuild(io: CommandIo, job: BuildJob): Promise<BundleResult> {
  const { cwd } = io;
  const set = await loadPolicySet(io, job.refs, job.fallback);
  refuseSecrets(set.sources);
  const built = buildBundle(
    {
      set,
      files: belowCommonFolder(cwd, set.sources),
      evidence: job.evidence,
      provenance: await provenanceOf(cwd, job, set),
    },
    sha256,
  );
  if (!("manifest" in built)) throw new UserError("bundle", built.join("; "));
  const bundle = job.key === undefined ? built : signed(built, await readPrivateKey(io, job.key));
  return bundleDocument("build", job.output, await write(cwd, job.output, bundle));
}

/** Signs a bundle that is what it says; another signature by the same key is replaced. */
export async function runSign(
  io: Pick<Io, "cwd" | "readStdin">,
  { file, key, output }: { readonly file: string; readonly key: string; readonly output: string },
): Promise<BundleResult> {
  const { bundle, problems } = openBundle(io.cwd, file, NOTHING_ASKED);
  const [first] = problems;
  if (bundle === undefined || first !== undefined)
    throw new UserError("bundle-refused", first?.message ?? "it is not a bundle", {
      help: "you can sign only a bundle that `agentz bundle verify` accepts",
      status: 1,
    });
  return bundleDocument(
    "sign",
    output,
    await write(io.cwd, output, signed(bundle, await readPrivateKey(io, key))),
  );
}

/** Looks into a bundle. */
export async function runVerify(
  cwd: string,
  {
    command,
    file,
    demands,
  }: { readonly command: "verify" | "inspect"; readonly file: string; readonly demands: Demands },
): Promise<{ readonly result: BundleResult; readonly bundle: Bundle | undefined }> {
  const verified = openBundle(cwd, file, demands);
  return { result: bundleDocument(command, file, verified), bundle: verified.bundle };
}

/** Parts of a bundle that are written to files of their own. */
export interface BundleParts {
  /** Where the bytes go that are signed. */
  readonly payload: string | undefined;
  /** Where the bytes of the first signature go; a bundle without one is a `UserError`. */
  readonly signature: string | undefined;
}

async function writeParts(bundle: Bundle, parts: BundleParts, cwd: string): Promise<void> {
  const { payload, signature } = parts;
  if (payload !== undefined) {
    const bytes = Buffer.from(signedText(bundle.manifest), "utf8");
    await replaceFile(resolve(cwd, payload), payload, bytes);
  }
  if (signature === undefined) return;
  const [first] = bundle.signatures;
  if (first === undefined)
    throw new UserError("usage", "the bundle is not signed, so there is no signature to write");
  const bytes = Buffer.from(first.signature, "base64");
  await replaceFile(resolve(cwd, signature), signature, bytes);
}

/** A bundle that was looked into, and its files by their paths. */
export interface Inspected {
  readonly result: BundleResult;
  readonly files: ReadonlyMap<string, string>;
}

/** Looks into a bundle without asking anything of it, and writes parts of it where they are asked for. */
export async function inspectBundle(
  cwd: string,
  file: string,
  parts: BundleParts,
): Promise<Inspected> {
  const { result, bundle } = await runVerify(cwd, {
    command: "inspect",
    file,
    demands: NOTHING_ASKED,
  });
  if (bundle !== undefined) await writeParts(bundle, parts, cwd);
  const files = (bundle?.contents ?? []).map(({ path, text }) => [path, text] as const);
  return { result, files: new Map(files) };
}
