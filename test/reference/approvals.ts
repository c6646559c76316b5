import type { Approval } from "../../src/policy/model.ts";
import { parseTime } from "../../src/text/time.ts";
import { digestOf } from "./digest.ts";
import { fitsEntity, type Part } from "./glob.ts";
import type { Known } from "./known.ts";
import { folded, idPart, isNone, nameOf, partOf, type Event } from "./request.ts";
import { and, certain, not, NO, or, unsure, YES, type Truth } from "./truth.ts";
import { HIDDEN, isObject, memberOf, type Json, type Node } from "./value.ts";

/**
 * An approval's `id`; or who gave it when, and for what (undefined: the call that it binds to is
 * not known).
 */
export type Identity =
  | { readonly id: string }
  | { readonly by: string; readonly at: number; readonly digest: string | undefined };

/** What a call did with an approval: used it up, or perhaps did. */
export interface Use {
  readonly identity: Identity;
  readonly sure: boolean;
}

/** One recorded approval of a call (design 6.2). */
export interface Evidence {
  /** `hidden`: masked, or no `type:id`. */
  readonly by: Part;
  /** `hidden` here and below: masked, or nothing that can be read. */
  readonly at: number | "absent" | "hidden";
  readonly said: "granted" | "refused" | "hidden";
  readonly digest: string | "absent" | "hidden";
  /** What it is known by to later calls; undefined: nothing else can show the same one. */
  readonly identity: Identity | "hidden" | undefined;
}

/** Who asked, and what for: what an approval is held against. */
export interface Asked {
  readonly known: Known;
  readonly time: number | undefined;
  readonly digest: string | undefined;
  /** What the digest is not known for. */
  readonly unbound: readonly string[];
  /** The caller's type and id, whom it acts for, the chain: `hidden` where unrecorded. */
  readonly caller: readonly [Part, Part];
  readonly person: Part;
  readonly chain: readonly Part[];
  readonly evidence: readonly Evidence[];
  /**
   * There are approvals, and nobody recorded them: more than that none was recorded (design 6.1,
   * 7.1).
   */
  readonly masked: boolean;
  /** Approvals that earlier calls used up, and those that they may have. */
  readonly used: readonly Use[];
}

export type State = "open" | "satisfied" | "refused";
/** One way in which the recorded approvals may count for a rule. */
export type Way = State;

/** A member of an approval. A null is not `absent`: who wrote it meant something (design 6.2). */
function fieldOf(node: Node, raw: Json | undefined, key: string): Part {
  if (isObject(raw) && Object.hasOwn(raw, key) && raw[key] === null) return "hidden";
  return isUnwritten(node, key) ? "absent" : partOf(node, key);
}

/**
 * Not there, and not masked: an approval is read as it is written, whether or not its container is
 * complete.
 */
function isUnwritten(node: Node, key: string): boolean {
  return node.kind === "map" && !node.members.has(key);
}

function giverOf(node: Node, raw: Json | undefined): Part {
  const member = memberOf(node, "by");
  const by = member?.kind === "map" ? nameOf(member) : fieldOf(node, raw, "by");
  return typeof by === "object" && /^[^:]+:./s.test(by.text) ? by : "hidden";
}

