import type { Condition } from "../../policy/model.ts";
import { pathsRead } from "../../condition/paths.ts";
import type { CompiledRule } from "../../engine/compiled-rule.ts";
import {
  agentsMeasure,
  callsText,
  fieldFindings,
  inService,
  nameSome,
  type ControlKind,
} from "./judge.ts";

export const BEHAVIOUR: ControlKind = {
  id: "behaviour-baseline",
  area: "monitoring",
  title: "A documented baseline of behaviour",
  fields: ["agents[].manifest.max_calls", "agents[].manifest.max_duration"],
  measure: (evidence) =>
    agentsMeasure(
      evidence,
      ({ manifest }) => manifest?.maxCalls !== undefined && manifest.maxDuration !== undefined,
    ),
  find: (evidence) => ({
    ...fieldFindings(
      evidence,
      "limits for a session (max_calls and max_duration)",
      ({ manifest }) => manifest?.maxCalls !== undefined && manifest.maxDuration !== undefined,
    ),
    held: [
      `all manifests (${inService(evidence).length}) limit the calls and the duration of a session`,
    ],
  }),
};

export const AUDIT_TRAIL: ControlKind = {
  id: "audit-trail",
  area: "monitoring",
  title: "A complete audit trail: prompts, responses, calls, results, model",
  fields: ["type: prompt, response", "session", "outcome", "context.model"],
  measure: ({ coverage: { audit } }) => ({
    met: audit.complete,
    total: audit.sessions,
    unit: "sessions",
  }),
  find: ({ coverage }) => {
    const { sessions, complete, prompts, responses, calls, results, models, callsOutsideSessions } =
      coverage.audit;
    const lacking = (what: string, n: number): string | false =>
      n < sessions &&
      `${(sessions - n).toLocaleString("en-US")} of ${sessions.toLocaleString("en-US")} sessions without ${what}`;
    const gaps = [
      lacking("a prompt", prompts),
      lacking("a response", responses),
      lacking("calls", calls),
      lacking("the results of all calls", results),
      lacking("the model of all calls", models),
    ];
    return {
      against:
        sessions === 0
          ? []
          : [
              ...gaps,
              callsOutsideSessions > 0 && `${callsText(callsOutsideSessions)} outside any session`,
            ],
      missing: [sessions === 0 && "the trace has no session"],
      held: [`all ${complete} sessions have prompts, responses, calls, results and model`],
    };
  },
};

function readsSignals({ expr }: Condition): boolean {
  return pathsRead(expr).some(([root, member]) => root === "context" && member === "signals");
}

function detects({ rule }: CompiledRule): boolean {
  return rule.when !== undefined && readsSignals(rule.when);
}

function isResponse({ rule }: CompiledRule): boolean {
  return rule.onDeny !== undefined && rule.mode === "enforce";
}

export const ANOMALY: ControlKind = {
  id: "anomaly-response",
  area: "monitoring",
  title: "Anomalies are detected, and the response is defined in advance",
  fields: ["rules[].when on context.signals", "rules[].on_deny", "context.signals"],
  measure: ({ calls, set }) => ({
    met: set.rules.some((one) => isResponse(one) && detects(one)) ? calls.withSignals : 0,
    total: calls.calls,
    unit: "calls",
  }),
  find: ({ set, calls }) => {
    const detecting = set.rules.filter(detects);
    const responding = detecting.filter(isResponse);
    return {
      against: [
        detecting.length > 0 &&
          responding.length === 0 &&
          "rules read the signals, but no enforced rule responds with on_deny: " +
            `${nameSome(detecting.map((rule) => rule.name))}`,
      ],
      missing: [
        detecting.length === 0 && "no rule reads context.signals",
        calls.withSignals === 0 && "no call records the signals of a detector",
      ],
      held: [
        `${nameSome(responding.map(({ name, rule }) => `${name} (${rule.onDeny ?? ""})`))} on ` +
          `the signals of ${callsText(calls.withSignals)}`,
      ],
    };
  },
};
