import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/request/json.ts";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importVariant } from "./import-all.ts";
import { otlp, span, tool } from "./variants/otel.ts";

async function callsOf(content: readonly unknown[]): Promise<readonly JsonObject[]> {
  return (await importVariant(otel, { of: "", content, calls: [] })).calls;
}

for (const end of [undefined, "0", 0, null])
  test(`the outcome of a span whose end is ${JSON.stringify(end)} is unrecorded`, async () => {
    const [call] = await callsOf([otlp([span("0a", tool("t"), { endTimeUnixNano: end })])]);
    expect(call).toMatchObject({ action: { name: "t" } });
    expect(call).not.toHaveProperty("outcome");
  });

test("an error that a span without an end tells of is its outcome", async () => {
  const more = { "error.type": "E" };
  const [call] = await callsOf([
    otlp([span("0a", tool("t", undefined, more), { endTimeUnixNano: "0" })]),
  ]);
  expect(call).toMatchObject({ outcome: { status: "error", error: "E" } });
});

const BEGUN = otlp([span("0b", tool("t"), { endTimeUnixNano: undefined })]);
const ENDED = otlp([span("0b", tool("t", '{"z":1}', { "error.type": "E" }))]);

for (const content of [
  [BEGUN, ENDED],
  [ENDED, BEGUN],
  [BEGUN, BEGUN, ENDED],
])
  test("of a span that was told of before its end, what tells of the end counts", async () => {
    expect(await callsOf(content)).toMatchObject([
      { args: { z: 1 }, outcome: { status: "error", error: "E" } },
    ]);
  });

const stage = (id: string, name: string): object =>
  span(id, { "openinference.span.kind": "TOOL", target: name }, { name: `${name}-9` });

test("the outcome of a BeeAI tool that has only begun is unrecorded", async () => {
  const calls = await callsOf([
    otlp([
      stage("01", "tool.pay.start"),
      stage("02", "tool.mail.start"),
      stage("03", "tool.mail.finish"),
    ]),
  ]);
  expect(calls.map(({ action, outcome }) => [action, outcome])).toEqual([
    [{ kind: "tool_call", name: "pay" }, undefined],
    [{ kind: "tool_call", name: "mail" }, { status: "ok" }],
  ]);
});

const ID = { id: "r2", trace_id: "r1", dotted_order: "20260302T090001000000Zr2" };
const START = { name: "pay", run_type: "tool", start_time: "2026-03-02T09:00:01" };
const POST = {
  ...ID,
  ...START,
  parent_run_id: "r1",
  inputs: { a: 1 },
  extra: { metadata: { lc_agent_name: "top" } },
};
const END = { ...ID, end_time: "2026-03-02T09:00:02", outputs: { output: "ok" } };

for (const repeated of [
  {},
  { run_type: "tool" },
  { name: "pay", run_type: "tool" },
  START,
  { ...START, inputs: { a: 1 } },
  { ...START, extra: { metadata: {} } },
])
  for (const error of [undefined, "bad"]) {
    const patch = { ...END, ...repeated, error };
    for (const content of [
      [{ post: [POST] }, { patch: [patch] }],
      [{ patch: [patch] }, { post: [POST] }],
      [{ post: [POST], patch: [patch] }],
    ])
      test(`a patch is laid over the post: ${JSON.stringify({ ...repeated, error })}`, async () => {
        expect(await callsOf(content)).toEqual([
          expect.objectContaining({
            time: "2026-03-02T09:00:01Z",
            subject: { type: "agent", id: "top" },
            action: { kind: "tool_call", name: "pay" },
            args: { a: 1 },
            outcome: { status: error === undefined ? "ok" : "error" },
          }),
        ]);
      });
  }
