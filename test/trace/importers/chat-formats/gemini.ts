import type { Row } from "./row.ts";

const says = (role: string, ...parts: object[]): object => ({ role, parts });
const go = says("user", { text: "go" });
const call = (name: string, args: unknown = {}, more: object = {}): object => ({
  functionCall: { name, args, ...more },
});
const answer = (name: string, response: unknown, more: object = {}): object => ({
  functionResponse: { name, response, ...more },
});

/** Contents of the Gemini API. */
export const GEMINI: readonly Row[] = [
  {
    of: "a request's contents",
    content: [
      {
        contents: [
          go,
          says("model", call("a", { q: 1 })),
          says("user", answer("a", { output: 1 })),
        ],
      },
    ],
    calls: ['a {"q":1} ok'],
  },
  {
    of: "the older role of results",
    content: [[go, says("model", call("a")), says("function", answer("a", { result: 1 }))]],
    calls: ["a {} ok"],
  },
  {
    of: "an error stands in a member of its own",
    content: [[go, says("model", call("a")), says("user", answer("a", { error: "no" }))]],
    calls: ["a {} error"],
  },
  {
    of: "a result that only speaks of an error is none",
    content: [[go, says("model", call("a")), says("user", answer("a", { result: "Error: no" }))]],
    calls: ["a {} ok"],
  },
  {
    of: "parallel calls are answered by name",
    content: [
      [
        go,
        says("model", call("a"), call("b")),
        says("user", answer("b", { error: "x" }), answer("a", { output: 1 })),
      ],
    ],
    calls: ["a {} ok", "b {} error"],
  },
  {
    of: "two calls of one tool, by ids",
    content: [
      [
        go,
        says("model", call("a", { n: 1 }, { id: "1" }), call("a", { n: 2 }, { id: "2" })),
        says("user", answer("a", { error: "x" }, { id: "2" }), answer("a", {}, { id: "1" })),
      ],
    ],
    calls: ['a {"n":1} ok', 'a {"n":2} error'],
  },
  {
    of: "names of members as Python writes them",
    content: [
      [
        go,
        says("model", { function_call: { name: "a", args: {} }, thought_signature: "x" }),
        says("user", { function_response: { name: "a", response: { output: 1 } } }),
      ],
    ],
    calls: ["a {} ok"],
  },
  {
    of: "code that the model ran",
    content: [
      [
        go,
        says(
          "model",
          { executableCode: { language: "PYTHON", code: "1" } },
          { codeExecutionResult: { outcome: "OUTCOME_FAILED", output: "x" } },
          { text: "no" },
        ),
      ],
    ],
    calls: ['code_execution {"language":"PYTHON","code":"1"} error'],
  },
  {
    of: "a response with candidates",
    content: [
      {
        candidates: [{ content: says("model", call("a")), finishReason: "STOP" }],
        modelVersion: "gemini-3",
        responseId: "r",
      },
    ],
    calls: ["a {}"],
  },
  {
    of: "a request with its response",
    content: [
      {
        request: { contents: [go], model: "gemini-3" },
        response: { candidates: [{ content: says("model", call("a")) }] },
      },
    ],
    calls: ["a {}"],
  },
  {
    of: "images, thoughts and files are no calls",
    content: [
      [
        says("user", { inlineData: { mimeType: "a/b", data: "" } }, { fileData: { fileUri: "x" } }),
        says("model", { text: "hm", thought: true, thoughtSignature: "x" }, call("a")),
      ],
    ],
    calls: ["a {}"],
  },
  {
    of: "a part of an unknown kind is counted",
    content: [[go, says("model", { teleport: { name: "a", args: {} } }, call("b"))]],
    calls: ["b {}"],
    kinds: ["1 a part of a message has an unknown kind: `teleport`"],
  },
  {
    of: "lines of contents, over several lines",
    content: `${JSON.stringify(go, undefined, 1)}\n${JSON.stringify(says("model", call("a")), undefined, 1)}`,
    calls: ["a {}"],
  },
];
