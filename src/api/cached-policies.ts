import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { assembleSet } from "../engine/assemble.ts";
import { compileSet } from "../engine/compile-set.ts";
import { sha256 } from "../node/hash.ts";
import type { SetFiles } from "../node/read-set.ts";
import { SealedStore } from "../node/sealed-store.ts";
import { VERSION } from "../node/version.ts";
import { dataRequests } from "../policy/data-file.ts";
import type { Document } from "../policy/model.ts";
import { NOTHING_MISSING } from "../policy/sound-part.ts";
import { Policies } from "./policies.ts";
import { loadedSet, type PolicySet } from "./policy-set.ts";
import { filesAt, type PolicyReferences, type SetOptions } from "./set-files.ts";

/** What is kept of a set that loaded: its checked documents, and its digests. */
interface Kept {
  readonly documents: readonly Document[];
  readonly source: string;
  readonly digest: string | null;
}

/**
 * What a set is kept under: its texts, and everything that says what they mean. WHY the name of this
 * file: in what is packed, it tells one build from another of the same version.
 */
function nameOf({ sources }: SetFiles): string {
  const meaning = [VERSION, basename(import.meta.url), process.versions.v8];
  const texts = sources.flatMap(({ file, text }) => [file, text]);
  return createHash("sha256")
    .update(JSON.stringify([...meaning, ...texts]))
    .digest("hex");
}

function mapped(value: object, change: (member: unknown) => unknown): [string, unknown][] {
  return Object.entries(value)
    .filter(([, member]) => typeof member !== "function")
    .map(([name, member]) => [name, change(member)]);
}

/**
 * A copy that can be kept: without the functions that tell where in a file a part of a condition
 * stands, and with maps for objects that inherit nothing. What else would not come back as it was is
 * an error.
 */
function packed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return new Map(mapped(value, packed));
  if (prototype === Object.prototype) return Object.fromEntries(mapped(value, packed));
  throw new TypeError("a document holds what cannot be kept");
}

/** What `packed` was made of. */
function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Map) {
    const bare: { [name: string]: unknown } = Object.create(null);
    for (const [name, member] of value) bare[String(name)] = unpacked(member);
    return bare;
  }
  return Object.fromEntries(mapped(value, unpacked));
}

function keptIn(store: SealedStore, name: string): Kept | undefined {
  const bytes = store.read(name);
  if (bytes === undefined) return undefined;
  const { source, digest, documents } = deserialize(bytes);
  const whole: Pick<Kept, "documents"> = Object(unpacked({ documents }));
  return { source, digest, ...whole };
}

function keep(store: SealedStore, name: string, { documents, source, digest }: Kept): void {
  store.write(name, serialize({ documents: packed(documents), source, digest }));
}

/** A kept set as one that decides: it has no finding whose place anybody would ask for. */
function revived(
  { documents, source, digest }: Kept,
  { sources, openedFiles, ref }: SetFiles,
): PolicySet {
  const set = compileSet(documents, sha256);
  return {
    documents,
    sources,
    source,
    digest,
    set,
    diagnostics: [],
    sound: { documents, missing: NOTHING_MISSING, set },
    locate: ({ place }) => place,
    info: { source, ref, digest },
    openedFiles,
  };
}

/**
 * As `loadPolicies`, for a process that decides a single call: the documents of a set that loaded are
 * kept in a folder of the user's own, and are not read and checked again while the files stay as they
 * are. To be decided by, not to be reported on. Data files are read anew each time.
 *
 * @internal
 */
export async function loadCachedPolicies(
  references: PolicyReferences,
  options: SetOptions,
  cache: string,
): Promise<Policies> {
  const files = await filesAt(references, options);
  const store = new SealedStore(join(cache, "sets"));
  const name = nameOf(files);
  const kept = keptIn(store, name);
  if (kept !== undefined) return new Policies(revived(kept, files));
  const assembled = assembleSet(files.sources, { readBeside: files.readBeside, sha256 });
  const loaded = loadedSet(files, assembled);
  if (dataRequests(loaded.documents).length === 0) keep(store, name, loaded);
  return new Policies(loaded);
}
