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

/** One pass over the columns: every call is decided and counted; `log` is told of each. */
async function decideOnce(set, versions, { segments, log }) {
  const { BatchWalk, CoverageTally, ReplayTally, SegmentRows } = await engine();
  const tally = new ReplayTally();
  const coverage = new CoverageTally({ baseline: set, candidate: set });
  const context = {
    sessions: tally.sessions,
    credential: (request) => coverage.credentials.note(request),
    readEvent: () => {
      throw new Error("a call was handed to the engine");
    },
  };
  const options = {
    history: "counterfactual",
    approvals: "recorded",
    idle: undefined,
    linked: false,
  };
  const from = process.hrtime.bigint();
  const walk = new BatchWalk(versions, options, { tally, coverage, log });
  let first = 0;
  for (const segment of segments) {
    const why = walk.walk(new SegmentRows(segment, context, { first }));
    if (why !== undefined) throw new Error(why);
    first += segment.rows;
  }
  walk.finish();
  return { seconds: Number(process.hrtime.bigint() - from) / 1e9, calls: tally.trace.calls };
}

/**
 * The best seconds in which every call of the trace is decided and counted, and the SHA-256 of all
 * decisions (rules, missing attributes, errors) in order. Columns are read before, untimed.
 */
export async function decideByColumns(path, set, runs) {
  const { readVersions } = await engine();
  const versions = readVersions({ baseline: set, candidate: set }, { ids: true });
  const segments = await columnsOf(path, versions);
  const passes = [];
  for (let run = 0; run < runs; run++)
    passes.push(await decideOnce(set, versions, { segments, log: undefined }));
  const texts = new Map();
  const hash = createHash("sha256");
  const log = ({ candidate: { engine: side } }) => {
    const { outcome } = side;
    if (!texts.has(outcome)) texts.set(outcome, decisionText(outcome.decision));
    hash.update(texts.get(outcome));
  };
  const { calls } = await decideOnce(set, versions, { segments, log });
  return { seconds: best(runs, (run) => passes[run].seconds), calls, digest: hash.digest("hex") };
}

/**
 * The SHA-256 of all decisions in order, the engine asked call by call on whole events; `see` is
 * shown each call and its decision.
 */
export async function decideByEvents(path, set, see) {
  const { PolicySession } = await engine();
  const run = new PolicySession(set);
  const hash = createHash("sha256");
  for await (const event of callsOf(path)) {
    const call = run.prepare(event.request);
    const { decision } = run.decide(call);
    hash.update(decisionText(decision));
    see(event, call, decision);
  }
  return hash.digest("hex");
}
