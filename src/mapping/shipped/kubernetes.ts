import type { JsonObject } from "../../request/json.ts";

/**
 * The audit log of Kubernetes' API server as a mapping: one call for each request that was
 * answered; what other stages of it say is left out.
 */
export const KUBERNETES: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "kubernetes",
  format: "jsonl",
  // a record in none of the shapes of an audit log is no event of one
  when: "has(record.items) || has(record.auditID) || has(record.verb)",
  each: {
    entry: "has(record.items) ? record.items : [record]",
    said: "[entry.?annotations[?'authorization.k8s.io/decision'].orValue('')]",
    grounds: "[entry.?annotations[?'authorization.k8s.io/reason'].orValue('')]",
    code: "[entry.?responseStatus.?code.orValue(0.0)]",
    refused: "[said == 'forbid' || code == 403.0]",
    target:
      "[entry.?objectRef.?name.or(entry.?requestObject.?metadata.?name)" +
      ".or(entry.?responseObject.?metadata.?name).orValue('')]",
    place: "[[entry.?objectRef.?namespace.orValue(''), target].filter(p, p != '').join('/')]",
  },
  where: "entry.?stage.orValue('ResponseComplete') in ['ResponseComplete', 'Panic']",
  event: {
    id: "entry.auditID",
    time: "entry.?requestReceivedTimestamp.or(entry.?stageTimestamp).or(entry.?timestamp)",
    subject: {
      type: "entry.user.username.startsWith('system:') ? 'service' : entry.none",
      id: "entry.user.username",
      groups: "entry.user.groups",
      uid: "entry.user.uid",
    },
    action: { kind: "'api_call'", server: "'kubernetes'", name: "entry.verb" },
    args: "type(entry.requestObject) == map ? entry.requestObject : entry.none",
    resource: `!has(entry.objectRef) ? {'type': 'path', 'id': entry.requestURI.split('?')[0]}
      : place == '' ? {'type': entry.objectRef.resource + (has(entry.objectRef.subresource)
          ? '/' + entry.objectRef.subresource : '')}
      : {'type': entry.objectRef.resource + (has(entry.objectRef.subresource)
          ? '/' + entry.objectRef.subresource : ''), 'id': place}`,
    context: {
      api_group: "entry.objectRef.apiGroup",
      uri: "entry.requestURI",
      level: "entry.level",
      source_ips: "entry.sourceIPs",
      user_agent: "entry.userAgent",
      on_behalf_of: `entry.impersonatedUser.username.startsWith('system:')
        ? {'type': 'service', 'id': entry.impersonatedUser.username}
        : {'id': entry.impersonatedUser.username}`,
    },
    decision: {
      effect: "refused ? 'deny' : said == 'allow' ? 'allow' : entry.none",
      pdp: "'kube-apiserver'",
      rule: "grounds == '' ? entry.none : grounds",
    },
    outcome: {
      status: "refused ? entry.none : code == 0.0 ? entry.none : code < 400.0 ? 'ok' : 'error'",
    },
  },
};
