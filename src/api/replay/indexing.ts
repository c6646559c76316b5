import { closeSync } from "node:fs";
import type { IndexStats } from "../../documents/replay-result.ts";
import { whyUnreadable } from "../../node/file-error.ts";
import { openOwn } from "../../node/private-folder.ts";
import { VERSION } from "../../node/version.ts";
import type { PieceRead } from "./pool.ts";
import type { Task } from "./tasks.ts";
import {
  readSegmentBytes,
  restoreSegment,
  type IndexWriter,
  type StoredPlace,
  type StoredSegment,
} from "./index-file.ts";
import type { FoundIndex } from "./index-store.ts";
import type { IndexBuild, ReadPlan } from "./read-plan.ts";

/** An index that is held against what its trace holds, piece by piece. */
class HeldIndex {
  readonly #found: FoundIndex;
  /** Undefined: it was taken away, or changed hands, meanwhile. */
  readonly #fd: number | undefined;
  #pieces = 0;
  #same = true;

  constructor(found: FoundIndex) {
    const opened = openOwn(found.path);
    this.#found = found;
    this.#fd = "fd" in opened ? opened.fd : undefined;
  }

  /** Whether all that the index says is what the trace gave. */
  get isSame(): boolean {
    return this.#same && this.#pieces === this.#found.header.segments.length;
  }

  /** Takes the next piece as the trace gives it. */
  hold(segment: StoredSegment): void {
    const place = this.#found.header.segments[this.#pieces++];
    this.#same &&= place !== undefined && this.#isAs(place, segment);
  }

  #isAs(place: StoredPlace, segment: StoredSegment): boolean {
    if (this.#fd === undefined || JSON.stringify(place.header) !== JSON.stringify(segment.header))
      return false;
    try {
      return Buffer.compare(readSegmentBytes(this.#fd, place), restoreSegment(segment)) === 0;
    } catch {
      return false;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

/** What is written of one file. */
interface Written {
  readonly writer: IndexWriter;
  readonly held: HeldIndex | undefined;
}

/**
 * The indexes that are written while a trace is read. What cannot be written is told, and never an
 * error.
 */
export class Indexing {
  readonly #plan: ReadPlan;
  readonly #build: IndexBuild;
  /** By file. */
  readonly #open = new Map<number, Written>();
  /** Why no index is written any more, and whether one was. */
  #why: string | undefined;
  #written = false;
  #same = true;

  constructor(plan: ReadPlan, build: IndexBuild) {
    this.#plan = plan;
    this.#build = build;
  }

  add({ piece }: Task, { facts, encoded }: PieceRead): void {
    if (this.#why !== undefined) return;
    try {
      const open = piece.from === 0 ? this.#begin(piece.file) : this.#open.get(piece.file);
      if (encoded === undefined || open === undefined) return;
      open.writer.add(encoded, facts.blocks);
      open.held?.hold(encoded);
      if (piece.to === piece.size) this.#finish(piece.file, open);
    } catch (cause) {
      this.#giveUp(whyUnreadable(cause));
    }
  }

  #begin(at: number): Written | undefined {
    const file = this.#plan.files[at];
    const writer = file === undefined ? "there is no such file" : this.#build.store.writer(file);
    if (typeof writer === "string") {
      this.#giveUp(writer);
      return undefined;
    }
    const found = this.#build.held[at];
    const open = { writer, held: found === undefined ? undefined : new HeldIndex(found) };
    this.#open.set(at, open);
    return open;
  }

  /** WHY told: each replay reads the whole trace then, and nobody would know why. */
  #giveUp(why: string): void {
    this.#why = why;
    this.discard();
    this.#build.tell(`there is no index: ${why}`);
  }

  #finish(at: number, open: Written): void {
    const file = this.#plan.files[at];
    this.#open.delete(at);
    if (file === undefined) return;
    const same = open.held?.isSame;
    open.held?.close();
    if (same === true) return open.writer.discard();
    if (same === false) {
      this.#same = false;
      this.#build.tell(
        `the index of \`${file.name}\` differs from the trace: agentz does not use it, and writes a new one`,
      );
    }
    open.writer.finish(file, {
      tool: VERSION,
      layout: this.#plan.versions.layout,
    });
    this.#written = true;
  }

  /** What came of it. */
  finish(): IndexStats {
    const { index } = this.#plan;
    const held =
      this.#build.held.length === 0
        ? index.why
        : this.#same
          ? "it was compared with the trace, and is the same"
          : "it differed from the trace";
    return { ...index, written: this.#written, why: this.#why ?? held };
  }

  /** Takes away what was not finished. */
  discard(): void {
    for (const { held, writer } of this.#open.values()) {
      held?.close();
      writer.discard();
    }
    this.#open.clear();
  }
}
