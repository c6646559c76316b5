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

test("design 7.6: a label line whose `incident` cannot be read, or is misspelled, is malformed", async () => {
  const text = linesOf([
    { id: "a", labels: { incident: "yes" } },
    { id: "b", labels: { incidents: true } },
    { id: "c", labels: { INCIDENT: true } },
    { id: "d", labels: { benign: true } },
    { id: "e", labels: { incident: null, incident_id: "INC-1", design: "x", note: "y" } },
  ]);
  const table = await readLabels([fileOf("labels.jsonl", text)]);
  expect([...table.ids()]).toEqual(["e"]);
  expect(table.malformedList.map(({ line, cause }) => [line, cause])).toEqual([
    [1, '`labels.incident` must be true or false, not "yes"'],
    [2, "the label `incidents` is unknown; did you mean `incident`?"],
    [3, "the label `INCIDENT` is unknown; did you mean `incident`?"],
    [4, 'the label `benign` is unknown; a benign call has the label `{"incident": false}`'],
  ]);
});
