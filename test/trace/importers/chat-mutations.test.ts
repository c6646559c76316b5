import { expect, test } from "vitest";
import type { Json } from "../../../src/request/json.ts";
import { importFileOf } from "../bytes.ts";
import { importAll } from "./import-all.ts";
import { CHAT_FORMATS } from "./chat-formats/formats.ts";
import { droppedAt, places, renamedAt, reversed } from "./mutations.ts";

async function found(
  values: readonly Json[],
): Promise<{ calls: number; counted: number; written: unknown }> {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const { calls, report, written } = await importAll([importFileOf("log.jsonl", text)]);
  const counted = [...report.notUnderstood, ...report.causes].reduce(
    (sum, { count }) => sum + count,
    0,
  );
  return { calls: calls.length, counted, written };
}

const rows = Object.entries(CHAT_FORMATS).flatMap(([format, list]) =>
  list.flatMap(({ of, content }) =>
    typeof content === "string" ? [] : [[format, of, JSON.parse(JSON.stringify(content))] as const],
  ),
);

test.each(rows)(
  "%s, %s: no call vanishes where a member is renamed or left out",
  async (_format, _of, content) => {
    const before = await found(content);
    for (const place of places(content)) {
      const renamed = renamedAt(content, place);
      const dropped = droppedAt(content, place);
      for (const mutant of [renamed, dropped]) {
        const after = await found(Array.isArray(mutant) ? mutant : []);
        expect(after.calls + after.counted, place.join(".")).toBeGreaterThanOrEqual(before.calls);
      }
    }
  },
);

test.each(rows)("%s, %s: the order of members does not matter", async (_format, _of, content) => {
  const inOrder = await found(content);
  const turned = reversed(content);
  const { written, counted } = await found(Array.isArray(turned) ? turned : []);
  expect(counted).toBe(inOrder.counted);
  // arguments keep the order that they had
  expect(written).toEqual(inOrder.written);
});
