import type { CoverageBody } from "../../documents/coverage-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Agent } from "../../policy/model.ts";
import type { CallEvidence } from "../evidence-tally.ts";
import type { Control, ControlMeasure } from "../../documents/report-result.ts";
import { referencesOf } from "./references.ts";
import { someListed } from "../../text/listed.ts";

/** What the twelve controls are judged by. */
export interface Evidence {
  readonly set: CompiledSet;
  readonly coverage: CoverageBody;
  readonly calls: CallEvidence;
  /** Ids of the agents that acted. */
  readonly agents: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What speaks against a control, what is missing to tell, and what speaks for it; each a sentence.
 */
export interface Findings {
  readonly against: readonly (string | false)[];
  readonly missing: readonly (string | false)[];
  readonly held: readonly (string | false)[];
}

export type ControlKind = Omit<Control, "status" | "evidence" | "measure" | "references"> & {
  readonly find: (evidence: Evidence) => Findings;
  /** How many of what it is about meet it. */
  readonly measure: (evidence: Evidence) => ControlMeasure;
};

function said(list: readonly (string | false)[]): readonly string[] {
  return list.filter((text) => text !== false);
}

/** Known violations: not met. Else, where something is not recorded: no evidence. Else: met. */
export function judge({ find, measure, ...kind }: ControlKind, evidence: Evidence): Control {
  const control = { ...kind, measure: measure(evidence), references: referencesOf(kind.id) };
  const found = find(evidence);
  const [against, missing, held] = [said(found.against), said(found.missing), said(found.held)];
  if (against.length > 0)
    return { ...control, status: "not met", evidence: [...against, ...missing] };
  if (missing.length > 0) return { ...control, status: "no evidence", evidence: missing };
  return { ...control, status: "met", evidence: held };
}

/** Agents of the catalogs that are in service. */
export function inService({ set }: Evidence): readonly Agent[] {
  return [...set.catalog.agents.values()]
    .map((record) => record.agent)
    .filter((agent) => agent.status !== "decommissioned");
}

/** How many agents in service satisfy a test. */
export function agentsMeasure(
  evidence: Evidence,
  holds: (agent: Agent) => boolean,
): ControlMeasure {
  const agents = inService(evidence);
  return { met: agents.filter(holds).length, total: agents.length, unit: "agents" };
}

/** Names of a list that is longer: no part of the report lists the others. */
export const MOST_NAMED = 10;

/** `a, b and 3 more`. */
export function nameSome(names: readonly string[]): string {
  return someListed(names, MOST_NAMED);
}

export function callsText(n: number): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? "call" : "calls"}`;
}

/**
 * A field that every agent in service should have: given by none it is no evidence, given by some
 * it is against the control for the others.
 */
export function fieldFindings(
  evidence: Evidence,
  field: string,
  has: (agent: Agent) => boolean,
): Pick<Findings, "against" | "missing"> {
  const agents = inService(evidence);
  const lacking = agents.filter((agent) => !has(agent));
  if (agents.length === 0)
    return { against: [], missing: ["no catalog lists an agent in service"] };
  if (lacking.length === agents.length)
    return { against: [], missing: [`no agent of the catalog has ${field}`] };
  return {
    against: [
      lacking.length > 0 && `without ${field}: ${nameSome(lacking.map((agent) => agent.id))}`,
    ],
    missing: [],
  };
}
