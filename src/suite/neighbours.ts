import { formatTime } from "../text/time.ts";
import { spelledPath } from "../condition/paths.ts";
import type { Expr } from "../condition/ast.ts";
import { isChain } from "../condition/structure.ts";
import { children, visitAll } from "../condition/walk.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import { isJsonObject, objectMember, stringMember, type Json } from "../request/json.ts";
import { valueAt } from "./merge.ts";
import { probeJson, type Probe, type ProbeEdit } from "./probe.ts";

const EDITABLE: ReadonlySet<string> = new Set([
  "args",
  "context",
  "subject",
  "resource",
  "action",
  "session",
]);
const MOST_VALUES = 12;

interface Reads {
  readonly paths: readonly (readonly string[])[];
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly data: readonly (readonly string[])[];
}

function readsOf(expr: Expr): Reads {
  const paths = new Map<string, readonly string[]>();
  const data = new Map<string, readonly string[]>();
  const numbers: number[] = [];
  const texts: string[] = [];
  const visit = (node: Expr): void => {
    const keys = spelledPath(node);
    if (keys !== undefined && keys.length > 1) {
      (keys[0] === "data" ? data : paths).set(keys.join("\u0000"), keys);
      return;
    }
    if (node.kind === "literal") {
      const { literal } = node;
      if (literal.type === "string") texts.push(literal.value);
      if (literal.type === "int" || literal.type === "uint" || literal.type === "double")
        numbers.push(Number(literal.value));
    }
    for (const child of children(node)) visit(child);
  };
  visit(expr);
  return { paths: [...paths.values()], numbers, texts, data: [...data.values()] };
}

/** Texts that functions of the language make something of: a host, a path, an address. */
function spellings(text: string): readonly string[] {
  const domain = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text)
    ? [`someone@${text}`, `https://${text}/page`]
    : [];
  return [text, ...domain, ...(text.startsWith("/") ? [`${text.replace(/\/$/, "")}/file`] : [])];
}

function flatTexts(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.slice(0, MOST_VALUES).flatMap(flatTexts);
  return isJsonObject(value) ? Object.values(value).slice(0, MOST_VALUES).flatMap(flatTexts) : [];
}

function textCandidates(reads: Reads, set: CompiledSet): readonly string[] {
  const data = reads.data.flatMap((keys) => flatTexts(valueAt(set.catalog.data, keys.slice(1))));
  return [...new Set([...reads.texts, ...data].flatMap(spellings))].slice(0, 4 * MOST_VALUES);
}

/** Around each bound, and what remains below it when a counter has been added. */
function numberCandidates(
  reads: Reads,
  current: Json | undefined,
  others: readonly number[],
): readonly number[] {
  const near = reads.numbers.flatMap((n) => [
    n,
    n + 1,
    n - 1,
    ...others.flatMap((o) => [n - o, n - o + 1]),
  ]);
  return [
    ...new Set([...near, 0, ...(typeof current === "number" ? [current / 2, current * 2] : [])]),
  ].filter((n) => n !== current);
}

/** A value that no policy and no catalog names. */
export const MADE_UP = "something-else";

function valuesFor(
  current: Json | undefined,
  reads: Reads,
  known: { set: CompiledSet; numbers: readonly number[] },
): readonly Json[] {
  const texts = textCandidates(reads, known.set);
  const numbers = numberCandidates(reads, current, known.numbers);
  if (Array.isArray(current))
    return [...texts.map((text) => [text]), [], [...current, ...texts.slice(0, 1)], [MADE_UP]];
  if (typeof current === "number") return numbers;
  if (typeof current === "boolean") return [!current];
  if (typeof current === "string")
    return [...texts.filter((text) => text !== current), MADE_UP, null];
  return [
    ...texts,
    ...texts.slice(0, 3).map((text) => [text]),
    ...(reads.numbers.length > 0 ? numbers : []),
    true,
    false,
    MADE_UP,
  ];
}

interface ReadState {
  readonly reads: Reads;
  readonly set: CompiledSet;
  readonly held: readonly Json[];
}

