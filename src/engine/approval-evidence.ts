import { Unknown } from "../condition/value.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { parseInstant } from "../text/instant.ts";
import { principalOf, type Chain } from "./delegation.ts";
import type { Entity } from "./entity.ts";
import type { Mask } from "./mask.ts";
import type { ActionName } from "./scope.ts";
import { and, or, type Truth } from "./truth.ts";

/** Text -> lower-case hex SHA-256; the host brings it, the core computes nothing of its own. */
export type Sha256 = (text: string) => string;

/** By what an approval is known to later calls: its id; or who gave it when, and for what (undefined: not known). */
export type ApprovalIdentity = { readonly id: string } | { readonly by: string; readonly at: string; readonly digest: string | undefined };

/** One recorded approval or refusal, as far as it hangs on the call and not on a rule. */
export interface Evidence {
  /** Who: `type:id`; undefined: masked. */
  readonly by: string | undefined;
  /** Undefined: nothing else can show the same one. */
  readonly identity: ApprovalIdentity | undefined;
  /** When it was given; undefined: at the call's time. */
  readonly at: number | undefined;
  readonly refused: boolean;
  /** Whether it is for this very call. */
  readonly binds: Truth;
  /** Whether whoever gave it asked for the call: the caller, an agent of its chain, or whom it acts for (design 6.1). */
  readonly asked: Truth;
}

/** What one call brings to its approval requirements. */
export interface ApprovalEvidence {
  readonly given: readonly Evidence[];
  /** Set where the approvals themselves are masked: then nobody can tell (design 3.5). */
  readonly masked: boolean;
}

const CALLER_TYPE = new Unknown(["subject.type"]);
const CALLER_ID = new Unknown(["subject.id"]);
const PERSON = new Unknown(["context.on_behalf_of"]);
const GIVER = new Unknown(["context.approvals"]);

/** What of a call an approval binds to. */
export interface BoundCall {
  readonly request: Request;
  readonly mask: Mask | undefined;
  readonly subject: Entity;
  readonly action: ActionName;
  readonly resource: Entity;
  readonly chain: Chain;
}

function boundArguments({ request, mask }: BoundCall): JsonObject | Unknown {
  const absent = request.args === undefined && mask?.complete(["args"]) !== true;
  if (absent || mask?.masked(["args"]) === true) return new Unknown(["args"]);
  if (mask?.maskedBelow(["args"]) === true) return new Unknown((request.unrecorded ?? []).filter((path) => /^args[.[]/.test(path)));
  return request.args ?? {};
}

/**
 * The digest that an approval binds to (design 6.2): SHA-256 of the RFC 8785 form of subject, action, resource and
 * arguments; unknown where any of them is.
 */
export function callDigest(call: BoundCall, sha256: Sha256): string | Unknown {
  const { subject, action, resource } = call;
  const args = boundArguments(call);
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["subject.type", subject.type],
    ["subject.id", subject.id],
    ["action.server", action.server],
    ["action.name", action.name],
    ...(resource.absent ? [] : ([["resource.type", resource.type], ["resource.id", resource.id]] as const)),
  ];
  const missing = parts.filter(([, value]) => value === undefined).map(([path]) => path);
  if (args instanceof Unknown || missing.length > 0) return new Unknown([...missing, ...(args instanceof Unknown ? args.paths : [])].sort());
  const bound: Json = {
    subject: { type: subject.type, id: subject.id },
    action: { server: action.server, name: action.name },
    resource: resource.absent ? null : { type: resource.type, id: resource.id },
    args,
  };
  return `sha256:${sha256(canonicalJson(bound))}`;
}

/** A person or agent as approvals name them; `{type, id}` objects are accepted besides `type:id`. */
function partyName(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return undefined;
  const type = stringMember(value, "type");
  const id = stringMember(value, "id");
  return type === undefined || id === undefined ? undefined : `${type}:${id}`;
}

function isCaller(by: string, { subject }: BoundCall): Truth {
  const colon = by.indexOf(":");
  const same = (part: string | undefined, other: string, unknown: Unknown): Truth => (part === undefined ? unknown : part === other);
  return and(same(subject.type, by.slice(0, colon), CALLER_TYPE), same(subject.id, by.slice(colon + 1), CALLER_ID));
}

/** Whether `by` asked for the call: an unrecorded person may be any human, an unrecorded chain holds agents (design 6.1). */
function askedFor(by: string, call: BoundCall): Truth {
  const principal = principalOf(call.request, call.mask);
  const person: Truth = principal.unknown === undefined ? principal.name === by : by.startsWith("human:") ? PERSON : false;
  const chain: Truth = call.chain.agents.includes(by) || (call.chain.unknown !== undefined && by.startsWith("agent:") ? call.chain.unknown : false);
  return or(isCaller(by, call), or(person, chain));
}

function sameDigest(a: string, b: string): boolean {
  const bare = (text: string): string => text.replace(/^sha256:/, "").toLowerCase();
  return bare(a) === bare(b);
}

/** The evidence in a call's own `context.approvals` (design 6.2). What cannot be read as an approval is none. */
export function approvalEvidence(call: BoundCall, sha256: Sha256): ApprovalEvidence {
  const { request, mask } = call;
  if (mask?.masked(["context", "approvals"]) === true) return { given: [], masked: true };
  const list = member(request.context, "approvals");
  if (!Array.isArray(list) || list.length === 0) return { given: [], masked: false };
  const digest = callDigest(call, sha256);
  const given = list.flatMap((entry, i) => {
    const path = ["context", "approvals", String(i)];
    const unrecorded = isJsonObject(entry) && member(entry, "by") === undefined && mask?.complete(["context"]) !== true;
    const hidden = unrecorded || mask?.masked(path) === true || mask?.maskedBelow(path) === true;
    const evidence = isJsonObject(entry) ? readEvidence(entry, { call, digest, hidden }) : undefined;
    return evidence === undefined ? [] : [evidence];
  });
  return { given, masked: false };
}

function readEvidence(entry: JsonObject, of: { call: BoundCall; digest: string | Unknown; hidden: boolean }): Evidence | undefined {
  const by = partyName(member(entry, "by")) ?? (of.hidden ? "" : undefined);
  const decision = member(entry, "decision") ?? "granted";
  const bound = member(entry, "digest");
  const atText = member(entry, "at");
  const at = typeof atText === "string" ? parseInstant(atText) : undefined;
  if (by === undefined || (decision !== "granted" && decision !== "refused")) return undefined;
  if ((bound !== undefined && typeof bound !== "string") || (atText !== undefined && at === undefined)) return undefined;
  const binds: Truth = bound === undefined ? true : of.digest instanceof Unknown ? of.digest : sameDigest(bound, of.digest);
  const id = stringMember(entry, "id");
  const fallback = typeof atText === "string" ? { by, at: atText, digest: bound ?? (of.digest instanceof Unknown ? undefined : of.digest) } : undefined;
  // what of an approval is masked may be anything, so that nobody can tell whether it counts
  const asked = of.hidden ? GIVER : askedFor(by, of.call);
  return { by: of.hidden ? undefined : by, identity: id === undefined ? fallback : { id }, at, refused: decision === "refused", binds, asked };
}
