import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { Frames } from "../../../src/batch/values/frame.ts";
import { Interner } from "../../../src/batch/values/interner.ts";
import { RowViews } from "../../../src/batch/values/views.ts";
import { isJsonObject, type Json } from "../../../src/request/json.ts";
import { SegmentBuilder } from "../../../src/trace/columns/segment-builder.ts";
import { decodeSegment, encodeSegment } from "../../../src/trace/columns/segment-codec.ts";
import type { Segment } from "../../../src/trace/columns/segment.ts";
import { ValueCache } from "../../../src/trace/columns/value-cache.ts";
import { decodeEvent, type TraceEvent } from "../../../src/trace/event.ts";
import { parseJson } from "../../../src/trace/parse-json.ts";
import { LineReader } from "../../../src/trace/read-lines.ts";
import { entityColumns, readsWhole, type Layout } from "../../../src/trace/columns/layout.ts";
import { HOST, LAYOUT, line, mutated, NASTY, PATHS, WHOLE } from "./lines.ts";

const RUNS = Number(process.env["AGENTZ_READER_RUNS"] ?? 1500);
const SEED = Number(process.env["AGENTZ_READER_SEED"] ?? 7);

/** What every reader of traces makes of bytes: events by line, and the lines that are none. */
function asReader(bytes: Uint8Array): {
  readonly events: ReadonlyMap<number, TraceEvent>;
  readonly malformed: readonly (readonly [number, string])[];
} {
  const events = new Map<number, TraceEvent>();
  const malformed: (readonly [number, string])[] = [];
  const reader = new LineReader({
    onLine: (text, line) => {
      const parsed = parseJson(text);
      const event =
        "reason" in parsed ? parsed.reason : decodeEvent(parsed.value, { file: "", line });
      if (typeof event === "string") malformed.push([line, event]);
      else events.set(line, event);
    },
    onUnreadable: (line, cause) => malformed.push([line, cause]),
  });
  reader.push(bytes);
  reader.end();
  return { events, malformed };
}

/**
 * A value without its null members, which are not there (design 3.5), with prototypes as JSON has
 * them.
 */
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

/** All of an entity where a layout reads it as a whole, else what it reads of it. */
function entityOf(
  event: TraceEvent,
  layout: Layout,
  root: "subject" | "action" | "resource",
): unknown {
  const entity = event.request[root];
  if (readsWhole(layout, root)) return plain(entity);
  return entityColumns(layout, root).flatMap((column) => {
    const { path = [], keep } = layout.columns[column] ?? {};
    return keep === "rest" ? [] : [at(entity, path.slice(1))];
  });
}

/** Everything of an event that columns must tell. */
function told(event: TraceEvent, layout: Layout): unknown {
  const { request } = event;
  return {
    type: event.type,
    session: event.session,
    parent: event.parent,
    time: event.time,
    subject: entityOf(event, layout, "subject"),
    action: entityOf(event, layout, "action"),
    resource: entityOf(event, layout, "resource"),
    labels: plain(event.labels),
    complete: request.complete,
    unrecorded: request.unrecorded,
    decision:
      event.decision === undefined
        ? undefined
        : [event.decision.effect, event.decision.rule, event.decision.pdp],
    roots: [
      request.args !== undefined,
      request.context !== undefined,
      request.outcome !== undefined,
    ],
    paths: [
      ...PATHS,
      ["context", "delegation"],
      ["context", "on_behalf_of"],
      ["outcome", "status"],
    ].map(([root = "", ...path]) =>
      at(
        root === "args" ? request.args : root === "context" ? request.context : request.outcome,
        path,
      ),
    ),
  };
}

/** Null members of entities count as not there, so they are compared without. */
function withoutNulls(event: TraceEvent): TraceEvent {
  const strip = (entity: TraceEvent["request"]["subject"]): TraceEvent["request"]["subject"] =>
    entity && Object.fromEntries(Object.entries(entity).filter(([, value]) => value !== null));
  const { subject, action, resource } = event.request;
  return {
    ...event,
    request: {
      ...event.request,
      ...(subject && { subject: strip(subject) ?? {} }),
      ...(action && { action: strip(action) ?? {} }),
      ...(resource && { resource: strip(resource) ?? {} }),
    },
  };
}

