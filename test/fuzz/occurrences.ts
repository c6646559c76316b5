import type { Policy } from "../../src/policy/model.ts";
import type { Decision } from "../reference/decision.ts";
import type { Change } from "../reference/replay.ts";
import type { Agreed } from "./compare.ts";
import type { Event } from "../reference/request.ts";
import type { Scenario } from "./scenario.ts";

/** How often what happened: proof that the generator does more than make default denies. */
export type Occurrences = Map<string, number>;

function count(into: Occurrences, name: string, times = 1): void {
  into.set(name, (into.get(name) ?? 0) + times);
}

function countDecision(decision: Decision, into: Occurrences): void {
  count(into, "decisions");
  count(into, `effect ${decision.effect}`);
  if (decision.permitted) count(into, "permitted");
  if (decision.indeterminate) count(into, "indeterminate");
  if (decision.possible.length > 1) count(into, `possible ${decision.possible.join(" ")}`);
  if (decision.missing.length > 0) count(into, "unknown");
  if (decision.effect === "deny" && decision.indeterminate)
    count(into, "a deny that hangs on unknowns");
  if (decision.errors.length > 0) count(into, "error");
  count(into, `approval ${decision.approval.state}`);
  for (const name of ["shadow", "excepted", "obligations"] as const)
    if (decision[name].length > 0) count(into, name);
  for (const name of ["containment", "default"])
    if (decision.rules.includes(name)) count(into, `by ${name}`);
  for (const name of ["manifest/", "lifecycle/"])
    if (decision.rules.some((rule) => rule.startsWith(name))) count(into, `by ${name}`);
  for (const { attribute } of decision.missing) {
    if (attribute.startsWith("session."))
      count(into, `unknown ${attribute.split(".").slice(0, 2).join(".")}`);
    else if (attribute === "context.delegation" || attribute === "context.on_behalf_of")
      count(into, `unknown ${attribute}`);
  }
}

function windowEdges(
  events: readonly Event[],
  policies: readonly Policy[],
  into: Occurrences,
): void {
  const windows = new Set(
    policies.flatMap(({ session }) =>
      [...session.counters, ...session.values].flatMap((one) => one.within ?? []),
    ),
  );
  const times = events.flatMap((event) => event.time ?? []);
  for (const [i, time] of times.entries()) {
    for (const earlier of times.slice(0, i)) {
      if (windows.has(time - earlier)) count(into, "window edge: on it");
      if (windows.has(time - earlier - 1)) count(into, "window edge: one ms beyond");
    }
  }
}

function countChange(change: Change, into: Occurrences): void {
  count(into, `class ${change.class ?? "of too much that is unknown"}`);
  if (change.direct !== undefined) count(into, change.direct ? "direct" : "downstream");
}

/** Calls below an invocation that a version stops, or may stop. */
function countBelow({ events }: Scenario, changes: readonly Change[], into: Occurrences): void {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const invocations = new Set(
    events.flatMap(({ id, action }) => (action?.["kind"] === "subagent_invocation" ? [id] : [])),
  );
  for (const { parent } of events) {
    const above = parent === undefined || !invocations.has(parent) ? undefined : byId.get(parent);
    for (const side of above === undefined ? [] : [above.baseline, above.candidate]) {
      count(
        into,
        side.permitted
          ? "below an invocation that runs"
          : side.possible.includes("allow")
            ? "below one that may run"
            : "below one that is stopped",
      );
    }
  }
}

/** Adds what engine and reference agreed on in one scenario to the counts. */
export function occur(scenario: Scenario, { decisions, changes }: Agreed, into: Occurrences): void {
  for (const change of changes) countChange(change, into);
  countBelow(scenario, changes, into);
  const policies = scenario.documents.filter(
    (document): document is Policy => document.kind === "Policy",
  );
  const calls = scenario.events.filter(
    (event) => event.type === undefined || event.type === "call",
  );
  count(into, "scenarios");
  for (const decision of decisions) countDecision(decision, into);
  const delegated = policies.some((policy) => policy.delegation !== "subject");
  if (delegated)
    count(
      into,
      "calls with a chain under delegation",
      calls.filter(
        (event) =>
          Array.isArray(event.context?.["delegation"]) && event.context["delegation"].length > 0,
      ).length,
    );
  count(
    into,
    "calls for a person",
    calls.filter((event) => event.context?.["on_behalf_of"] !== undefined).length,
  );
  count(
    into,
    "amounts that cannot be counted",
    calls.filter(
      (event) => typeof event.args?.["amount"] === "string" || Number(event.args?.["amount"]) < 0,
    ).length,
  );
  count(
    into,
    "calls with masked paths",
    calls.filter((event) => event.unrecorded !== undefined).length,
  );
  count(into, "calls without time", calls.filter((event) => event.time === undefined).length);
  count(
    into,
    "session ends",
    scenario.events.filter((event) => event.type === "session_end").length,
  );
  count(
    into,
    "outcomes that are told later",
    scenario.events.filter(({ type, outcome }) => type === "outcome" && outcome !== undefined)
      .length,
  );
  windowEdges(scenario.events, policies, into);
}

export function report(occurrences: Occurrences): string {
  return [...occurrences]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `${String(times).padStart(9)}  ${name}`)
    .join("\n");
}
