import { describe, expect, it } from "vitest";
import { listLines } from "../../src/api/parts/list-lines.ts";
import { HashSample } from "../../src/api/parts/hash-sample.ts";
import { SharedNames } from "../../src/api/parts/shared-names.ts";
import { TieCheck } from "../../src/api/parts/tie-check.ts";
import type { HashList, PartTies } from "../../src/documents/part-result.ts";
import { TieCollector } from "../../src/api/parts/tie-collector.ts";
import { linePieces } from "../../src/api/replay/line-pieces.ts";
import { EventIds } from "../../src/engine/event-ids.ts";
import { hashText } from "../../src/text/text-numbers.ts";
import { ReadReport } from "../../src/trace/read-report.ts";

const encoder = new TextEncoder();

/** What a part lists of some texts. */
function hashed(texts: readonly string[], most = 1000): HashList {
  const sample = new HashSample(most);
  for (const text of texts) sample.add(text);
  return sample.list();
}

/** What a part says of ids that calls may be below, and of those that it lacks. */
function ties(parents: HashList, missing: readonly string[]): PartTies {
  const none = hashed([]);
  return {
    keys: none,
    events: none,
    approvals: none,
    parents,
    missingParents: hashed(missing),
    whole: [],
  };
}

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
    const check = new TieCheck("tenant", { keys: 9, events: 9, whole: 3 });
    const whole = (...names: readonly string[]): PartTies => ({
      ...ties(hashed([]), []),
      whole: [{ by: "subject", names: hashed(names) }],
    });
    check.add(whole("a", "b"), "one");
    check.add(whole("c"), "two");
    expect(() => check.add(whole("c"), "three")).toThrow("share state by subject");
    expect(() => check.add(whole("d"), "four")).toThrow("more than 3 names");
  });

  it("lists the least hashes, sorted, in whatever order texts come and how often", () => {
    const texts = Array.from({ length: 100 }, (_, i) => `t${i}`);
    const hashes = texts.map(hashText).sort();
    const whole = { hashes: hashes.join(""), below: null };
    const sample = { hashes: hashes.slice(0, 10).join(""), below: hashes[10] };
    for (const order of [texts, [...texts].reverse(), [...texts, ...texts]]) {
      expect(hashed(order, 100)).toEqual(whole);
      expect(hashed(order, 10)).toEqual(sample);
    }
  });

  it("compares all names of all parts up to a bound, and says so beyond it", () => {
    const texts = Array.from({ length: 100 }, (_, i) => `t${i}`);
    const least = texts.toSorted((a, b) => (hashText(a) < hashText(b) ? -1 : 1)).slice(0, 5);
    for (const order of [texts, texts.toReversed()]) {
      const [all, some] = [new SharedNames(100), new SharedNames(20)];
      order.forEach((text, part) => {
        expect(all.note(hashed([text]), part)).toBeUndefined();
        expect(some.note(hashed([text]), part)).toBeUndefined();
      });
      expect([all.isWhole, some.isWhole]).toEqual([true, false]);
      for (const text of texts) expect(all.note(hashed([text]), 100)).toBe(order.indexOf(text));
      expect(some.note(hashed(least), 100)).toBeLessThan(100);
    }
  });

  it.each<["keys" | "approvals", number, readonly string[]]>([
    ["keys", 1000, ["keys"]],
    ["approvals", 1000, ["approvals"]],
    ["keys", 2, ["keys"]],
  ])("says where only a sample of the %s was compared (%i are listed)", (what, most, said) => {
    const names = (from: number): readonly string[] => [from, from + 1, from + 2].map(String);
    const part = (from: number): PartTies => ({
      ...ties(hashed([]), []),
      [what]: hashed(names(from), most),
    });
    const check = new TieCheck("session", { keys: 4, events: 9, whole: 9 });
    check.add(part(0), "one");
    check.add(ties(hashed([]), []), "empty");
    // one part has nothing that it has to be compared with
    expect(check.partlyCompared).toEqual([]);
    check.add(part(3), "two");
    expect(check.partlyCompared).toEqual(said);
  });
});

describe("design 16.1: calls below calls of another part are refused", () => {
  /** Adds parts, each with ids of its events and ids that it lacks. */
  const check = (...parts: readonly PartTies[]): TieCheck => {
    const checked = new TieCheck("session");
    parts.forEach((part, i) => checked.add(part, `part ${i}`));
    return checked;
  };
  const has = (...texts: readonly string[]): HashList => hashed(texts);

  it("wherever the other part comes, also if the part itself has such an id", () => {
    const refused = "`part 1` has calls below calls of another part";
    for (const parts of [
      [ties(has("a"), []), ties(has("b"), ["a"])],
      [ties(has("c"), []), ties(has("a"), ["a"]), ties(has("a"), [])],
      [ties(has("a"), []), ties(has("a"), ["a"])],
      [ties(has("c"), []), ties(has("b"), ["a", "x"]), ties(has("a"), []), ties(has("a"), [])],
    ])
      expect(() => check(...parts).finish()).toThrow(refused);
  });

  it("but not those below calls of no part, or of the part itself", () => {
    check(ties(has("a", "b"), ["c"]), ties(has("d"), ["e"])).finish();
    check(ties(has("a"), ["a"]), ties(has("d"), [])).finish();
  });

  it("if a part has too many calls to tell", () => {
    const many = hashed(["a", "b", "c", "d"], 1);
    expect(() => check(ties(many, []), ties(has(), ["a", "b", "c", "d", "e"])).finish()).toThrow(
      /`part 1` has calls (below calls of another part|whose parents are not in it)/,
    );
    check(ties(many, ["a"])).finish();
  });
});

describe("design 16.1: lines of a part that are no events", () => {
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
