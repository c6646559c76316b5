import type { Approval } from "../../src/policy/model.ts";
import { parseInstant } from "../../src/text/instant.ts";
import { digestOf } from "./digest.ts";
import { fitsEntity, type Part } from "./glob.ts";
import type { Known } from "./known.ts";
import { idPart, isNone, nameOf, partOf, type Event } from "./request.ts";
import { and, certain, not, NO, or, unsure, YES, type Truth } from "./truth.ts";
import { HIDDEN, memberOf, type Node } from "./value.ts";

/** An approval's `id`; or who gave it when, and for what (undefined: the call that it binds to is not known). */
export type Identity = { readonly id: string } | { readonly by: string; readonly at: string; readonly digest: string | undefined };

/** What a call did with an approval: used it up, or perhaps did. */
export interface Use {
  readonly identity: Identity;
  readonly sure: boolean;
}

/** One recorded approval of a call (design 6.2). */
export interface Evidence {
  readonly by: Part;
  readonly at: number | undefined;
  readonly refused: boolean;
  readonly digest: string | undefined;
  /** What it is known by to later calls; undefined: nothing else can show the same one. */
  readonly identity: Identity | undefined;
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
  /** There are approvals, and nobody recorded them: more than that none was recorded (design 6.1, 7.1). */
  readonly masked: boolean;
  /** Approvals that earlier calls used up, and those that they may have. */
  readonly used: readonly Use[];
}

export type State = "open" | "satisfied" | "refused";
/** One way in which the recorded approvals may count for a rule. */
export type Way = State;

function textAt(node: Node, key: string): string | undefined {
  const part = partOf(node, key);
  return typeof part === "object" ? part.text : undefined;
}

function evidenceOf(node: Node, callDigest: string | undefined): Evidence {
  const [id, at, digest] = [textAt(node, "id"), textAt(node, "at"), textAt(node, "digest")];
  const by = partOf(node, "by");
  const identity = id !== undefined ? { id } : at === undefined ? undefined : { by: textAt(node, "by") ?? "", at, digest: digest ?? callDigest };
  return { by, at: at === undefined ? undefined : parseInstant(at), refused: textAt(node, "decision") === "refused", digest, identity };
}

/** The chain's agents as `type:id`, root first; one `hidden` where the chain cannot be told (design 4.5). */
export function chainOf(event: Event, context: Node): readonly Part[] {
  const chain = memberOf(context, "delegation");
  if (chain === undefined) return [];
  if (chain.kind === "hidden") return event.parent === undefined && !isMasked(event, "context.delegation") ? [] : ["hidden"];
  if (chain.kind !== "list") return ["hidden"];
  return chain.items.map((item) => (item.kind === "leaf" && item.value.type === "string" ? { text: item.value.value } : "hidden"));
}

export function isMasked(event: Event, path: string): boolean {
  return (event.unrecorded ?? []).some((masked) => path === masked || path.startsWith(`${masked}.`));
}

export function personOf(context: Node): Part {
  return nameOf(memberOf(context, "on_behalf_of"), "human");
}

/** The digest that an approval binds to (design 6.2); undefined where any of it is unrecorded. */
export function callDigest(event: Event, roots: ReadonlyMap<string, Node>): string | undefined {
  const parts = ["subject.type", "subject.id", "action.server", "action.name", "resource.type", "resource.id"].map((path) => {
    const [root = "", key = ""] = path.split(".");
    return partOf(roots.get(root) ?? HIDDEN, key);
  });
  const args = maskedArgs(event).length > 0 ? undefined : (event.args ?? {});
  const texts = parts.map((part) => (typeof part === "object" ? part.text : undefined));
  const [type, id, server, name, resourceType, resourceId] = texts;
  const none = isNone(roots.get("resource") ?? HIDDEN);
  if (type === undefined || id === undefined || server === undefined || name === undefined || args === undefined) return undefined;
  if (none) return digestOf({ subject: { type, id }, action: { server, name }, resource: null, args });
  if (resourceType === undefined || resourceId === undefined) return undefined;
  return digestOf({ subject: { type, id }, action: { server, name }, resource: { type: resourceType, id: resourceId }, args });
}

const BOUND = ["subject.type", "subject.id", "action.server", "action.name", "resource.type", "resource.id"];

function unboundOf(event: Event, roots: ReadonlyMap<string, Node>): readonly string[] {
  const names = BOUND.filter((path) => {
    const [root = "", key = ""] = path.split(".");
    const node = roots.get(root) ?? HIDDEN;
    return !(root === "resource" && isNone(node)) && idPart(node, key) === "hidden";
  });
  return [...names, ...maskedArgs(event)];
}

/** What of the arguments is not recorded. */
function maskedArgs(event: Event): readonly string[] {
  if (isMasked(event, "args") || (event.args === undefined && !(event.complete ?? []).includes("args"))) return ["args"];
  return (event.unrecorded ?? []).filter((path) => path.startsWith("args."));
}

export function askedOf(known: Known, event: Event, roots: ReadonlyMap<string, Node>, used: Asked["used"]): Asked {
  const context = roots.get("context") ?? HIDDEN;
  const approvals = memberOf(context, "approvals");
  const digest = callDigest(event, roots);
  return {
    known,
    time: event.time,
    digest,
    unbound: unboundOf(event, roots),
    caller: [idPart(roots.get("subject") ?? HIDDEN, "type"), idPart(roots.get("subject") ?? HIDDEN, "id")],
    person: personOf(context),
    chain: chainOf(event, context),
    evidence: approvals?.kind === "list" ? approvals.items.map((item) => evidenceOf(item, digest)) : [],
    masked: isMasked(event, "context.approvals"),
    used,
  };
}

