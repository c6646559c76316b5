import { describe, expect, it, test } from "vitest";
import { otel } from "../../../src/trace/importers/otel.ts";
import {
  joined,
  lateMembers,
  splitDocument,
  type SplitRule,
} from "../../../src/trace/importers/split-document.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { otlp, span, tool } from "./variants/otel.ts";

const RULE: SplitRule = { lists: ["a", "a.b", "b.c", "d"], about: ["told"] };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The documents that a text falls apart into where it is split at each of so many bytes. */
function partsOf(text: string, step: number): { parts: unknown[]; late: string[] } {
  const bytes = encoder.encode(text);
  const parts: unknown[] = [];
  const late: string[] = [];
  let [held, head] = [new Uint8Array(0), 0];
  for (let at = 0; at < bytes.length; at += step) {
    held = Uint8Array.from(joined([held, bytes.subarray(at, at + step)]));
    const split = splitDocument(held, RULE, head);
    if (split === undefined) continue;
    if (head > 0) late.push(...lateMembers(held, RULE, head));
    parts.push(JSON.parse(decoder.decode(joined(split.part))));
    [held, head] = [Uint8Array.from(split.rest), split.head];
  }
  if (head > 0) late.push(...lateMembers(held, RULE, head));
  return { parts: [...parts, JSON.parse(decoder.decode(held))], late };
}

/** The elements of the lists, each with what stands about it. */
function elements(value: unknown, about: readonly unknown[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((inner) => elements(inner, about));
  if (typeof value !== "object" || value === null) return [JSON.stringify([value, about])];
  const entries = Object.entries(value);
  const told = entries
    .filter(([, inner]) => !Array.isArray(inner))
    .map(([name, inner]) => [name, inner]);
  const lists = entries.filter(([, inner]) => Array.isArray(inner) && inner.length > 0);
  if (lists.length === 0) return [JSON.stringify([value, about])];
  return lists.flatMap(([name, inner]) => elements(inner, [...about, [name, told]]));
}

describe("a document that is read in parts tells what the whole one tells", () => {
  it.each([
    ['{"a":[1,2,3,4]}'],
    ['{"a":[{"r":1,"b":[1,2,3]},{"r":2,"b":[4,5,6]}]}'],
    ['{"v":"x","a":[{"r":{"k":"},]"},"b":[{"s":"\\"[","c":[1,{"q":"\\\\"},3]},{"s":2,"c":[4]}]}]}'],
    ['{ "a" : [ { "r" : 1 , "b" : [ 1 , 2 ] } , { "r" : 2 , "b" : [ ] } ] }'],
    ['{"d":[1,2,3],"a":[4,5,6]}'],
    ['{"é":"ü","d":["ö","ä","\\u00e9"]}'],
    ['{"other":[1,2,3,4,5,6]}'],
    ['{"other":[{"a":[1,2]},{"a":[3,4]}]}'],
  ])("%s", (text) => {
    for (let step = 1; step <= text.length; step++)
      expect(partsOf(text, step).parts.flatMap((part) => elements(part))).toEqual(
        elements(JSON.parse(text)),
      );
  });

  it("and names what stands behind the elements that it tells of", () => {
    expect(partsOf('{"a":[1,2,3],"told":1,"x":2}', 4).late).toEqual(["told"]);
    expect(partsOf('{"told":1,"a":[1,2,{"told":2}],"x":2}', 4).late).toEqual([]);
  });
});

/** Spans of a trace, more than a document may have to be read whole. */
const MANY = Array.from({ length: 1500 }, (_, i) =>
  span(String(i + 1).padStart(4, "0"), tool("pay", { n: i, note: "text ".repeat(1200) })),
);

test("design 7.2: one long document of spans is read in parts, and gives what its lines give", async () => {
  const whole = JSON.stringify(otlp(MANY));
  expect(whole.length).toBeGreaterThan(8 * 1024 * 1024);
  const lines = MANY.map((each) => `${JSON.stringify(otlp([each]))}\n`).join("");
  const [one, many] = await Promise.all(
    [whole, lines].map((text) => importFiles(otel, [importFileOf("spans.json", text)])),
  );
  expect(one?.calls).toHaveLength(MANY.length);
  expect(one?.text).toBe(many?.text);
  expect(one?.report.causes).toEqual([]);
});

test("and what comes too late in it is told", async () => {
  const text = `{"resourceSpans":[{"scopeSpans":[{"spans":${JSON.stringify(MANY)}}],"resource":{"attributes":[]}}]}`;
  const { calls, report } = await importFiles(otel, [importFileOf("spans.json", text)]);
  expect(calls).toHaveLength(MANY.length);
  expect(report.causes.map(({ cause }) => cause)).toEqual([
    "`resource` comes after the data that it describes, in a document that is too long for memory",
  ]);
});