function compare(
  bytes: Buffer,
  through: (segment: Segment) => Segment,
): ReturnType<typeof compareBy> {
  compareBy(WHOLE, bytes, through);
  return compareBy(LAYOUT, bytes, through);
}

function compareBy(
  layout: Layout,
  bytes: Buffer,
  through: (segment: Segment) => Segment,
): { readonly lines: number; readonly whole: number } {
  const expected = asReader(bytes);
  const segment = through(new SegmentBuilder(layout, HOST).build(bytes, 0, true));
  const cache = new ValueCache(segment);
  const views = new RowViews(segment, cache);
  const frames = new Frames(segment, cache, new Interner());
  const lines = [...segment.lines].map((line) => line + 1);
  expect([
    lines,
    segment.malformed.map(({ line, cause }) => [line + 1, cause]),
    segment.malformedCount,
  ]).toEqual([[...expected.events.keys()], expected.malformed, expected.malformed.length]);
  let whole = 0;
  lines.forEach((line, row) => {
    const event = expected.events.get(line);
    if (event === undefined) throw new Error("a row of no event");
    expect(
      bytes.toString("utf8", segment.starts[row], segment.ends[row]).replace(/^\uFEFF/, ""),
    ).toBe(
      bytes
        .toString("utf8")
        .replace(/^\uFEFF/, "")
        .split("\n")[line - 1],
    );
    if (segment.whole[row] === 1) {
      whole++;
      expect([
        views.name(0, row),
        views.name(1, row) ?? "call",
        views.name(2, row),
        views.time(row),
      ]).toEqual([event.session, event.type, event.parent, event.time]);
      return;
    }
    const got = told(withoutNulls(views.event(row, frames.of(row))), layout);
    const wanted = told(withoutNulls(event), layout);
    if (!isDeepStrictEqual(got, wanted))
      throw new Error(
        `${JSON.stringify(got)}\n${JSON.stringify(wanted)}\n${bytes.toString("utf8").split("\n")[line - 1]}`,
      );
  });
  return { lines: lines.length + expected.malformed.length, whole };
}

const same = (segment: Segment): Segment => segment;
const packed = (segment: Segment): Segment => {
  const { header, bytes } = encodeSegment(segment);
  return decodeSegment(segment.layout, JSON.parse(JSON.stringify(header)), bytes);
};

describe("the fast reader of lines", () => {
  it.each(NASTY.map((text, i) => [i, text] as const))(
    "takes line %i as JSON.parse and the decoder do",
    (_, text) => {
      compare(Buffer.from(`${text}\n{"args":{"amount":1}}\n`), same);
      compare(Buffer.from(`{"args":{"amount":1}}\n${text}`), same);
    },
  );

  it("takes bytes that are no UTF-8, a byte order mark and several lines together", () => {
    const good = '{"session":"s","args":{"amount":1},"subject":{"type":"agent","id":"a"}}';
    compare(
      Buffer.concat([
        Buffer.from("\uFEFF"),
        Buffer.from(`${good}\n`),
        Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10]),
        Buffer.from(`${good}\r\n\n${good}`),
      ]),
      same,
    );
    compare(Buffer.from(NASTY.join("\n")), packed);
  });

  it("takes random and damaged lines so, and what is packed and unpacked is the same", () => {
    let [lines, whole] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: line }, { weight: 2, arbitrary: mutated }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.boolean(),
        (texts, pack) => {
          const counted = compare(
            Buffer.from(texts.map((text) => text.replaceAll("\n", " ")).join("\n")),
            pack ? packed : same,
          );
          lines += counted.lines;
          whole += counted.whole;
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`${lines} lines compared, ${whole} of them events that were read by JSON.parse`);
    expect(lines).toBeGreaterThan(RUNS);
  });
});
