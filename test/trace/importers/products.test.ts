import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { findImporter } from "../../../src/trace/importers/registry.ts";
import { importFileOf } from "../bytes.ts";
import { CHAT_FORMATS } from "./chat-formats/formats.ts";
import { bytesOf, shown } from "./chat-formats/row.ts";
import { importFiles } from "./import-all.ts";
import { PRODUCTS } from "./products/all.ts";
import { CODING_AGENTS, VARIANTS } from "./variants/all.ts";

const rows = Object.entries(PRODUCTS).flatMap(([product, { format, rows: list }]) =>
  list.map((row) => [product, row.of, format, row] as const),
);

test.each(rows)("%s: %s", async (_product, _of, format, row) => {
  const importer = findImporter(format, ALL_IMPORTERS) ?? autoImporter([]);
  const file = importFileOf(row.file ?? "log.jsonl", bytesOf(row.content));
  const { calls, report, written } = await importFiles(importer, [file]);
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

/** The variants of everything that the pages of the importers say is read, by product. */
const ALL: { readonly [product: string]: readonly { readonly content: unknown }[] } = {
  ...VARIANTS,
  ...CODING_AGENTS,
  ...CHAT_FORMATS,
  ...Object.fromEntries(
    Object.entries(PRODUCTS).map(([product, { rows: list }]) => [product, list]),
  ),
};

test.each(Object.entries(ALL))("%s has twelve variants at least, each different", (_, list) => {
  expect(list.length).toBeGreaterThanOrEqual(12);
  expect(new Set(list.map((variant) => JSON.stringify(variant))).size).toBe(list.length);
});
