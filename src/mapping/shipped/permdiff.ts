import type { JsonObject } from "../../request/json.ts";

/**
 * permdiff's corpus of calls, and the decisions that Custody records (`custody.trace.v1`), as a
 * mapping.
 */
export const PERMDIFF: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "permdiff",
  format: "jsonl",
  when: "has(record.tool) || has(record.action)",
  each: {
    kind: "[has(record.tool) ? 'tool' : record.?action.?type.orValue('')]",
    verdict: "[record.?decision.?verdict.orValue('')]",
    user: "[record.?principal.?type.orValue('')]",
  },
  // a model that answers acts on nothing
  where: "kind != 'llm_call'",
  event: {
    id: "record.id",
    time: "record.?timestamp.or(record.?ts)",
    session: "record.?session_id.or(record.?context.?session_id)",
    subject: {
      type: "'agent'",
      id: "record.?agent.?id.or(record.?actor.?agent)",
      version: "record.agent.version",
    },
    action: {
      kind: "kind == 'mcp_call' ? 'mcp_request' : 'tool_call'",
      server:
        "has(record.tool) ? record.tool.server : kind in ['mcp_call', 'tool_call'] ? record.none : 'host'",
      name: "record.?tool.?name.or(record.?action.?name)",
    },
    args: "record.?arguments.or(record.?action.?input_redacted)",
    resource: "{'type': record.resource.type, 'id': record.resource.id}",
    context: {
      env: "record.context.env",
      cwd: "record.action.cwd",
      project: "record.action.repo",
      workspace: "record.workspace",
      on_behalf_of: `has(record.principal)
        ? {'type': user == 'user' ? 'human' : user, 'id': record.principal.id}
        : {'type': 'human', 'id': record.actor.user}`,
    },
    decision: {
      effect:
        "verdict == 'block' ? 'deny' : verdict in ['allow', 'warn', 'observe'] ? 'allow' : record.none",
      rule: "record.decision.rule_ids[?0]",
      policy: "record.decision.policy_hash",
      ms: "record.decision.latency_us / 1000.0",
      pdp: "'custody'",
    },
  },
};
