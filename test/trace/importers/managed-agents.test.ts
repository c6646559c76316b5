import { expect, test } from "vitest";
import { managedAgents } from "../../../src/trace/importers/managed-agents.ts";
import { importVariant } from "./import-all.ts";
import { event } from "./variants/managed-agents.ts";

test("what was said stands around the calls, with its text only on request", async () => {
  const content = [
    event("user.message", "m1", { content: "secret" }),
    event("agent.message", "m2", { content: [{ type: "text", text: "word" }] }),
    event("session.status_terminated", "m3"),
  ];
  expect(
    (await importVariant(managedAgents, { of: "", calls: [], content })).written,
  ).toMatchObject([{ type: "prompt" }, { type: "response" }, { type: "session_end" }]);
  expect(
    JSON.stringify((await importVariant(managedAgents, { of: "", calls: [], content })).written),
  ).not.toMatch(/secret|word/);
  expect(
    (await importVariant(managedAgents, { of: "", calls: [], content, options: { results: true } }))
      .written,
  ).toMatchObject([{ context: { request: "secret" } }, { outcome: { result: "word" } }, {}]);
});
