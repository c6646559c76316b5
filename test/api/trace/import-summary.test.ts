import { expect, test } from "vitest";
import { importSummary } from "../../../src/api/trace/import-summary.ts";

test("the summary of an import names what calls lack, and nothing that all have", () => {
  const report = {
    files: 1,
    lines: 4,
    sessions: 1,
    calls: 3,
    events: 3,
    without: { args: 0, agent: 1, session: 0, time: 3 },
    unreadable: [],
    causes: [],
    notUnderstood: [],
    leftOut: [],
    notes: [],
    broken: [],
  };
  expect(importSummary(report).split("\n")).toEqual([
    "3 calls in 1 session from 1 file (4 lines, 3 events)",
    "  1 call without an agent",
    "  3 calls without a time",
    "",
  ]);
});
