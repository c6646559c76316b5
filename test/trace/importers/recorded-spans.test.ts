import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isJsonObject, member, stringMember, type Json } from "../../../src/request/json.ts";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

/**
 * What real libraries wrote while scripted models called tools (`scripts/record`), and the calls
 * that were made: who made them, with which arguments, under whom.
 */
const TRAVEL = [
  { by: "travel_agent", tool: "delete_booking", args: { id: "b-1" }, under: [] },
  { by: "travel_agent", tool: "ask_visa", args: { country: "PT" }, under: [] },
  {
    by: "visa_agent",
    tool: "lookup_rules",
    args: { country: "PT", days: 3 },
    under: ["agent:travel_agent"],
  },
];
const AGENTS = [
  { by: "travel", tool: "book_flight", args: { to: "LIS" }, under: [] },
  { by: "travel", tool: "pay", args: { amount: 12.5 }, under: [] },
  { by: "travel", tool: "transfer_to_mailer", args: undefined, under: [] },
  {
    by: "mailer",
    tool: "send_mail",
    args: { to: "a@b.example", body: "x" },
    under: ["agent:travel"],
  },
];
const RUNS = {
  "ai-sdk": [
    { by: "refunder", tool: "lookup", args: { order: "o9" }, under: [] },
    { by: "refunder", tool: "refund", args: { order: "o9", amount: 12.5 }, under: [] },
  ],
  "langgraph-openinference": TRAVEL,
  "langgraph-openllmetry": TRAVEL,
  "langgraph-langsmith": TRAVEL,
  "openai-agents-openinference": AGENTS,
  "openai-agents-logfire": AGENTS,
  // its hand-offs do not say to whom
  "openai-agents-openllmetry": AGENTS.map((call) => ({
    ...call,
    tool: call.tool === "transfer_to_mailer" ? undefined : call.tool,
    under: call.by === "travel" ? [] : undefined,
  })),
  "pydantic-ai": [
    { by: "support", tool: "read_secret", args: { id: 1 }, under: [] },
    { by: "support", tool: "ask_expert", args: { q: "x" }, under: [] },
    { by: "expert", tool: "send_mail", args: { to: "x@example.com" }, under: ["agent:support"] },
  ],
  strands: [
    { by: "refunder", tool: "lookup", args: { order: "o9" }, under: [] },
    { by: "refunder", tool: "refund", args: { order: "o9", amount: 5 }, under: [] },
  ],
};

test.each(Object.entries(RUNS))("%s", async (name, runs) => {
  const text = readFileSync(join(import.meta.dirname, `recorded/${name}.json`), "utf8");
  const { calls, report } = await importFiles(otel, [importFileOf(`${name}.json`, text)]);
  const seen = calls.map(({ subject, action, args, context }) => ({
    by: stringMember(isJsonObject(subject) ? subject : {}, "id"),
    tool: stringMember(isJsonObject(action) ? action : {}, "name"),
    args,
    under: member(isJsonObject(context) ? context : {}, "delegation"),
  }));
  expect(seen).toEqual(runs);
  expect(report).toMatchObject({ sessions: 1, notUnderstood: [] });
});

/** A value in which each object of a list of spans has a member that no export has. */
function withMember(value: Json, isSpan = false): Json {
  if (isJsonObject(value)) {
    const held = Object.entries(value).map(([key, inner]): [string, Json | undefined] => [
      key,
      inner === undefined ? inner : withMember(inner, key === "spans"),
    ]);
    return Object.fromEntries(isSpan ? [...held, ["of_nobody", true]] : held);
  }
  return Array.isArray(value) ? value.map((item: Json) => withMember(item, isSpan)) : value;
}

test.each(Object.keys(RUNS))(
  "%s, read by the words of OTLP alone and by all words",
  async (name) => {
    const text = readFileSync(join(import.meta.dirname, `recorded/${name}.json`), "utf8");
    const parsed: Json = JSON.parse(text);
    const other = JSON.stringify(withMember(parsed));
    expect(other).toContain("of_nobody");
    const [alone, all] = await Promise.all(
      [JSON.stringify(parsed), other].map((one) =>
        importFiles(otel, [importFileOf("a.json", one)]),
      ),
    );
    expect(all?.text).toBe(alone?.text);
  },
);
