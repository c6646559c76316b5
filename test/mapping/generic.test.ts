import { describe, expect, test } from "vitest";
import { decodeMapping } from "../../src/mapping/mapping.ts";
import { importFileOf } from "../trace/bytes.ts";
import { importFiles, importVariant } from "../trace/importers/import-all.ts";
import { mapped } from "../trace/importers/variants/generic.ts";

test("nothing is invented: what no expression gives is no member", async () => {
  const { calls } = await importVariant(
    mapped({
      action: { name: "'t'" },
      session: "record.constructor",
      decision: { rule: "record.r" },
    }),
    { of: "", calls: [], content: [{ r: "p/r" }] },
  );
  expect(calls).toEqual([{ id: "log/0", action: { name: "t" } }]);
});

describe("cutting files into records", () => {
  const EVENT = {
    id: "record.id",
    time: "record.at",
    subject: { type: "'agent'", id: "record.who" },
    action: { name: "record.what" },
    args: { amount: "double(record.sum)" },
  };

  test("CSV: quotes, line ends inside quotes, empty cells, rows of other lengths", async () => {
    const csv = `\uFEFFid,at,who,what,sum\r\n1,2026-01-02T10:00:00Z,a,pay,5\r\n2,,"b, ""c""\nd",pay,7.5\r\n3,x\r\n`;
    for (const size of [1, 5, 65536]) {
      const { calls, report } = await importFiles(mapped(EVENT), [
        importFileOf("calls.csv", csv, size),
      ]);
      expect(calls).toEqual([
        {
          id: "1",
          time: "2026-01-02T10:00:00Z",
          subject: { type: "agent", id: "a" },
          action: { name: "pay" },
          args: { amount: 5 },
        },
        {
          id: "2",
          subject: { type: "agent", id: 'b, "c"\nd' },
          action: { name: "pay" },
          args: { amount: 7.5 },
        },
      ]);
      expect(report.unreadable).toEqual([
        {
          file: "calls.csv",
          line: 5,
          cause: "a row has more or fewer cells than the first line has names",
          count: 1,
        },
      ]);
    }
  });

  test("JSONL; what an expression cannot give is counted, what is not there is unrecorded", async () => {
    const { calls, causes } = await importVariant(mapped(EVENT), {
      of: "",
      calls: [],
      content: [
        { id: "1", at: 1767348000, who: "a", what: "pay", sum: "many" },
        { id: "2", what: "x" },
        { id: "3", what: "y", at: "today" },
      ],
    });
    expect(calls).toMatchObject([
      { time: "2026-01-02T10:00:00.000Z", subject: { id: "a" } },
      { id: "2", subject: { type: "agent" } },
      { id: "3" },
    ]);
    expect(causes).toHaveLength(2);
  });

  test("`each` unfolds lists, `when` leaves records out, a record that is no event is refused", async () => {
    const importer = mapped(
      { id: "record.id + string(call_index)", action: { name: "call.name" } },
      { each: { call: "record.calls" }, when: "record.kind == 'run'" },
    );
    const { calls, causes } = await importVariant(importer, {
      of: "",
      calls: [],
      content: [
        { kind: "run", id: "r", calls: [{ name: "a" }, { name: "b" }] },
        { kind: "other" },
        { kind: "run", id: "x" },
        { kind: "run", id: "y", calls: [{ name: 1 }] },
      ],
    });
    expect(calls.map(({ id }) => id)).toEqual(["r0", "r1"]);
    expect(causes).toEqual(["a record gives no event: `action.name` must be a string"]);
  });

  test("a mapping with mistakes names them all", () => {
    const decoded = decodeMapping({
      apiVersion: "x",
      kind: "Mapping",
      evnt: {},
      event: { acton: "1 +", args: 5 },
      each: { record: "x" },
    });
    expect("problems" in decoded ? decoded.problems.map(({ path }) => path) : []).toEqual([
      "$.evnt",
      "$.apiVersion",
      "$.event.acton",
      "$.each.record",
      "$.each.record",
      "$.event.acton",
      "$.event.args",
    ]);
    expect("problems" in decodeMapping(5)).toBe(true);
  });
});
