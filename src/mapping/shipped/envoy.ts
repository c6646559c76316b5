import type { JsonObject } from "../../request/json.ts";

/** The members of a line by their place in Envoy's default format, whose quotes cut it. */
const DEFAULT_FORMAT = `size(record.text.split('"')) == 13 ? {
      'start_time': record.text.split('"')[0].trim().substring(1, size(record.text.split('"')[0].trim()) - 1),
      'method': record.text.split('"')[1].split(' ')[0],
      'path': record.text.split('"')[1].split(' ')[1],
      'response_code': record.text.split('"')[2].trim().split(' ')[0],
      'response_flags': record.text.split('"')[2].trim().split(' ')[1],
      'x_forwarded_for': record.text.split('"')[3],
      'user_agent': record.text.split('"')[5],
      'request_id': record.text.split('"')[7],
      'authority': record.text.split('"')[9]
    } : {}`;

/**
 * Envoy's access logs as a mapping: JSON with the names that Envoy's documentation, Istio and Envoy
 * Gateway give, or lines of the default format.
 */
export const ENVOY: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "envoy",
  format: "text",
  each: {
    entry: `[has(record.text) && type(record.text) == string && size(record) == 1 ? (${DEFAULT_FORMAT}) : record]`,
    details: "[string(entry.?response_code_details.orValue('-'))]",
    flags: "[string(entry.?response_flags.orValue('-')).split(',')]",
    code: "[double(entry.?response_code.or(entry.?status).orValue(0.0))]",
    refused:
      "[details.matches('^(rbac_access_denied|ext_authz_denied|jwt_authn_access_denied|ext_authz_error)') " +
      "|| flags.exists(f, f in ['UAEX', 'RBAC'])]",
    path:
      "[string(entry.?path.or(entry[?'x-envoy-origin-path'])" +
      ".or(entry[?'x-envoy-original-path']).or(entry[?':path']).orValue(''))]",
  },
  // a line that has the beginning of an access log's, and cannot be cut, is a call of no known name;
  // whether one without its method is, nobody can tell
  where:
    "has(entry.method) || ':method' in entry || has(entry.request_method) || (has(record.text) " +
    "&& record.text.matches('^\\\\[[0-9TZ:.+-]+\\\\] .[A-Z]+ ')) || ((code > 0.0 || path != " +
    "'') && entry.method == '')",
  event: {
    id:
      "entry.?request_id.or(entry[?'x-request-id']).orValue('-') == '-' ? entry.none : " +
      "entry.?request_id.or(entry[?'x-request-id'])",
    time: "entry.?start_time.or(entry.?timestamp).or(entry.?time)",
    session: "entry.?mcp_session_id.or(entry[?'mcp-session-id'])",
    subject: {
      id:
        "entry.?downstream_peer_uri_san.or(entry.?source_principal)" +
        ".or(entry.?downstream_peer_subject).or(entry[?'jwt.sub'])",
    },
    action: {
      kind: "'api_call'",
      server: "entry.?authority.or(entry[?':authority']).or(entry.?host)",
      name: "entry.?method.or(entry[?':method']).or(entry.?request_method)",
    },
    resource: "path == '' ? entry.none : {'type': 'path', 'id': path.split('?')[0]}",
    context: {
      user_agent: "entry.?user_agent.or(entry[?'user-agent'])",
      forwarded_for: "entry.?x_forwarded_for.or(entry[?'x-forwarded-for'])",
      route: "entry.route_name",
      upstream: "entry.upstream_cluster",
      downstream: "entry.downstream_remote_address",
      status: "code == 0.0 ? entry.none : code",
      query: "path.contains('?') ? path.substring(path.indexOf('?') + 1) : entry.none",
    },
    decision: {
      effect: "refused ? 'deny' : entry.none",
      pdp: "details.startsWith('rbac') ? 'envoy-rbac' : details.startsWith('jwt') ? 'envoy-jwt' : 'ext_authz'",
      rule: "details == '-' ? entry.none : details",
    },
    outcome: {
      status: "refused || code == 0.0 ? entry.none : code < 400.0 ? 'ok' : 'error'",
    },
  },
};
