import { Ajv2020 } from "ajv/dist/2020.js";
import type { Agent, Manifest } from "../../src/policy/model.ts";
import { fitsAction, fitsEntity, type Part } from "./glob.ts";
import type { Known } from "./known.ts";
import { idPart, isNone, NON_HUMAN, type Event } from "./request.ts";
import { and, certain, NO, not, or, unsure, YES, type Truth } from "./truth.ts";
import { force, HIDDEN, memberOf, type Node } from "./value.ts";

/** What a session has seen before this call, for one agent's bounds (design 2.5). */
export interface SessionSoFar {
  /** The session's first event, this one included; undefined: unknown. */
  readonly first: number | undefined;
  /** How many calls of an agent ran: surely, and perhaps besides. */
  readonly ran: (agent: string) => { readonly sure: number; readonly maybe: number };
}

/** One subject's call, as the catalog's own denials see it. */
export interface Call {
  readonly known: Known;
  readonly event: Event;
  readonly roots: ReadonlyMap<string, Node>;
  /** Undefined: the call has no session that is known. */
  readonly session: SessionSoFar | undefined;
}

const root = (call: Call, name: string): Node => call.roots.get(name) ?? HIDDEN;

function is(part: Part, value: string, path: string): Truth {
  return part === "hidden"
    ? unsure(path)
    : certain(typeof part === "object" && part.text === value);
}

/**
 * Whether one of the patterns fits; where that is unknown, it depends on every part of the name
 * that is unrecorded.
 */
function fitOf(
  node: Node,
  keys: readonly [string, string],
  fits: (first: Part, second: Part) => readonly (boolean | "open")[],
  root: string,
): Truth {
  const parts = keys.map((key) => idPart(node, key));
  const doubts = keys.filter((_, i) => parts[i] === "hidden").map((key) => `${root}.${key}`);
  return or(
    fits(parts[0] ?? "hidden", parts[1] ?? "hidden").map((fit) =>
      fit === "open" ? unsure(...doubts) : certain(fit),
    ),
  );
}

const plainly = (fit: boolean | readonly unknown[]): boolean | "open" =>
  typeof fit === "boolean" ? fit : "open";

function fitsNamed(patterns: readonly string[], node: Node, root: string): Truth {
  return fitOf(
    node,
    ["type", "id"],
    (type, id) => patterns.map((pattern) => plainly(fitsEntity(pattern, type, id))),
    root,
  );
}

export function fitsSubject(patterns: readonly string[], subject: Node): Truth {
  return fitsNamed(patterns, subject, "subject");
}

/** The resource of a tool that has none never fits (design 2.4). */
export function fitsResource(patterns: readonly string[], resource: Node): Truth {
  if (isNone(resource)) return NO;
  const fit = fitsNamed(patterns, resource, "resource");
  return fit.is === true && resource.kind === "map" && resource.perhapsNone === true
    ? unsure("resource.type", "resource.id")
    : fit;
}

export function fitsTool(patterns: readonly string[], action: Node): Truth {
  return fitOf(
    action,
    ["server", "name"],
    (server, name) => patterns.map((pattern) => plainly(fitsAction(pattern, server, name))),
    "action",
  );
}

function isAgent(call: Call, id: string): Truth {
  const subject = root(call, "subject");
  const isOne = or(NON_HUMAN.map((type) => is(idPart(subject, "type"), type, "subject.type")));
  return and([isOne, is(idPart(subject, "id"), id, "subject.id")]);
}

function isUnfit(call: Call, agent: Agent): Truth {
  if (agent.status !== "commissioned") return YES;
  if (agent.expires === undefined) return NO;
  return call.event.time === undefined ? unsure("now") : certain(call.event.time > agent.expires);
}

function isStranger(call: Call, agents: readonly Agent[]): Truth {
  const subject = root(call, "subject");
  const isOne = or(agents.map((agent) => is(idPart(subject, "id"), agent.id, "subject.id")));
  return and([is(idPart(subject, "type"), "agent", "subject.type"), not(isOne)]);
}

/**
 * By the schema's text: one compiler for all, since making one costs more than a thousand
 * decisions.
 */
const AJV = new Ajv2020({ strict: false, validateFormats: false });
const CHECKS = new Map<string, (value: unknown) => boolean>();

function accepts(schema: object, args: unknown): boolean {
  const text = JSON.stringify(schema);
  const check = CHECKS.get(text) ?? AJV.compile(schema);
  CHECKS.set(text, check);
  return check(args);
}

