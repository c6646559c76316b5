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
