import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00.000000Z";
const AGENT = { username: "system:serviceaccount:desk:agent", uid: "u", groups: ["g"] };
const ALLOWED = {
  "authorization.k8s.io/decision": "allow",
  "authorization.k8s.io/reason": "RBAC: allowed",
};
/** An event of the audit log. */
const audit = (more: object = {}): object => ({
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Metadata",
  auditID: "a",
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/desk/pods/p?pretty=true",
  verb: "delete",
  user: AGENT,
  objectRef: { resource: "pods", namespace: "desk", name: "p", apiVersion: "v1" },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: T,
  annotations: ALLOWED,
  ...more,
});
const named = (of: string, objectRef: object, resource: object, more: object = {}): Variant => ({
  of,
  content: [audit({ objectRef, ...more })],
  calls: [{ resource }],
});

/** Events of `audit.k8s.io/v1`, and lists of them. */
export const KUBERNETES_VARIANTS: readonly Variant[] = [
  {
    of: "a request that was answered",
    content: [audit()],
    calls: [
      {
        id: "a",
        time: T,
        subject: { type: "service", id: AGENT.username, groups: ["g"], uid: "u" },
        action: { kind: "api_call", server: "kubernetes", name: "delete" },
        resource: { type: "pods", id: "desk/p" },
        decision: { effect: "allow", pdp: "kube-apiserver", rule: "RBAC: allowed" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "the stages of one request are one call",
    content: [audit({ stage: "RequestReceived" }), audit({ stage: "ResponseStarted" }), audit()],
    calls: [{ id: "a" }],
  },
  {
    of: "a list of events",
    content: JSON.stringify({
      kind: "EventList",
      apiVersion: "audit.k8s.io/v1",
      items: [audit(), audit({ auditID: "b" })],
    }),
    calls: [{ id: "a" }, { id: "b" }],
  },
  {
    of: "a request that is forbidden",
    content: [
      audit({
        annotations: {
          "authorization.k8s.io/decision": "forbid",
          "authorization.k8s.io/reason": "",
        },
        responseStatus: { status: "Failure", reason: "Forbidden", code: 403 },
      }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "kube-apiserver" } }],
    lacks: ["outcome"],
  },
  {
    of: "a request that admission refuses",
    content: [audit({ responseStatus: { code: 403, reason: "Forbidden" } })],
    calls: [{ decision: { effect: "deny" } }],
    lacks: ["outcome"],
  },
  {
    of: "a failure",
    content: [audit({ responseStatus: { code: 409, reason: "Conflict" } })],
    calls: [{ decision: { effect: "allow" }, outcome: { status: "error" } }],
  },
  {
    of: "a panic",
    content: [audit({ stage: "Panic", responseStatus: { code: 500 } })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "no annotations, no decision",
    content: [audit({ annotations: undefined })],
    calls: [{ outcome: { status: "ok" } }],
    lacks: ["decision"],
  },
  {
    of: "no answer, no outcome",
    content: [audit({ responseStatus: undefined })],
    calls: [{ id: "a" }],
    lacks: ["outcome"],
  },
  {
    of: "the body is the arguments",
    content: [audit({ verb: "create", requestObject: { kind: "Pod", metadata: { name: "q" } } })],
    calls: [{ args: { kind: "Pod", metadata: { name: "q" } } }],
  },
  {
    of: "a patch that is a list has no arguments that are an object",
    content: [audit({ verb: "patch", requestObject: [{ op: "remove", path: "/x" }] })],
    calls: [{ action: { name: "patch" } }],
    lacks: ["args"],
  },
  named(
    "a name that only the body has",
    { resource: "pods", namespace: "desk" },
    { type: "pods", id: "desk/q" },
    {
      requestObject: { metadata: { name: "q" } },
    },
  ),
  named(
    "a name that only the answer has",
    { resource: "pods", namespace: "desk" },
    { type: "pods", id: "desk/r" },
    {
      responseObject: { metadata: { name: "r" } },
    },
  ),
  named(
    "a subresource",
    { resource: "pods", subresource: "exec", namespace: "desk", name: "p" },
    {
      type: "pods/exec",
      id: "desk/p",
    },
  ),
  named("what has no namespace", { resource: "nodes", name: "n" }, { type: "nodes", id: "n" }),
  named("a list of everything", { resource: "secrets" }, { type: "secrets" }),
  {
    of: "a path that is no resource",
    content: [audit({ objectRef: undefined, requestURI: "/healthz?verbose", verb: "get" })],
    calls: [{ resource: { type: "path", id: "/healthz" } }],
  },
  {
    of: "a person",
    content: [audit({ user: { username: "ann@desk.example" } })],
    calls: [{ subject: { id: "ann@desk.example" } }],
    lacks: ["subject.type"],
  },
  {
    of: "acting as somebody else",
    content: [audit({ impersonatedUser: { username: "ann" } })],
    calls: [{ subject: { id: AGENT.username }, context: { on_behalf_of: { id: "ann" } } }],
  },
  {
    of: "where it came from",
    content: [audit({ sourceIPs: ["192.0.2.1"], userAgent: "kubectl" })],
    calls: [{ context: { source_ips: ["192.0.2.1"], user_agent: "kubectl", level: "Metadata" } }],
  },
  {
    of: "an older event, whose time is that of its stage",
    content: [audit({ requestReceivedTimestamp: undefined, stageTimestamp: T })],
    calls: [{ time: T }],
  },
  {
    of: "a refusal without a reason has no rule",
    content: [
      audit({
        annotations: {
          "authorization.k8s.io/decision": "forbid",
          "authorization.k8s.io/reason": "",
        },
        responseStatus: { code: 403 },
      }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "kube-apiserver" }, outcome: undefined }],
    lacks: ["decision.rule"],
  },
];