function digestAt(node: Node, raw: Json | undefined): Evidence["digest"] {
  const digest = fieldOf(node, raw, "digest");
  if (typeof digest === "string") return digest;
  const hex = digest.text.replace(/^sha256:/i, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? `sha256:${hex}` : "hidden";
}

function evidenceOf(node: Node, raw: Json | undefined, callDigest: string | undefined): Evidence {
  if (node.kind !== "map")
    return { by: "hidden", at: "absent", said: "hidden", digest: "absent", identity: undefined };
  const at = fieldOf(node, raw, "at");
  const time = typeof at === "string" ? at : (parseTime(at.text) ?? "hidden");
  const decision = fieldOf(node, raw, "decision");
  const word = decision === "absent" ? "granted" : decision === "hidden" ? "hidden" : decision.text;
  const [by, digest] = [giverOf(node, raw), digestAt(node, raw)];
  const identity = identityOf(node, {
    by,
    at: time,
    digest: digest === "absent" ? callDigest : digest,
  });
  return {
    by,
    at: time,
    said: word === "granted" || word === "refused" ? word : "hidden",
    digest,
    identity,
  };
}

function identityOf(
  node: Node,
  given: { readonly by: Part; readonly at: Evidence["at"]; readonly digest: string | undefined },
): Evidence["identity"] {
  const member = memberOf(node, "id");
  if (member?.kind === "leaf" && (member.value.type === "string" || member.value.type === "double"))
    return { id: String(member.value.value) };
  if (!isUnwritten(node, "id")) return "hidden";
  const { by, at, digest } = given;
  return typeof by !== "object" || typeof at !== "number"
    ? undefined
    : { by: by.text, at, digest: digest === "hidden" ? undefined : digest };
}

/**
 * The chain's agents as `type:id`, root first; one `hidden` where the chain is unknown (design
 * 4.5).
 */
export function chainOf(event: Event, context: Node): readonly Part[] {
  const chain = memberOf(context, "delegation");
  if (chain === undefined) return [];
  if (chain.kind === "hidden")
    return event.parent === undefined && !isMasked(event, "context.delegation") ? [] : ["hidden"];
  if (chain.kind !== "list") return ["hidden"];
  return chain.items.map((item) =>
    item.kind === "leaf" && item.value.type === "string" ? { text: item.value.value } : "hidden",
  );
}

export function isMasked(event: Event, path: string): boolean {
  return (event.unrecorded ?? []).some(
    (masked) => path === masked || path.startsWith(`${masked}.`),
  );
}

export function personOf(context: Node): Part {
  return nameOf(memberOf(context, "on_behalf_of"), "human");
}

/** The digest that an approval binds to (design 6.2); undefined where any of it is unrecorded. */
export function callDigest(event: Event, roots: ReadonlyMap<string, Node>): string | undefined {
  const parts = [
    "subject.type",
    "subject.id",
    "action.server",
    "action.name",
    "resource.type",
    "resource.id",
  ].map((path) => {
    const [root = "", key = ""] = path.split(".");
    return partOf(roots.get(root) ?? HIDDEN, key);
  });
  const args = maskedArgs(event).length > 0 ? undefined : (event.args ?? {});
  const texts = parts.map((part) => (typeof part === "object" ? part.text : undefined));
  const [type, id, server, name, resourceType, resourceId] = texts;
  const none = isNone(roots.get("resource") ?? HIDDEN);
  if (
    type === undefined ||
    id === undefined ||
    server === undefined ||
    name === undefined ||
    args === undefined
  )
    return undefined;
  if (none)
    return digestOf({ subject: { type, id }, action: { server, name }, resource: null, args });
  if (resourceType === undefined || resourceId === undefined) return undefined;
  return digestOf({
    subject: { type, id },
    action: { server, name },
    resource: { type: resourceType, id: resourceId },
    args,
  });
}

const BOUND = [
  "subject.type",
  "subject.id",
  "action.server",
  "action.name",
  "resource.type",
  "resource.id",
];

function unboundOf(event: Event, roots: ReadonlyMap<string, Node>): readonly string[] {
  const names = BOUND.filter((path) => {
    const [root = "", key = ""] = path.split(".");
    const node = roots.get(root) ?? HIDDEN;
    return !(root === "resource" && isNone(node)) && idPart(node, key) === "hidden";
  });
  return [...names, ...maskedArgs(event)];
}

/** A number beyond 2^53 may have been another one where it was written (design 3.4). */
function holdsRounded(json: Json): boolean {
  if (typeof json === "number") return Math.abs(json) > 2 ** 53 - 1;
  return (
    typeof json === "object" &&
    json !== null &&
    Object.values(json).some((one) => holdsRounded(one as Json))
  );
}

/** What of the arguments is not recorded. */
function maskedArgs(event: Event): readonly string[] {
  if (
    isMasked(event, "args") ||
    (event.args === undefined && !(event.complete ?? []).includes("args"))
  )
    return ["args"];
  const masked = (event.unrecorded ?? []).filter((path) => path.startsWith("args."));
  return masked.length === 0 && holdsRounded(event.args ?? {}) ? ["args"] : masked;
}

export function askedOf(
  known: Known,
  event: Event,
  roots: ReadonlyMap<string, Node>,
  used: Asked["used"],
): Asked {
  const context = roots.get("context") ?? HIDDEN;
  const approvals = memberOf(context, "approvals");
  const raw = event.context?.["approvals"];
  const digest = callDigest(event, roots);
  return {
    known,
    time: event.time,
    digest,
    unbound: unboundOf(event, roots),
    caller: [
      idPart(roots.get("subject") ?? HIDDEN, "type"),
      idPart(roots.get("subject") ?? HIDDEN, "id"),
    ],
    person: personOf(context),
    chain: chainOf(event, context),
    evidence:
      approvals?.kind === "list"
        ? approvals.items.map((item, i) =>
            evidenceOf(item, Array.isArray(raw) ? raw[i] : undefined, digest),
          )
        : [],
    masked: isMasked(event, "context.approvals") || isUnread(event, raw),
    used,
  };
}

/** No list, or a list of which a masked path says that it holds more than is shown. */
function isUnread(event: Event, raw: Json | undefined): boolean {
  const list = Array.isArray(raw) ? raw : [];
  const shown = list.map((_, i) => `context.approvals.${i}`);
  const masks = (event.unrecorded ?? []).filter((path) => path.startsWith("context.approvals."));
  return (
    (raw !== undefined && raw !== null && !Array.isArray(raw)) ||
    masks.some((path) => !shown.some((one) => path === one || path.startsWith(`${one}.`)))
  );
}

function split(name: string): readonly [string, string] {
  const colon = name.indexOf(":");
  return colon < 1 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
}

const KINDS = ["agent", "human", "service", "model"];

/**
 * Whether two types may be one: of the four that are known only the same are; another may be a
 * spelling of any.
 */
function alikeType(a: string, b: string): boolean {
  return folded(a) === folded(b) || !KINDS.includes(folded(a)) || !KINDS.includes(folded(b));
}

function alike(a: string, b: string): boolean {
  const [[type, id], [otherType, otherId]] = [split(a), split(b)];
  return folded(id) === folded(otherId) && alikeType(type, otherType);
}

function same(a: string, b: string): Truth {
  return a === b ? YES : alike(a, b) ? unsure("context.approvals") : NO;
}

/** Whether an approver is named by its very name. */
function isNamed(known: Known, approval: Approval, by: string): boolean {
  const [type, id] = split(by);
  return (approval.approvers ?? ["human:*"]).some((approver) => {
    if (!approver.startsWith("role:"))
      return fitsEntity(approver, { text: type }, { text: id }) === true;
    const role = approver.slice("role:".length);
    return known.people.some(
      (person) => `human:${person.id}` === by && person.roles.includes(role),
    );
  });
}

/**
 * Those whom the catalog lists, of the kinds that `by` may be of; undefined where it lists none of
 * them.
 */
function listed(known: Known, by: string): readonly string[] | undefined {
  const [type] = split(by);
  const people =
    known.people.length > 0 && alikeType(type, "human")
      ? known.people.map(({ id }) => `human:${id}`)
      : undefined;
  const agents =
    known.agents !== undefined && known.unregistered === "deny" && alikeType(type, "agent")
      ? known.agents.map(({ id }) => `agent:${id}`)
      : undefined;
  return people === undefined && agents === undefined
    ? undefined
    : [...(people ?? []), ...(agents ?? [])];
}

/**
 * Whether `by` may approve or refuse (design 2.5, 6.1): one whom nobody lists grants nothing, and
 * may refuse.
 */
function isApprover(known: Known, approval: Approval, by: string, refuses: boolean): Truth {
  const names = listed(known, by);
  if (isNamed(known, approval, by) && names?.includes(by) !== false) return YES;
  const everybody = [
    ...known.people.map(({ id }) => `human:${id}`),
    ...(known.agents ?? []).map(({ id }) => `agent:${id}`),
  ];
  const perhaps = everybody.some((name) => alike(by, name) && isNamed(known, approval, name));
  return perhaps || ((names === undefined || refuses) && isNamedLike(approval, by))
    ? unsure("context.approvals")
    : NO;
}

/** Whether some way of writing `by` is among those named. */
function isNamedLike(approval: Approval, by: string): boolean {
  const [type, id] = split(by);
  const types = ["agent", "human", folded(type)].filter((one) => alikeType(type, one));
  const named = (approval.approvers ?? ["human:*"]).filter(
    (approver) => !approver.startsWith("role:"),
  );
  return named.some((approver) =>
    types.some((one) => fitsEntity(folded(approver), { text: one }, { text: folded(id) }) === true),
  );
}

/**
 * Whether `by` is this one of those who asked; the chain holds agents, so nobody else can be of an
 * unrecorded one.
 */
function isAsker(by: string, asker: Part, path: string, type: string): Truth {
  if (asker === "absent") return NO;
  if (asker === "hidden") return alikeType(split(by)[0], type) ? unsure(path) : NO;
  return same(by, asker.text);
}

function isCaller(asked: Asked, by: string): Truth {
  const [type, id] = split(by);
  const [callerType, callerId] = asked.caller;
  const perhaps = unsure("context.approvals");
  const ofType =
    typeof callerType !== "object"
      ? unsure("subject.type")
      : callerType.text === type
        ? YES
        : alikeType(callerType.text, type)
          ? perhaps
          : NO;
  const ofId =
    typeof callerId !== "object"
      ? unsure("subject.id")
      : callerId.text === id
        ? YES
        : folded(callerId.text) === folded(id)
          ? perhaps
          : NO;
  return and([ofType, ofId]);
}

function asksItself(asked: Asked, by: string): Truth {
  return or([
    isCaller(asked, by),
    isAsker(by, asked.person, "context.on_behalf_of", "human"),
    ...asked.chain.map((agent) => isAsker(by, agent, "context.delegation", "agent")),
  ]);
}

function inTime(asked: Asked, approval: Approval, one: Evidence, refuses: boolean): Truth {
  if (one.at === "absent") return YES;
  if (one.at === "hidden") return unsure("context.approvals");
  if (asked.time === undefined) return unsure("now");
  const age = asked.time - one.at;
  return certain(age >= 0 && (refuses || approval.within === undefined || age <= approval.within));
}

function isForThis(asked: Asked, one: Evidence): Truth {
  if (one.digest === "absent") return YES;
  if (one.digest === "hidden") return unsure("context.approvals");
  return asked.digest === undefined
    ? unsure(...asked.unbound)
    : certain(one.digest === asked.digest);
}

/**
 * Whether both name one approval; those without `id` count as one where what they bind to is
 * unknown.
 */
function isSame(a: Identity, b: Identity): Truth {
  if ("id" in a || "id" in b) return certain("id" in a && "id" in b && a.id === b.id);
  if (a.by !== b.by || a.at !== b.at) return NO;
  return a.digest === undefined || b.digest === undefined
    ? unsure("context.approvals")
    : certain(a.digest === b.digest);
}

function isUsed(asked: Asked, one: Evidence): Truth {
  const { identity } = one;
  if (identity === undefined) return NO;
  if (identity === "hidden") return unsure("context.approvals");
  return or(
    asked.used.map((use) =>
      and([isSame(use.identity, identity), use.sure ? YES : unsure("context.approvals")]),
    ),
  );
}

/**
 * Whether this counts as an approval (or as a refusal) for a rule that asks for `approval` (design
 * 6.1, 6.2).
 */
function counts(asked: Asked, approval: Approval, one: Evidence, as: "granted" | "refused"): Truth {
  const refuses = as === "refused";
  const said = one.said === "hidden" ? unsure("context.approvals") : certain(one.said === as);
  const may =
    typeof one.by !== "object"
      ? unsure("context.approvals")
      : and([
          isApprover(asked.known, approval, one.by.text, refuses),
          not(asksItself(asked, one.by.text)),
        ]);
  return and([
    said,
    may,
    inTime(asked, approval, one, refuses),
    isForThis(asked, one),
    refuses ? YES : not(isUsed(asked, one)),
  ]);
}

/**
 * Those who may have given what counts, as few as they may be: what may be two spellings of one
 * name is one.
 */
function fewest(names: readonly string[]): number {
  let groups: readonly (readonly string[])[] = [];
  for (const name of names) {
    const mine = groups.filter((group) => group.some((other) => alike(name, other)));
    groups = [...groups.filter((group) => !mine.includes(group)), [name, ...mine.flat()]];
  }
  return groups.length;
}

/** Every way in which the approvals may count. */
export function waysOf(asked: Asked, approval: Approval): readonly Way[] {
  if (asked.masked) return ["open", "satisfied", "refused"];
  const as = (
    word: "granted" | "refused",
  ): readonly { readonly one: Evidence; readonly is: Truth["is"] }[] =>
    asked.evidence
      .map((one) => ({ one, is: counts(asked, approval, one, word).is }))
      .filter(({ is }) => is !== false);
  const [grants, refusals] = [as("granted"), as("refused")];
  if (refusals.some(({ is }) => is === true)) return ["refused"];
  const most = new Set(grants.map(({ one }) => (typeof one.by === "object" ? one.by.text : one)))
    .size;
  const least = fewest(approversOf(asked, approval));
  const { quorum } = approval;
  return [
    ...(least < quorum ? ["open" as const] : []),
    ...(most >= quorum ? ["satisfied" as const] : []),
    ...(refusals.length > 0 ? ["refused" as const] : []),
  ];
}

/** Who has surely approved, sorted. */
export function approversOf(asked: Asked, approval: Approval): readonly string[] {
  const sure = asked.evidence.filter((one) => counts(asked, approval, one, "granted").is === true);
  return [
    ...new Set(sure.flatMap((one) => (typeof one.by === "object" ? [one.by.text] : []))),
  ].sort();
}

/** What an undecided requirement hangs on. */
export function doubtsOf(asked: Asked, approval: Approval): readonly string[] {
  if (asked.masked) return ["context.approvals"];
  if (waysOf(asked, approval).length === 1) return [];
  const truths = asked.evidence.flatMap((one) => [
    counts(asked, approval, one, "granted"),
    counts(asked, approval, one, "refused"),
  ]);
  return [...new Set(truths.flatMap((truth) => (truth.is === "unknown" ? truth.paths : [])))];
}

/**
 * What a call that ran did with its approvals: those that counted are used up, those that may have
 * counted perhaps (design 6.2).
 */
export function usesOf(asked: Asked, approval: Approval, ran: boolean): readonly Use[] {
  return asked.evidence.flatMap((one) => {
    const { identity } = one;
    const is =
      identity === undefined || identity === "hidden"
        ? false
        : counts(asked, approval, one, "granted").is;
    return is === false || identity === undefined || identity === "hidden"
      ? []
      : [{ identity, sure: ran && is === true }];
  });
}
