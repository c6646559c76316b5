import { describe, expect, test } from "vitest";
import { readTrace } from "../../src/trace/read-events.ts";
import { ReadReport } from "../../src/trace/read-report.ts";
import { fileOf, linesOf, readAll } from "./bytes.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const call = (id: string, second?: number): object => ({
  id,
  action: { name: "x" },
  ...(second !== undefined && { time: at(second) }),
});
const ids = (events: readonly { id: string }[]): string => events.map(({ id }) => id).join(" ");

describe("design 7.7: what cannot be read is counted and listed with file and line", () => {
  test("every cause", async () => {
    const text = [
      JSON.stringify(call("a")),
      '{"id":"cut","action":{"na',
      "",
      "nonsense",
      '{"action":{}} {}',
      '"text"',
      '{"args":"x"}',
      '{"action":{"name":"\u0000"}}',
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
      JSON.stringify(call("b")),
    ].join("\n");
    const { events, report } = await readAll([fileOf("t.jsonl", text)]);
    expect(ids(events)).toBe("a b");
    expect(report).toMatchObject({ files: 1, lines: 10, events: 2, malformed: 7 });
    expect(report.malformedList).toEqual([
      { file: "t.jsonl", line: 2, cause: "the JSON text is truncated" },
      { file: "t.jsonl", line: 4, cause: "the text is not JSON" },
      { file: "t.jsonl", line: 5, cause: "the text is not JSON" },
      { file: "t.jsonl", line: 6, cause: "a line must contain a JSON object" },
      { file: "t.jsonl", line: 7, cause: "`args` must be an object" },
      { file: "t.jsonl", line: 8, cause: "the text has a NUL byte" },
      { file: "t.jsonl", line: 9, cause: "the value is nested deeper than 1000 levels" },
    ]);
  });

  test("the first hundred are listed, all are counted", async () => {
    const { report } = await readAll([fileOf("t.jsonl", "{\n".repeat(250))]);
    expect([report.malformed, report.malformedList.length]).toEqual([250, 100]);
  });

  test("members that the format does not have are counted by name", async () => {
    const { report } = await readAll([
      fileOf(
        "t.jsonl",
        linesOf([
          { ...call("a"), extra: 1 },
          { ...call("b"), extra: 1, other: 2 },
        ]),
      ),
    ]);
    expect([...report.unknownMembers]).toEqual([
      ["extra", 2],
      ["other", 1],
    ]);
  });

  test("an empty file has no events and no errors", async () => {
    const { events, report } = await readAll([fileOf("t.jsonl", "")]);
    expect(events).toEqual([]);
    expect(report).toMatchObject({ files: 1, lines: 0, events: 0, malformed: 0 });
  });

  test("a line with a member given twice is malformed: nobody knows which one was meant", async () => {
    const { events, report } = await readAll([
      fileOf("t.jsonl", '{"id":"a","id":"b","action":{"name":"x"}}\n{"id":"c","args":{}}'),
    ]);
    expect(ids(events)).toBe("c");
    expect(report.malformedList).toEqual([
      {
        file: "t.jsonl",
        line: 1,
        cause: "an object has a member twice, the second time at character 11",
      },
    ]);
  });
});

describe("design 5.4: events come in the order of time, then file, then line", () => {
  test("files are merged by time, in the order of their names where times are equal", async () => {
    const b = fileOf("b.jsonl", linesOf([call("b1", 1), call("b2", 2), call("b3", 5)]));
    const a = fileOf("a.jsonl", linesOf([call("a1", 2), call("a2", 2), call("a3", 3)]));
    const { events } = await readAll([b, a]);
    expect(ids(events)).toBe("b1 a1 a2 b2 a3 b3");
    expect(events.map(({ file, line }) => `${file}:${line}`).slice(0, 2)).toEqual([
      "b.jsonl:1",
      "a.jsonl:1",
    ]);
  });

  test("an event without time keeps its place behind the one before it in its file", async () => {
    const a = fileOf(
      "a",
      linesOf([call("a0"), call("a1", 3), call("a2"), call("a3", 1), call("a4"), call("a5", 4)]),
    );
    const b = fileOf("b", linesOf([call("b0"), call("b1", 2), call("b2"), call("b3", 3)]));
    const { events, report } = await readAll([a, b]);
    expect(ids(events)).toBe("a0 b0 a3 a4 b1 b2 a1 a2 b3 a5");
    expect(report.reordered).toBe(1);
  });

  test("files without any time are read one after the other, each opened when its turn comes", async () => {
    const opened: string[] = [];
    const content = linesOf(Array.from({ length: 1500 }, (_, n) => call(`e${n}`)));
    const files = ["b", "a"].map((name) => ({
      name,
      open: () => (opened.push(name), fileOf(name, content, 5000).open()),
    }));
    const batches = readTrace(files, { reorder: 10, report: new ReadReport() })[
      Symbol.asyncIterator
    ]();
    const { value } = await batches.next();
    expect(opened).toEqual(["a"]);
    expect(value?.[0]).toMatchObject({ file: "a", line: 1 });
    let rest = value?.length ?? 0;
    for (let next = await batches.next(); next.done !== true; next = await batches.next())
      rest += next.value.length;
    expect([opened.join(""), rest]).toEqual(["ab", 3000]);
  });

  test("a fraction of a millisecond orders events", async () => {
    const { events } = await readAll([
      fileOf(
        "a",
        linesOf([
          { ...call("late"), time: "2026-01-01T00:00:00.000200Z" },
          { ...call("early"), time: "2026-01-01T00:00:00.000100Z" },
        ]),
      ),
    ]);
    expect(ids(events)).toBe("early late");
  });

  test("disorder beyond the bound is an error that names the way out", async () => {
    const lines = linesOf([
      ...[10, 11, 12, 13].map((second) => call(`e${second}`, second)),
      call("late", 1),
    ]);
    expect(ids((await readAll([fileOf("t.jsonl", lines)], { reorder: 4 })).events)).toBe(
      "late e10 e11 e12 e13",
    );
    await expect(readAll([fileOf("t.jsonl", lines)], { reorder: 3 })).rejects.toMatchObject({
      message: "t.jsonl:5: the event `late` comes after more than 3 later ones",
      help: expect.stringContaining("agentz trace sort"),
    });
  });

  test("many files at once", async () => {
    const files = Array.from({ length: 300 }, (_, file) =>
      fileOf(
        `f${String(file).padStart(3, "0")}`,
        linesOf([0, 1, 2].map((n) => call(`${file}/${n}`, n * 300 + file))),
      ),
    );
    const { events } = await readAll(files);
    expect(events.map(({ time }) => time)).toEqual(
      events.map(({ time }) => time).sort((x, y) => (x ?? 0) - (y ?? 0)),
    );
    expect(events).toHaveLength(900);
  });
});
