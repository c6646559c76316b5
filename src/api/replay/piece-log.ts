import { createHash } from "node:crypto";
import { ReadReport } from "../../trace/read-report.ts";
import { RepeatedIds } from "../../trace/repeated-ids.ts";
import { type RepeatedIdList } from "../../documents/trace-read.ts";
import type { PieceFacts } from "./piece-facts.ts";

/** A piece of a file, with what it tells of itself. */
export interface LoggedPiece {
  readonly file: number;
  readonly facts: PieceFacts;
  /** How many lines of the file come before it. */
  readonly before: number;
}

/**
 * Takes what the pieces of a trace tell of themselves, those of each file in order: what was read,
 * and the digest.
 */
export class PieceLog {
  readonly report = new ReadReport();
  readonly #names: readonly string[];
  #repeated: RepeatedIds | undefined;
  readonly #digests: Uint8Array[][];
  /** By file: its lines so far. */
  readonly #lines: number[];

  /** `ids`: whether pieces tell the ids of their events. */
  constructor(names: readonly string[], ids: boolean) {
    this.#names = names;
    this.#repeated = ids ? new RepeatedIds() : undefined;
    this.#digests = names.map(() => []);
    this.#lines = names.map(() => 0);
    this.report.files = names.length;
  }

  /** Null: not looked for, or not in all of the trace. */
  get repeatedIds(): RepeatedIdList | null {
    return this.#repeated?.found() ?? null;
  }

  take(at: number, facts: PieceFacts): LoggedPiece {
    const { report } = this;
    const [file, before] = [this.#names[at] ?? "", this.#lines[at] ?? 0];
    for (const { line, cause } of facts.malformed)
      report.listMalformed({ file, line: before + line + 1, cause });
    report.malformed += facts.malformedCount;
    for (const { line, type } of facts.undecided)
      report.listUndecided({ file, line: before + line + 1, type });
    report.undecided += facts.undecidedCount;
    report.gatewayDenials += facts.gatewayDenials;
    report.events += facts.rows;
    report.lines += facts.lines;
    this.#lines[at] = before + facts.lines;
    this.#digests[at]?.push(facts.blocks);
    return { file: at, facts, before };
  }

  /**
   * Notes the ids of some rows of a piece; to be called in the order of the trace. From a piece
   * without ids on, nobody looks for repeated ones.
   */
  noteIds({ file, facts, before }: LoggedPiece, from: number, to: number): void {
    const place = { file: this.#names[file] ?? "", before };
    if (facts.ids === undefined) this.#repeated = undefined;
    else this.#repeated?.add(facts.ids, { from, to }, place);
  }

  digest(): string {
    const all = createHash("sha256");
    for (const blocks of this.#digests) {
      const file = createHash("sha256");
      for (const block of blocks) file.update(block);
      all.update(file.digest());
    }
    return `sha256:${all.digest("hex")}`;
  }
}
