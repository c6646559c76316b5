import { expect, test } from "vitest";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { otlp, span, tool } from "./variants/otel.ts";

test("times keep their nanoseconds; results only on request; flags beat the format", async () => {
  const content = JSON.stringify(
    otlp([
      {
        ...span("01", tool("a", "{}", { "gen_ai.tool.call.result": "secret" })),
        startTimeUnixNano: "1788256800120345678",
      },
    ]),
    undefined,
    2,
  );
  const plain = await importFiles(otel, [importFileOf("spans.json", content)]);
  expect(plain.calls[0]).toMatchObject({ time: "2026-09-01T10:00:00.120345678Z" });
  expect(plain.text).not.toContain("secret");
  const { calls } = await importFiles(otel, [importFileOf("spans.json", content)], {
    results: true,
    subject: { type: "agent", id: "x" },
    server: "crm",
    model: "m",
  });
  expect(calls).toMatchObject([
    {
      subject: { id: "x" },
      action: { server: "crm" },
      context: { model: { name: "m" } },
      outcome: { result: "secret" },
    },
  ]);
});

test("log events without ids: what was refused takes no result, the earliest permitted does", async () => {
  const attribute = ([key, stringValue]: [string, string]): object => ({
    key,
    value: { stringValue },
  });
  const event = (name: string, held: Record<string, string>): object => ({
    body: { stringValue: `claude_code.${name}` },
    attributes: Object.entries({ "session.id": "s", tool_name: "Bash", ...held }).map(attribute),
  });
  const refused = event("tool_decision", { decision: "reject", source: "user_reject" });
  const permitted = event("tool_decision", { decision: "accept", source: "config" });
  const logRecords = [
    refused,
    permitted,
    refused,
    permitted,
    event("tool_result", { success: "true" }),
    event("tool_result", { success: "false" }),
  ];
  const content = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const { calls } = await importFiles(otel, [importFileOf("logs.json", content)]);
  expect(calls.map(({ decision, outcome }) => [decision, outcome])).toMatchObject([
    [{ effect: "deny" }, undefined],
    [{ effect: "allow" }, { status: "ok" }],
    [{ effect: "deny" }, undefined],
    [{ effect: "allow" }, { status: "error" }],
  ]);
});
