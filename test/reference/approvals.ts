import type { Approval } from "../../src/policy/model.ts";
import { parseInstant } from "../../src/text/instant.ts";
import { digestOf } from "./digest.ts";
import { fitsEntity, type Part } from "./glob.ts";
import type { Known } from "./known.ts";
import { nameOf, partOf, plainArgs, isNone, type Event } from "./request.ts";
import { and, certain, not, NO, or, unsure, YES, type Truth } from "./truth.ts";
import { HIDDEN, memberOf, type Node } from "./value.ts";

/** One recorded approval of a call (design 6.2). */
export interface Evidence {
  readonly by: Part;
  readonly at: number | undefined;
  readonly refused: boolean;
  readonly digest: string | undefined;
  /** What using it up is remembered by; undefined: nothing else can show the same one. */
  readonly identity: string | undefined;
}

/** Who asked, and what for: what an approval is held against. */
export interface Asked {
  readonly known: Known;
  readonly time: number | undefined;
  readonly digest: string | undefined;
  /** The caller, whom it acts for, the chain: `hidden` where unrecorded. */
  readonly caller: Part;
  readonly person: Part;
  readonly chain: readonly Part[];
  readonly evidence: readonly Evidence[];
  /** Approvals that earlier calls used up, and those that they may have. */
  readonly used: ReadonlyMap<string, "used" | "maybe">;
}

export type State = "open" | "satisfied" | "refused";
/** One way in which the recorded approvals may count for a rule. */
export interface Way {
  readonly state: State;
  readonly counted: readonly Evidence[];
}

function textAt(node: Node, key: string): string | undefined {
  const part = partOf(node, key);
  return typeof part === "object" ? part.text : undefined;
}

function evidenceOf(node: Node): Evidence {
  const [id, at, digest] = [textAt(node, "id"), textAt(node, "at"), textAt(node, "digest")];
  const by = partOf(node, "by");
  const identity = id ?? (at === undefined ? undefined : `${textAt(node, "by") ?? ""}\n${at}\n${digest ?? ""}`);
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

function callDigest(event: Event, roots: ReadonlyMap<string, Node>): string | undefined {
  const parts = ["subject.type", "subject.id", "action.server", "action.name", "resource.type", "resource.id"].map((path) => {
    const [root = "", key = ""] = path.split(".");
    return partOf(roots.get(root) ?? HIDDEN, key);
  });
  const args = plainArgs(event);
  const texts = parts.map((part) => (typeof part === "object" ? part.text : undefined));
  const [type, id, server, name, resourceType, resourceId] = texts;
  const none = isNone(roots.get("resource") ?? HIDDEN);
  if (type === undefined || id === undefined || server === undefined || name === undefined || args === undefined) return undefined;
  if (none) return digestOf({ subject: { type, id }, action: { server, name }, resource: null, args });
  if (resourceType === undefined || resourceId === undefined) return undefined;
  return digestOf({ subject: { type, id }, action: { server, name }, resource: { type: resourceType, id: resourceId }, args });
}

export function askedOf(known: Known, event: Event, roots: ReadonlyMap<string, Node>, used: Asked["used"]): Asked {
  const context = roots.get("context") ?? HIDDEN;
  const approvals = memberOf(context, "approvals");
  return {
    known,
    time: event.time,
    digest: callDigest(event, roots),
    caller: nameOf(roots.get("subject")),
    person: personOf(context),
    chain: chainOf(event, context),
    evidence: approvals?.kind === "list" ? approvals.items.map(evidenceOf) : [],
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

function asksItself(asked: Asked, by: string): Truth {
  return or([
    isAsker(by, asked.caller, "subject.id"),
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
  return asked.digest === undefined ? unsure("args") : certain(one.digest === asked.digest);
}

function isUsed(asked: Asked, one: Evidence): Truth {
  if (one.refused || one.identity === undefined) return NO;
  const use = asked.used.get(one.identity);
  return use === "maybe" ? unsure("context.approvals") : certain(use === "used");
}

/** Whether this approval (or refusal) counts for a rule that asks for `approval` (design 6.1, 6.2). */
export function counts(asked: Asked, approval: Approval, one: Evidence): Truth {
  if (one.by === "absent") return NO;
  if (one.by === "hidden") return unsure("context.approvals");
  const by = one.by.text;
  const parts = [certain(isApprover(asked.known, approval, by)), not(asksItself(asked, by)), inTime(asked, approval, one), isForThis(asked, one), not(isUsed(asked, one))];
  return and(parts);
}

function nameBy(one: Evidence): string {
  return typeof one.by === "object" ? one.by.text : "";
}

function wayOf(approval: Approval, counted: readonly Evidence[]): Way {
  const granted = counted.filter((one) => !one.refused);
  if (counted.some((one) => one.refused)) return { state: "refused", counted: granted };
  return { state: new Set(granted.map(nameBy)).size >= approval.quorum ? "satisfied" : "open", counted: granted };
}

/** Every way in which the approvals may count: all combinations of those that cannot be told. */
export function waysOf(asked: Asked, approval: Approval): readonly Way[] {
  let combinations: readonly (readonly Evidence[])[] = [[]];
  for (const one of asked.evidence) {
    const is = counts(asked, approval, one).is;
    if (is === true) combinations = combinations.map((counted) => [...counted, one]);
    else if (is !== false) combinations = combinations.flatMap((counted) => [counted, [...counted, one]]);
  }
  return combinations.map((counted) => wayOf(approval, counted));
}

/** Who has surely approved, sorted. */
export function approversOf(asked: Asked, approval: Approval): readonly string[] {
  const sure = asked.evidence.filter((one) => !one.refused && counts(asked, approval, one).is === true);
  return [...new Set(sure.map(nameBy))].sort();
}

/** What an undecided requirement hangs on. */
export function doubtsOf(asked: Asked, approval: Approval): readonly string[] {
  return [...new Set(asked.evidence.flatMap((one) => {
    const truth = counts(asked, approval, one);
    return truth.is === "unknown" ? truth.paths : [];
  }))];
}
