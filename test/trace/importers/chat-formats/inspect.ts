import { user, type Row } from "./row.ts";

const T = "2026-03-02T09:00:00+00:00";
const asks = (...calls: object[]): object => ({
  role: "assistant",
  content: "",
  source: "generate",
  model: "m",
  tool_calls: calls,
});
const call = (id: string, name: string, args: object = {}): object => ({
  id,
  function: name,
  arguments: args,
  type: "function",
});
const answer = (id: string, error?: object): object => ({
  role: "tool",
  tool_call_id: id,
  function: "a",
  content: "x",
  ...(error !== undefined && { error }),
});
const tool = (id: string, name: string, more: object = {}): object => ({
  event: "tool",
  type: "function",
  id,
  function: name,
  arguments: {},
  result: "x",
  timestamp: T,
  ...more,
});
const approval = (id: string, approver: string, decision: string): object => ({
  event: "approval",
  message: "",
  call: call(id, "a"),
  approver,
  decision,
  timestamp: T,
});
const sample = (id: string | number, messages: object[], events: object[] = []): object => ({
  id,
  epoch: 1,
  uuid: `u-${id}`,
  input: "go",
  messages,
  events,
});
const log = (...samples: object[]): readonly unknown[] => [
  {
    version: 2,
    status: "success",
    eval: { task: "shop", model: "mockllm/model", created: T },
    plan: {},
    samples,
  },
];
const go = user("go");

/** JSON logs of inspect_ai. */
export const INSPECT: readonly Row[] = [
  {
    of: "the calls of a sample",
    content: log(sample(1, [go, asks(call("1", "a", { q: 1 })), answer("1")])),
    calls: ['[u-1] a {"q":1} ok'],
  },
  {
    of: "each sample is a session",
    content: log(sample("x", [go, asks(call("1", "a"))]), sample("y", [go, asks(call("1", "a"))])),
    calls: ["[u-x] a {}", "[u-y] a {}"],
  },
  {
    of: "a sample without an id of its own is named by task, sample and epoch",
    content: log({ id: 3, epoch: 2, messages: [go, asks(call("1", "a"))] }),
    calls: ["[shop/3/2] a {}"],
  },
  {
    of: "an error of the tool",
    content: log(
      sample(1, [go, asks(call("1", "a")), answer("1", { type: "timeout", message: "x" })]),
    ),
    calls: ["[u-1] a {} error"],
  },
  {
    of: "a call that was not approved did not run",
    content: log(
      sample(1, [go, asks(call("1", "a")), answer("1", { type: "approval", message: "no" })]),
    ),
    calls: ["[u-1] a {} deny"],
  },
  {
    of: "a human approved",
    content: log(
      sample(
        1,
        [go, asks(call("1", "a")), answer("1")],
        [approval("1", "human", "approve"), tool("1", "a")],
      ),
    ),
    calls: ["[u-1] a {} require_approval granted ok"],
  },
  {
    of: "an approver rejected",
    content: log(
      sample(
        1,
        [go, asks(call("1", "a")), answer("1", { type: "approval", message: "no" })],
        [approval("1", "auto", "reject")],
      ),
    ),
    calls: ["[u-1] a {} deny refused"],
  },
  {
    of: "calls that only the transcript tells of: those of sub-agents",
    content: log(
      sample(
        1,
        [go, asks(call("1", "a")), answer("1")],
        [
          tool("1", "a"),
          tool("2", "b"),
          tool("3", "c", { error: { type: "unknown", message: "x" } }),
        ],
      ),
    ),
    calls: ["[u-1] a {} ok", "[u-1] b {} ok", "[u-1] c {} error"],
  },
  {
    of: "a tool that was still running",
    content: log(sample(1, [go], [tool("1", "a", { pending: true })])),
    calls: ["[u-1] a {}"],
  },
  {
    of: "models, states and scores are no calls",
    content: log(
      sample(
        1,
        [go, asks(call("1", "a"))],
        [
          {
            event: "model",
            model: "m",
            input: [],
            output: { choices: [] },
            tools: [{ name: "a" }],
          },
          { event: "score", score: {} },
        ],
      ),
    ),
    calls: ["[u-1] a {}"],
  },
  {
    of: "several calls at once",
    content: log(sample(1, [go, asks(call("1", "a"), call("2", "b")), answer("2"), answer("1")])),
    calls: ["[u-1] a {} ok", "[u-1] b {} ok"],
  },
  {
    of: "a part of an unknown kind is counted",
    content: log(
      sample(1, [
        go,
        { role: "assistant", content: [{ type: "teleport", name: "x" }] },
        asks(call("1", "a")),
      ]),
    ),
    calls: ["[u-1] a {}"],
    kinds: ["1 a part of a message has an unknown kind: `teleport`"],
  },
];
