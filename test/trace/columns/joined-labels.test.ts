import { expect, test } from "vitest";
import { textOf } from "../../../src/trace/columns/dictionary.ts";
import { withoutUnread } from "../../../src/trace/columns/index-values.ts";
import { JoinedLabels } from "../../../src/trace/columns/joined-labels.ts";
import { COLUMN } from "../../../src/trace/columns/layout.ts";
import { SegmentBuilder } from "../../../src/trace/columns/segment-builder.ts";
import type { Segment } from "../../../src/trace/columns/segment.ts";
import { LabelTable } from "../../../src/trace/labels.ts";
import { linesOf } from "../bytes.ts";
import { HOST, LAYOUT } from "./lines.ts";

function labelsOf({ codes, dictionaries }: Segment): readonly unknown[] {
  const dictionary = dictionaries[COLUMN.labels];
  return [...(codes[COLUMN.labels] ?? [])].map((code) =>
    code === 0 || dictionary === undefined ? undefined : JSON.parse(textOf(dictionary, code)),
  );
}

test("design 7.6: labels are joined to those that an index keeps, where it keeps of several the same", () => {
  const own = [
    { incident: false, note: "x" },
    { incident: false, note: "y" },
    { incident: true, note: "x" },
    undefined,
    { reviewed: true },
  ];
  const events = own.map((labels, i) => ({ id: `e${i}`, action: { name: "x" }, labels }));
  const lines = Buffer.from(linesOf(events));
  const segment = withoutUnread(new SegmentBuilder(LAYOUT, HOST).build(lines, 0, true));
  const table = new LabelTable();
  table.add("e3", { incident: false });
  table.add("e4", { incident: true });
  const joined = new JoinedLabels(table).join(segment, (row) => `:${row}`);
  expect(labelsOf(joined)).toEqual([
    { incident: false },
    { incident: false },
    { incident: true },
    { incident: false },
    { reviewed: true, incident: true },
  ]);
});
