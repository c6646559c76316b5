import type { JsonObject } from "../../request/json.ts";

/** The log of decisions that Veto writes and replays, as a mapping. */
export const VETO: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "veto",
  format: "jsonl",
  when: "has(record.toolName) || has(record.tool_name) || has(record.tool) || has(record.name)",
  each: {
    said: "[record.?decision.orValue('')]",
    agent: "[record.?agentId.or(record.?agent_id).orValue('')]",
    user: "[record.?userId.or(record.?user_id).orValue('')]",
  },
  event: {
    id: "record.id",
    time: "record.timestamp",
    session: "record.?sessionId.or(record.?session_id)",
    subject: {
      type: "agent == '' ? record.none : 'agent'",
      id: "agent == '' ? record.none : agent",
    },
    action: {
      kind: "'tool_call'",
      name: "record.?toolName.or(record.?tool_name).or(record.?tool).or(record.?name)",
    },
    args: "record.?arguments.or(record.?args)",
    context: {
      role: "record.role",
      custom: "record.custom",
      on_behalf_of: "user == '' ? record.none : {'type': 'human', 'id': user}",
    },
    decision: {
      effect:
        "said in ['allow', 'deny', 'require_approval'] ? said : said == 'block' ? 'deny' : record.none",
      rule: "record.?ruleId.or(record.?rule_id)",
      pdp: "'veto'",
    },
  },
};
