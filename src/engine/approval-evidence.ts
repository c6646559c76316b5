import { Unknown } from "../condition/value.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { parseTime } from "../text/time.ts";
import { principalOf, type Chain } from "./delegation.ts";
import type { Entity } from "./entity.ts";
import type { Mask } from "./mask.ts";
import { looseParty, readParty, sameId, sameParty, sameType, type Party } from "./party.ts";
import type { ActionName } from "./scope.ts";
import { and, or, type Truth } from "./truth.ts";

/** Text -> lower-case hex SHA-256; the host brings it, the core computes nothing of its own. */
export type Sha256 = (text: string) => string;

/**
 * By what an approval is known to later calls: its id; or who gave it when (milliseconds since
 * 1970), and for what (undefined: not known).
 */
export type ApprovalIdentity =
  | { readonly id: string }
  | { readonly by: string; readonly at: number; readonly digest: string | undefined };

/** One recorded approval or refusal, as far as it hangs on the call and not on a rule. */
export interface Evidence {
  /** Who; undefined: masked, or no name that can be read. */
  readonly by: Party | undefined;
  /** Undefined: nothing else can show the same one. Unknown: it has an id that cannot be read. */
  readonly identity: ApprovalIdentity | Unknown | undefined;
  /** When it was given, in milliseconds since 1970; undefined: at the call's time. */
  readonly at: number | Unknown | undefined;
  /** Whether it is a refusal: known only of the words `granted` and `refused` (design 6.2). */
  readonly refused: Truth;
  /** Whether it is for this very call. */
  readonly binds: Truth;
  /**
   * Whether whoever gave it asked for the call: the caller, an agent of its chain, or whom it acts
   * for (design 6.1).
   */
  readonly asked: Truth;
}

/** What one call brings to its approval requirements. */
export interface ApprovalEvidence {
  readonly given: readonly Evidence[];
  /**
   * Set where the approvals themselves or more of them are masked, or they are no list: then nobody
   * can tell (design 3.5).
   */
  readonly masked: boolean;
}

const CALLER_TYPE = new Unknown(["subject.type"]);
const CALLER_ID = new Unknown(["subject.id"]);
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
  if (mask?.maskedBelow(["args"]) === true)
    return new Unknown((request.unrecorded ?? []).filter((path) => /^args[.[]/.test(path)));
  return hasRounded(request.args) ? new Unknown(["args"]) : (request.args ?? {});
}

/**
 * Whether some number may have been rounded when it was read: beyond 2^53 several are one double
 * (design 3.4).
 */
function hasRounded(args: JsonObject | undefined): boolean {
  const open: Json[] = args === undefined ? [] : [args];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) return true;
    if (value !== null && typeof value === "object")
      for (const inner of Object.values(value)) if (inner !== undefined) open.push(inner);
  }
  return false;
}

/**
 * The digest that an approval binds to (design 6.2): SHA-256 of the RFC 8785 form of subject,
 * action, resource and arguments; unknown where any of them is.
 */
export function callDigest(call: BoundCall, sha256: Sha256): string | Unknown {
  const { subject, action, resource } = call;
  const args = boundArguments(call);
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["subject.type", subject.type],
    ["subject.id", subject.id],
    ["action.server", action.server],
    ["action.name", action.name],
    ...(resource.absent
      ? []
      : ([
          ["resource.type", resource.type],
          ["resource.id", resource.id],
        ] as const)),
  ];
  const missing = parts.filter(([, value]) => value === undefined).map(([path]) => path);
  if (args instanceof Unknown || missing.length > 0)
    return new Unknown([...missing, ...(args instanceof Unknown ? args.paths : [])].sort());
  const bound: Json = {
    subject: { type: subject.type, id: subject.id },
    action: { server: action.server, name: action.name },
    resource: resource.absent ? null : { type: resource.type, id: resource.id },
    args,
  };
  return `sha256:${sha256(canonicalJson(bound))}`;
}

/**
 * A person or agent as approvals name them; `{type, id}` objects are accepted besides `type:id`.
 */
function partyOf(value: Json | Unknown | undefined): Party | undefined {
  if (typeof value === "string") return readParty(value);
  if (!isJsonObject(value)) return undefined;
  const [type, id] = [stringMember(value, "type"), stringMember(value, "id")];
  return type === undefined || type.includes(":") || id === undefined
    ? undefined
    : readParty(`${type}:${id}`);
}

function isCaller(by: Party, { subject }: BoundCall): Truth {
  const type =
    subject.type === undefined ? CALLER_TYPE : (sameType(by.type, subject.type) ?? GIVER);
  const id = subject.id === undefined ? CALLER_ID : (sameId(by.id, subject.id) ?? GIVER);
  return and(type, id);
}

/**
 * Whether `by` asked for the call: an unrecorded person may be any human, an unrecorded chain holds
 * agents (design 6.1).
 */