function split(name: string): readonly [Part, Part] {
  const colon = name.indexOf(":");
  return [{ text: name.slice(0, colon) }, { text: name.slice(colon + 1) }];
}

function isApprover(known: Known, approval: Approval, by: string): boolean {
  if (approval.approvers === undefined) return by.startsWith("human:");
  return approval.approvers.some((approver) => {
    if (!approver.startsWith("role:")) return fitsEntity(approver, ...split(by)) === true;
    const role = approver.slice("role:".length);
    return known.people.some((person) => `human:${person.id}` === by && person.roles.includes(role));
  });
}

/** Whether `by` is this one of those who asked; the chain holds agents, so nobody else can be of an unrecorded one. */
function isAsker(by: string, asker: Part, path: string, type?: string): Truth {
  if (asker === "absent") return NO;
  if (asker === "hidden") return type === undefined || by.startsWith(`${type}:`) ? unsure(path) : NO;
  return certain(asker.text === by);
}

function isCaller(asked: Asked, by: string): Truth {
  const [type, id] = split(by);
  const same = (part: Part, other: Part, path: string): Truth => (part === "hidden" ? unsure(path) : certain(sameText(part, other)));
  return and([same(asked.caller[0], type, "subject.type"), same(asked.caller[1], id, "subject.id")]);
}

function sameText(a: Part, b: Part): boolean {
  return typeof a === "object" && typeof b === "object" && a.text === b.text;
}

function asksItself(asked: Asked, by: string): Truth {
  return or([
    isCaller(asked, by),
    isAsker(by, asked.person, "context.on_behalf_of", "human"),
    ...asked.chain.map((agent) => isAsker(by, agent, "context.delegation", "agent")),
  ]);
}

function inTime(asked: Asked, approval: Approval, one: Evidence): Truth {
  if (one.at === undefined) return YES;
  if (asked.time === undefined) return unsure("now");
  const age = asked.time - one.at;
  return certain(age >= 0 && (one.refused || approval.within === undefined || age <= approval.within));
}

function isForThis(asked: Asked, one: Evidence): Truth {
  if (one.digest === undefined) return YES;
  return asked.digest === undefined ? unsure(...asked.unbound) : certain(one.digest === asked.digest);
}

/** Whether both name one approval; those without `id` are not told apart where what they bind to is unknown. */
function isSame(a: Identity, b: Identity): Truth {
  if ("id" in a || "id" in b) return certain("id" in a && "id" in b && a.id === b.id);
  if (a.by !== b.by || a.at !== b.at) return NO;
  return a.digest === undefined || b.digest === undefined ? unsure("context.approvals") : certain(a.digest === b.digest);
}

function isUsed(asked: Asked, one: Evidence): Truth {
  const { identity } = one;
  if (one.refused || identity === undefined) return NO;
  return or(asked.used.map((use) => and([isSame(use.identity, identity), use.sure ? YES : unsure("context.approvals")])));
}

/** Whether this approval (or refusal) counts for a rule that asks for `approval` (design 6.1, 6.2). */
export function counts(asked: Asked, approval: Approval, one: Evidence): Truth {
  if (one.by === "absent") return NO;
  const may = one.by === "hidden" ? unsure("context.approvals") : and([certain(isApprover(asked.known, approval, one.by.text)), not(asksItself(asked, one.by.text))]);
  return and([may, inTime(asked, approval, one), isForThis(asked, one), not(isUsed(asked, one))]);
}

/** Whom an approval counts for: of one whose giver is not recorded nobody knows that it is the same as another's. */
function nameBy(one: Evidence): unknown {
  return typeof one.by === "object" ? one.by.text : one;
}

function wayOf(approval: Approval, counted: readonly Evidence[]): Way {
  const granted = counted.filter((one) => !one.refused);
  if (counted.some((one) => one.refused)) return "refused";
  return new Set(granted.map(nameBy)).size >= approval.quorum ? "satisfied" : "open";
}

/** Every way in which the approvals may count: all combinations of those that cannot be told. */
export function waysOf(asked: Asked, approval: Approval): readonly Way[] {
  if (asked.masked) return ["open", "satisfied", "refused"];
  let combinations: readonly (readonly Evidence[])[] = [[]];
  for (const one of asked.evidence) {
    const is = counts(asked, approval, one).is;
    if (is === true) combinations = combinations.map((counted) => [...counted, one]);
    else if (is !== false) combinations = combinations.flatMap((counted) => [counted, [...counted, one]]);
  }
  return [...new Set(combinations.map((counted) => wayOf(approval, counted)))];
}

/** Who has surely approved, sorted. */
export function approversOf(asked: Asked, approval: Approval): readonly string[] {
  const sure = asked.evidence.filter((one) => !one.refused && counts(asked, approval, one).is === true);
  return [...new Set(sure.flatMap((one) => (typeof one.by === "object" ? [one.by.text] : [])))].sort();
}

/** What an undecided requirement hangs on. */
export function doubtsOf(asked: Asked, approval: Approval): readonly string[] {
  if (asked.masked) return ["context.approvals"];
  if (waysOf(asked, approval).length === 1) return [];
  return [...new Set(asked.evidence.flatMap((one) => {
    const truth = counts(asked, approval, one);
    return truth.is === "unknown" ? truth.paths : [];
  }))];
}

/** What a call that ran did with its approvals: those that counted are used up, those that may have counted perhaps (design 6.2). */
export function usesOf(asked: Asked, approval: Approval, ran: boolean): readonly Use[] {
  return asked.evidence.flatMap((one) => {
    const is = one.refused || one.identity === undefined ? false : counts(asked, approval, one).is;
    return is === false || one.identity === undefined ? [] : [{ identity: one.identity, sure: ran && is === true }];
  });
}
