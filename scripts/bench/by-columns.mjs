// agentz's own decisions of the bench's trace, by its columns: what a replay does once the columns
// are there. One thread.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { engine } from "./engine.mjs";
import { best } from "./process.mjs";

const PIECE = 16 * 1024 * 1024;
const NEWLINE = 10;

/** The bytes of a file in pieces of whole lines, each of about 16 MiB. */
export function* piecesOf(path) {
  const file = openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(PIECE);
      const size = readSync(file, chunk, 0, PIECE, null);
      if (size === 0) break;
      const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield bytes.subarray(0, end);
      rest = bytes.subarray(end);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}

/** The calls of a trace one by one, as events decoded from whole lines. */
export async function* callsOf(path) {
  const { decodeEvent } = await engine();
  let line = 0;
  for (const piece of piecesOf(path)) {
    for (
      let start = 0, end = piece.indexOf(NEWLINE);
      end !== -1;
      start = end + 1, end = piece.indexOf(NEWLINE, start)
    ) {
      const event = decodeEvent(JSON.parse(piece.toString("utf8", start, end)), {
        file: "bench",
        line: ++line,
      });
      if (event.type === "call") yield event;
    }
  }
}

async function columnsOf(path, versions) {
  const { SegmentBuilder, BYTE_HOST } = await engine();
  const builder = new SegmentBuilder(versions.layout, BYTE_HOST);
  const segments = [];
  let offset = 0;
  for (const piece of piecesOf(path)) {
    segments.push(builder.build(piece, offset, offset === 0));
    offset += piece.length;
  }
  return segments;
}

/** What of a decision counts: effect, rules and missing attributes. */
export const decisionText = ({ effect, permitted, indeterminate, rules, missing }) =>
  `${JSON.stringify([effect, permitted, indeterminate, rules, missing])}\n`;

/** One pass over the columns: every call's effect is counted, its decision stands under its key. */
async function decideOnce(set, versions, segments) {
  const { rowKeysFor, Standings, SegmentRows, TextNumbers, OTHER } = await engine();
  const context = {
    sessions: new TextNumbers(),
    credential: () => undefined,
    readEvent: () => undefined,
  };
  const sides = [];
  const effects = [];
  const counts = new Map();
  const keysOf = [];
  const from = process.hrtime.bigint();
  const keys = rowKeysFor(versions);
  const standings = new Standings(versions.candidate, "recorded", {
    layout: versions.layout,
    lights: new Map(),
  });
  for (const segment of segments) {
    const found = keys.keys(segment);
    if (found === undefined) throw new Error("nearly every call is different");
    const rows = new SegmentRows(segment, context);
    for (const { row } of found.fresh) {
      const { side } = standings.of(rows.views.event(row, rows.frames.of(row)), false);
      sides.push(side);
      effects.push(side.engine.outcome.decision.effect);
    }
    const tally = new Uint32Array(effects.length);
    for (const key of found.keys) if (key < OTHER) tally[key]++;
    effects.forEach((effect, key) => counts.set(effect, (counts.get(effect) ?? 0) + tally[key]));
    keysOf.push(found.keys);
  }
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  return {
    seconds,
    sides,
    keysOf,
    calls: [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
}

/**
 * The best seconds in which every call of the trace has its decision (rules, missing attributes,
 * errors), and the SHA-256 of all decisions in order. Columns are read before, untimed.
 */
export async function decideByColumns(path, set, runs) {
  const { keyedVersions, OTHER } = await engine();
  const versions = keyedVersions({ baseline: undefined, candidate: set }, { ids: false });
  if (typeof versions === "string") throw new Error(`not by columns: ${versions}`);
  const segments = await columnsOf(path, versions);
  const passes = [];
  for (let run = 0; run < runs; run++) passes.push(await decideOnce(set, versions, segments));
  const [{ sides, keysOf, calls }] = passes;
  const texts = sides.map(({ engine: { outcome } }) => decisionText(outcome.decision));
  const hash = createHash("sha256");
  for (const keys of keysOf)
    hash.update(Array.from(keys, (key) => (key < OTHER ? texts[key] : "")).join(""));
  return { seconds: best(runs, (run) => passes[run].seconds), calls, digest: hash.digest("hex") };
}

/**
 * The SHA-256 of all decisions in order, the engine asked call by call on whole events; `see` is
 * shown each call and its decision.
 */
export async function decideByEvents(path, set, see) {
  const { Run } = await engine();
  const run = new Run(set);
  const hash = createHash("sha256");
  for await (const event of callsOf(path)) {
    const call = run.prepare(event.request);
    const { decision } = run.decide(call);
    hash.update(decisionText(decision));
    see(event, call, decision);
  }
  return hash.digest("hex");
}
