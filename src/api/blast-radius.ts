import { UserError } from "../diagnostics/user-error.ts";
import type { BlastRadius, BlastRadiusResult } from "../documents/blast-radius-result.ts";
import { expandInputs, rereadable, TRACE_ENDINGS } from "../node/inputs.ts";
import { VERSION } from "../node/version.ts";
import { blastRadius, withKeptTools } from "../access-analysis/blast-radius.ts";
import { keptTools } from "../access-analysis/least-privilege.ts";
import { Oracle } from "../access-analysis/question.ts";
import { UsageTally } from "../access-analysis/usage-tally.ts";
import { meantHelp } from "../text/slip.ts";
import type { TraceEvent } from "../trace/event.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { readTrace } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { formatTime, parseTime } from "../text/time.ts";
import type { PolicySet } from "./policy-set.ts";

/** A trace that can be read again and again. */
type Reading = () => AsyncIterable<readonly TraceEvent[]>;

async function readingOf(paths: readonly string[] | undefined): Promise<Reading | undefined> {
  if (paths === undefined) return undefined;
  const files = rereadable(await expandInputs(paths, TRACE_ENDINGS));
  return () => readTrace(files, { reorder: DEFAULT_REORDER, report: new ReadReport() });
}

async function usageOf(read: Reading): Promise<UsageTally> {
  const usage = new UsageTally();
  for await (const batch of read()) for (const event of batch) usage.add(event);
  return usage;
}

/**
 * What agents could do; with a trace, what they never used, as patches that decide every recorded
 * call as before.
 */
async function radiiOf(
  oracle: Oracle,
  policies: PolicySet,
  asked: {
    readonly agents: readonly string[];
    readonly usage: UsageTally | undefined;
    readonly read: Reading | undefined;
  },
): Promise<readonly BlastRadius[]> {
  const { agents, usage, read } = asked;
  const radii = agents.flatMap((id) => {
    const record = policies.set.catalog.agents.get(id);
    return record === undefined
      ? []
      : [blastRadius(oracle, policies.documents, { agent: record.agent, usage })];
  });
  if (read === undefined) return radii;
  const takings = radii.map(({ agent, neverUsed }) => ({ agent, tools: neverUsed ?? [] }));
  const kept = await keptTools(policies, takings, read);
  return radii.map((radius) => withKeptTools(radius, kept, usage));
}

function chosenAgents(
  policies: PolicySet,
  asked: readonly string[] | undefined,
): readonly string[] {
  const known = [...policies.set.catalog.agents.keys()].sort();
  if (known.length === 0)
    throw new UserError("no-agents", `${policies.info.ref} lists no agents`, {
      help: "give a catalog with `agents`",
    });
  if (asked === undefined) return known;
  return asked.map((name) => {
    const id = name.startsWith("agent:") ? name.slice("agent:".length) : name;
    if (policies.set.catalog.agents.has(id)) return id;
    throw new UserError("unknown-agent", `no catalog lists the agent \`${id}\``, {
      help: meantHelp(id, known, `it lists ${known.slice(0, 10).join(", ")}`),
    });
  });
}

/** Which agents are asked about; a trace adds what they really used. */
export interface BlastRadiusQuestion {
  /** Undefined: all that the catalogs list. */
  readonly agents: readonly string[] | undefined;
  /** Files, folders and patterns of a trace. */
  readonly trace: readonly string[] | undefined;
  /** Milliseconds since 1970; undefined: the newest event, else `clock`. */
  readonly now: number | undefined;
  readonly clock: () => number;
}

/**
 * What agents could do if they were taken over, and what they never used. An agent
 * that no catalog lists is a `UserError`.
 */
export async function blastRadiusDocument(
  policies: PolicySet,
  question: BlastRadiusQuestion,
): Promise<BlastRadiusResult> {
  const agents = chosenAgents(policies, question.agents);
  const read = await readingOf(question.trace);
  const usage = read === undefined ? undefined : await usageOf(read);
  const summary = usage?.summary();
  const newest = summary?.to === undefined ? undefined : parseTime(summary.to);
  const now = question.now ?? newest ?? question.clock();
  const oracle = new Oracle(policies.set, now);
  return {
    schemaVersion: 1,
    command: "blast-radius",
    tool: { version: VERSION },
    candidate: policies.info,
    now: formatTime(now),
    trace:
      summary === undefined
        ? null
        : { calls: summary.calls, from: summary.from ?? null, to: summary.to ?? null },
    agents: await radiiOf(oracle, policies, { agents, usage, read }),
  };
}
