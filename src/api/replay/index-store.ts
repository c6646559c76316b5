import { createHash } from "node:crypto";
import { closeSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { whyUnreadable } from "../../node/file-error.ts";
import { FreshFile, isLeftOver } from "../../node/fresh-file.ts";
import { KEY_NAME, ownKey } from "../../node/own-key.ts";
import { openOwn, privateFolder } from "../../node/private-folder.ts";
import { VERSION } from "../../node/version.ts";
import { callsBytes, readCalls, type StoredCalls } from "./calls-file.ts";
import { IndexWriter, isFresh, readIndexHeader, type IndexHeader } from "./index-file.ts";
import type { PlainFile } from "./plain-files.ts";

/** An index that is this user's own and of the trace as it stands. */
export interface FoundIndex {
  readonly path: string;
  readonly header: IndexHeader;
  /** What no other index has: its header is sealed with it. */
  readonly seal: string;
}

/**
 * Why there is none; `doubtful`: what is there may be somebody else's, which a user wants to know.
 */
export interface NoIndex {
  readonly why: string;
  readonly doubtful: boolean;
}

const ENDING = ".azx";
/** Of files that say how calls were decided. */
const CALLS_ENDING = ".azc";
const DAY = 86_400_000;
/**
 * An index that was written so long ago is taken away, in milliseconds; whoever needs it still
 * writes it anew.
 */
const KEPT = 30 * DAY;
const NONE: NoIndex = { why: "there is none yet", doubtful: false };

/** The folder with the key of this user; `exposed`: others could look into it until now. */
type Sealed = { readonly key: Uint8Array; readonly exposed: boolean } | { readonly why: string };

/**
 * Where this user's indexes are kept: in a folder of the user's own, sealed with a key that nobody
 * else has. What was not sealed with it, what others might have written, and what is of another
 * file is never read.
 */
export class IndexStore {
  readonly #folder: string;
  #sealed: Sealed | undefined;

  /** `cache`: the folder for what may be made again; it is made when the first index is written. */
  constructor(cache: string) {
    this.#folder = join(cache, "index");
  }

  /** Where the index of a file is kept: of one place there is one index. */
  path({ real }: PlainFile): string {
    return join(this.#folder, `${nameOf(real)}${ENDING}`);
  }

  find(file: PlainFile): FoundIndex | NoIndex {
    const path = this.path(file);
    if (!existsSync(this.#folder)) return NONE;
    const sealed = this.#open();
    if ("why" in sealed) return { why: sealed.why, doubtful: existsSync(path) };
    const opened = openOwn(path);
    if ("absent" in opened) return NONE;
    if ("why" in opened) return { why: opened.why, doubtful: true };
    try {
      if (sealed.exposed)
        return {
          why: "other users could read its folder; agentz has now restricted the folder to you",
          doubtful: true,
        };
      return read(file, path, { fd: opened.fd, key: sealed.key });
    } finally {
      closeSync(opened.fd);
    }
  }

  /**
   * WHY once: the folder is closed to others before anything in it is believed, and then nobody
   * sees that it was open.
   */
  #open(): Sealed {
    return (this.#sealed ??= this.#seal());
  }

  #seal(): Sealed {
    const own = privateFolder(this.#folder);
    if ("why" in own) return own;
    const key = ownKey(own.folder);
    return "why" in key ? key : { ...key, exposed: own.exposed };
  }

  /**
   * How the calls of a trace were decided, by the indexes of its files; undefined: nothing that
   * this user's agentz wrote for these.
   */
  findCalls(indexes: readonly FoundIndex[]): StoredCalls | undefined {
    const sealed = this.#open();
    const opened =
      "why" in sealed || sealed.exposed ? undefined : openOwn(this.#callsPath(indexes));
    if (opened === undefined || "why" in sealed || !("fd" in opened)) return undefined;
    try {
      return readCalls(opened.fd, sealed.key, sealsOf(indexes));
    } finally {
      closeSync(opened.fd);
    }
  }

  /** Keeps how the calls of a trace were decided; nothing where that cannot be written. */
  keepCalls(indexes: readonly FoundIndex[], calls: StoredCalls): void {
    const sealed = this.#open();
    if ("why" in sealed) return;
    let file: FreshFile | undefined;
    try {
      file = new FreshFile(this.#callsPath(indexes));
      for (const bytes of callsBytes(calls, sealed.key, sealsOf(indexes))) file.write(bytes);
      file.replace();
    } catch {
      // the next replay decides all calls itself
      return;
    } finally {
      file?.discard();
    }
  }

  /** Of one trace, whichever files it is, there is one. */
  #callsPath(indexes: readonly FoundIndex[]): string {
    const files = JSON.stringify(indexes.map(({ header: { trace } }) => trace.real));
    return join(this.#folder, `${nameOf(files)}${CALLS_ENDING}`);
  }

  /** What writes the index of a file; a text: why none can be written. */
  writer(file: PlainFile): IndexWriter | string {
    const sealed = this.#open();
    if ("why" in sealed) return sealed.why;
    try {
      this.#sweep();
      return new IndexWriter(new FreshFile(this.path(file)), sealed.key);
    } catch (cause) {
      return `\`${this.#folder}\` cannot be written: ${whyUnreadable(cause)}`;
    }
  }

  /** Takes away what runs left that were killed, and old indexes. */
  #sweep(): void {
    const now = Date.now();
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
      const isKept = name.endsWith(ENDING) || name.endsWith(CALLS_ENDING);
      const old = age > (isKept ? KEPT : DAY);
      if (isLeftOver(name) || (old && name !== KEY_NAME)) rmSync(path, { force: true });
    }
  }
}

function nameOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function sealsOf(indexes: readonly FoundIndex[]): readonly string[] {
  return indexes.map(({ seal }) => seal);
}

function read(
  file: PlainFile,
  path: string,
  { fd, key }: { readonly fd: number; readonly key: Uint8Array },
): FoundIndex | NoIndex {
  const read = readIndexHeader(fd, key);
  if (typeof read === "string") return { why: read, doubtful: true };
  const { header, seal } = read;
  if (header.trace.real !== file.real)
    return { why: "it belongs to another trace", doubtful: true };
  return isFresh(header, file, VERSION)
    ? { path, header, seal }
    : { why: "the trace has changed since", doubtful: false };
}
