import fc from "fast-check";
import { expect, test } from "vitest";
import { addition, edited, removal } from "../../src/text/json-edits.ts";
import { placedJson, type PlacedJson } from "../../src/text/placed-json.ts";
import { anyText, fileText, listText } from "./settings-text.ts";

function placed(text: string): PlacedJson {
  const found = placedJson(text);
  if ("brokenAt" in found) throw new Error(`no JSON: ${text}`);
  return found;
}

/** Every part with what its own text says. */
function agrees(text: string, part: PlacedJson): void {
  expect(placed(text.slice(part.start, part.end)).value).toEqual(part.value);
  for (const { start, key, value } of part.members ?? []) {
    expect(text.slice(start).startsWith(JSON.stringify(key))).toBe(true);
    agrees(text, value);
  }
  for (const item of part.items ?? []) agrees(text, item);
}

test("JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 2, "\t"), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      expect(placed(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test("the place of each part is that of its text, also between comments", () => {
  fc.assert(fc.property(fileText(anyText), (text) => agrees(text, placed(text))));
});

test.each([
  ...["", "{", "[1,,2]", "[,]", "{,}", '{"a":}', '{"a" 1}', "{a:1}", "01", "1.", "tru", "'a'"],
  ...["[1] 2", "/* [1]", '"\u0001"', '"\\x"', '"a', "[".repeat(10_000)],
])("%s is none", (text) => {
  expect(placedJson(text)).toHaveProperty("brokenAt");
});

test("what is added to a list goes away again, byte for byte", () => {
  fc.assert(
    fc.property(listText(fc.array(anyText, { maxLength: 3 })), (text) => {
      const list = placed(text);
      const longer = edited(text, [addition(text, list, { value: { a: [1] } })]);
      const items = placed(longer).items ?? [];
      expect(items.map(({ value }) => value)).toEqual([
        ...(list.items ?? []).map(({ value }) => value),
        { a: [1] },
      ]);
      expect(edited(longer, [removal(longer, placed(longer), items.length - 1)])).toBe(text);
    }),
  );
});
