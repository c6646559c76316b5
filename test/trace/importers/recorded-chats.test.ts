import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

/**
 * What real libraries kept of runs with scripted models (`scripts/record`), and the calls that were
 * made.
 */
const HUMAN = { on_behalf_of: { type: "human", id: "ann" } };
const RUNS = {
  "ai-sdk-messages": [
    { action: { name: "lookup" }, args: { order: "o9" }, outcome: { status: "ok" } },
    {
      action: { name: "refund" },
      args: { order: "o9", amount: 12.5 },
      outcome: { status: "error" },
    },
  ],
  autogen: [
    {
      subject: { id: "refunder" },
      action: { kind: "tool_call", name: "lookup" },
      args: { order: "o9" },
      outcome: { status: "ok" },
    },
    {
      subject: { id: "refunder" },
      action: { name: "refund" },
      args: { order: "o9", amount: 12.5 },
      outcome: { status: "error" },
    },
  ],
  // a tool that failed is run again, three times in all
  crewai: [
    {
      subject: { id: "refunder" },
      action: { kind: "tool_call", name: "lookup" },
      args: { order: "o9" },
      outcome: { status: "ok" },
    },
    ...Array.from({ length: 3 }, () => ({
      subject: { id: "refunder" },
      action: { name: "refund" },
      args: { order: "o9", amount: 12.5 },
      outcome: { status: "error" },
    })),
  ],
  promptfoo: [
    { action: { kind: "tool_call", name: "lookup" }, args: { order: "o9" } },
    { action: { kind: "tool_call", name: "refund" }, args: { order: "o9", amount: 12.5 } },
  ],
  inspect: [
    {
      action: { kind: "tool_call", name: "lookup" },
      args: { order: "o9" },
      context: { task: { id: "s-1" }, model: { name: "mockllm/model" } },
      outcome: { status: "ok" },
    },
    {
      action: { name: "refund" },
      args: { order: "o9", amount: 12.5 },
      outcome: { status: "error" },
    },
  ],
  adk: [
    {
      session: "s-1",
      subject: { id: "travel" },
      action: { kind: "tool_call", name: "pay" },
      args: { amount: 12.5 },
      context: HUMAN,
      outcome: { status: "error" },
    },
    {
      subject: { id: "travel" },
      action: { kind: "subagent_invocation", name: "transfer_to_agent" },
    },
    {
      session: "s-1",
      subject: { id: "mailer" },
      action: { name: "send_mail" },
      args: { to: "a@b.example", body: "x" },
      context: { ...HUMAN, delegation: ["agent:travel"] },
      outcome: { status: "ok" },
    },
  ],
};

test.each(Object.entries(RUNS))("%s", async (name, expected) => {
  const text = readFileSync(join(import.meta.dirname, `recorded/${name}.json`), "utf8");
  const auto = autoImporter(ALL_IMPORTERS);
  const { calls, report } = await importFiles(auto, [importFileOf(`${name}.json`, text)]);
  expect(calls).toMatchObject(expected);
  expect(calls).toHaveLength(expected.length);
  // promptfoo's second test is answered in words
  const sessions = name === "promptfoo" ? 2 : 1;
  expect(report).toMatchObject({ sessions, notUnderstood: [], unreadable: [] });
});
