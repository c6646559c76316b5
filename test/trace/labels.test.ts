import { expect, test } from "vitest";
import { readLabels } from "../../src/trace/labels.ts";
import { fileOf, linesOf, readAll } from "./bytes.ts";

test("design 7.6: labels are joined by event id; what fits nothing is counted", async () => {
  const { events } = await readAll([
    fileOf(
      "t",
      linesOf([
        { id: "a", action: {}, labels: { incident: false, team: "x" } },
        { id: "b", action: {} },
        { id: "__proto__", action: {} },
      ]),
    ),
  ]);
  const text = linesOf([
    { id: "a", labels: { incident: true } },
    { id: "__proto__", labels: { incident: false } },
    { id: "gone", labels: {} },
    { id: 5, labels: {} },
    { id: "b" },
  ]);
  const table = await readLabels([fileOf("labels.jsonl", `${text}{"id":`)]);
  expect(table.unmatched).toBe(3);
  expect(table.join(events).map(({ labels }) => labels)).toEqual([
    { incident: true, team: "x" },
    undefined,
    { incident: false },
  ]);
  expect(table.unmatched).toBe(1);
  expect(table.malformedList).toEqual([
    {
      file: "labels.jsonl",
      line: 4,
      cause: "a label line must be an object with `id` and `labels`",
    },
    {
      file: "labels.jsonl",
      line: 5,
      cause: "a label line must be an object with `id` and `labels`",
    },
    { file: "labels.jsonl", line: 6, cause: "the JSON text is truncated" },
  ]);
});
