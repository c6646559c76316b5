import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { canonicalJson } from "../request/canonical-json.ts";

/** A file in a bundle, by its path there. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

/** What the manifest says of a file. */
export interface FileEntry {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface EvidenceEntry extends FileEntry {
  readonly command: string;
  readonly passed: boolean | null;
}

export interface DocumentEntry {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}

export interface Provenance {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** Version of agentz that built it. */
  readonly tool: string;
}

/** Everything that a bundle is: what its identity is the digest of, and what signatures sign. */
export interface Manifest {
  readonly digest: string;
  readonly source: string;
  readonly documents: readonly DocumentEntry[];
  readonly files: readonly FileEntry[];
  readonly evidence: readonly EvidenceEntry[];
  readonly provenance: Provenance;
}

/** An Ed25519 signature of the manifest's canonical bytes. */
export interface Signature {
  /** The public key, DER SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
  readonly signature: string;
}

export interface Bundle {
  /** `sha256:` and the digest of the manifest: the bundle's identity. */
  readonly id: string;
  readonly manifest: Manifest;
  readonly contents: readonly BundleFile[];
  readonly signatures: readonly Signature[];
}

const FORMAT = "agentz-bundle/1";
const MAX_FILES = 10_000;

function manifestJson({
  digest,
  source,
  documents,
  files,
  evidence,
  provenance,
}: Manifest): JsonObject {
  return {
    format: FORMAT,
    digest,
    source,
    documents: documents.map(({ kind, name, version, digest: own }) => ({
      kind,
      name,
      version,
      digest: own,
    })),
    files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
    evidence: evidence.map(({ path, sha256, bytes, command, passed }) => ({
      path,
      sha256,
      bytes,
      command,
      passed,
    })),
    provenance: { commit: provenance.commit, dirty: provenance.dirty, tool: provenance.tool },
  };
}

/** The bytes that are signed, as text: the manifest's RFC 8785 form. */
export function signedText(manifest: Manifest): string {
  return canonicalJson(manifestJson(manifest));
}

/** The identity of a manifest, `sha256:` and hex. */
export function bundleId(manifest: Manifest, sha256: (text: string) => string): string {
  return `sha256:${sha256(signedText(manifest))}`;
}

/**
 * The bundle's one text: RFC 8785 JSON and a line end. The same bundle is the same bytes on any
 * machine.
 */
export function encodeBundle({ id, manifest, contents, signatures }: Bundle): string {
  return `${canonicalJson({
    id,
    manifest: manifestJson(manifest),
    contents: contents.map(({ path, text }) => ({ path, text })),
    signatures: signatures.map(({ publicKey, signature }) => ({ publicKey, signature })),
  })}\n`;
}

/** Why a path is none that a bundle may hold, as a clause; undefined where it is sound. */
export function pathFault(path: string): string | undefined {
  if (path === "" || path.length > 500) return "it is empty or too long";
  if (/[\u0000-\u001f\u007f\\:]/.test(path))
    return "it contains a control character, a backslash or a colon";
  const segments = path.split("/");
  if (segments.some((segment) => segment === "..")) return "it leads out of the bundle";
  return segments.some((segment) => segment === "" || segment === ".")
    ? "it is absolute, or has an empty or a dot segment"
    : undefined;
}

class Malformed {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/**
 * True where a text has half of a surrogate pair, which no UTF-8 has: digests and lengths would be
 * those of another text.
 */
export function hasLoneSurrogate(value: string): boolean {
  return /\p{Surrogate}/u.test(value);
}

function text(object: JsonObject, name: string): string {
  const value = stringMember(object, name);
  if (value === undefined) throw new Malformed(`\`${name}\` is missing`);
  if (hasLoneSurrogate(value))
    throw new Malformed(`\`${name}\` contains half of a surrogate pair, so it is not a text`);
  return value;
}

function object(value: Json | undefined, name: string): JsonObject {
  if (!isJsonObject(value)) throw new Malformed(`\`${name}\` is missing`);
  return value;
}

function list<T>(source: JsonObject, name: string, read: (item: JsonObject) => T): readonly T[] {
  const value = member(source, name);
  if (!Array.isArray(value) || value.length > MAX_FILES)
    throw new Malformed(`\`${name}\` is not a list, or is too long`);
  return value.map((item: Json) => read(object(item, name)));
}

function entry(source: JsonObject): FileEntry {
  const bytes = member(source, "bytes");
  if (typeof bytes !== "number") throw new Malformed("`bytes` is missing");
  return { path: text(source, "path"), sha256: text(source, "sha256"), bytes };
}

function nullable<T>(value: Json | undefined, is: (value: Json) => value is Json & T): T | null {
  return value !== undefined && is(value) ? value : null;
}

const isText = (value: Json): value is string =>
  typeof value === "string" && !hasLoneSurrogate(value);
const isFlag = (value: Json): value is boolean => typeof value === "boolean";

function manifestOf(json: JsonObject): Manifest {
  if (member(json, "format") !== FORMAT) throw new Malformed(`the format is not ${FORMAT}`);
  const provenance = object(member(json, "provenance"), "provenance");
  return {
    digest: text(json, "digest"),
    source: text(json, "source"),
    documents: list(json, "documents", (item) => ({
      kind: text(item, "kind"),
      name: text(item, "name"),
      version: text(item, "version"),
      digest: text(item, "digest"),
    })),
    files: list(json, "files", entry),
    evidence: list(json, "evidence", (item) => ({
      ...entry(item),
      command: text(item, "command"),
      passed: nullable(member(item, "passed"), isFlag),
    })),
    provenance: {
      commit: nullable(member(provenance, "commit"), isText),
      dirty: nullable(member(provenance, "dirty"), isFlag),
      tool: text(provenance, "tool"),
    },
  };
}

/**
 * Reads a bundle's text; a clause that says what is wrong where it is none. INVARIANT: what is read
 * encodes to the very same text, so no byte of it is left that says nothing.
 */
export function decodeBundle(written: string): Bundle | string {
  try {
    const json: unknown = JSON.parse(written);
    if (!isJsonObject(json)) return "it is not a JSON object";
    const bundle: Bundle = {
      id: text(json, "id"),
      manifest: manifestOf(object(member(json, "manifest"), "manifest")),
      contents: list(json, "contents", (item) => ({
        path: text(item, "path"),
        text: text(item, "text"),
      })),
      signatures: list(json, "signatures", (item) => ({
        publicKey: text(item, "publicKey"),
        signature: text(item, "signature"),
      })),
    };
    return encodeBundle(bundle) === written
      ? bundle
      : "its bytes are not the canonical form of its content";
  } catch (error) {
    if (error instanceof Malformed) return error.what;
    if (error instanceof SyntaxError) return "it is not JSON";
    throw error;
  }
}