/** Labels that a condition names, set or taken away. */
function labelEdits({ state }: Probe, { reads, set }: ReadState): readonly ProbeEdit[] {
  const { labels } = state;
  const declared = new Set(set.declarations.labels.map(({ name }) => name));
  return reads.texts
    .filter((text) => declared.has(text))
    .map((label) => ({
      segments: ["session", "labels"],
      to: labels.includes(label) ? labels.filter((l) => l !== label) : [...labels, label],
    }));
}

function counterEdits(name: string, { state }: Probe, read: ReadState): readonly ProbeEdit[] {
  const numbers = read.held.filter((value) => typeof value === "number");
  return numberCandidates(read.reads, state.counters[name] ?? 0, numbers)
    .filter((n) => n >= 0)
    .map((to) => ({ segments: ["session", "counters", name], to }));
}

function valueEdits(name: string, { state }: Probe, { held }: ReadState): readonly ProbeEdit[] {
  const current = state.values[name] ?? [];
  const segments = ["session", "values", name];
  const added = held
    .filter((value) => typeof value === "string" && !current.includes(value))
    .map((value) => ({ segments, to: [...current, value] }));
  return [...added, ...(current.length > 0 ? [{ segments, to: [] }] : [])];
}

/** Changes of the session state that a condition reads. */
function sessionEdits(
  keys: readonly string[],
  probe: Probe,
  read: ReadState,
): readonly ProbeEdit[] {
  const [, kind, name] = keys;
  if (kind === "labels") return labelEdits(probe, read);
  if (name === undefined) return [];
  return kind === "counters" ? counterEdits(name, probe, read) : valueEdits(name, probe, read);
}

function heldValues(
  json: ReturnType<typeof probeJson>,
  paths: readonly (readonly string[])[],
): readonly Json[] {
  return paths.flatMap((keys) => {
    const value = keys[0] === "session" ? undefined : valueAt(json, keys);
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  });
}

/** Every small change of what one condition reads, the likely ones first. */
function conditionEdits(expr: Expr, probe: Probe, set: CompiledSet): readonly ProbeEdit[] {
  const reads = readsOf(expr);
  const json = probeJson(probe);
  const held = heldValues(json, reads.paths);
  const counters = Object.values(probe.state.counters);
  return reads.paths.flatMap((keys): readonly ProbeEdit[] => {
    if (!EDITABLE.has(keys[0] ?? "")) return [];
    if (keys[0] === "session") return sessionEdits(keys, probe, { reads, set, held });
    const isResource = keys.length === 2 && keys[0] === "resource" && keys[1] === "id";
    const segments = isResource ? (resourceIdOf(probe, set) ?? keys) : keys;
    const current = valueAt(json, segments);
    return valuesFor(current, reads, { set, numbers: counters }).map((to) => ({ segments, to }));
  });
}

/**
 * The parts of a condition that are compared, small enough that their constants belong together.
 */
function atomicParts(expr: Expr): readonly Expr[] {
  const parts: Expr[] = [];
  visitAll(expr, (node) => {
    if (!isChain(node))
      if (node.kind !== "ident" && node.kind !== "literal" && node.kind !== "select")
        parts.push(node);
  });
  return [...parts, expr];
}

/** The people of the catalog who may approve, but whom the call is made for. */
function approversBut(
  caller: string | undefined,
  approvers: readonly string[],
  set: CompiledSet,
): readonly string[] {
  const isApprover = (roles: readonly string[]): boolean =>
    approvers.some(
      (name) =>
        name.startsWith("human:") || (name.startsWith("role:") && roles.includes(name.slice(5))),
    );
  return [...set.catalog.people]
    .filter(([id, { person }]) => id !== caller && isApprover(person.roles))
    .map(([id]) => id);
}

function approvalEdits(rule: CompiledRule, probe: Probe, set: CompiledSet): readonly ProbeEdit[] {
  const { approval } = rule.rule;
  if (approval === undefined) return [];
  const { approvers = ["human:*"], quorum, within } = approval;
  const { time, context } = probe.request;
  const caller = stringMember(objectMember(context, "on_behalf_of"), "id");
  const by = approversBut(caller, approvers, set);
  const granted = (count: number, at?: number): Json =>
    by.slice(0, count).map((id) => ({
      by: `human:${id}`,
      ...(at === undefined ? {} : { at: formatTime(at) }),
    }));
  const lists = [
    granted(quorum),
    granted(quorum - 1),
    ...(time === undefined || within === undefined ? [] : [granted(quorum, time - within)]),
    [{ by: "human:somebody" }],
  ];
  return lists.map((to) => ({ segments: ["context", "approvals"], to }));
}

