import type { JsonObject } from "../../request/json.ts";

/** Methods of MCP that call something; the others list, announce and shake hands. */
const CALLS = "['tools/call', 'resources/read', 'prompts/get']";

/**
 * agentgateway's request log as a mapping: calls of MCP servers and of other agents (A2A), and HTTP
 * requests; lines of its own text format or of JSON.
 */
export const AGENTGATEWAY: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "agentgateway",
  format: "logfmt",
  when: "'http.method' in record && 'http.path' in record",
  each: {
    method: "[record[?'mcp.method.name'].or(record[?'mcp.method']).orValue('')]",
    protocol:
      "[method != '' ? 'mcp' : 'a2a.method' in record ? 'a2a' : record.?protocol.orValue('http')]",
    tool: "[record[?'gen_ai.tool.name'].or(record[?'mcp.resource.name']).or(record[?'mcp.resource.uri'])]",
    reason: "[record.?reason.orValue('')]",
    refused:
      "[reason in ['Authorization', 'ExtAuth', 'JwtAuth', 'BasicAuth', 'APIKey', 'McpAuthorization']]",
    code: "[double(record[?'http.status'].orValue(0.0))]",
  },
  where: `protocol == 'mcp' ? method in ${CALLS} : protocol in ['http', 'a2a']`,
  event: {
    id: "record['span.id']",
    time: "record.?time.orValue(record.words[0])",
    session: "record[?'mcp.session.id'].or(record[?'session.id'])",
    subject: {
      id: "record[?'src.identity'].or(record[?'jwt.sub'])",
    },
    action: {
      kind: "protocol == 'mcp' ? 'mcp_request' : protocol == 'a2a' ? 'subagent_invocation' : 'api_call'",
      server:
        "protocol == 'mcp' ? record['mcp.target'] : protocol == 'a2a' ? record.endpoint : record['http.host']",
      name:
        "protocol == 'a2a' ? record['a2a.method'] : protocol == 'http' ? record['http.method'] : " +
        "method == 'tools/call' ? tool : method",
    },
    resource:
      "protocol == 'http' ? {'type': 'path', 'id': record['http.path'].split('?')[0]} : record.none",
    context: {
      gateway: "record.gateway",
      listener: "record.listener",
      route: "record.route",
      source: "record['src.addr']",
      trace: "record['trace.id']",
      status: "code == 0.0 ? record.none : code",
      target: "method in ['resources/read', 'prompts/get'] ? tool : record.none",
      on_behalf_of: "'src.identity' in record ? {'id': record['jwt.sub']} : record.none",
    },
    decision: {
      effect: "refused ? 'deny' : record.none",
      pdp: "'agentgateway'",
      rule: "reason",
    },
    outcome: {
      status:
        "refused || code == 0.0 ? record.none : code < 400.0 && !has(record.error) ? 'ok' : 'error'",
    },
  },
};
