import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import type { JsonObject } from "../../../src/request/json.ts";
import { importFileOf } from "../bytes.ts";
import { importAll, importFiles } from "./import-all.ts";
import { CHAT_FORMATS } from "./chat-formats/formats.ts";

/** A call in one line: `agent@session > server/name args result`, of which only what is there. */
function shown(call: JsonObject, sessions: boolean): string {
  const [subject, action, context] = [call["subject"], call["action"], call["context"]].map(Object);
  const above = (context.delegation ?? []).map((each: string) => `${each.slice(6)}/`).join("");
  const approvals = (context.approvals ?? []).map(({ decision }: { decision: string }) => decision);
  return [
    sessions ? `[${String(call["session"])}]` : undefined,
    subject.id === undefined ? undefined : `${above}${subject.id}:`,
    context.on_behalf_of === undefined ? undefined : `for ${context.on_behalf_of.id}`,
    action.kind === "tool_call" ? undefined : action.kind,
    action.server === undefined ? action.name : `${action.server}/${action.name}`,
    JSON.stringify(call["args"]),
    Object(call["decision"]).effect,
    ...approvals,
    Object(call["outcome"]).status,
  ]
    .filter((each) => each !== undefined)
    .join(" ");
}

const rows = Object.entries(CHAT_FORMATS).flatMap(([format, list]) =>
  list.map((row) => [format, row.of, row] as const),
);

test.each(rows)("%s: %s", async (_format, _of, row) => {
  const text =
    typeof row.content === "string"
      ? row.content
      : row.content.map((value) => `${JSON.stringify(value)}\n`).join("");
  const file = importFileOf("log.jsonl", text);
  const { calls, report, written } = await importAll([file]);
  const sessions = row.calls.some((each) => each.startsWith("["));
  expect(calls.map((call) => shown(call, sessions))).toEqual(row.calls);
  expect(report.notUnderstood.map(({ kind, count }) => `${count} ${kind}`)).toEqual(
    row.kinds ?? [],
  );
  expect(report.causes.map(({ cause }) => cause)).toEqual(row.causes ?? []);
  if (row.isNotTold === true) return;
  const told = await importFiles(autoImporter(ALL_IMPORTERS), [file]);
  expect(told.written).toEqual(written);
});

describe("variants", () => {
  test.each(Object.entries(CHAT_FORMATS))(
    "%s has twelve at least, each different",
    (_format, list) => {
      expect(list.length).toBeGreaterThanOrEqual(12);
      expect(new Set(list.map(({ content }) => JSON.stringify(content))).size).toBe(list.length);
    },
  );
});
