import { CLASSIFICATIONS } from "../policy/closed-lists.ts";
import { agentRecord, type CatalogIndex } from "../engine/catalog-index.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { DecisionPoint } from "../policy/model.ts";
import { resourceClass } from "../replay/call-name.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import { credentialKind, namesCredential } from "../request/credential.ts";
import { member, objectMember, stringMember } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { needsOversight } from "./consequence.ts";
import type { CoverageStatus } from "./gap.ts";
import { indexRules, type RuleIndex } from "./wildcard.ts";

/** What the metrics ask of a version besides its decision. */
export interface VersionView {
  readonly points: ReadonlyMap<string, DecisionPoint>;
  readonly catalog: CatalogIndex;
  readonly rules: RuleIndex;
}

export function viewOf(set: CompiledSet): VersionView {
  return {
    points: new Map(set.catalog.decisionPoints.map((point) => [point.id, point])),
    catalog: set.catalog,
    rules: indexRules(set),
  };
}

/** Decided by a decision point that the catalog lists as external (design 9.1). */
export function enforcement(result: CallResult, view: VersionView): CoverageStatus {
  const pdp = result.event.decision?.pdp;
  if (pdp === undefined) return "not-asked";
  const point = view.points.get(pdp);
  if (point === undefined) return "unlisted-point";
  return point.external ? "covered" : "not-external";
}

/** Decided by a rule that is no unconditional wildcard, and not indeterminate (design 9.2). */
export function policy(side: VersionDecision, { rules }: VersionView): CoverageStatus {
  // of a recorded decision the rule that it names is all there is
  if (side.engine === undefined)
    return side.rules.some((rule) => rule !== "default" && rule !== "containment")
      ? "covered"
      : "no-rule";
  if (side.indeterminate) return "indeterminate";
  const covers = side.rules.some((name) =>
    rules.names.has(name)
      ? !rules.wildcards.has(name)
      : name.startsWith("manifest/") || name.startsWith("lifecycle/"),
  );
  if (covers) return "covered";
  if (side.rules.some((name) => rules.wildcards.has(name)))
    return side.effect === "deny" ? "wildcard-denies" : "wildcard";
  return side.rules.includes("containment") ? "containment" : "default";
}

/**
 * Under a distinct, registered, commissioned, unexpired agent identity (design 9.3), as far as the
 * call itself tells: a credential that others use too is found over the whole trace.
 */
export function identity(call: PreparedCall, { catalog }: VersionView): CoverageStatus {
  const { type, id } = call.subject;
  if (id === undefined || type === undefined) return "no-agent-id";
  const agent = agentRecord(catalog, type, id)?.agent;
  if (type !== "agent" && agent === undefined) return "not-agent";
  if (borrowsName(call.request, id, catalog)) return "user-identity";
  if (agent === undefined) return "unregistered";
  if (agent.status !== "commissioned") return agent.status;
  const { time } = call.request;
  if (agent.expires !== undefined && time === undefined) return "expiry-unknown";
  if (agent.expires !== undefined && time !== undefined && time > agent.expires) return "expired";
  if (!recordsCredential(call)) return "credential-unrecorded";
  return credentialKind(call.request) === "user_token" ? "user-credential" : "covered";
}

/** Whether a call's record says anything of the credential that it was made with. */
function recordsCredential({ request, mask }: PreparedCall): boolean {
  return mask?.masked(["subject", "credential"]) !== true && namesCredential(request);
}

/** Whom a call acts for, without the type. */
export function personOf(request: Request): string | undefined {
  const person = member(request.context, "on_behalf_of");
  if (typeof person === "string") return person.slice(person.indexOf(":") + 1);
  return stringMember(objectMember(request.context, "on_behalf_of"), "id");
}

function borrowsName(request: Request, id: string, catalog: CatalogIndex): boolean {
  return personOf(request) === id || (catalog.people.has(id) && !catalog.agents.has(id));
}

const KNOWN_CLASSIFICATIONS: ReadonlySet<string | null> = new Set(CLASSIFICATIONS);

/** On a classified resource, of the calls that have one (design 9.4). */
export function classification(side: VersionDecision, request: Request): CoverageStatus {
  const resource = side.engine?.call.resource;
  if (resource === undefined || resource.absent) return "not counted";
  if (resource.type === undefined && resource.id === undefined) return "not counted";
  return KNOWN_CLASSIFICATIONS.has(resourceClass(side, request)) ? "covered" : "unclassified";
}

/** Irreversible, paying or granting calls that are denied or under approval (design 9.5). */
export function oversight(side: VersionDecision, call: PreparedCall): CoverageStatus {
  if (!needsOversight(call)) return "not counted";
  // both sides of a doubt may demand a person
  if (side.indeterminate && side.engine?.outcome.decision.possible.includes("allow") !== false)
    return "doubtful-oversight";
  return side.effect === "allow" ? "unattended" : "covered";
}

/** The actor's type is recorded (design 9.6). */
export function attribution(call: PreparedCall): CoverageStatus {
  return call.subject.type === undefined ? "actor-unrecorded" : "covered";
}
