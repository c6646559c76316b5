import { objectMember, stringMember } from "../../request/json.ts";
import type { TraceEvent } from "../event.ts";
import type { ReadReport } from "../read-report.ts";
import type { StatsResult } from "../../documents/trace-stats-result.ts";
import type { TraceRead } from "../../documents/trace-read.ts";
import { TraceTally } from "../summary.ts";
import { NameCounts } from "./name-counts.ts";

/** What was read, as documents show it. */
export function traceRead(tally: TraceTally, report: ReadReport): TraceRead {
  const { events, calls, sessions, from, to } = tally.summary();
  return {
    files: report.files,
    lines: report.lines,
    events,
    calls,
    sessions,
    malformed: report.malformed,
    undecided_events: report.undecided,
    reordered: report.reordered,
    from: from ?? null,
    to: to ?? null,
  };
}

const PARTS = ["subject", "action", "args", "resource", "context", "outcome"] as const;

/** Counts show what a trace contains. */
export class TraceStats {
  readonly tally = new TraceTally();
  readonly #counts = {
    types: new NameCounts(),
    agents: new NameCounts(),
    actions: new NameCounts(),
    kinds: new NameCounts(),
    models: new NameCounts(),
    decisions: new NameCounts(),
    outcomes: new NameCounts(),
    labels: new NameCounts(),
    recorded: new NameCounts(),
  };

  add(event: TraceEvent): void {
    this.tally.add(event);
    this.#counts.types.add(event.type);
    if (event.type !== "call") return;
    const { subject, action, context, outcome } = event.request;
    this.#counts.agents.add(
      `${stringMember(subject, "type") ?? "?"}:${stringMember(subject, "id") ?? "?"}`,
    );
    this.#counts.actions.add(
      `${stringMember(action, "server") ?? "?"}/${stringMember(action, "name") ?? "?"}`,
    );
    this.#counts.kinds.add(stringMember(action, "kind") ?? "?");
    this.#counts.models.add(
      stringMember(objectMember(context, "model"), "name") ?? stringMember(context, "model") ?? "?",
    );
    this.#counts.decisions.add(event.decision?.effect ?? "none");
    this.#counts.outcomes.add(stringMember(outcome, "status") ?? "none");
    for (const [name, value] of Object.entries(event.labels ?? {}))
      this.#counts.labels.add(labelText(name, value));
    this.#addParts(event);
  }

  /** The counts, as the document's members. */
  lists(): Omit<StatsResult, "schemaVersion" | "command" | "tool" | "trace"> {
    const { types, agents, actions, kinds, models, decisions, outcomes, labels, recorded } =
      this.#counts;
    return {
      types: types.list(),
      agents: agents.list(),
      actions: actions.list(),
      kinds: kinds.list(),
      models: models.list(),
      decisions: decisions.list(),
      outcomes: outcomes.list(),
      labels: labels.list(),
      recorded: recorded.list(),
    };
  }

  #addParts(event: TraceEvent): void {
    for (const part of PARTS)
      if (event.request[part] !== undefined) this.#counts.recorded.add(part);
    if (event.time !== undefined) this.#counts.recorded.add("time");
    if (event.session !== undefined) this.#counts.recorded.add("session");
    if (event.decision !== undefined) this.#counts.recorded.add("decision");
    if (objectMember(event.request.context, "on_behalf_of") !== undefined)
      this.#counts.recorded.add("context.on_behalf_of");
  }
}

/** WHY not the texts: a label may quote what was said (design 11.5). */
function labelText(name: string, value: unknown): string {
  return typeof value === "boolean" || typeof value === "number" ? `${name}=${value}` : name;
}