function fitsSchema(
  call: Call,
  schema: NonNullable<NonNullable<Manifest["tools"]>[number]["args"]>,
): Truth {
  const { event } = call;
  const masked = (event.unrecorded ?? []).filter((path) => path.startsWith("args."));
  const bare = event.args === undefined || (event.unrecorded ?? []).includes("args");
  if (bare)
    return event.complete?.includes("args") === true && !(event.unrecorded ?? []).includes("args")
      ? certain(accepts(schema, {}))
      : unsure("args");
  return masked.length > 0 ? unsure(...masked) : certain(accepts(schema, event.args));
}

function outsideTools(call: Call, manifest: Manifest): Truth {
  if (manifest.tools === undefined) return NO;
  const action = root(call, "action");
  return not(
    or(
      manifest.tools.map((tool) =>
        and([
          fitsTool([tool.name], action),
          tool.args === undefined ? YES : fitsSchema(call, tool.args),
        ]),
      ),
    ),
  );
}

function reads(call: Call): Truth {
  const effects = memberOf(root(call, "action"), "effects");
  if (effects === undefined) return NO;
  const found = force({ type: "node", node: effects, path: "action.effects" });
  if (found.kind === "unknown") return unsure(...found.paths);
  return certain(
    found.kind === "value" &&
      found.value.type === "list" &&
      found.value.value.some((one) => one.type === "string" && one.value === "read"),
  );
}

function outsideSources(call: Call, manifest: Manifest): Truth {
  const resource = root(call, "resource");
  return manifest.sources === undefined || isNone(resource)
    ? NO
    : and([reads(call), not(fitsResource(manifest.sources, resource))]);
}

function overCalls(call: Call, agent: Agent, max: number): Truth {
  if (call.session === undefined) return unsure("session");
  const { sure, maybe } = call.session.ran(agent.id);
  return sure + 1 > max ? YES : sure + maybe + 1 > max ? unsure("session") : NO;
}

function overDuration(call: Call, max: number): Truth {
  if (call.session === undefined) return unsure("session");
  if (call.event.time === undefined || call.session.first === undefined) return unsure("now");
  return certain(call.event.time - call.session.first > max);
}

function outsideClasses(call: Call, agent: Agent): Truth {
  const resource = root(call, "resource");
  if (agent.dataClasses === undefined || isNone(resource)) return NO;
  const found = memberOf(resource, "classification");
  if (found === undefined) return YES;
  const value = force({ type: "node", node: found, path: "resource.classification" });
  if (value.kind === "unknown") return unsure(...value.paths);
  if (value.kind === "error") return YES;
  return certain(
    !(agent.dataClasses as readonly string[]).includes(
      value.value.type === "string" ? value.value.value : "",
    ),
  );
}

function outsideManifest(call: Call, agent: Agent): Truth {
  const { manifest } = agent;
  const bounds =
    manifest === undefined
      ? []
      : [
          outsideTools(call, manifest),
          outsideSources(call, manifest),
          manifest.maxCalls === undefined ? NO : overCalls(call, agent, manifest.maxCalls),
          manifest.maxDuration === undefined ? NO : overDuration(call, manifest.maxDuration),
        ];
  return or([...bounds, outsideClasses(call, agent)]);
}

/**
 * The denials that the catalog makes by itself (design 2.6), by name. Where the subject is not
 * known, one of them may hold: that is one undecided denial, named like that of somebody whom
 * nobody knows.
 */
export function catalogDenials(
  call: Call,
): readonly { readonly name: string; readonly truth: Truth }[] {
  const agents = call.known.agents;
  if (agents === undefined) return [];
  const each = agents.flatMap((agent) => [
    { name: `lifecycle/${agent.id}`, truth: and([isAgent(call, agent.id), isUnfit(call, agent)]) },
    {
      name: `manifest/${agent.id}`,
      truth: and([isAgent(call, agent.id), outsideManifest(call, agent)]),
    },
  ]);
  const all =
    call.known.unregistered === "policy"
      ? each
      : [...each, { name: "lifecycle/unregistered", truth: isStranger(call, agents) }];
  const subject = root(call, "subject");
  const doubts = ["type", "id"]
    .filter((key) => idPart(subject, key) === "hidden")
    .map((key) => `subject.${key}`);
  if (doubts.length === 0) return all;
  return all.every((denial) => denial.truth.is === false)
    ? []
    : [{ name: "lifecycle/unregistered", truth: unsure(...doubts) }];
}
