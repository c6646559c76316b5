import { canonicalJson } from "../request/canonical-json.ts";
import type { Agent, Document } from "../policy/model.ts";
import { dayText } from "../text/time.ts";
import { reachOf } from "./agent-reach.ts";
import { invokedBy, type Invoked } from "./invocations.ts";
import type { KeptTool } from "./least-privilege.ts";
import { leastPrivilegePatch } from "./patch.ts";
import type { Oracle } from "./question.ts";
import type { BlastRadius, Reach, Via } from "../documents/blast-radius-result.ts";
import type { UsageTally } from "./usage-tally.ts";

function dueOf(agent: Agent): string | null {
  return agent.reviewed === undefined || agent.reviewEvery === undefined
    ? null
    : dayText(agent.reviewed.time + agent.reviewEvery);
}

/** What it gains by going through another: what it may not do itself just so. */
function gained(own: readonly Reach[], other: readonly Reach[]): readonly Reach[] {
  const key = ({ tool, resourceType, resourceClass, access }: Reach): string =>
    canonicalJson([tool, resourceType, resourceClass, access]);
  const has = new Set(own.map(key));
  return other.filter((reach) => !has.has(key(reach)));
}

/** What an agent that may be invoked adds to what is reached without it. */
function viaOf(
  oracle: Oracle,
  documents: readonly Document[],
  { invoked, reach }: { readonly invoked: Invoked; readonly reach: BlastRadius["reach"] },
): Via {
  const chain = invoked.chain.map((id) => `agent:${id}`);
  const record = oracle.set.catalog.agents.get(invoked.agent)?.agent;
  const own = reachOf(oracle, documents, { agent: invoked.agent, chain, usage: undefined });
  return {
    ...invoked,
    reviewed: record?.reviewed?.text ?? null,
    reviewDue: record === undefined ? null : dueOf(record),
    reach: gained(reach, own),
  };
}

/** What the agent never called of what it reaches; null: there is no trace. */
function unusedTools(
  { id }: Agent,
  reach: BlastRadius["reach"],
  usage: UsageTally | undefined,
): readonly string[] | null {
  if (usage === undefined) return null;
  const unused = reach.filter(({ tool }) => usage.used(id, tool) === 0);
  return [...new Set(unused.map(({ tool }) => tool))].sort();
}

/**
 * What could be done if `agent` were taken over: by itself, and through the agents that it may
 * invoke.
 */
export function blastRadius(
  oracle: Oracle,
  documents: readonly Document[],
  { agent, usage }: { readonly agent: Agent; readonly usage: UsageTally | undefined },
): BlastRadius {
  const counter = usage && ((tool: string): number => usage.used(agent.id, tool));
  const reach = reachOf(oracle, documents, { agent: agent.id, chain: [], usage: counter });
  const neverUsed = unusedTools(agent, reach, usage);
  return {
    agent: agent.id,
    status: agent.status,
    owner: agent.owner ?? null,
    reviewed: agent.reviewed?.text ?? null,
    reviewDue: dueOf(agent),
    maxCalls: agent.manifest?.maxCalls ?? null,
    maxDurationMs: agent.manifest?.maxDuration ?? null,
    reach,
    via: invokedBy(oracle, agent.id).map((invoked) => viaOf(oracle, documents, { invoked, reach })),
    assumed: usage?.assumedBy(agent.id) ?? [],
    neverUsed,
    patchKeeps: [],
    patch: patchOf(agent.id, neverUsed ?? [], usage),
  };
}

function patchOf(
  agent: string,
  tools: readonly string[],
  usage: UsageTally | undefined,
): string | null {
  const { from, to } = usage?.summary() ?? {};
  const span =
    from === undefined || to === undefined
      ? "in the trace"
      : `from ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  return tools.length === 0 ? null : leastPrivilegePatch(agent, tools, span);
}

/** The same, with a patch that leaves the agent what has to be kept. */
export function withKeptTools(
  radius: BlastRadius,
  kept: readonly KeptTool[],
  usage: UsageTally | undefined,
): BlastRadius {
  const patchKeeps = kept
    .filter(({ agent }) => agent === radius.agent)
    .map(({ tool, event }) => ({ tool, event }));
  const left = new Set(patchKeeps.map(({ tool }) => tool));
  const tools = (radius.neverUsed ?? []).filter((tool) => !left.has(tool));
  return { ...radius, patchKeeps, patch: patchOf(radius.agent, tools, usage) };
}
