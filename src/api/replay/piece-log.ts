import { createHash } from "node:crypto";
import { LISTED, ReadReport } from "../../trace/read-report.ts";
import { RepeatedIds } from "../../trace/repeated-ids.ts";
import { type RepeatedIdList } from "../../documents/trace-read.ts";
import { NotByColumns } from "./not-by-columns.ts";
import type { PieceFacts } from "./piece-facts.ts";

/**
 * Takes what the pieces of a trace tell of themselves, in order: what was read, whether it is in
 * order, the digest.
 */
export class PieceLog {
  readonly report = new ReadReport();
  readonly #names: readonly string[];
  readonly #repeated: RepeatedIds | undefined;
  readonly #digests: Uint8Array[][];
  /** The file that is read, its lines so far, and the latest time of all. */
  #file = 0;
  #lines = 0;
  #latest = -Infinity;

  /** `ids`: whether pieces tell the ids of their events. */
  constructor(names: readonly string[], ids: boolean) {
    this.#names = names;
    this.#repeated = ids ? new RepeatedIds() : undefined;
    this.#digests = names.map(() => []);
    this.report.files = names.length;
  }

  /** Null: not looked for. */
  get repeatedIds(): RepeatedIdList | null {
    return this.#repeated?.found() ?? null;
  }

  /** Lines of its file before the piece that comes next. */
  linesBefore(file: number): number {
    return file === this.#file ? this.#lines : 0;
  }

  take(file: number, facts: PieceFacts): void {
    this.#checkOrder(file, facts);
    const before = this.linesBefore(file);
    const { report } = this;
    for (const { line, cause } of facts.malformed) {
      if (report.malformedList.length < LISTED)
        report.malformedList.push({
          file: this.#names[file] ?? "",
          line: before + line + 1,
          cause,
        });
    }
    report.malformed += facts.malformedCount;
    for (const { line, type } of facts.undecided) {
      if (report.undecidedList.length < LISTED)
        report.undecidedList.push({ file: this.#names[file] ?? "", line: before + line + 1, type });
    }
    report.undecided += facts.undecidedCount;
    for (const [id, line] of facts.ids ?? [])
      this.#repeated?.add({ id, file: this.#names[file] ?? "", line: before + line + 1 });
    report.events += facts.rows;
    report.lines += facts.lines;
    [this.#file, this.#lines] = [file, before + facts.lines];
    this.#digests[file]?.push(facts.blocks);
  }

  /** Columns are walked as they stand, so events must come in the order of design 5.4. */
  #checkOrder(file: number, { first, latest, inOrder, startsTimeless }: PieceFacts): void {
    // before the first time of a file nothing orders its events but that they come first of all
    if (file !== this.#file && startsTimeless && this.#latest > -Infinity)
      throw new NotByColumns("a file begins without a time");
    if (!inOrder || first < this.#latest)
      throw new NotByColumns("an event comes after a later one");
    this.#latest = Math.max(this.#latest, latest);
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
