import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isJsonObject, type Json } from "../../../src/request/json.ts";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { OTEL_EXPORT_VARIANTS } from "./variants/otel-exports.ts";

const folder = join(import.meta.dirname, "recorded");
const SEEDS = [
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(join(folder, name), "utf8"))
    .flatMap((text) => (isJson(text) ? [text] : text.split("\n").filter(isJson))),
  ...OTEL_EXPORT_VARIANTS.flatMap(({ content }) =>
    typeof content === "string" ? [content] : content.map((value) => JSON.stringify(value)),
  ).filter(isJson),
];

function isJson(text: string): boolean {
  try {
    return Boolean(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How many members the value has, all the way down. */
function size(value: Json): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + size(item), 0);
  if (!isJsonObject(value)) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + size(item ?? null), 0);
}

type Change = (entries: (readonly [string, Json | undefined])[], at: number) => void;
const CHANGES: readonly Change[] = [
  // what holds spans or attributes is no member that one drops: the calls would be gone
  (entries, at) => {
    if (typeof entries[at]?.[1] !== "object") entries.splice(at, 1);
  },
  (entries, at) => {
    const [key = "", value] = entries[at] ?? [];
    entries[at] = [`${key}_`, value];
  },
  (entries) => void entries.reverse(),
];

/** The value with the member of that number changed. */
function changed(value: Json, target: { left: number }, change: Change): Json {
  if (Array.isArray(value)) return value.map((item) => changed(item, target, change));
  if (!isJsonObject(value)) return value;
  const entries: (readonly [string, Json | undefined])[] = [];
  let hit = -1;
  for (const [key, held] of Object.entries(value)) {
    if (target.left-- === 0) hit = entries.length;
    entries.push([key, changed(held ?? null, target, change)]);
  }
  if (hit >= 0) change(entries, hit);
  return Object.fromEntries(entries);
}

async function counts(text: string): Promise<{ calls: number; counted: number }> {
  const { report } = await importFiles(otel, [importFileOf("spans.json", text)]);
  const sum = (list: readonly { readonly count: number }[]): number =>
    list.reduce((all, { count }) => all + count, 0);
  return { calls: report.calls, counted: sum(report.notUnderstood) + sum(report.causes) };
}

test("members dropped, renamed, reordered: a call is found, or it is counted", async () => {
  const random = randoms(20_260_302);
  const tries = Number(process.env["AGENTZ_SPAN_FUZZ"] ?? "300");
  const faults: string[] = [];
  for (let round = 0; round < tries; round++) {
    const seed = SEEDS[Math.floor(random() * SEEDS.length)] ?? "";
    const document: Json = JSON.parse(seed);
    const before = await counts(seed);
    const change = CHANGES[Math.floor(random() * CHANGES.length)] ?? (() => {});
    const left = Math.floor(random() * size(document));
    const text = JSON.stringify(changed(document, { left }, change));
    const after = await counts(text);
    const found = after.calls > before.calls || after.calls + after.counted < before.calls;
    if (found)
      faults.push(
        `round ${round}: ${before.calls} calls, then ${after.calls} and ${after.counted} ` +
          `counted; member ${left}, change ${CHANGES.indexOf(change)}, seed ` +
          `${SEEDS.indexOf(seed)}`,
      );
  }
  expect(faults).toEqual([]);
});
