import type { JsonObject } from "../../request/json.ts";

/**
 * The audit log of the Agent Governance Toolkit as a mapping: entries, its export of them, or
 * CloudEvents. Evaluations that let a call pass are left out: the call has an entry of its own.
 */
export const AGT: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "agt",
  format: "jsonl",
  when: "has(record.entries) || has(record.agent_did) || has(record.specversion)",
  each: {
    entry: `has(record.entries) ? record.entries
      : has(record.specversion) ? [{'entry_id': record.id, 'timestamp': record.time, 'agent_did': record.source,
          'event_type': record.type.replace('ai.agentmesh.', '').replace('tool.invoked',
              'tool_invocation').replace('.', '_'),
          'action': record.?data.?action.orValue(''), 'resource': record.?data.?resource.orValue(''),
          'outcome': record.?data.?outcome.orValue(''), 'policy_decision': record.?data.?policy_decision.orValue(''),
          'matched_rule': record.?data.?matched_rule.orValue(''), 'session_id': record.?sessionid.orValue(''),
          'data': record.?data.orValue({})}]
      : [record]`,
    outcome: "[string(entry.?outcome.orValue('')).lowerAscii()]",
    said: "[string(entry.?policy_decision.orValue('')).lowerAscii()]",
    refused:
      "[outcome == 'denied' || said in ['deny', 'denied', 'block', 'blocked'] || " +
      "entry.?event_type.orValue('') in ['tool_blocked', 'policy_violation']]",
    held: "[said in ['require_approval', 'requires_approval', 'escalate', 'pending']]",
  },
  where:
    "entry.?event_type.orValue('tool_invocation') in ['tool_invocation', 'tool_blocked', " +
    "'policy_violation'] || (entry.?event_type.orValue('') == 'policy_evaluation' && (refused " +
    "|| held || entry.policy_decision == ''))",
  event: {
    id: "entry.entry_id",
    time: "entry.timestamp.matches('[Zz]$|[+-][0-9][0-9]:?[0-9][0-9]$') ? entry.timestamp : entry.timestamp + 'Z'",
    session: "entry.?session_id.orValue('') == '' ? entry.none : entry.session_id",
    subject: { type: "'agent'", id: "entry.agent_did" },
    action: {
      kind: "'tool_call'",
      name: "entry.?data.?tool_name.or(entry.?data.?tool).or(entry.?action)",
    },
    args: "entry.?data.?arguments.or(entry.?data.?args).or(entry.?data.?parameters).or(entry.?data.?params)",
    resource: "entry.?resource.orValue('') == '' ? entry.none : {'id': entry.resource}",
    context: {
      event: "entry.event_type",
      trace: "entry.trace_id",
      target: "entry.target_did",
    },
    decision: {
      effect: `refused ? 'deny' : held ? 'require_approval'
        : said in ['allow', 'allowed', 'permit'] ? 'allow' : entry.none`,
      rule: "entry.?matched_rule.orValue('') == '' ? entry.none : entry.matched_rule",
      pdp: "'agt'",
    },
    outcome: {
      status:
        "refused || held ? entry.none : outcome == 'success' ? 'ok' : outcome in ['failure', " +
        "'error'] ? 'error' : entry.none",
    },
  },
};
