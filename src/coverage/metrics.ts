import type { CallResult } from "../replay/walk.ts";
import type { Side } from "../replay/side.ts";
import { resourceClass } from "../replay/call-name.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import type { Request } from "../request/request.ts";
import { member, objectMember, stringMember } from "../request/json.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import { needsOversight } from "./consequence.ts";

/** Whether a call counts in a metric's total, and whether it is covered (design 9.1-9.6). */
export type Verdict = "covered" | "uncovered" | "not counted";

/** What the catalogs of a version say of decision points. */
export interface PointIndex {
  readonly external: ReadonlySet<string>;
}

export function enforcement(result: CallResult, points: PointIndex): Verdict {
  const pdp = result.event.decision?.pdp;
  return pdp !== undefined && points.external.has(pdp) ? "covered" : "uncovered";
}

/** A rule that fits every tool under no condition, or a constant one, covers nothing (design 9.2). */
export function isWildcard(rule: CompiledRule): boolean {
  const { actions, when } = rule.rule;
  const everyTool = actions === undefined || actions.includes("**");
  const constant = when === undefined || when.expr.kind === "literal";
  const everywhere = rule.rule.resources === undefined || rule.rule.resources.some((pattern) => pattern === "**" || pattern === "*:*" || pattern === "*:**");
  return everyTool && constant && everywhere;
}

export function policy(side: Side): Verdict {
  const outcome = side.engine?.outcome;
  // a recorded decision is covered by the rule that it names
  if (outcome === undefined) return side.rules.some((rule) => rule !== "default" && rule !== "containment") ? "covered" : "uncovered";
  if (side.indeterminate) return "uncovered";
  const named = new Map(outcome.members.flatMap((m) => m.rules.map((item) => [item.name, item.compiled] as const)));
  const covers = side.rules.some((name) => {
    const rule = named.get(name);
    return rule === undefined ? name.startsWith("manifest/") || name.startsWith("lifecycle/") : !isWildcard(rule);
  });
  return covers ? "covered" : "uncovered";
}

/** The identity of a call, as far as the call itself tells; a credential that several agents share is found over the trace. */
export function identity(result: CallResult, of: { catalog: CatalogIndex }): Verdict {
  const { request } = result.event;
  const id = stringMember(request.subject, "id");
  if (id === undefined || stringMember(request.subject, "type") !== "agent") return "uncovered";
  const agent = of.catalog.agents.get(id)?.agent;
  if (agent === undefined || agent.status !== "commissioned") return "uncovered";
  if (agent.expires !== undefined && (request.time === undefined || request.time > agent.expires)) return "uncovered";
  return borrowed(request, id, of.catalog) ? "uncovered" : "covered";
}

/** The user's own id, or the user's token, in the agent's place. */
function borrowed(request: Request, id: string, catalog: CatalogIndex): boolean {
  const person = objectMember(request.context, "on_behalf_of");
  if (stringMember(person, "id") === id || catalog.people.has(id)) return true;
  return stringMember(objectMember(request.subject, "credential"), "kind") === "user_token";
}

export function classification(result: CallResult, side: Side): Verdict {
  const call = side.engine?.call;
  if (call === undefined || call.resource.absent) return "not counted";
  if (call.resource.type === undefined && call.resource.id === undefined) return "not counted";
  return resourceClass(side, result.event.request) === null ? "uncovered" : "covered";
}

/** Irreversible, paying or granting calls that are denied or under approval (design 9.5). */
export function oversight(side: Side, view: Side): Verdict {
  const call = view.engine?.call;
  if (call === undefined || !needsOversight(call)) return "not counted";
  if (side.indeterminate) return "uncovered";
  return side.effect === "allow" ? "uncovered" : "covered";
}

export function attribution(result: CallResult): Verdict {
  return member(result.event.request.subject, "type") === undefined ? "uncovered" : "covered";
}
