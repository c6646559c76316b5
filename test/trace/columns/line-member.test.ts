import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineMember } from "../../../src/trace/columns/line-member.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function textOf(line: string, key: string): string | undefined {
  const bytes = encoder.encode(line);
  const value = lineMember(bytes, encoder.encode(key));
  return value && decoder.decode(bytes.subarray(value.from, value.to));
}

const plainKey = fc.string({ maxLength: 4 }).filter((key) => !/["\\\p{Cc}]/u.test(key));

describe("design 7.1: a member of an event is found in its line", () => {
  it("is what JSON.parse finds", () => {
    const events = fc.dictionary(plainKey, fc.jsonValue({ maxDepth: 3 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(events, fc.nat(), fc.constantFrom(0, 2), (event, place, indent) => {
        const keys = Object.keys(event);
        const key = keys[place % Math.max(1, keys.length)] ?? "id";
        const line = JSON.stringify(event, undefined, indent);
        const found = textOf(line, key);
        const expected = Object.hasOwn(event, key) ? JSON.stringify(event[key]) : undefined;
        expect(found === undefined ? undefined : JSON.stringify(JSON.parse(found))).toBe(expected);
      }),
    );
  });

  it("is only a member of the event itself", () => {
    expect(textOf('{"args":{"id":1},"x":"\\"id\\":2"}', "id")).toBeUndefined();
    expect(textOf('{"a":[{"id":1}],"id":"}"}', "id")).toBe('"}"');
    expect(textOf('{ "a" : 1 , "id" : true }', "id")).toBe("true");
  });

  it("ends on bytes that are no JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const value = lineMember(bytes, encoder.encode("id"));
        expect((value?.to ?? 0) <= bytes.length).toBe(true);
      }),
    );
  });
});
