import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { findImporter } from "../../../src/trace/importers/registry.ts";
import type { Importer } from "../../../src/trace/importers/importer.ts";
import { importVariant, type Variant } from "./import-all.ts";
import { VARIANTS } from "./variants/all.ts";
import { GENERIC_VARIANTS, mapped } from "./variants/generic.ts";

const table = Object.entries(VARIANTS).flatMap(([format, variants]) =>
  variants.map((variant) => [format, variant.of, variant] as const),
);

function importerOf(format: string): Importer {
  const found = findImporter(format, ALL_IMPORTERS);
  if (found === undefined) throw new Error(`there is no importer ${format}`);
  return found;
}

const ABSENT = { decision: undefined, outcome: undefined, parent: undefined };

async function check(importer: Importer, variant: Variant): Promise<void> {
  const { calls, causes } = await importVariant(importer, variant);
  // a member that a variant expects to be undefined is one that must not be there
  const whole = calls.map((call) => ({ ...ABSENT, ...call }));
  expect(whole).toMatchObject(variant.calls);
  expect(calls).toHaveLength(variant.calls.length);
  expect(causes).toEqual(variant.causes ?? []);
  for (const path of variant.lacks ?? []) expect(calls.at(-1)).not.toHaveProperty(path);
}

test("every format has twenty variants at least, each different", () => {
  expect(Object.keys(VARIANTS).sort()).toEqual(ALL_IMPORTERS.map(({ name }) => name).sort());
  for (const [format, variants] of Object.entries({ ...VARIANTS, generic: GENERIC_VARIANTS })) {
    expect(variants.length, format).toBeGreaterThanOrEqual(20);
    expect(
      new Set(variants.map(({ content, options }) => JSON.stringify([content, options]))).size,
      format,
    ).toBe(variants.length);
  }
});

test.each(table)("%s: %s", (format, _, variant) => check(importerOf(format), variant));

test.each(GENERIC_VARIANTS.map((variant) => [variant.of, variant] as const))(
  "generic: %s",
  (_, variant) =>
    check(mapped({ action: { name: "'t'" }, ...variant.event }, variant.more), variant),
);

describe("`auto` tells the format by the content, and gives what that importer gives", () => {
  const recognisable = table.filter(([, , { calls }]) => calls.length > 0);
  test.each(recognisable)("%s: %s", async (format, _, variant) => {
    const { written, causes } = await importVariant(autoImporter(ALL_IMPORTERS), variant);
    expect({ written, causes }).toEqual(
      await importVariant(importerOf(format), variant).then((direct) => ({
        written: direct.written,
        causes: direct.causes,
      })),
    );
  });
});
