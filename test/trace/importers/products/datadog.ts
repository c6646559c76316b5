import type { Row } from "../chat-formats/row.ts";
import {
  AGENT,
  mcpStep,
  nanos,
  nested,
  PAID,
  PAY,
  ROOT,
  type Step,
  secondsAfter,
  TRACE,
} from "./trace.ts";

const apm = ({ id, above, name, attributes, failed, at }: Step, more: object = {}): object => ({
  trace_id: TRACE,
  span_id: id,
  parent_id: above ?? "0",
  name,
  resource: name,
  service: "desk",
  type: "custom",
  start: Number(nanos(at)),
  duration: 5,
  error: failed === true ? 1 : 0,
  meta: attributes,
  metrics: {},
  ...more,
});
const indexed = ({ id, above, name, attributes, failed, at }: Step, custom: object): object => ({
  id: `AAA-${id}`,
  type: "spans",
  attributes: {
    trace_id: TRACE,
    span_id: id,
    parent_id: above ?? "0",
    start_timestamp: secondsAfter(at),
    end_timestamp: secondsAfter(at + 1),
    operation_name: name,
    resource_name: name,
    service: "desk",
    status: failed === true ? "error" : "ok",
    custom: { ...custom, duration: 5 },
    attributes: {},
    tags: ["env:x"],
    name: Object(attributes).name,
  },
});
/** A step of LLM observability, without what its intake says once for all. */
const step = (kind: string, name: string, more: object = {}): object => ({
  trace_id: TRACE,
  span_id: kind === "agent" ? ROOT : `${name}-1`,
  parent_id: kind === "agent" ? "undefined" : ROOT,
  name,
  start_ns: Number(nanos(kind === "agent" ? 0 : 1)),
  duration: 5,
  status: "ok",
  meta: { kind, input: { value: "{}" } },
  ...more,
});
const run = (meta: object, more: object = {}): readonly object[] => [
  step("agent", "travel"),
  step("tool", "pay", { meta: { kind: "tool", ...meta }, ...more }),
];
const own = { session_id: "s-1", ml_app: "desk", tags: ["user_id:ann", "env:x"] };
const exported = (one: object, kind: string): object => ({
  id: "x",
  type: "span",
  attributes: {
    ...one,
    ml_app: "desk",
    meta: undefined,
    span_kind: kind,
    tags: ["session_id:s-1", "user_id:ann"],
  },
});

/** Datadog: the agent's spans, the API's, and LLM observability (API version 2, ddtrace 3). */
export const DATADOG: readonly Row[] = [
  { of: "the agent's payload: a list of traces", content: [[[apm(AGENT), apm(PAY)]]], calls: PAID },
  { of: "the agent's spans, a line each", content: [apm(PAY), apm(AGENT)], calls: PAID },
  {
    of: "ids of 64 bits as numbers",
    content: [
      [
        apm(AGENT, { trace_id: 11, span_id: 12, parent_id: 0 }),
        apm(PAY, { trace_id: 11, span_id: 13, parent_id: 12 }),
      ],
    ],
    calls: PAID,
  },
  {
    of: "the API of spans, attributes as objects",
    content: [{ data: [AGENT, PAY].map((one) => indexed(one, nested(one.attributes))), meta: {} }],
    calls: PAID,
  },
  {
    of: "the API of spans, attributes by their whole names",
    content: [{ data: [AGENT, PAY].map((one) => indexed(one, one.attributes)), links: {} }],
    calls: PAID,
  },
  {
    of: "a request to an MCP server",
    content: [[apm(AGENT), apm(mcpStep("search", "files.example"))]],
    calls: ["[s-1] travel: for ann mcp_request files.example/search {} ok"],
  },
  {
    of: "LLM observability: the intake says session and user once for all spans",
    content: [
      {
        data: {
          type: "span",
          attributes: {
            ...own,
            spans: run({ input: { value: '{"amount": 5}' } }, { status: "error" }),
          },
        },
      },
    ],
    calls: PAID,
  },
  {
    of: "LLM observability: each span says them, kind in an object",
    content: [
      run(
        { kind: undefined, span: { kind: "tool" }, input: { value: { amount: 5 } } },
        { status: "error" },
      ).map((one) => ({ ...own, ...one })),
    ],
    calls: PAID,
  },
  {
    of: "LLM observability: input without its wrapper",
    content: run(
      { input: '{"amount": 5}', error: { message: "no", type: "E" } },
      { status: "error" },
    ).map((one) => ({ ...own, ...one })),
    calls: PAID,
  },
  {
    of: "LLM observability: the list of spans, kind and input beside the name",
    content: [
      {
        data: [
          exported(step("agent", "travel"), "agent"),
          exported(
            { ...step("tool", "pay"), status: "error", input: { value: '{"amount": 5}' } },
            "tool",
          ),
        ],
        meta: { page: {} },
      },
    ],
    calls: PAID,
  },
  {
    of: "LLM observability: steps of other kinds are no calls",
    content: [
      ["llm", "workflow", "task", "embedding", "retrieval"].map((kind) => ({
        ...own,
        ...step(kind, kind),
      })),
      run({ input: { value: '{"amount": 5}' } }).map((one) => ({ ...own, ...one })),
    ],
    calls: ['[s-1] travel: for ann pay {"amount":5} ok'],
  },
  {
    of: "LLM observability: an agent below an agent",
    content: [
      [
        step("agent", "travel"),
        step("agent", "payer", { span_id: "a2", parent_id: ROOT }),
        step("tool", "pay", { parent_id: "a2" }),
      ].map((one) => ({ ...own, ...one })),
    ],
    calls: ["[s-1] travel/payer: for ann pay {} ok"],
  },
  {
    of: "a step of LLM observability that does not say its kind is counted",
    content: [
      [...run({ input: { value: "{}" } }), step("x", "pay", { meta: {}, span_id: "x1" })].map(
        (one) => ({
          ...own,
          ...one,
        }),
      ),
    ],
    calls: ["[s-1] travel: for ann pay {} ok"],
    kinds: ["1 a span with `ml_obs.span` that does not say what kind it is"],
  },
];
