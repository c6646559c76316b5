import type { Variant } from "../import-all.ts";

const request = {
  subject: { type: "agent", id: "a", properties: { tenant: "eu" } },
  action: { name: "read" },
  resource: { type: "doc", id: "1" },
  context: { ip: "x" },
};
const event = {
  subject: { tenant: "eu", type: "agent", id: "a" },
  action: { name: "read" },
  resource: { type: "doc", id: "1" },
  context: { ip: "x" },
};

/** A batch of three, with its answers. */
const batch = (evaluations_semantic: string | undefined, answers: readonly unknown[]): object => ({
  request: {
    ...request,
    options: { evaluations_semantic },
    evaluations: ["0", "1", "2"].map((id) => ({ resource: { type: "doc", id } })),
  },
  response: {
    evaluations: answers.map((decision) => (decision === null ? null : { decision })),
  },
});

/** AuthZEN 1.0 and its interoperability suites. */
export const AUTHZEN_VARIANTS: readonly Variant[] = [
  {
    of: "request and response",
    content: [{ request, response: { decision: true } }],
    calls: [{ ...event, decision: { effect: "allow" } }],
  },
  {
    of: "a denial",
    content: [{ request, response: { decision: false } }],
    calls: [{ decision: { effect: "deny" } }],
  },
  {
    of: "a denial that offers to request access",
    content: [
      { request, response: { decision: false, context: { access_request: { expires_at: "x" } } } },
    ],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "a denial because an approval is required",
    content: [{ request, response: { decision: false, context: { reason: "approval_required" } } }],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "the decision beside the request",
    content: [{ request, decision: true }],
    calls: [{ decision: { effect: "allow" } }],
  },
  {
    of: "the interoperability suites",
    content: JSON.stringify(
      {
        evaluation: [
          { request, expected: true },
          { request, expected: false },
        ],
        evaluations: [
          {
            request: { ...request, evaluations: [{}, {}] },
            expected: [{ decision: true }, { decision: false }],
          },
        ],
      },
      undefined,
      1,
    ),
    calls: [
      { decision: { effect: "allow" } },
      { decision: { effect: "deny" } },
      { decision: { effect: "allow" } },
      { decision: { effect: "deny" } },
    ],
  },
  {
    of: "the oldest suite",
    content: [{ decisions: [{ request, expected: true }] }],
    calls: [{ decision: { effect: "allow" } }],
  },
  { of: "a bare request", content: [request], calls: [event] },
  {
    of: "a request with its decision inside",
    content: [{ ...request, decision: false }],
    calls: [{ decision: { effect: "deny" } }],
  },
  {
    of: "a batch: what an item names replaces the default as a whole",
    content: [
      {
        id: "b",
        request: {
          ...request,
          evaluations: [
            { resource: { type: "doc", id: "2" } },
            { subject: { type: "agent", id: "z" } },
          ],
        },
        response: { evaluations: [{ decision: true }, { decision: false }] },
      },
    ],
    calls: [
      {
        id: "b/0",
        resource: { id: "2" },
        subject: { tenant: "eu" },
        decision: { effect: "allow" },
      },
      { id: "b/1", subject: { type: "agent", id: "z" }, decision: { effect: "deny" } },
    ],
  },
  {
    of: "a batch that stopped early has no answer for the rest",
    content: [
      {
        request: { ...request, evaluations: [{}, {}] },
        response: { evaluations: [{ decision: false }] },
      },
    ],
    calls: [{ decision: { effect: "deny" } }, { action: { name: "read" } }],
  },
  {
    of: "an empty batch is one evaluation",
    content: [{ request: { ...request, evaluations: [] }, response: { decision: true } }],
    calls: [{ decision: { effect: "allow" } }],
  },
  {
    of: "HTTP messages with bodies",
    content: [
      {
        timestamp: "2026-01-02T10:00:00Z",
        request: { method: "POST", body: request },
        response: { status: 200, body: JSON.stringify({ decision: true }) },
      },
    ],
    calls: [{ time: "2026-01-02T10:00:00Z", decision: { effect: "allow" } }],
  },
  {
    of: "who decided, when, and how long it took",
    content: [
      {
        request_id: "r1",
        time: 1767348000,
        pdp: "g",
        duration_ms: 3,
        request,
        response: { decision: true, context: { rule: "p/r", policy: "v1" } },
      },
    ],
    calls: [
      {
        id: "r1",
        time: "2026-01-02T10:00:00.000Z",
        decision: { effect: "allow", pdp: "g", ms: 3, rule: "p/r", policy: "v1" },
      },
    ],
  },
  {
    of: "the time of the request's context",
    content: [{ ...request, context: { time: "2026-01-02T10:00:00Z" } }],
    calls: [{ time: "2026-01-02T10:00:00Z" }],
  },
  {
    of: "an entity's own id beats a property of that name",
    content: [
      { ...request, subject: { type: "agent", id: "a", properties: { id: "b", type: "x" } } },
    ],
    calls: [{ subject: { type: "agent", id: "a" } }],
  },
  { of: "unknown fields are ignored", content: [{ ...request, extra: 1 }], calls: [event] },
  {
    of: "one document over several lines",
    content: JSON.stringify({ request, response: { decision: true } }, undefined, 2),
    calls: [event],
  },
  {
    of: "flags fill what is missing, and name the decision point",
    options: { subject: { type: "agent", id: "x" }, pdp: "gw" },
    content: [
      { request: { action: { name: "a" }, resource: { type: "t", id: "1" } }, decision: true },
    ],
    calls: [{ subject: { id: "x" }, decision: { pdp: "gw" } }],
  },
  {
    of: "what is none is counted",
    content: [
      5,
      { x: 1 },
      { request: { ...request, evaluations: [1] } },
      { ...request, subject: { id: 7 } },
    ],
    calls: [],
    causes: [
      "a value is not an object",
      "an evaluation is not an event: `subject.id` must be a string",
      "an evaluation of a batch is not an object",
      "an object contains no evaluation request",
    ],
  },
  {
    of: "a batch that ended with the first denial made no evaluation behind it",
    content: [
      batch("deny_on_first_deny", [true, false]),
      batch("deny_on_first_deny", [false, true, true]),
    ],
    calls: [
      { resource: { id: "0" }, decision: { effect: "allow" } },
      { resource: { id: "1" }, decision: { effect: "deny" } },
      { resource: { id: "0" }, decision: { effect: "deny" } },
    ],
  },
  {
    of: "a batch that ended with the first permit made no evaluation behind it",
    content: [batch("permit_on_first_permit", [false, true, null, false])],
    calls: [{ decision: { effect: "deny" } }, { decision: { effect: "allow" } }],
  },
  {
    of: "a batch that ends with the first denial, and met none: what has no answer was not decided",
    content: [batch("deny_on_first_deny", [true])],
    calls: [{ decision: { effect: "allow" } }, { decision: undefined }, { decision: undefined }],
  },
  {
    of: "a batch of which all are asked",
    content: [batch("execute_all", [false, true, false]), batch(undefined, [false, true, false])],
    calls: [false, true, false, false, true, false].map((permitted) => ({
      decision: { effect: permitted ? "allow" : "deny" },
    })),
  },
];
