import type { Catalog, Document } from "../../src/policy/model.ts";
import type { JsonObject } from "../../src/request/json.ts";
import { evaluate, scopeOf } from "../reference/evaluate.ts";
import { knownOf } from "../reference/known.ts";
import { HIDDEN } from "../reference/value.ts";
import type { Decided, OracleCall } from "./oracle.ts";

/**
 * Approvals and coverage by the words of design 6.3 and 9, over the whole list of decided calls at
 * once: every sum is a filter and a length, catalogs are looked through from the start, nothing is
 * kept while reading.
 */
type Version = "before" | "after";

interface Burden {
  readonly approvals: number;
  readonly perDay: number | null;
  readonly peakHour: number | null;
}

function burdenOf(
  asked: readonly { readonly quorum: number; readonly time: number | undefined }[],
  days: number | undefined,
): Burden {
  const approvals = asked.reduce((sum, { quorum }) => sum + quorum, 0);
  const hours = [
    ...new Set(
      asked.flatMap(({ time }) => (time === undefined ? [] : [Math.floor(time / 3_600_000)])),
    ),
  ];
  const inHour = hours.map((hour) =>
    asked
      .filter(({ time }) => time !== undefined && Math.floor(time / 3_600_000) === hour)
      .reduce((sum, { quorum }) => sum + quorum, 0),
  );
  return {
    approvals,
    perDay: days === undefined ? null : Math.round((approvals / days) * 100) / 100,
    peakHour: days === undefined ? null : Math.max(0, ...inHour),
  };
}

/** What a version would ask of people; `span` in milliseconds, undefined: no call has a time. */
export function naiveApprovals(
  calls: readonly OracleCall[],
  version: Version,
  span: number | undefined,
): object {
  const days = span === undefined ? undefined : Math.max(1, span / 86_400_000);
  const asking = calls.filter(
    (one) =>
      one[version].outcome.decision.effect === "require_approval" &&
      !one[version].outcome.decision.indeterminate,
  );
  const asked = asking.flatMap((one) =>
    one[version].outcome.decision.approval.requirements.map(({ approvers, quorum }) => ({
      who: approvers.join(", "),
      quorum,
      time: one.event.time,
    })),
  );
  const names = [...new Set(asked.map(({ who }) => who))].sort();
  return {
    required: asking.length,
    satisfied: asking.filter((one) => one[version].outcome.decision.permitted).length,
    ...burdenOf(asked, days),
    byApprover: Object.fromEntries(
      names.map((name) => [
        name,
        burdenOf(
          asked.filter(({ who }) => who === name),
          days,
        ),
      ]),
    ),
  };
}

const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;

function classOf({ call }: Decided): unknown {
  if (call.resource.absent) return undefined;
  return call.resource.known.has("classification")
    ? call.resource.known.get("classification")
    : at(call.resource.direct, "classification");
}

function effectsOf({ call }: Decided): readonly unknown[] | undefined {
  const effects = call.action.tool?.tool.effects ?? at(call.action.entity.direct, "effects");
  return Array.isArray(effects)
    ? effects.filter((effect) => typeof effect === "string")
    : undefined;
}

/** Consequential by one version's own catalog; undefined: it knows no such tool. */
function consequential(decided: Decided): boolean | undefined {
  const tool = decided.call.action.tool?.tool;
  if (tool === undefined) return undefined;
  if (tool.consequential !== undefined) return tool.consequential;
  const effects = effectsOf(decided);
  if (effects === undefined) return true;
  if (effects.length === 0) return false;
  return !(
    effects.every((effect) => effect === "read") &&
    ["public", "internal"].includes(String(classOf(decided)))
  );
}

const subjectOf = ({ event }: OracleCall): string =>
  `${String(at(event.request.subject, "type") ?? "?")}:${String(at(event.request.subject, "id") ?? "?")}`;
const credentialOf = ({ event }: OracleCall): unknown =>
  at(at(event.request.subject, "credential"), "id");

/** What the record of a credential says; undefined: there is none. */
function recordedCredential({ event: { request } }: OracleCall): unknown {
  const masked =
    request.unrecorded?.some((path) => path === "subject" || path === "subject.credential") ===
    true;
  const credential = at(request.subject, "credential");
  const named = [at(credential, "id"), at(credential, "kind")].some(
    (part) => typeof part === "string",
  );
  return masked || !named ? undefined : credential;
}