function askedFor(by: Party, call: BoundCall): Truth {
  const principal = principalOf(call.request, call.mask);
  const isNamed = (name: string): Truth => sameParty(by, looseParty(name)) ?? GIVER;
  const isUnnamed = (type: string, unknown: Unknown): Truth =>
    sameType(by.type, type) === false ? false : unknown;
  const person =
    principal.unknown === undefined
      ? principal.name !== undefined && isNamed(principal.name)
      : isUnnamed("human", principal.unknown);
  const named = call.chain.agents.reduce<Truth>((any, name) => or(any, isNamed(name)), false);
  const chain =
    call.chain.unknown === undefined ? named : or(named, isUnnamed("agent", call.chain.unknown));
  return or(isCaller(by, call), or(person, chain));
}

/**
 * The evidence in a call's own `context.approvals` (design 6.2). What cannot be read may be an
 * approval or a refusal.
 */
export function approvalEvidence(call: BoundCall, sha256: Sha256): ApprovalEvidence {
  const { request, mask } = call;
  if (mask?.masked(["context", "approvals"]) === true) return { given: [], masked: true };
  const list = member(request.context, "approvals") ?? [];
  const isShown = (index: string): boolean => Array.isArray(list) && Object.hasOwn(list, index);
  const others =
    mask?.keysBelow(["context", "approvals"]).some((index) => !isShown(index)) === true;
  if (!Array.isArray(list) || others) return { given: [], masked: true };
  if (list.length === 0) return { given: [], masked: false };
  const digest = callDigest(call, sha256);
  const given = list.map((entry: Json, i): Evidence => {
    const path = ["context", "approvals", String(i)];
    if (!isJsonObject(entry) || mask?.masked(path) === true) return UNREADABLE;
    return readEvidence((key) => fieldOf(entry, [...path, key], mask), call, digest);
  });
  return { given, masked: false };
}

/** What is masked as a whole, or is no approval: nobody can tell whether it counts, or for what. */
const UNREADABLE: Evidence = {
  by: undefined,
  identity: undefined,
  at: undefined,
  refused: GIVER,
  binds: true,
  asked: GIVER,
};

/**
 * A member as it is written, unknown where masked. WHY null stays: a decision of null is not
 * `granted` (design 6.2).
 */
function fieldOf(
  entry: JsonObject,
  path: readonly string[],
  mask: Mask | undefined,
): Json | Unknown | undefined {
  if (mask?.masked(path) === true || mask?.maskedBelow(path) === true) return GIVER;
  const key = path.at(-1) ?? "";
  return Object.hasOwn(entry, key) ? entry[key] : undefined;
}

type Field = (key: string) => Json | Unknown | undefined;

function readEvidence(field: Field, call: BoundCall, digest: string | Unknown): Evidence {
  const by = partyOf(field("by"));
  const at = timeOf(field("at"));
  const bound = digestOf(field("digest"));
  const own = digest instanceof Unknown ? undefined : digest;
  return {
    by,
    identity: identityOf(field("id"), by, {
      at,
      digest: bound === undefined ? own : typeof bound === "string" ? bound : undefined,
    }),
    at,
    refused: refusalOf(field("decision")),
    binds:
      bound === undefined ||
      (typeof bound === "string" && bound === own) ||
      unknownOf(bound, digest),
    asked: by === undefined ? GIVER : askedFor(by, call),
  };
}

/**
 * Why it is unknown whether two digests that are not equal are of one call; false: they are
 * not.
 */
function unknownOf(bound: string | Unknown, digest: string | Unknown): Unknown | false {
  if (bound instanceof Unknown) return bound;
  return digest instanceof Unknown && digest;
}

function refusalOf(decision: Json | Unknown | undefined): Truth {
  if (decision === undefined || decision === "granted") return false;
  return decision === "refused" ? true : GIVER;
}

function timeOf(at: Json | Unknown | undefined): number | Unknown | undefined {
  if (at === undefined) return undefined;
  return (typeof at === "string" ? parseTime(at) : undefined) ?? GIVER;
}

const DIGEST = /^(?:sha256:)?([0-9a-f]{64})$/i;

function digestOf(digest: Json | Unknown | undefined): string | Unknown | undefined {
  if (digest === undefined) return undefined;
  const hex = typeof digest === "string" ? DIGEST.exec(digest)?.[1] : undefined;
  return hex === undefined ? GIVER : `sha256:${hex.toLowerCase()}`;
}

function identityOf(
  id: Json | Unknown | undefined,
  by: Party | undefined,
  given: { readonly at: number | Unknown | undefined; readonly digest: string | undefined },
): Evidence["identity"] {
  if (typeof id === "string" || typeof id === "number") return { id: String(id) };
  if (id !== undefined && id !== null) return GIVER;
  if (by === undefined || typeof given.at !== "number") return undefined;
  return { by: `${by.type}:${by.id}`, at: given.at, digest: given.digest };
}
