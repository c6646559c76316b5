import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/request/canonical-json.ts";
import type { Json } from "../../src/request/json.ts";
import { digestOfJson, jsonDigest } from "../../src/request/json-digest.ts";

const encoder = new TextEncoder();

function ofText(text: string): unknown {
  const bytes = encoder.encode(text);
  return digestOfJson(bytes, 0, bytes.length);
}

const values = fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }).map((value): Json => {
  const parsed: Json = JSON.parse(JSON.stringify(value));
  return parsed;
});

/** The same value written otherwise: members the other way round, spaces, escapes. */
function rewritten(value: Json): string {
  if (Array.isArray(value)) return `[ ${value.map((one: Json) => rewritten(one)).join(" ,\t")} ]`;
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e6)
    return `${Object.is(value, -0) ? "-0" : value}.0e0`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${escaped(key)}: ${rewritten(one ?? null)}`,
  );
  return `{${members.reverse().join(", ")}}`;
}

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

describe("design 9: the same call on two surfaces is found by its arguments", () => {
  it("gives one digest to a value however it is written", () => {
    fc.assert(
      fc.property(values, (value) => {
        const digest = jsonDigest(value);
        expect(ofText(JSON.stringify(value))).toEqual(digest);
        expect(ofText(rewritten(value))).toEqual(digest);
      }),
    );
  });

  it("gives others to other values", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const isSame = canonicalJson(a) === canonicalJson(b);
        expect(JSON.stringify(jsonDigest(a)) === JSON.stringify(jsonDigest(b))).toBe(isSame);
      }),
    );
  });

  it.each([
    ['{"a":1,"b":2}', '{"a":2,"b":1}'],
    ['{"a":"b"}', '{"b":"a"}'],
    ['{"a":{"b":1}}', '{"a":{},"b":1}'],
    ["[[1],2]", "[1,[2]]"],
    ["[]", "{}"],
    ['"1"', "1"],
    ['"\\ud800"', '"\\ufffd"'],
    ["null", '"null"'],
    ['{"a":null}', "{}"],
  ])("tells %s from %s", (a, b) => {
    expect(ofText(a)).not.toEqual(ofText(b));
  });

  it("leaves deep values to the canonical text", () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    expect(ofText(deep)).toBeUndefined();
    expect(jsonDigest(JSON.parse(deep))).toEqual(jsonDigest(JSON.parse(` ${deep}`)));
  });

  it("ends on bytes that are no JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const plain = bytes.map((byte) => (byte === 92 ? 32 : byte));
        digestOfJson(plain, 0, plain.length);
      }),
    );
  });
});
