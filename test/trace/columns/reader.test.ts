import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { Frames } from "../../../src/replay/columns/frame.ts";
import { Interner } from "../../../src/replay/columns/interner.ts";
import { RowViews } from "../../../src/replay/columns/views.ts";
import { isJsonObject, type Json } from "../../../src/request/json.ts";
import { layoutFor } from "../../../src/trace/columns/layout.ts";
import { SegmentBuilder } from "../../../src/trace/columns/segment-builder.ts";
import { decodeSegment, encodeSegment } from "../../../src/trace/columns/segment-codec.ts";
import type { Segment } from "../../../src/trace/columns/segment.ts";
import { ValueCache } from "../../../src/trace/columns/value-cache.ts";
import { decodeEvent, type TraceEvent } from "../../../src/trace/event.ts";
import { parseJson } from "../../../src/trace/parse-json.ts";
import { LineReader } from "../../../src/trace/read-lines.ts";

const RUNS = Number(process.env["AGENTZ_READER_RUNS"] ?? 1500);
const SEED = Number(process.env["AGENTZ_READER_SEED"] ?? 7);
const PATHS = [["args", "amount"], ["args", "to"], ["args", "deep", "flag"], ["context", "task", "type"], ["context", "tags"], ["outcome", "result", "card"]];
const found = layoutFor(PATHS, { ids: true });
if (found === undefined) throw new Error("the paths make no layout");
const LAYOUT = found;
const HOST = { isUtf8: (bytes: Uint8Array) => isUtf8(bytes), ascii: (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1") };

/** What every reader of traces makes of bytes: events by line, and the lines that are none. */
function asReader(bytes: Uint8Array): { readonly events: ReadonlyMap<number, TraceEvent>; readonly malformed: readonly (readonly [number, string])[] } {
  const events = new Map<number, TraceEvent>();
  const malformed: (readonly [number, string])[] = [];
  const reader = new LineReader({
    onLine: (text, line) => {
      const parsed = parseJson(text);
      const event = "reason" in parsed ? parsed.reason : decodeEvent(parsed.value, { file: "", line });
      if (typeof event === "string") malformed.push([line, event]);
      else events.set(line, event);
    },
    onUnreadable: (line, cause) => malformed.push([line, cause]),
  });
  reader.push(bytes);
  reader.end();
  return { events, malformed };
}

/** A value without its null members, which are not there (design 3.5), with prototypes as JSON has them. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What stands at a path, or how far it can be followed. */
function at(root: Json | undefined, path: readonly string[]): unknown {
  let current: Json | undefined = root ?? undefined;
  for (const [i, key] of path.entries()) {
    if (current === undefined) return ["nothing", i];
    if (!isJsonObject(current)) return ["no object", i, plain(current)];
    current = (Object.hasOwn(current, key) ? current[key] : undefined) ?? undefined;
  }
  return current === undefined ? ["nothing", path.length] : ["value", plain(current)];
}

/** Everything of an event that columns must tell. */
function told(event: TraceEvent): unknown {
  const { request } = event;
  return {
    type: event.type,
    session: event.session,
    parent: event.parent,
    time: event.time,
    subject: plain(request.subject),
    action: plain(request.action),
    resource: plain(request.resource),
    labels: plain(event.labels),
    complete: request.complete,
    unrecorded: request.unrecorded,
    decision: event.decision === undefined ? undefined : [event.decision.effect, event.decision.rule, event.decision.pdp],
    roots: [request.args !== undefined, request.context !== undefined, request.outcome !== undefined],
    paths: [...PATHS, ["context", "delegation"], ["context", "on_behalf_of"], ["outcome", "status"]].map(([root = "", ...path]) => at(root === "args" ? request.args : root === "context" ? request.context : request.outcome, path)),
  };
}

/** Null members of entities count as not there, so they are compared without. */
function withoutNulls(event: TraceEvent): TraceEvent {
  const strip = (entity: TraceEvent["request"]["subject"]): TraceEvent["request"]["subject"] => entity && Object.fromEntries(Object.entries(entity).filter(([, value]) => value !== null));
  const { subject, action, resource } = event.request;
  return { ...event, request: { ...event.request, ...(subject && { subject: strip(subject) ?? {} }), ...(action && { action: strip(action) ?? {} }), ...(resource && { resource: strip(resource) ?? {} }) } };
}

function compare(bytes: Buffer, through: (segment: Segment) => Segment): { readonly lines: number; readonly whole: number } {
  const expected = asReader(bytes);
  const segment = through(new SegmentBuilder(LAYOUT, HOST).build(bytes, 0, true));
  const cache = new ValueCache(segment);
  const views = new RowViews(segment, cache);
  const frames = new Frames(segment, cache, new Interner());
  const lines = [...segment.lines].map((line) => line + 1);
  expect([lines, segment.malformed.map(({ line, cause }) => [line + 1, cause]), segment.malformedCount]).toEqual([[...expected.events.keys()], expected.malformed, expected.malformed.length]);
  let whole = 0;
  lines.forEach((line, row) => {
    const event = expected.events.get(line);
    if (event === undefined) throw new Error("a row of no event");
    expect(bytes.toString("utf8", segment.starts[row], segment.ends[row]).replace(/^\uFEFF/, "")).toBe(bytes.toString("utf8").replace(/^\uFEFF/, "").split("\n")[line - 1]);
    if (segment.whole[row] === 1) {
      whole++;
      expect([views.name(0, row), views.name(1, row) ?? "call", views.name(2, row), views.time(row)]).toEqual([event.session, event.type, event.parent, event.time]);
      return;
    }
    const got = told(withoutNulls(views.event(row, frames.of(row))));
    const wanted = told(withoutNulls(event));
    if (!isDeepStrictEqual(got, wanted)) throw new Error(`${JSON.stringify(got)}\n${JSON.stringify(wanted)}\n${bytes.toString("utf8").split("\n")[line - 1]}`);
  });
  return { lines: lines.length + expected.malformed.length, whole };
}

const same = (segment: Segment): Segment => segment;
const packed = (segment: Segment): Segment => {
  const { header, bytes } = encodeSegment(segment);
  return decodeSegment(segment.layout, JSON.parse(JSON.stringify(header)), bytes);
};

const NASTY: readonly string[] = [
  "", " ", "\t\r", "{}", "[]", "null", "1", '"x"', "{", "}", '{"subject":{"type":"agent","id":"a"}', '{"subject":{"type":"agent","id":"a"}}x',
  '{"subject":{"type":"agent","id":"a"},"subject":{"type":"agent","id":"b"}}', '{"\\u0073ubject":{"id":"a"},"args":{}}', '{"args":{"amount":1,"amount":2}}', '{"args":{"amount":1},"args":{}}',
  '{"args":{"__proto__":{"amount":5},"constructor":1}}', '{"__proto__":{"x":1},"args":{}}', '{"args":null,"subject":{"id":null,"type":"agent"}}', '{"args":{"amount":null}}', '{"args":{"deep":{"flag":null}}}', '{"args":{"deep":5}}', '{"args":{"deep":[]}}', '{"args":{"deep":{}}}',
  '{"args":[]}', '{"args":"x"}', '{"context":1}', '{"outcome":[]}', '{"decision":{}}', '{"decision":{"effect":"allow"}}', '{"args":{},"decision":{"effect":"maybe"}}', '{"args":{},"decision":{"effect":"allow","rule":1}}', '{"args":{},"decision":{"effect":"deny","rule":null,"ms":"1"}}', '{"args":{},"decision":{"effect":"deny","ms":-1.5e-3,"policy":"p","pdp":"x"}}', '{"args":{},"decision":{"effect":"deny","policy":2}}',
  '{"args":{},"time":"2026-05-18T09:00:00.000Z"}', '{"args":{},"time":"2026-05-18T09:00:00Z"}', '{"args":{},"time":"2026-05-18T09:00:00.123456+02:00"}', '{"args":{},"time":"2026-02-30T09:00:00.000Z"}', '{"args":{},"time":"2016-12-31T23:59:60.000Z"}', '{"args":{},"time":5}', '{"args":{},"time":""}', '{"time":"","id":"x","args":{}}', '{"args":{},"time":"\\u0032026-05-18T09:00:00.000Z"}', '{"args":{},"time":null}', '{"args":{},"time":"2026-05-18T24:00:00.000Z"}',
  '{"args":{},"session":""}', '{"args":{},"session":"a\\u0062"}', '{"args":{},"session":"ab"}', '{"args":{},"session":7}', '{"args":{},"id":"","parent":""}', '{"args":{},"type":""}', '{"type":"prompt"}', '{"type":"session_end","session":"s"}', '{"type":"call"}', '{"type":"call","unrecorded":["args"]}', '{"complete":"x","args":{}}', '{"complete":[1],"args":{}}', '{"complete":["context"],"args":{}}', '{"labels":[],"args":{}}', '{"labels":{"incident":true},"args":{}}',
  '{"subject":{"type":1}}', '{"subject":{"type":"agent","properties":{"team":"x","id":"p"}}}', '{"subject":{"properties":5,"id":"a"}}', '{"subject":{"id":"a","team":"x","credential":{"kind":"k","id":"c"}}}', '{"subject":"a"}', '{"resource":{"id":"r","type":"t","classification":"public"}}', '{"resource":{"id":["r"]}}', '{"action":{"server":"s","name":"n","kind":"k","effects":["read"]}}', '{"action":{"server":{}}}',
  '{"args":{"amount":01}}', '{"args":{"amount":1.}}', '{"args":{"amount":.5}}', '{"args":{"amount":-}}', '{"args":{"amount":-0}}', '{"args":{"amount":1e5}}', '{"args":{"amount":1E+05}}', '{"args":{"amount":1e}}', '{"args":{"amount":+1}}', '{"args":{"amount":12345678901234567890}}', '{"args":{"amount":tru}}', '{"args":{"amount":true}}', '{"args":{"amount":NaN}}',
  '{"args":{"to":"a\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d"}}', '{"args":{"to":"\\x"}}', '{"args":{"to":"\\u12g4"}}', '{"args":{"to":"a\tb"}}', '{"args":{"to":"é漢😀"}}', '{"args":{"to":[1,[2,{"a":[]}],null]}}', '{"args":{"to":[1,]}}', '{"args":{"to":{,}}}', '{"args":{"to":{"a"}}}', '{"args":{"to":1,}}', "{'args':{}}", '{"args":{} ,"context" : { "task":{"type":"x" } } }  ', '{"args":{}}\r', '{"extra":1,"args":{}}', '{"extra":null,"args":{}}', '{"args":{"a":"\u0000"}}', `{"args":{"to":${"[".repeat(300)}${"]".repeat(300)}}}`, `{"args":{"to":${"[".repeat(1200)}${"]".repeat(1200)}}}`, `{"args":{"to":"${"y".repeat(300)}"}}`,
];

const json = fc.oneof(fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)), fc.constantFrom("1e400", "-0", "1.50", '"\\u0061"', "{}", "[]", "null", '{"type":"x"}', '{"flag":true}'));
const key = fc.constantFrom("id", "type", "time", "session", "parent", "subject", "action", "resource", "args", "context", "outcome", "decision", "labels", "complete", "unrecorded", "extra", "__proto__");
const entity = fc.dictionary(fc.constantFrom("type", "id", "credential", "kind", "server", "name", "team", "properties"), fc.oneof({ weight: 5, arbitrary: fc.constantFrom('"agent"', '"a-1"', '"é"', "null") }, { weight: 1, arbitrary: json }));
const inner = fc.dictionary(fc.constantFrom("amount", "to", "deep", "task", "tags", "result", "status", "delegation", "on_behalf_of", "approvals", "effect", "rule"), json);
const written = (members: { readonly [name: string]: string }): string => `{${Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;
const value = fc.oneof(
  { weight: 3, arbitrary: entity.map(written) },
  { weight: 3, arbitrary: inner.map(written) },
  { weight: 2, arbitrary: fc.constantFrom('"s-1"', '"call"', '"2026-05-18T09:12:04.120Z"', '["context"]', '{"effect":"allow","rule":"p/r","ms":0.5}') },
  { weight: 1, arbitrary: json },
);
const line = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 9 }).map((members) => `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`);
const mutated = fc.tuple(fc.oneof(line, fc.constantFrom(...NASTY)), fc.nat(400), fc.constantFrom("", '"', "\\", "{", "}", "[", ",", ":", "0", " ", "\u0001", "\ud800", "é", "null")).map(([text, place, put]) => text.slice(0, place % (text.length + 1)) + put + text.slice((place % (text.length + 1)) + (place % 3)));

describe("the fast reader of lines", () => {
  it.each(NASTY.map((text, i) => [i, text] as const))("takes line %i as JSON.parse and the decoder do", (_, text) => {
    compare(Buffer.from(`${text}\n{"args":{"amount":1}}\n`), same);
    compare(Buffer.from(`{"args":{"amount":1}}\n${text}`), same);
  });

  it("takes bytes that are no UTF-8, a byte order mark and several lines together", () => {
    const good = '{"session":"s","args":{"amount":1},"subject":{"type":"agent","id":"a"}}';
    compare(Buffer.concat([Buffer.from("\uFEFF"), Buffer.from(`${good}\n`), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10]), Buffer.from(`${good}\r\n\n${good}`)]), same);
    compare(Buffer.from(NASTY.join("\n")), packed);
  });

  it("takes random and damaged lines so, and what is packed and unpacked is the same", () => {
    let [lines, whole] = [0, 0];
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: line }, { weight: 2, arbitrary: mutated }), { minLength: 1, maxLength: 12 }), fc.boolean(), (texts, pack) => {
        const counted = compare(Buffer.from(texts.map((text) => text.replaceAll("\n", " ")).join("\n")), pack ? packed : same);
        lines += counted.lines;
        whole += counted.whole;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`${lines} lines compared, ${whole} of them events that were read by JSON.parse`);
    expect(lines).toBeGreaterThan(RUNS);
  });
});
