import type { Row } from "./row.ts";

const use = (toolUseId: string, name: string, input: unknown = {}): object => ({
  toolUse: { toolUseId, name, input },
});
const result = (
  toolUseId: string,
  status?: string,
  content: object[] = [{ text: "x" }],
): object => ({
  toolResult: { toolUseId, content, ...(status !== undefined && { status }) },
});
const go = { role: "user", content: [{ text: "go" }] };
const says = (...content: object[]): object => ({ role: "assistant", content });
const answers = (...content: object[]): object => ({ role: "user", content });
const log = (operation: string, input: unknown, output: unknown): object => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-03-02T09:00:00Z",
  accountId: "1",
  region: "eu-west-1",
  requestId: "q",
  operation,
  modelId: "anthropic.claude",
  input: { inputContentType: "application/json", inputBodyJson: input },
  output: { outputContentType: "application/json", outputBodyJson: output },
});

/** Bedrock's Converse, Strands' messages, and the logs of model invocations. */
export const CONVERSE: readonly Row[] = [
  {
    of: "a failed call",
    content: [
      {
        messages: [
          go,
          says({ text: "ok" }, use("t1", "a", { q: 1 })),
          answers(result("t1", "error")),
        ],
      },
    ],
    calls: ['a {"q":1} error'],
  },
  {
    of: "a call that went well, with and without a status",
    content: [
      [go, says(use("1", "a"), use("2", "b")), answers(result("1", "success"), result("2"))],
    ],
    calls: ["a {} ok", "b {} ok"],
  },
  {
    of: "the text of a result does not make it an error",
    content: [[go, says(use("1", "a")), answers(result("1", "success", [{ text: "error: no" }]))]],
    calls: ["a {} ok"],
  },
  {
    of: "results as JSON, in another order",
    content: [
      [
        go,
        says(use("1", "a"), use("2", "b")),
        answers(result("2", "error", [{ json: {} }]), result("1", "success")),
      ],
    ],
    calls: ["a {} ok", "b {} error"],
  },
  {
    of: "reasoning, caches and documents are no calls",
    content: [
      [
        answers({ document: { name: "d" } }, { cachePoint: { type: "default" } }, { text: "go" }),
        says({ reasoningContent: { reasoningText: { text: "x" } } }, use("1", "a")),
      ],
    ],
    calls: ["a {}"],
  },
  {
    of: "a message a line",
    content: [go, says(use("1", "a")), answers(result("1"))],
    calls: ["a {} ok"],
  },
  {
    of: "the answer of Converse",
    content: [{ output: { message: says(use("1", "a")) }, stopReason: "tool_use" }],
    calls: ["a {}"],
  },
  {
    of: "invocation log of Converse: the answer has its time",
    content: [log("Converse", { messages: [go] }, { output: { message: says(use("1", "a")) } })],
    calls: ["a {}"],
  },
  {
    of: "invocation logs of one conversation are one session",
    content: [
      log("Converse", { messages: [go] }, { output: { message: says(use("1", "a")) } }),
      log(
        "Converse",
        { messages: [go, says(use("1", "a")), answers(result("1"))] },
        { output: { message: says(use("2", "b")) } },
      ),
    ],
    calls: ["[log] a {} ok", "[log] b {}"],
  },
  {
    of: "invocation log of Anthropic's own messages",
    content: [
      log(
        "InvokeModel",
        { messages: [{ role: "user", content: "go" }], anthropic_version: "b" },
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "a", input: {} }] },
      ),
    ],
    calls: ["a {}"],
  },
  {
    of: "a session by its metadata",
    content: [
      {
        ...log("Converse", { messages: [go] }, { output: { message: says(use("1", "a")) } }),
        requestMetadata: { session_id: "s-1" },
      },
    ],
    calls: ["[s-1] a {}"],
  },
  {
    of: "a block of an unknown kind is counted",
    content: [[go, says({ toolUsage: { toolUseId: "1", name: "a", input: {} } }, use("2", "b"))]],
    calls: ["b {}"],
    kinds: ["1 a part of a message has an unknown kind: `toolUsage`"],
  },
];
