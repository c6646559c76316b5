import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { importFileOf } from "../bytes.ts";
import { bytesOf, shown } from "./chat-formats/row.ts";
import { importAll, importFiles } from "./import-all.ts";
import { CHAT_FORMATS } from "./chat-formats/formats.ts";

const rows = Object.entries(CHAT_FORMATS).flatMap(([format, list]) =>
  list.map((row) => [format, row.of, row] as const),
);

test.each(rows)("%s: %s", async (_format, _of, row) => {
  const file = importFileOf("log.jsonl", bytesOf(row.content));
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
