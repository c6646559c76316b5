import { createHash } from "node:crypto";
import { CoverageTally } from "../../src/coverage/coverage-tally.ts";
import { DeploymentTally } from "../../src/coverage/deployment-tally.ts";
import type { CoverageBody } from "../../src/documents/coverage-result.ts";
import type { Control } from "../../src/documents/report-result.ts";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import { ReplayWalk } from "../replay/replay-walk.ts";
import { WholeCall, WholeEvent, type SeenObserver } from "../../src/replay/seen-call.ts";
import type { ReplayObserver } from "../../src/replay/walk.ts";
import { judgeControls } from "../../src/executive-report/controls/controls.ts";
import { EvidenceTally } from "../../src/executive-report/evidence-tally.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A policy set of YAML texts (without their `apiVersion`), which has to load. */
export function assemble(
  ...documents: readonly string[]
): AssembledSet & { readonly set: CompiledSet } {
  const text = documents.map((document) => `apiVersion: agentz/v1\n${document}`).join("\n---\n");
  const assembled = assembleSet([{ file: "set.yaml", text }], {
    readBeside: () => ({ fault: "none" }),
    sha256,
  });
  if (assembled.set === undefined)
    throw new Error(assembled.diagnostics.map((d) => `${d.path}: ${d.message}`).join("\n"));
  return { ...assembled, set: assembled.set };
}

export type Event = { readonly [member: string]: unknown };

export function decode(events: readonly Event[]): readonly TraceEvent[] {
  return events.map((event, i) => {
    const decoded = decodeEvent(
      {
        id: `e${i}`,
        session: "s",
        time: `2026-05-04T09:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}Z`,
        ...event,
      },
      { file: "t", line: i + 1 },
    );
    if (typeof decoded === "string") throw new Error(decoded);
    return decoded;
  });
}

function walk(
  versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet },
  events: readonly TraceEvent[],
  observers: readonly ReplayObserver[],
): void {
  const replay = new ReplayWalk(
    versions,
    { history: "counterfactual", approvals: "recorded", idle: 86_400_000 },
    observers,
  );
  for (const event of events) replay.take(event);
}

/** Has events that are read as a whole seen. */
export function seeing(seen: SeenObserver, { credentials }: CoverageTally): ReplayObserver {
  return {
    call: (result) => seen.call(new WholeCall(result, credentials.note(result.event.request))),
    other: (event) => seen.other?.(new WholeEvent(event)),
  };
}

export function cover(
  candidate: CompiledSet,
  events: readonly Event[],
  baseline?: CompiledSet,
): CoverageBody {
  const coverage = new CoverageTally({ baseline, candidate });
  const tally = new DeploymentTally(coverage);
  walk({ baseline, candidate }, decode(events), [seeing(tally, coverage), coverage]);
  return tally.body();
}

/** The twelve controls by id. */
export function controls(
  candidate: CompiledSet,
  events: readonly Event[],
  now = "2026-05-05T00:00:00Z",
): ReadonlyMap<string, Control> {
  const coverage = new CoverageTally({ baseline: undefined, candidate });
  const deployment = new DeploymentTally(coverage);
  const evidence = new EvidenceTally(candidate.catalog);
  const seen: SeenObserver = {
    call: (call) => {
      const covered = deployment.facts.covered(call);
      deployment.add(call, covered);
      if (covered !== undefined) evidence.add(covered);
    },
    other: (event) => deployment.other(event),
  };
  walk({ baseline: undefined, candidate }, decode(events), [seeing(seen, coverage), coverage]);
  const judged = judgeControls({
    set: candidate,
    coverage: deployment.body(),
    calls: evidence.evidence(coverage.credentials),
    agents: evidence.agents,
    now: Date.parse(now),
  });
  return new Map(judged.map((control) => [control.id, control]));
}

/** A call of agent `a` on `crm/lookup`, with what is given instead. */
export function call(given: Event = {}): Event {
  return {
    subject: { type: "agent", id: "a" },
    action: { kind: "tool_call", server: "crm", name: "lookup" },
    args: {},
    ...given,
  };
}
