import { describe, expect, it } from "vitest";
import { listLines } from "../../src/api/parts/list-lines.ts";
import { HashSample } from "../../src/api/parts/hash-sample.ts";
import { WholeNames } from "../../src/api/parts/whole-names.ts";
import type { HashList } from "../../src/documents/part-result.ts";
import { TieCollector } from "../../src/api/parts/tie-collector.ts";
import { linePieces } from "../../src/api/replay/line-pieces.ts";
import { EventIds } from "../../src/engine/event-ids.ts";
import { ReadReport } from "../../src/trace/read-report.ts";

const encoder = new TextEncoder();

describe("design 16.1: what a part holds is bounded", () => {
  it("forgets ids beyond the bound, and says so to whoever asks", () => {
    const ids = new EventIds();
    for (const id of ["a", "b", "c"]) ids.add({ id });
    const split = { key: "session", uses: [], whole: [] };
    const by = { versions: [], split, inOrder: true, usesApprovals: false };
    new TieCollector(by, 3).bound(ids);
    expect(ids.count("a")).toBe(1);
    new TieCollector(by, 2).bound(ids);
    ids.add({ id: "d" });
    expect(ids.size).toBe(0);
    expect(() => ids.count("a")).toThrow("not counted any more");
  });

  it("refuses more names to prove apart than it can hold", () => {
    const list = (...names: readonly string[]): HashList => {
      const sample = new HashSample(10);
      for (const name of names) sample.add(name);
      return sample.list();
    };
    const names = new WholeNames(3);
    expect(names.note(list("a", "b"), 0)).toBeUndefined();
    expect(names.note(list("c"), 1)).toBeUndefined();
    expect(names.note(list("c", "b"), 2)).toBeLessThan(2);
    expect(() => names.note(list("d"), 3)).toThrow("more than 3 names");
  });

  it("lists of many lines that are no events those with the least digests, in whatever pieces", () => {
    const lines = Array.from({ length: 250 }, (_, i) => `{"no": ${(i * 7919) % 1000}`);
    const listed = (size: number): readonly string[] => {
      const report = new ReadReport();
      for (let from = 0; from < lines.length; from += size) {
        const own = lines.slice(from, from + size);
        const found = own.map((_, line) => ({ line, cause: "" }));
        listLines(
          {
            index: 0,
            file: 0,
            begins: from === 0,
            calls: 0,
            segment: undefined,
            bytes: encoder.encode(`${own.join("\n")}\n`),
            facts: {
              rows: 0,
              lines: own.length,
              malformed: found.slice(0, 100),
              malformedCount: own.length,
              undecided: [],
              undecidedCount: 0,
              gatewayDenials: 0,
              ids: undefined,
              times: new Float64Array(0),
              parents: false,
              approvals: false,
              blocks: new Uint8Array(0),
            },
          },
          report,
          (line) => line,
        );
      }
      return report.malformedList.map(({ file }) => file);
    };
    const least = [...lines].sort().slice(0, 100);
    for (const size of [1, 60, 150, 250]) expect(listed(size)).toEqual(least);
  });
});

describe("the pieces of a live trace", () => {
  it("come as soon as no more lines do, and together while they do", async () => {
    let release: () => void = () => undefined;
    const more = new Promise<void>((resolve) => (release = resolve));
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield encoder.encode("one\n");
      yield encoder.encode("two\nth");
      await more;
      yield encoder.encode("ree\n");
    }
    const texts: string[] = [];
    for await (const { bytes } of linePieces(chunks(), { least: 1 << 20, patience: 20 })) {
      texts.push(Buffer.from(bytes).toString());
      release();
    }
    expect(texts).toEqual(["one\ntwo\n", "three\n"]);
  });
});
