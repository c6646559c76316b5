import type { JsonObject } from "../../request/json.ts";

/** Cerbos' audit log as a mapping: one event for each action of each resource that was asked about. */
export const CERBOS: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "cerbos",
  format: "jsonl",
  when: "has(record.checkResources) || has(record.inputs)",
  each: {
    input: "has(record.checkResources) ? (has(record.checkResources.inputs) ? record.checkResources.inputs : []) : record.inputs",
    action: "has(input.actions) ? input.actions : []",
  },
  event: {
    id: "record.callId + '/' + string(input_index) + '/' + action",
    time: "record.timestamp",
    session: "input.auxData.jwt.sid",
    subject: { id: "input.principal.id", roles: "input.principal.roles", scope: "input.principal.scope", properties: "input.principal.attr" },
    action: { name: "action" },
    resource: { type: "input.resource.kind", id: "input.resource.id", scope: "input.resource.scope", properties: "input.resource.attr" },
    context: { jwt: "input.auxData.jwt", request_id: "input.requestId", peer: "record.peer.address", annotations: "record.requestContext.annotations" },
    decision: {
      effect: `(has(record.checkResources) ? record.checkResources.outputs : record.outputs)[input_index].actions[action].effect == 'EFFECT_ALLOW' ? 'allow' : 'deny'`,
      rule: "(has(record.checkResources) ? record.checkResources.outputs : record.outputs)[input_index].actions[action].policy",
    },
  },
};
