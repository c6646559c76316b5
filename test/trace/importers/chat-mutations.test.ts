import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/request/json.ts";
import { isJsonObject } from "../../../src/request/json.ts";
import { countCallShapes } from "../../../src/trace/importers/chat-messages.ts";
import { importFileOf } from "../bytes.ts";
import { importAll } from "./import-all.ts";
import { CHAT_FORMATS } from "./chat-formats/formats.ts";

/** Every place of a value where a member stands. */
function places(
  value: Json,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(Array.isArray(value) ? [] : [at]), ...places(inner ?? null, at)];
  });
}

/** `value` with the object that holds the place's member changed. */
function changed(
  value: Json,
  [key, ...rest]: readonly (string | number)[],
  change: (holder: JsonObject, key: string) => JsonObject,
): Json {
  if (typeof value !== "object" || value === null || key === undefined) return value;
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? changed(item, rest, change) : item));
  if (!isJsonObject(value)) return value;
  if (rest.length === 0) return change(value, String(key));
  const inner = Object.entries(value).map(([name, held]) => [
    name,
    name === key ? changed(held ?? null, rest, change) : held,
  ]);
  return Object.fromEntries(inner);
}

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reversed(inner ?? null)])
      .toReversed(),
  );
}

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
      const renamed = changed(content, place, (holder, key) =>
        Object.fromEntries(
          Object.entries(holder).map(([name, held]) => [name === key ? `${name}Zz` : name, held]),
        ),
      );
      const dropped = changed(content, place, (holder, key) => {
        const { [key]: left, ...kept } = holder;
        return countCallShapes({ left }) > 0 || typeof left === "object" ? holder : kept;
      });
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
