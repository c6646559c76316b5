import type { JsonObject } from "../../request/json.ts";

/**
 * Cerbos' audit log as a mapping: one event for each action of each resource that was asked about.
 */
export const CERBOS: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "cerbos",
  format: "jsonl",
  when:
    "has(record.checkResources) || has(record.inputs) || has(record.decisionLogEntry) || " +
    "has(record.result.decisionLogEntry)",
  each: {
    // the admin API wraps each entry, and streams it under `result`
    entry: "[record.?decisionLogEntry.or(record.?result.?decisionLogEntry).orValue(record)]",
    checked: "[entry.?checkResources.orValue(entry)]",
    input: "checked.inputs",
    action: "input.actions",
  },
  event: {
    id: "entry.callId + '/' + string(input_index) + '/' + action",
    time: "entry.timestamp",
    session: "input.auxData.jwt.sid",
    subject: {
      id: "input.principal.id",
      roles: "input.principal.roles",
      scope: "input.principal.scope",
      properties: "input.principal.attr",
    },
    action: { name: "action" },
    resource: {
      type: "input.resource.kind",
      id: "input.resource.id",
      scope: "input.resource.scope",
      properties: "input.resource.attr",
    },
    context: {
      jwt: "input.auxData.jwt",
      request_id: "input.requestId",
      peer: "entry.peer.address",
      annotations: "entry.requestContext.annotations",
    },
    decision: {
      effect:
        "checked.outputs[input_index].actions[action].effect == 'EFFECT_ALLOW' ? 'allow' : 'deny'",
      rule: "checked.outputs[input_index].actions[action].policy",
    },
  },
};