/** Changes of who calls, for rules whose scope does not fit. */
export function identityEdits(probe: Probe, set: CompiledSet): readonly ProbeEdit[] {
  const id = stringMember(probe.request.subject, "id");
  return [...set.catalog.agents.keys()]
    .filter((agent) => agent !== id)
    .map((agent) => ({ segments: ["subject", "id"], to: agent }));
}

/** An id that a pattern on `type:id` fits. */
function fittingId(pattern: string): string {
  return pattern.slice(pattern.indexOf(":") + 1).replaceAll(/\*+/g, "x");
}

/** What gives the id of the call's resource: itself, or the argument that its tool names; undefined: neither. */
function resourceIdOf({ request }: Probe, set: CompiledSet): readonly string[] | undefined {
  const [server, name] = [
    stringMember(request.action, "server"),
    stringMember(request.action, "name"),
  ];
  const spec = [...set.catalog.tools.values()].find(
    ({ tool }) => tool.server === server && tool.name === name,
  )?.tool.resource;
  if (spec === undefined) return ["resource", "id"];
  const segments = spec === "none" ? undefined : spelledPath(spec.id.expr);
  return segments !== undefined && segments.length > 1 ? segments : undefined;
}

/**
 * Changes of the resource, for rules whose scope names some: one that fits each pattern, and one
 * that fits none. Read off an argument, it is the argument that changes.
 */
function resourceEdits(
  { rule }: CompiledRule,
  probe: Probe,
  set: CompiledSet,
): readonly ProbeEdit[] {
  if (rule.resources === undefined) return [];
  const segments = resourceIdOf(probe, set);
  if (segments === undefined) return [];
  const current = valueAt(probeJson(probe), segments);
  if (current === undefined || Array.isArray(current) || isJsonObject(current)) return [];
  return [...rule.resources.map(fittingId), MADE_UP]
    .filter((id) => id !== current)
    .map((to) => ({ segments, to }));
}

/** Tools that no catalog knows: of a known server, with what known tools are said to be. */
function unknownTools(set: CompiledSet): readonly ProbeEdit[] {
  const servers = new Set([...set.catalog.tools.values()].map(({ tool }) => tool.server));
  const effects = new Set(
    [...set.catalog.tools.values()].flatMap(({ tool }) => tool.effects ?? []),
  );
  const profiles = [...effects].flatMap((effect) =>
    [true, false].map((open): { effects: readonly Json[]; open_world: boolean } => ({
      effects: [effect],
      open_world: open,
    })),
  );
  const plain = [...servers].map((server) => ({
    segments: ["action"],
    to: { server, name: MADE_UP },
  }));
  return [
    ...plain,
    ...[...profiles, { effects: [], open_world: true }].map((profile) => ({
      segments: ["action"],
      to: { server: MADE_UP, name: MADE_UP, ...profile },
    })),
  ];
}

/** Changes of which tool is called, for rules whose scope does not fit. */
export function actionEdits(set: CompiledSet): readonly ProbeEdit[] {
  return [
    ...[...set.catalog.tools.values()].map(({ tool }) => ({
      segments: ["action"],
      to: { server: tool.server, name: tool.name },
    })),
    ...unknownTools(set),
  ];
}

/** Every small change of a call and its state that a rule may notice, without repeats. */
export function ruleEdits(
  rule: CompiledRule,
  probe: Probe,
  set: CompiledSet,
): readonly ProbeEdit[] {
  const conditions = [
    rule.rule.when,
    ...rule.rule.exceptions.map((exception) => exception.when),
  ].flatMap((c) => (c === undefined ? [] : [c.expr]));
  const edits = [
    ...approvalEdits(rule, probe, set),
    ...resourceEdits(rule, probe, set),
    ...conditions.flatMap((expr) =>
      atomicParts(expr).flatMap((part) => conditionEdits(part, probe, set)),
    ),
  ];
  const seen = new Map(edits.map((edit) => [JSON.stringify([edit.segments, edit.to]), edit]));
  return [...seen.values()];
}
