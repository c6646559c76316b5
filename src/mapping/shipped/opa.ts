import type { JsonObject } from "../../request/json.ts";

/** Members that deny if they have a value. */
const DENIALS = "['deny', 'denied', 'denies', 'violation', 'violations']";

/** What a wrapper decides, where nothing beside its word may deny. */
const NESTED = ["result", "response"]
  .flatMap((wrapper) => ["allow", "allowed"].map((word) => ({ wrapper, word })))
  .map(
    ({ wrapper, word }) => `: has(record.result.${wrapper}.${word})
          && type(record.result.${wrapper}.${word}) == bool
          && !${DENIALS}.exists(name, name in record.result.${wrapper})
          ? (record.result.${wrapper}.${word} ? 'allow' : 'deny')`,
  )
  .join("\n        ");

/**
 * OPA's decision log as a mapping: what `input` holds is each policy's own, so the usual names are
 * tried in turn. WHY the last branch of a decision: what is in no known form must not be passed over,
 * so it is asked as a condition, fails, and is counted.
 */
export const OPA: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "opa",
  format: "jsonl",
  // a query without an input asks about nobody's call
  when: "has(record.input) && (type(record.input) != map || size(record.input) > 0)",
  event: {
    id: "record.decision_id",
    time: "has(record.timestamp) ? record.timestamp : record.time",
    session: "record.input.?session_id.or(record.input.?session).or(record.input.?conversation_id)",
    subject: `has(record.input.subject) ? (type(record.input.subject) == string
        ? {'id': record.input.subject} : record.input.subject)
      : has(record.input.agent) ? (type(record.input.agent) == string
          ? {'type': 'agent', 'id': record.input.agent} : record.input.agent)
      : has(record.input.principal) ? (type(record.input.principal) == string
          ? {'id': record.input.principal} : record.input.principal)
      : has(record.input.attributes) && has(record.input.attributes.source.principal)
          ? {'id': record.input.attributes.source.principal}
      : type(record.input.user) == string ? {'id': record.input.user} : record.input.user`,
    action: `has(record.input.action) ? (type(record.input.action) == string
        ? {'name': record.input.action} : record.input.action)
      : has(record.input.tool) ? (type(record.input.tool) == string
          ? {'kind': 'tool_call', 'name': record.input.tool} : record.input.tool)
      : has(record.input.params) && has(record.input.params.name)
          && record.input.method == 'tools/call' ? {'kind': 'mcp_request',
          'name': record.input.params.name}
      : has(record.input.attributes) ? {'kind': 'api_call', 'name': record.input.attributes.request.http.method}
      : has(record.input.method) ? {'kind': 'api_call', 'name': record.input.method}
      : {'name': record.input.operation}`,
    args:
      "record.input.?args.or(record.input.?arguments)" +
      ".or(record.input.?params.?arguments).or(record.input.?parameters)",
    resource: `has(record.input.resource) ? (type(record.input.resource) == string
        ? {'id': record.input.resource} : record.input.resource)
      : has(record.input.attributes) ? {'type': 'path', 'id': record.input.attributes.request.http.path}
      : {'type': 'path', 'id': type(record.input.path) == string ? record.input.path
          : '/' + record.input.path.join('/')}`,
    context:
      "has(record.input.context) && type(record.input.context) == map ? record.input.context : {'input': record.input}",
    decision: {
      effect: `has(record.path) && record.path.matches('(^|[/.])(deny|denied|violations?)$')
          && type(record.result) in [bool, list, map] ?
          ((type(record.result) == bool ? record.result : size(record.result) > 0) ? 'deny' : 'allow')
        : type(record.result) == bool ? (record.result ? 'allow' : 'deny')
        : record.result == 'allow' || record.result == 'true' ? 'allow'
        : record.result == 'deny' || record.result == 'false' ? 'deny'
        : type(record.result) == map && ${DENIALS}.exists(name, name in record.result &&
            (type(record.result[name]) == bool ? record.result[name]
              : type(record.result[name]) in [list, map, string] ? size(record.result[name]) > 0
              : type(record.result[name]) == double && record.result[name] > 0.0)) ? 'deny'
        : has(record.result.allow) ? (record.result.allow ? 'allow' : 'deny')
        : has(record.result.allowed) ? (record.result.allowed ? 'allow' : 'deny')
        : has(record.result.decision) && type(record.result.decision) == bool
            ? (record.result.decision ? 'allow' : 'deny')
        : has(record.result.deny) && type(record.result.deny) == bool ? (record.result.deny ? 'deny' : 'allow')
        : has(record.result.deny) && type(record.result.deny) == list
            ? (size(record.result.deny) > 0 ? 'deny' : 'allow')
        : has(record.result.violations) && type(record.result.violations) == list
            ? (size(record.result.violations) > 0 ? 'deny' : 'allow')
        : has(record.result.violation) && type(record.result.violation) == list
            ? (size(record.result.violation) > 0 ? 'deny' : 'allow')
        : has(record.result.effect) && record.result.effect in ['allow', 'deny', 'require_approval']
            ? record.result.effect
        ${NESTED}
        : !has(record.result) ? record.no_result
        : record.result ? 'allow' : 'deny'`,
      rule: "record.path",
      policy:
        "size(record.bundles) == 0 ? record.bundles.no_bundle : record.bundles.map(name, name " +
        "+ '@' + record.bundles[name].revision).join(' ')",
      pdp: "record.labels.id",
      ms: "double(record.metrics.timer_server_handler_ns) / 1000000.0",
    },
    // what was erased or masked was there: its place is known, its value is not
    unrecorded: `((has(record.erased) ? record.erased : []) + (has(record.masked) ? record.masked : []))
      .filter(p, p.startsWith('/input/')).map(p, p.substring(7).replace('/', '.').replace('~1', '/').replace('~0', '~'))
      .map(p, p.startsWith('arguments.') || p.startsWith('parameters.') ? 'args.' + p.substring(p.indexOf('.') + 1)
        : p.startsWith('params.arguments.') ? 'args.' + p.substring(17)
        : p.startsWith('agent') || p.startsWith('principal') || p.startsWith('user') ? 'subject' : p)`,
  },
};
