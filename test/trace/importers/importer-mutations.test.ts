import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import type { Json } from "../../../src/request/json.ts";
import type { Importer } from "../../../src/trace/importers/importer.ts";
import { importVariant, type Variant } from "./import-all.ts";
import { droppedAt, nulledAt, places, renamedAt, reversed } from "./mutations.ts";
import { PRODUCTS } from "./products/all.ts";
import { VARIANTS } from "./variants/all.ts";

/**
 * How many members of each variant are renamed and left out. Every importer is in this fuzz by
 * being registered; set `MUTATED_PLACES=all` to try every member.
 */
const PLACES = process.env["MUTATED_PLACES"] === "all" ? Infinity : 2;

/**
 * Members without which a record is another kind of record, that is no call: by importer, with the
 * places at which they stand.
 */
const OTHER_RECORDS: { readonly [importer: string]: RegExp } = {
  // a request without the subject's id, the resource's id or the action is a search
  authzen: /(subject|resource)\.id$|(^|\.)action$/,
};

/** All variants of an importer that hold JSON. */
function variantsOf(importer: string): readonly Variant[] {
  const rows = Object.values(PRODUCTS).flatMap(({ format, rows: list }) =>
    format === importer ? list : [],
  );
  return [
    ...(VARIANTS[importer] ?? []),
    ...rows.flatMap(({ of, content }) =>
      content instanceof Uint8Array ? [] : [{ of, content, calls: [] }],
    ),
  ];
}

/** The values of a variant that holds JSON, and how they were written. */
function valuesOf({ content }: Variant): readonly Json[] {
  if (typeof content !== "string") return JSON.parse(JSON.stringify(content));
  try {
    return [JSON.parse(content)];
  } catch {
    return [];
  }
}

/** Some of the places, the same at each run, spread over all of them. */
function some<T>(list: readonly T[], seed: number): readonly T[] {
  const step = Math.max(1, Math.floor(list.length / PLACES));
  return list.filter((_, index) => (index + seed) % step === 0);
}

async function found(
  importer: Importer,
  variant: Variant,
  values: readonly Json[],
): Promise<{ calls: number; counted: number; written: unknown }> {
  const { calls, counted, written } = await importVariant(importer, {
    ...variant,
    content: values,
  });
  return { calls: calls.length, counted, written };
}

/** The places of a variant at which a change loses a call. */
async function lost(importer: Importer, variant: Variant, seed: number): Promise<string[]> {
  const values = valuesOf(variant);
  const before = await found(importer, variant, values);
  const missing: string[] = [];
  for (const place of some(places([...values]), seed))
    for (const change of [renamedAt, droppedAt, nulledAt]) {
      const mutant = change([...values], place);
      const after = await found(importer, variant, Array.isArray(mutant) ? mutant : []);
      if (after.calls + after.counted < before.calls)
        missing.push(`${variant.of}: ${change.name} ${place.join(".")}`);
    }
  return missing.filter((place) => OTHER_RECORDS[importer.name]?.test(place) !== true);
}

test.each(ALL_IMPORTERS.map((importer) => [importer.name, importer] as const))(
  "%s: calls that were found and parts that were counted are never fewer than the calls",
  async (name, importer) => {
    const missing: string[] = [];
    for (const [seed, variant] of variantsOf(name).entries())
      missing.push(...(await lost(importer, variant, seed)));
    expect(missing).toEqual([]);
  },
  600_000,
);

test.each(ALL_IMPORTERS.map((importer) => [importer.name, importer] as const))(
  "%s: the order of members does not matter",
  async (name, importer) => {
    for (const variant of variantsOf(name)) {
      const values = valuesOf(variant);
      const turned = values.map(reversed);
      const inOrder = await found(importer, variant, values);
      expect(await found(importer, variant, turned), variant.of).toEqual(inOrder);
    }
  },
  60_000,
);
