import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00.310Z";
const json = (more: object = {}): object => ({
  start_time: T,
  method: "POST",
  path: "/pay?x=1",
  protocol: "HTTP/2",
  response_code: 200,
  response_flags: "-",
  request_id: "r",
  authority: "pay.example",
  ...more,
});
const line = (request: string, code: string, agent = "cli"): string =>
  `[${T}] "${request}" ${code} 154 0 226 100 "192.0.2.1" "${agent}" "r" "pay.example" "192.0.2.9:80"\n`;
const denied = (response_code_details: string, pdp: string): Variant => ({
  of: `${response_code_details} is a denial`,
  content: [json({ response_code: 403, response_code_details })],
  calls: [{ decision: { effect: "deny", pdp, rule: response_code_details } }],
  lacks: ["outcome"],
});

/** Access logs of Envoy: its default format, and JSON with the usual names. */
export const ENVOY_VARIANTS: readonly Variant[] = [
  {
    of: "JSON with the names of Istio",
    content: [json()],
    calls: [
      {
        id: "r",
        time: T,
        action: { kind: "api_call", server: "pay.example", name: "POST" },
        resource: { type: "path", id: "/pay" },
        context: { status: 200, query: "x=1" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "JSON with the names of Envoy Gateway",
    content: [
      {
        start_time: T,
        method: "GET",
        "x-envoy-origin-path": "/x",
        response_code: 200,
        response_flags: "-",
        "user-agent": "cli",
        "x-request-id": "q",
        ":authority": "a.example",
      },
    ],
    calls: [
      {
        id: "q",
        action: { server: "a.example", name: "GET" },
        resource: { id: "/x" },
        context: { user_agent: "cli" },
      },
    ],
  },
  {
    of: "the default format",
    content: line("POST /pay?x=1 HTTP/2", "200 -"),
    calls: [
      {
        id: "r",
        time: T,
        action: { kind: "api_call", server: "pay.example", name: "POST" },
        resource: { type: "path", id: "/pay" },
        context: { user_agent: "cli", forwarded_for: "192.0.2.1", status: 200 },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "the default format, with a denial of ext_authz",
    content: line("GET / HTTP/1.1", "403 UAEX"),
    calls: [{ decision: { effect: "deny", pdp: "ext_authz" } }],
    lacks: ["outcome"],
  },
  {
    of: "several lines, with others between",
    content: `[${T}][1][info][main] starting\n${line("GET /a HTTP/1.1", "200 -")}${line("GET /b HTTP/1.1", "500 -")}`,
    calls: [{ resource: { id: "/a" } }, { resource: { id: "/b" }, outcome: { status: "error" } }],
  },
  {
    of: "a quote in a line, so that it cannot be cut, leaves a call without a name",
    content: line("GET /a HTTP/1.1", "200 -", 'x" 200 - "'),
    calls: [{ action: { kind: "api_call" } }],
    lacks: ["action.name", "outcome"],
  },
  {
    of: "JSON and lines in one file",
    content: `${line("GET /a HTTP/1.1", "200 -")}${JSON.stringify(json())}\n`,
    calls: [{ resource: { id: "/a" } }, { resource: { id: "/pay" } }],
  },
  denied("rbac_access_denied_matched_policy[ns[desk]-policy[deny]-rule[0]]", "envoy-rbac"),
  denied("rbac_access_denied_matched_policy[none]", "envoy-rbac"),
  denied("ext_authz_denied", "ext_authz"),
  denied("ext_authz_error", "ext_authz"),
  denied("jwt_authn_access_denied{Jwt_is_missing}", "envoy-jwt"),
  {
    of: "a refusal of the upstream itself is an error, and no decision",
    content: [json({ response_code: 403, response_code_details: "via_upstream" })],
    calls: [{ outcome: { status: "error" } }],
    lacks: ["decision"],
  },
  {
    of: "a denial by its flag",
    content: [json({ response_code: 403, response_flags: "UAEX" })],
    calls: [{ decision: { effect: "deny", pdp: "ext_authz" } }],
  },
  {
    of: "a caller that is known by its certificate",
    content: [json({ downstream_peer_uri_san: "spiffe://desk/agent" })],
    calls: [{ subject: { id: "spiffe://desk/agent" } }],
  },
  {
    of: "a caller that a filter names",
    content: [json({ source_principal: "agent" })],
    calls: [{ subject: { id: "agent" } }],
  },
  {
    of: "no id and no answer",
    content: [json({ request_id: "-", response_code: 0 })],
    calls: [{ action: { name: "POST" } }],
    lacks: ["outcome"],
  },
  {
    of: "a code that is a text",
    content: [json({ response_code: "503" })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "a session of MCP",
    content: [json({ mcp_session_id: "s" })],
    calls: [{ session: "s" }],
  },
  {
    of: "route and upstream",
    content: [json({ route_name: "pay", upstream_cluster: "out", downstream_remote_address: "a" })],
    calls: [{ context: { route: "pay", upstream: "out", downstream: "a" } }],
  },
  {
    of: "names of HTTP/2",
    content: [
      { start_time: T, ":method": "GET", ":path": "/y", ":authority": "h", response_flags: "-" },
    ],
    calls: [{ action: { server: "h", name: "GET" }, resource: { id: "/y" } }],
  },
];