function underItsOwnIdentity(
  one: OracleCall,
  { call }: Decided,
  catalogs: readonly Catalog[],
  calls: readonly OracleCall[],
): boolean | "no credential" {
  const agent = catalogs
    .flatMap(({ agents }) => agents ?? [])
    .find((one) => one.id === call.subject.id);
  if (
    !["agent", "service", "model"].includes(call.subject.type ?? "") ||
    agent === undefined ||
    agent.status !== "commissioned"
  )
    return false;
  if (
    agent.expires !== undefined &&
    !(one.event.time !== undefined && one.event.time <= agent.expires)
  )
    return false;
  const behalf: unknown = at(one.event.request.context, "on_behalf_of");
  const user =
    typeof behalf === "string" ? behalf.slice(behalf.indexOf(":") + 1) : at(behalf, "id");
  if (user === call.subject.id) return false;
  if (recordedCredential(one) === undefined) return "no credential";
  if (at(at(one.event.request.subject, "credential"), "kind") === "user_token") return false;
  const credential = credentialOf(one);
  if (typeof credential !== "string" || credential === "") return true;
  return (
    new Set(calls.filter((other) => credentialOf(other) === credential).map(subjectOf)).size === 1
  );
}

/**
 * The rules that fit every tool, and whose condition comes out the same where nothing at all is
 * recorded.
 */
function everyTool(documents: readonly Document[]): ReadonlySet<string> {
  const roots = ["subject", "action", "resource", "context", "args", "session", "now"].map(
    (name) => [name, HIDDEN] as const,
  );
  const scope = scopeOf(new Map([...roots, ["data", knownOf(documents).data]]));
  const rules = documents.flatMap((one) =>
    one.kind === "Policy"
      ? one.rules.map((rule) => ({ rule, name: `${one.name}/${rule.id}` }))
      : [],
  );
  const fitting = rules.filter(
    ({ rule: { actions = ["**"], resources = ["**"] } }) =>
      actions.some((glob) => /^\*+(\/\*+)?$/.test(glob)) &&
      resources.some((glob) => /^(\*\*|\*+:\*+)$/.test(glob)),
  );
  return new Set(
    fitting
      .filter(
        ({ rule: { when } }) => when === undefined || evaluate(when.expr, scope).kind !== "unknown",
      )
      .map(({ name }) => name),
  );
}

function needsSomebody(decided: Decided): boolean {
  const tool = decided.call.action.tool?.tool;
  const reversible =
    tool === undefined
      ? undefined
      : (tool.reversible ?? at(decided.call.action.entity.direct, "reversible"));
  const known = tool === undefined ? [] : (effectsOf(decided) ?? []);
  return reversible !== true || known.includes("pay") || known.includes("grant");
}

/** The six coverages of one version. */
export function naiveCoverage(
  calls: readonly OracleCall[],
  version: Version,
  documents: readonly Document[],
): object {
  const catalogs = documents.flatMap((one) => (one.kind === "Catalog" ? [one] : []));
  const counted = calls.filter(({ before, after }) => {
    const type = after.call.subject.type;
    const said = [consequential(before), consequential(after)];
    return (
      (type === undefined || type === "agent" || type === "model") &&
      (said.includes(true) || said.every((one) => one === undefined))
    );
  });
  const share = (
    of: readonly OracleCall[],
    holds: (one: OracleCall, decided: Decided) => boolean,
  ): JsonObject => ({
    covered: of.filter((one) => holds(one, one[version])).length,
    total: of.length,
  });
  const own = counted.map((one) => underItsOwnIdentity(one, one[version], catalogs, calls));
  const wildcards = everyTool(documents);
  const external = catalogs
    .flatMap(({ decisionPoints }) => decisionPoints ?? [])
    .filter((point) => point.external)
    .map(({ id }) => id);
  const withResource = counted.filter((one) => {
    const { absent, type, id } = one[version].call.resource;
    return !absent && (type !== undefined || id !== undefined);
  });
  return {
    consequential: counted.length,
    metrics: {
      enforcement: share(counted, ({ event }) => external.some((id) => id === event.decision?.pdp)),
      policy: share(
        counted,
        (_, { outcome: { decision } }) =>
          !decision.indeterminate &&
          decision.rules.some(
            (name) => !["default", "containment"].includes(name) && !wildcards.has(name),
          ),
      ),
      identity: {
        covered: own.filter((one) => one === true).length,
        total: counted.length,
        unrecorded: own.filter((one) => one === "no credential").length,
      },
      classification: share(withResource, (_, decided) =>
        ["public", "internal", "confidential", "restricted"].includes(String(classOf(decided))),
      ),
      oversight: share(
        counted.filter((one) => needsSomebody(one[version])),
        (_, { outcome: { decision } }) =>
          decision.indeterminate
            ? !decision.possible.includes("allow")
            : decision.effect !== "allow",
      ),
      attribution: share(counted, (_, { call }) => call.subject.type !== undefined),
    },
  };
}
