import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const input = {
  requestId: "q",
  principal: { id: "ann", roles: ["user"], attr: { dept: "x" } },
  resource: { kind: "doc", id: "1", attr: { owner: "ann" } },
  actions: ["read", "edit"],
};
const outputs = [
  {
    requestId: "q",
    resourceId: "1",
    actions: {
      read: { effect: "EFFECT_ALLOW", policy: "resource.doc.vdefault" },
      edit: { effect: "EFFECT_DENY", policy: "resource.doc.vdefault" },
    },
  },
];
const checked = (inputs: readonly object[], answers: readonly object[] = outputs): object => ({
  callId: "c",
  timestamp: T,
  checkResources: { inputs, outputs: answers },
});
const entry = checked([input]);
const one = { ...input, actions: ["read"] };
const ALLOW = { effect: "allow", rule: "resource.doc.vdefault" };
const answer = (effect: string, more: object = {}): readonly object[] => [
  { actions: { read: { effect, ...more } } },
];

/** Cerbos' audit logs. */
export const CERBOS_VARIANTS: readonly Variant[] = [
  {
    of: "one event for each action",
    content: [entry],
    calls: [
      {
        id: "c/0/read",
        time: T,
        subject: { id: "ann", roles: ["user"], properties: { dept: "x" } },
        action: { name: "read" },
        resource: { type: "doc", id: "1", properties: { owner: "ann" } },
        context: { request_id: "q" },
        decision: ALLOW,
      },
      { id: "c/0/edit", decision: { effect: "deny" } },
    ],
  },
  {
    of: "one for each resource of a batch, in its order",
    content: [
      checked(
        [one, { ...one, resource: { kind: "doc", id: "2" } }],
        [...outputs, ...answer("EFFECT_DENY")],
      ),
    ],
    calls: [
      { id: "c/0/read", resource: { id: "1" }, decision: ALLOW },
      { id: "c/1/read", resource: { id: "2" }, decision: { effect: "deny" } },
    ],
  },
  {
    of: "older files keep inputs at the top",
    content: [{ callId: "c", timestamp: T, inputs: [input], outputs }],
    calls: [{ decision: { effect: "allow" } }, {}],
  },
  {
    of: "newer files name their log",
    content: [{ "log.logger": "cerbos.audit", "log.kind": "decision", ...entry }],
    calls: [{ decision: ALLOW }, {}],
  },
  {
    of: "access entries are no calls",
    content: [
      {
        "log.logger": "cerbos.audit",
        "log.kind": "access",
        callId: "c",
        timestamp: T,
        method: "/cerbos.svc.v1.CerbosService/CheckResources",
        statusCode: 0,
      },
    ],
    calls: [],
  },
  {
    of: "the admin API wraps entries",
    content: [{ decisionLogEntry: checked([one]) }, { accessLogEntry: { callId: "d" } }],
    calls: [{ id: "c/0/read", time: T, decision: ALLOW }],
  },
  {
    of: "the admin API over HTTP streams them as results",
    content: [{ result: { decisionLogEntry: checked([one]) } }],
    calls: [{ id: "c/0/read", decision: ALLOW }],
  },
  {
    of: "no match is a deny",
    content: [checked([one], answer("EFFECT_NO_MATCH", { policy: "NO_MATCH" }))],
    calls: [{ decision: { effect: "deny", rule: "NO_MATCH" } }],
  },
  {
    of: "an unspecified effect is no allow",
    content: [checked([one], answer("EFFECT_UNSPECIFIED"))],
    calls: [{ decision: { effect: "deny" } }],
  },
  {
    of: "a plan is no call",
    content: [
      {
        callId: "c",
        planResources: {
          input: { requestId: "q", action: "read", principal: { id: "ann" } },
          output: {},
        },
      },
    ],
    calls: [],
  },
  {
    of: "an error has no outputs, so no decision is known",
    content: [
      { callId: "c", timestamp: T, checkResources: { inputs: [input], error: "cancelled" } },
    ],
    calls: [{ id: "c/0/read" }, { id: "c/0/edit" }],
  },
  {
    of: "an action that the answer lacks has no decision",
    content: [checked([{ ...one, actions: ["print"] }])],
    calls: [{ id: "c/0/print", action: { name: "print" } }],
  },
  {
    of: "an entry too large to be logged holds no inputs",
    content: [
      { callId: "c", timestamp: T, oversized: true },
      { callId: "d", oversized: true, checkResources: {} },
    ],
    calls: [],
  },
  {
    of: "the verified token: its session and its claims",
    content: [checked([{ ...one, auxData: { jwt: { sid: "s-1", iss: "idp" } } }])],
    calls: [{ session: "s-1", context: { jwt: { sid: "s-1", iss: "idp" } } }],
  },
  {
    of: "scopes and policy versions",
    content: [
      checked(
        [
          {
            ...one,
            principal: { ...input.principal, scope: "acme", policyVersion: "v2" },
            resource: { ...input.resource, scope: "acme.hr", policyVersion: "v2" },
          },
        ],
        answer("EFFECT_ALLOW", { policy: "resource.doc.vv2/acme.hr", scope: "acme.hr" }),
      ),
    ],
    calls: [
      {
        subject: { scope: "acme" },
        resource: { scope: "acme.hr" },
        decision: { effect: "allow", rule: "resource.doc.vv2/acme.hr" },
      },
    ],
  },
  {
    of: "peer and the caller's annotations",
    content: [
      {
        ...checked([one]),
        peer: { address: "10.1.2.3:5", userAgent: "sdk", forwardedFor: "x" },
        requestContext: { annotations: { trace: "t" } },
        metadata: { "x-id": { values: ["1"] } },
      },
    ],
    calls: [{ context: { peer: "10.1.2.3:5", annotations: { trace: "t" } } }],
  },
  {
    of: "derived roles, outputs, validation errors and the audit trail are passed over",
    content: [
      {
        ...checked(
          [one],
          [
            {
              ...outputs[0],
              effectiveDerivedRoles: ["owner"],
              outputs: [{ src: "x", val: 1 }],
              validationErrors: [{ path: "/a", message: "b", source: "SOURCE_PRINCIPAL" }],
            },
          ],
        ),
        auditTrail: { effectivePolicies: { "resource.doc.vdefault": { attributes: {} } } },
      },
    ],
    calls: [{ decision: ALLOW }],
  },
  {
    of: "masked fields are gone, and so unrecorded",
    content: [
      checked([
        {
          requestId: "q",
          principal: { id: "ann", roles: ["user"] },
          resource: { kind: "doc", id: "1" },
          actions: ["read"],
        },
      ]),
    ],
    calls: [
      {
        subject: { id: "ann", roles: ["user"] },
        resource: { type: "doc", id: "1" },
        decision: ALLOW,
      },
    ],
  },
  {
    of: "an action named like a member of every object",
    content: [
      checked(
        [{ ...one, actions: ["constructor", "a.b:c/d"] }],
        [{ actions: { "a.b:c/d": { effect: "EFFECT_ALLOW" } } }],
      ),
    ],
    calls: [
      { id: "c/0/constructor", action: { name: "constructor" } },
      { id: "c/0/a.b:c/d", decision: { effect: "allow" } },
    ],
  },
  {
    of: "lists in place of objects, cut lines and other values are counted",
    content:
      `${JSON.stringify(entry).slice(0, 60)}\n5\n` +
      `${JSON.stringify({ callId: "c", checkResources: { inputs: 7 } })}\n` +
      `${JSON.stringify(checked([{ ...one, principal: { id: 4 } }]))}\n`,
    calls: [],
    causes: [
      "`each.input` is not a list",
      "a record gives no event: `subject.id` must be a string",
      "a record is not an object",
      "the JSON text is truncated",
    ],
  },
  {
    of: "flags say what the log does not",
    content: [checked([one])],
    options: {
      subject: { type: "agent", id: "bot" },
      server: "docs",
      onBehalfOf: { type: "human", id: "ann" },
      pdp: "cerbos-1",
    },
    calls: [
      {
        subject: { type: "agent", id: "bot" },
        action: { name: "read", server: "docs" },
        context: { on_behalf_of: { id: "ann" } },
        decision: { effect: "allow", pdp: "cerbos-1" },
      },
    ],
  },
];
