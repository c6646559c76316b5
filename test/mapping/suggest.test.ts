import { expect, test } from "vitest";
import { parse } from "yaml";
import { decodeMapping } from "../../src/mapping/mapping.ts";
import { mappedImporter } from "../../src/mapping/mapped-importer.ts";
import { suggestMapping } from "../../src/mapping/suggest.ts";
import { agentz, jsonl, scratch } from "../e2e/agentz.ts";
import { importFileOf, linesOf } from "../trace/bytes.ts";
import { importFiles } from "../trace/importers/import-all.ts";

const CASES: readonly [what: string, records: readonly unknown[], calls: readonly object[]][] = [
  [
    "a call a line, among others",
    [{ level: "info" }, { id: "1", tool: "x", args: { a: 1 }, ts: "2026-01-02T10:00:00Z" }],
    [{ id: "1", time: "2026-01-02T10:00:00Z", action: { name: "x" }, args: { a: 1 } }],
  ],
  [
    "calls in lists of lists",
    [
      {
        sessionId: "s",
        messages: [{ type: "user" }, { toolCalls: [{ id: "c", name: "x", args: {} }] }],
      },
    ],
    [{ id: "c", session: "s", action: { name: "x" }, args: {} }],
  ],
  [
    "OpenAI's, with arguments as text",
    [
      {
        choices: [{ message: { tool_calls: [{ function: { name: "x", arguments: '{"a":1}' } }] } }],
      },
    ],
    [{ action: { name: "x" }, args: { a: 1 } }],
  ],
  [
    "two calls of one record are two events",
    [
      {
        id: "r",
        calls: [
          { tool: "x", args: {} },
          { tool: "y", args: {} },
        ],
      },
    ],
    [{ id: "log/0" }, { id: "log/1" }],
  ],
  [
    "JSON in a text",
    [{ message: '{"call":{"toolName":"x","rawInput":{"a":1}}}' }],
    [{ action: { name: "x" }, args: { a: 1 } }],
  ],
  [
    "ids and sessions that are numbers",
    [{ id: 1, session: 20260302, tool: "PAY", args: { a: 1 } }],
    [{ id: "1", session: "20260302", action: { name: "PAY" }, args: { a: 1 } }],
  ],
  [
    "ids of calls in a list that are numbers",
    [{ calls: [{ id: 7, tool: "x", args: {} }] }],
    [{ id: "7" }],
  ],
  [
    "calls with a name, even if more have none",
    [
      { type: "tool_call", args: { a: 1 } },
      { type: "tool_call", args: { a: 2 } },
      { step: { tool: "x", args: { a: 3 } } },
    ],
    [{ action: { name: "x" }, args: { a: 3 } }],
  ],
  [
    "members that are no plain names",
    [{ "my-calls": [{ name: "x", input: { a: 1 } }] }],
    [{ action: { name: "x" }, args: { a: 1 } }],
  ],
];

test.each(CASES)("%s: the mapping that is written reads the file", async (_, records, calls) => {
  const file = importFileOf("log.jsonl", linesOf(records));
  const decoded = decodeMapping(parse((await suggestMapping([file])) ?? ""));
  if ("problems" in decoded) throw new Error(JSON.stringify(decoded.problems));
  const importer = mappedImporter(decoded.mapping, { name: "generic", title: "x" });
  const imported = await importFiles(importer, [file]);
  expect(imported.calls).toMatchObject(calls);
  expect([imported.calls.length, imported.report.unreadable]).toEqual([calls.length, []]);
});

test("no mapping is suggested that makes up a name", async () => {
  const records = [{ type: "tool_call", args: { a: 1 } }];
  expect(await suggestMapping([importFileOf("log.jsonl", linesOf(records))])).toBeUndefined();
});

test("the command writes it; where nothing looks like a call it says so", () => {
  const cwd = scratch({
    "a.jsonl": jsonl([{ tool: "x", args: { a: 1 } }]),
    "b.jsonl": jsonl([{ n: 1 }]),
  });
  expect(agentz(["import", "--suggest", "a.jsonl", "-o", "m.yaml"], { cwd }).status).toBe(0);
  const imported = agentz(["import", "generic", "a.jsonl", "--mapping", "m.yaml"], { cwd });
  expect([imported.status, JSON.parse(imported.stdout)]).toMatchObject([
    0,
    { action: { name: "x" }, args: { a: 1 } },
  ]);
  expect(agentz(["import", "--suggest", "b.jsonl"], { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("these files contain nothing that looks like a call"),
  });
});

test("files of a folder that are left out are named", () => {
  const cwd = scratch({
    "runs/a.jsonl": jsonl([{ messages: [{ role: "user", content: "x" }] }]),
    "runs/opa.log": "{}",
    "runs/deep/b.traj": "{}",
  });
  const { stderr } = agentz(["import", "auto", "runs"], { cwd });
  expect(stderr).toContain(
    "2 files with another ending are left out: runs/deep/b.traj, runs/opa.log",
  );
});
