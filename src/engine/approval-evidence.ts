import { Unknown } from "../condition/value.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { parseInstant } from "../text/instant.ts";
import type { Chain } from "./delegation.ts";
import type { Entity } from "./entity.ts";
import type { Mask } from "./mask.ts";

/** Text -> lower-case hex SHA-256; the host brings it, the core computes nothing of its own. */
export type Sha256 = (text: string) => string;

/** One approval or refusal that binds to this call. */
export interface Evidence {
  /** Who: `type:id`. */
  readonly by: string;
  /** By what it is used up; undefined: it speaks of this call alone. */
  readonly identity: string | undefined;
  /** When it was given; undefined: unknown because the call's own time is. */
  readonly at: number | undefined;
  readonly refused: boolean;
  /** `barred`: asked for it, or is in its chain. `maybe`: could be one of them, who is not recorded (design 6.1). */
  readonly requester: "no" | "barred" | "maybe";
}

/** What one call brings to its approval requirements: the evidence, and whether it was recorded at all. */
export interface ApprovalEvidence {
  readonly given: readonly Evidence[];
  /** Set where the approvals themselves are masked: then nobody can tell (design 3.5). */
  readonly masked: Unknown | undefined;
}

const MASKED = new Unknown(["context.approvals"]);

function named(value: JsonObject | undefined, key: string): string | null {
  return stringMember(value, key) ?? null;
}

/** The digest that an approval binds to (design 6.2): RFC 8785 form of subject, action, resource and arguments. */
export function callDigest(request: Request, of: { action: Pick<Entity, "known">; resource: Entity; sha256: Sha256 }): string {
  const server = of.action.known.get("server");
  const bound: Json = {
    subject: { type: named(request.subject, "type"), id: named(request.subject, "id") },
    action: { server: typeof server === "string" ? server : null, name: named(request.action, "name") },
    resource: of.resource.absent || of.resource.type === undefined ? null : { type: of.resource.type, id: of.resource.id ?? null },
    args: request.args ?? {},
  };
  return `sha256:${of.sha256(canonicalJson(bound))}`;
}

/** A person or agent as approvals name them; `{type, id}` objects are accepted besides `type:id`. */
export function partyName(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return undefined;
  const type = stringMember(value, "type");
  const id = stringMember(value, "id");
  return type === undefined || id === undefined ? undefined : `${type}:${id}`;
}

interface Requesters {
  readonly known: ReadonlySet<string>;
  readonly personUnknown: boolean;
  readonly agentsUnknown: boolean;
}

function requestersOf(request: Request, chain: Chain, mask: Mask | undefined): Requesters {
  const known = new Set<string>(chain.agents);
  const subject = partyName(request.subject);
  if (subject !== undefined) known.add(subject);
  const person = mask?.masked(["context", "on_behalf_of"]) === true ? undefined : partyName(member(request.context, "on_behalf_of"));
  if (person !== undefined) known.add(person);
  const personAbsent = mask?.complete(["context"]) === true && !mask.masked(["context", "on_behalf_of"]) && member(request.context, "on_behalf_of") === undefined;
  return { known, personUnknown: person === undefined && !personAbsent, agentsUnknown: chain.unknown !== undefined || subject === undefined };
}

function requesterState(by: string, requesters: Requesters): Evidence["requester"] {
  if (requesters.known.has(by)) return "barred";
  if (by.startsWith("agent:")) return requesters.agentsUnknown ? "maybe" : "no";
  return requesters.personUnknown ? "maybe" : "no";
}

function sameDigest(a: string, b: string): boolean {
  const bare = (text: string): string => text.replace(/^sha256:/, "").toLowerCase();
  return bare(a) === bare(b);
}

/**
 * The evidence in a call's own `context.approvals` that binds to it (design 6.2). One with another call's digest, one
 * given later than the call, and one that cannot be read count for nothing.
 */
export function approvalEvidence(request: Request, of: { chain: Chain; mask: Mask | undefined; digest: () => string }): ApprovalEvidence {
  if (of.mask?.masked(["context", "approvals"]) === true) return { given: [], masked: MASKED };
  const list = member(request.context, "approvals");
  if (!Array.isArray(list) || list.length === 0) return { given: [], masked: undefined };
  const requesters = requestersOf(request, of.chain, of.mask);
  const given: Evidence[] = [];
  for (const entry of list) {
    const evidence = isJsonObject(entry) ? readEvidence(entry, { request, requesters, digest: of.digest }) : undefined;
    if (evidence !== undefined) given.push(evidence);
  }
  return { given, masked: of.mask?.maskedBelow(["context", "approvals"]) === true ? MASKED : undefined };
}

function readEvidence(entry: JsonObject, of: { request: Request; requesters: Requesters; digest: () => string }): Evidence | undefined {
  const by = partyName(member(entry, "by"));
  const decision = member(entry, "decision") ?? "granted";
  const digest = member(entry, "digest");
  if (by === undefined || (decision !== "granted" && decision !== "refused")) return undefined;
  if (digest !== undefined && (typeof digest !== "string" || !sameDigest(digest, of.digest()))) return undefined;
  const atText = member(entry, "at");
  const at = atText === undefined ? of.request.time : typeof atText === "string" ? parseInstant(atText) : undefined;
  if (atText !== undefined && at === undefined) return undefined;
  if (at !== undefined && of.request.time !== undefined && at > of.request.time) return undefined;
  const id = stringMember(entry, "id");
  const identity = id ?? (atText === undefined ? undefined : `${by}|${String(atText)}|${of.digest()}`);
  return { by, identity, at, refused: decision === "refused", requester: requesterState(by, of.requesters) };
}

