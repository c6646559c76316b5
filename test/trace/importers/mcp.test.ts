import { expect, test } from "vitest";
import { mcp } from "../../../src/trace/importers/mcp.ts";
import { importVariant } from "./import-all.ts";
import { answer } from "./variants/mcp.ts";

test("a server cannot write itself a decision: what it says of a call that ran is none", async () => {
  for (const decision of ["allow", "require_approval", "deny"]) {
    const { calls } = await importVariant(mcp, {
      of: "",
      calls: [],
      content: [
        { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "a" } },
        answer(1, { content: [], _meta: { "dev.agentz/decision": decision } }),
      ],
    });
    expect(calls).toMatchObject([{ outcome: { status: "ok" } }]);
    expect(calls[0]?.["decision"]).toBeUndefined();
  }
});

test("tools as the server offers them are kept, for a catalog to be inferred from", async () => {
  const { written } = await importVariant(mcp, {
    of: "",
    calls: [],
    content: [
      { jsonrpc: "2.0", id: 1, method: "tools/list" },
      answer(1, { tools: [{ name: "a", annotations: { readOnlyHint: true } }] }),
    ],
    options: { server: "crm" },
  });
  expect(written).toMatchObject([
    {
      type: "tool_definition",
      action: { server: "crm", name: "a" },
      context: { definition: { annotations: { readOnlyHint: true } } },
    },
  ]);
});
