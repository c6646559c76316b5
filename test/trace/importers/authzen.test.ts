import { expect, test } from "vitest";
import { authzen } from "../../../src/trace/importers/authzen.ts";
import { decodeEvent } from "../../../src/trace/event.ts";
import { isCompleteRequest, toAuthzen } from "../../../src/trace/tools/to-authzen.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

test(
  "trace -> AuthZEN -> trace keeps subject, action, resource, context and decision, and the rest " +
    "besides",
  async () => {
    const events = [
      {
        id: "1",
        time: "2026-01-02T10:00:00Z",
        session: "s",
        parent: "0",
        subject: { type: "agent", id: "a", tenant: "eu" },
        action: { kind: "mcp_request", server: "crm", name: "read" },
        args: { n: 1, l: [null] },
        resource: { type: "doc", id: "1", classification: "public" },
        context: { surface: "x", delegation: [] },
        decision: { effect: "require_approval", rule: "p/r", pdp: "g", ms: 0.5 },
        outcome: { status: "ok" },
        labels: { incident: true },
        complete: ["context"],
        unrecorded: ["args.x"],
      },
      {
        id: "2",
        subject: { type: "agent", id: "a" },
        action: { name: "x" },
        decision: { effect: "allow" },
      },
      { id: "3", action: { name: "x" }, args: {} },
    ];
    const records = events.map((value) => {
      const decoded = decodeEvent(value, { file: "f", line: 1 });
      if (typeof decoded === "string") throw new Error(decoded);
      return toAuthzen(decoded);
    });
    expect(records.map(isCompleteRequest)).toEqual([true, false, false]);
    expect(
      (await importFiles(authzen, [importFileOf("log.jsonl", linesOf(records))])).calls,
    ).toEqual(events);
  },
);
