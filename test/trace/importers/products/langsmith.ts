import type { Row } from "../chat-formats/row.ts";
import { LEAF, PAID, reversed, ROOT, SECOND, secondsAfter, TRACE } from "./trace.ts";

const metadata = { lc_agent_name: "travel", thread_id: "s-1", user_id: "ann" };
const run = (id: string, run_type: string, more: object = {}): object => ({
  id,
  trace_id: TRACE,
  dotted_order: "20260302T090000000000Zx",
  parent_run_id: id === ROOT ? null : ROOT,
  parent_run_ids: id === ROOT ? [] : [ROOT],
  name: run_type === "tool" ? "pay" : "travel",
  run_type,
  start_time: secondsAfter(id === ROOT ? 0 : 1),
  end_time: secondsAfter(2),
  status: "success",
  session_id: "the-project",
  inputs: {},
  outputs: {},
  error: null,
  tags: [],
  extra: { metadata, runtime: { sdk: "langsmith-py" } },
  ...more,
});
const AGENT = run(ROOT, "chain", { inputs: { messages: [] } });
const tool = (inputs: unknown, more: object = {}): object => run(LEAF, "tool", { inputs, ...more });
const failed = { error: "ValueError('declined')", status: "error" };
const PAY = tool({ input: "{'amount': 5}" }, failed);

/** LangSmith's runs (API version 1, langsmith 0.4 to 0.5). */
export const LANGSMITH: readonly Row[] = [
  { of: "runs, a line each", content: [AGENT, PAY], calls: PAID },
  {
    of: "a query's answer",
    content: [{ runs: [PAY, AGENT], cursors: { next: null } }],
    calls: PAID,
  },
  { of: "members in the other order", content: [[reversed(PAY), reversed(AGENT)]], calls: PAID },
  {
    of: "runs below each other",
    content: [{ ...AGENT, child_run_ids: [LEAF], child_runs: [PAY] }],
    calls: PAID,
  },
  {
    of: "arguments as an object, and inside one",
    content: [
      AGENT,
      tool({ amount: 5 }),
      run(SECOND, "tool", { inputs: { input: { amount: 6 } } }),
    ],
    calls: [
      '[s-1] travel: for ann pay {"amount":5} ok',
      '[s-1] travel: for ann pay {"amount":6} ok',
    ],
  },
  {
    of: "arguments as JSON text with Unicode",
    content: [AGENT, tool({ input: '{"to": "Łódź 🚀"}' })],
    calls: ['[s-1] travel: for ann pay {"to":"Łódź 🚀"} ok'],
  },
  {
    of: "a bulk export: JSON in texts",
    content: [AGENT, PAY].map((one) => ({
      ...one,
      inputs: JSON.stringify(Object(one).inputs),
      outputs: "{}",
      extra: JSON.stringify(Object(one).extra),
    })),
    calls: PAID,
  },
  {
    of: "the message of a result says that the tool failed",
    content: [
      AGENT,
      tool(
        { input: "{'amount': 5}" },
        {
          outputs: { output: { type: "tool", content: "no", tool_call_id: "c1", status: "error" } },
        },
      ),
    ],
    calls: PAID,
  },
  {
    of: "a batch to the intake: runs that begin, and their ends apart",
    content: [
      {
        post: [
          { ...AGENT, outputs: undefined, end_time: undefined },
          {
            ...Object(PAY),
            outputs: undefined,
            end_time: undefined,
            error: undefined,
            status: undefined,
          },
        ],
        patch: [
          {
            id: LEAF,
            trace_id: TRACE,
            parent_run_id: ROOT,
            dotted_order: "x",
            end_time: secondsAfter(2),
            outputs: {},
            error: "ValueError('declined')",
          },
        ],
      },
    ],
    calls: PAID,
  },
  {
    of: "runs of models, retrievers, prompts and parsers are no calls",
    content: [
      AGENT,
      ...["llm", "retriever", "prompt", "parser", "embedding"].map((kind, index) =>
        run(`${index}`.repeat(16), kind),
      ),
      PAY,
    ],
    calls: PAID,
  },
  {
    of: "a run of its own, without a trace's id or metadata",
    content: [tool({ amount: 5 }, { trace_id: undefined, parent_run_id: null, extra: {} })],
    calls: [`[${LEAF}] pay {"amount":5} ok`],
  },
  {
    of: "two tools at once, one of which goes on",
    content: [
      AGENT,
      tool({ amount: 5 }, { end_time: null, outputs: null, status: "pending" }),
      run(SECOND, "tool", { name: "mail", inputs: { to: "x" } }),
    ],
    calls: ['[s-1] travel: for ann pay {"amount":5}', '[s-1] travel: for ann mail {"to":"x"} ok'],
  },
  {
    of: "a run without its type that may be a call is counted",
    content: [AGENT, PAY, { ...Object(tool({ amount: 5 })), id: SECOND, run_type: undefined }],
    calls: PAID,
    kinds: ["1 a span with `langsmith.run` that does not say what kind it is"],
  },
  {
    of: "a batch that posts and patches the same whole run: one call, that failed",
    content: [{ post: [AGENT, tool({ amount: 5 })], patch: [AGENT, tool({ amount: 5 }, failed)] }],
    calls: PAID,
  },
  {
    of: "a run that begins with empty members, and its patch",
    content: [
      AGENT,
      tool({ amount: 5 }, { end_time: undefined, outputs: null, error: null, status: undefined }),
      tool({ amount: 5 }, failed),
    ],
    calls: PAID,
  },
  {
    of: "a patch with the arguments that the post left out",
    content: [{ post: [AGENT, tool(undefined)], patch: [tool({ amount: 5 }, failed)] }],
    calls: PAID,
  },
  {
    of: "two calls whose ids are the same are two",
    content: [AGENT, tool({ amount: 5 }), tool({ amount: 6 }, { start_time: secondsAfter(3) })],
    calls: [
      '[s-1] travel: for ann pay {"amount":5} ok',
      '[s-1] travel: for ann pay {"amount":6} ok',
    ],
  },
];
