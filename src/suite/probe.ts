import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { givenState } from "../engine/examples.ts";
import { maskOf } from "../engine/mask.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import { PolicySession } from "../engine/policy-session.ts";
import type { StateView } from "../engine/evaluation-context.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { SessionExample } from "../policy/model.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { omit } from "./omit.ts";
import { valueAt, withValue } from "./merge.ts";
import type { Edit } from "../documents/explain-result.ts";
import { plainValue } from "./shown-value.ts";

/** A call and the session state before it, to be changed a little and decided again. */
export interface Probe {
  readonly request: Request;
  readonly state: SessionExample;
}

/**
 * One change of a probe: keys below the request, or below `session` (`labels`, `counters`, `values`
 * and a name).
 */
export interface ProbeEdit {
  readonly segments: readonly string[];
  readonly to: Json;
}

const PARTS = ["subject", "action", "resource", "context", "args"] as const;

/** The state that a call reads, by name. What is unknown is left out, as if nothing had set it. */
export function stateExample(
  set: CompiledSet,
  call: PreparedCall,
  view: StateView,
): SessionExample {
  const { labels, counters, values } = set.declarations;
  const row = {
    request: call.request,
    mask: call.mask,
    subject: call.subject,
    action: call.action.entity,
    resource: call.resource,
    state: view,
    outcomeKnown: false,
  };
  const listed = values.map((d, i) => [d.name, plainValue(view.values(i, row))] as const);
  return {
    labels: labels.filter((_, i) => view.label(i, row) === true).map((d) => d.name),
    counters: Object.fromEntries(
      counters
        .map((d, i) => [d.name, view.counter(i, row)] as const)
        .flatMap(([name, n]) => (typeof n === "number" && n !== 0 ? [[name, n] as const] : [])),
    ),
    values: Object.fromEntries(
      listed.flatMap(([name, list]) =>
        Array.isArray(list) && list.length > 0 ? [[name, list] as const] : [],
      ),
    ),
  };
}

/** The probe as one JSON object: what edits speak about. */
export function probeJson({ request, state }: Probe): JsonObject {
  const parts = PARTS.flatMap((name) =>
    request[name] === undefined ? [] : [[name, request[name]] as const],
  );
  return {
    ...Object.fromEntries(parts),
    session: { labels: state.labels, counters: state.counters, values: state.values },
  };
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function numbersOf(value: Json | undefined): { readonly [name: string]: number } {
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, n]) =>
          typeof n === "number" ? [[name, n] as const] : [],
        ),
      )
    : {};
}

function listsOf(value: Json | undefined): { readonly [name: string]: readonly Json[] } {
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, list]) =>
          Array.isArray(list) ? [[name, list] as const] : [],
        ),
      )
    : {};
}

/** The probe after edits. An attribute that an edit gives is no longer unrecorded. */
export function editProbe(probe: Probe, edits: readonly ProbeEdit[]): Probe {
  const json = edits.reduce(
    (object, { segments, to }) => withValue(object, segments, to),
    probeJson(probe),
  );
  const session = isJsonObject(json["session"]) ? json["session"] : {};
  const edited = new Set(edits.map(({ segments }) => segments.join(".")));
  const unrecorded = probe.request.unrecorded?.filter((path) => !edited.has(path));
  const parts = PARTS.flatMap((name) => {
    const part = json[name];
    return isJsonObject(part) ? [[name, part] as const] : [];
  });
  const rest = [...PARTS, "unrecorded" as const].reduce<Request>(
    (request, field) => omit(request, field),
    probe.request,
  );
  return {
    request: {
      ...rest,
      ...Object.fromEntries(parts),
      ...(unrecorded === undefined ? {} : { unrecorded }),
    },
    state: {
      labels: textsOf(session["labels"]),
      counters: numbersOf(session["counters"]),
      values: listsOf(session["values"]),
    },
  };
}

/**
 * An edit as people read it: what was there (null: nothing that is recorded), and what stands there
 * now.
 */
export function shownEdit(probe: Probe, { segments, to }: ProbeEdit): Edit {
  const isMasked = maskOf(probe.request)?.masked(segments) === true;
  const from = isMasked ? null : (valueAt(probeJson(probe), segments) ?? null);
  return { path: segments.join("."), from, to };
}

/**
 * Decides probes by one set, each on its own state: nothing ran before it, nothing is contained, no
 * approval is used up.
 */
export class Prober {
  readonly #set: CompiledSet;

  constructor(set: CompiledSet) {
    this.#set = set;
  }

  decide(probe: Probe): Outcome {
    const run = new PolicySession(this.#set);
    run.observe(probe.request.session, probe.request.time);
    return run.decideOn(run.prepare(probe.request), {
      state: givenState(this.#set.declarations, probe.state),
      used: run.used,
      contained: run.contained.bind(run),
      use: run.use.bind(run),
    });
  }
}

/** All that a caller has of a decision, part by part, as text; not which rules it is owed to. */
function consequences({ decision, containments }: Outcome): ReadonlyMap<string, string> {
  const { effect, permitted, possible, obligations, approval } = decision;
  const demands = approval.requirements.map(({ approvers, quorum, within, state }) => ({
    approvers,
    quorum,
    within,
    state,
  }));
  return new Map([
    ["effect", effect],
    ["permitted", String(permitted)],
    ["possible", possible.join(" ")],
    ["obligations", canonicalJson(obligations.map((o) => ({ ...o, rules: [] })))],
    ["approval", canonicalJson(demands)],
    ["containment", containments.map(({ rule, act }) => `${rule} ${act}`).join(" ")],
  ]);
}

/** In what two decisions differ for their caller; empty: in nothing. */
export function differences(a: Outcome, b: Outcome): readonly string[] {
  const others = consequences(b);
  return [...consequences(a)]
    .filter(([name, text]) => others.get(name) !== text)
    .map(([name]) => name);
}
