import { createHash } from "node:crypto";
import { compileSet } from "../../src/engine/compile-set.ts";
import { Run } from "../../src/engine/run.ts";
import type { Decision as EngineDecision } from "../../src/engine/decision.ts";
import type { Document } from "../../src/policy/model.ts";
import { counterfactual } from "../../src/replay/side.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import type { Decision } from "../reference/decision.ts";
import type { Event } from "../reference/request.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function lineOf(event: Event): unknown {
  return { ...event, time: event.time === undefined ? undefined : new Date(event.time).toISOString() };
}

/** What the engine says, in the reference's words: of the nearest rule its name alone, of errors their rules. */
function seen(decision: EngineDecision): Decision {
  return { ...decision, nearest: decision.nearest?.rule ?? null, errors: [...new Set(decision.errors.map((one) => one.rule))].sort() };
}

/** The engine's decisions on all calls of a trace, each on the history that the documents would have made themselves. */
export function engineRun(documents: readonly Document[], events: readonly Event[]): readonly Decision[] {
  const run = new Run(compileSet(documents, sha256));
  return events.flatMap((one, i) => {
    const event = decodeEvent(JSON.parse(JSON.stringify(lineOf(one))), { file: "trace", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    run.observe(event.session, event.time);
    if (event.type === "session_end" && event.session !== undefined) run.endSession(event.session);
    if (event.type !== "call") return [];
    const call = run.prepare(event.request);
    const outcome = run.decide(call);
    run.advance(call, outcome, { ...counterfactual(outcome, event), event: event.id });
    return [seen(outcome.decision)];
  });
}
