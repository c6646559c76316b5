import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import type { ImportFile } from "../../../src/trace/importers/importer.ts";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const bytes = (field: number, content: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value)]);
const fixed = (field: number, value: bigint): number[] => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return [...varint(field * 8 + 1), ...buffer];
};
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const pair = (field: number, key: string, value: readonly number[]): number[] =>
  bytes(field, [...text(1, key), ...bytes(2, value)]);

const resource = bytes(1, pair(1, "service.name", text(1, "claude-code")));
const span = [
  ...bytes(1, new Array<number>(16).fill(0xee)),
  ...bytes(2, new Array<number>(8).fill(0xaa)),
  ...text(5, "execute_tool pay"),
  ...number(6, 1),
  ...fixed(7, 1_772_442_000_000_000_001n),
  ...pair(9, "gen_ai.operation.name", text(1, "execute_tool")),
  ...pair(9, "gen_ai.tool.name", text(1, "pay")),
  ...pair(
    9,
    "gen_ai.tool.call.arguments",
    bytes(6, [
      ...pair(1, "amount", number(3, 500)),
      ...pair(1, "urgent", number(2, 1)),
      ...pair(1, "to", bytes(5, bytes(1, text(1, "ann")))),
    ]),
  ),
  ...number(10, 3),
  ...bytes(15, [...text(2, "declined"), ...number(3, 2)]),
];
const record = [
  ...fixed(1, 1_772_442_000_000_000_000n),
  ...bytes(5, text(1, "claude_code.tool_result")),
  ...pair(6, "tool_name", text(1, "Read")),
  ...pair(6, "tool_use_id", text(1, "t1")),
  ...pair(6, "success", text(1, "true")),
];
const document = (item: readonly number[]): number[] =>
  bytes(1, [...resource, ...bytes(2, [...bytes(1, text(1, "scope")), ...bytes(2, item)])]);
const framed = (message: readonly number[]): number[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return [...length, ...message];
};
const file = (content: readonly number[]): ImportFile => ({
  ...importFileOf("spans.pb", ""),
  open: async function* open() {
    yield Uint8Array.from(content);
  },
});

const PAY = {
  id: `${"ee".repeat(16)}/${"aa".repeat(8)}`,
  time: "2026-03-02T09:00:00.000000001Z",
  action: { name: "pay" },
  args: { amount: 500, urgent: true, to: ["ann"] },
  outcome: { status: "error" },
};
const READ = {
  action: { name: "Read" },
  subject: { id: "claude-code" },
  outcome: { status: "ok" },
};

test.each([
  ["a message of traces", document(span), [PAY]],
  [
    "messages behind their lengths",
    [...framed(document(span)), ...framed(document(record))],
    [PAY, READ],
  ],
  ["a message of logs", document(record), [READ]],
])("%s", async (_, content, calls) => {
  for (const importer of [otel, autoImporter(ALL_IMPORTERS)]) {
    const imported = await importFiles(importer, [file(content)]);
    expect(imported.calls).toMatchObject(calls);
    expect(imported.calls).toHaveLength(calls.length);
  }
});

test("what is cut off, or is no message of OTLP, is refused with its file", async () => {
  const whole = document(span);
  for (const content of [whole.slice(0, -3), [10, 1, 0, 1, 2, 3], [0, 0, 0, 2, 10, 200]]) {
    const { report } = await importFiles(otel, [file(content)]);
    expect(report.broken.join()).toContain("spans.pb");
    expect(report.calls).toBe(0);
  }
});
