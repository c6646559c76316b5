import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const json = (value: unknown): string => JSON.stringify(value);
const toolCall = {
  id: "c1",
  type: "function",
  function: { name: "refund", arguments: '{"amount":5}' },
};
const ASKED = { model: "m", messages: [{ role: "user", content: "go" }] };
const ANSWERED = {
  choices: [{ message: { role: "assistant", content: null, tool_calls: [toolCall] } }],
};
const RPC = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "refund", arguments: { amount: 5 } },
};
const RESULT = { jsonrpc: "2.0", id: 1, result: { content: [] } };

/** An entry of a HAR file. */
const entry = (url: string, body: unknown, answer: unknown, more: object = {}): object => ({
  startedDateTime: T,
  time: 3,
  request: {
    method: "POST",
    url,
    headers: [{ name: "Content-Type", value: "application/json" }],
    ...(body !== undefined && {
      postData: {
        mimeType: "application/json",
        text: typeof body === "string" ? body : json(body),
      },
    }),
  },
  response: {
    status: 200,
    headers: [],
    content: { mimeType: "x", text: typeof answer === "string" ? answer : json(answer) },
  },
  ...more,
});
const har = (...entries: readonly object[]): string =>
  json({ log: { version: "1.2", creator: { name: "WebInspector" }, entries } });
const MODEL = { kind: "tool_call", name: "refund" };
const stream = (...events: readonly unknown[]): string =>
  events.map((event) => `data: ${json(event)}\n\n`).join("") + "data: [DONE]\n\n";
const streamed = (of: string, ...events: readonly unknown[]): Variant => ({
  of: `a model's stream: ${of}`,
  content: har(entry("https://model.example/v1", { ...ASKED, stream: true }, stream(...events))),
  calls: [{ action: MODEL, args: { amount: 5 } }],
});
const yaml = (version: string, list: string, rest: string): string =>
  `---\n${list}:\n${rest}${version}\n`;

/** HAR files and cassettes. */
export const HTTP_VARIANTS: readonly Variant[] = [
  {
    of: "HAR: a request to an API",
    content: har(entry("https://crm.example/orders/4711?x=1", { amount: 5 }, { ok: true })),
    calls: [
      {
        time: T,
        session: "log",
        action: { kind: "api_call", server: "crm.example", name: "POST" },
        args: { amount: 5 },
        resource: { type: "path", id: "/orders/4711" },
        context: { status: 200 },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "HAR: a request without a body that failed",
    content: har({
      startedDateTime: T,
      request: { method: "get", url: "https://crm.example/", headers: [] },
      response: { status: 500, headers: [], content: {} },
    }),
    calls: [{ action: { name: "GET" }, outcome: { status: "error" } }],
    lacks: ["args"],
  },
  {
    of: "HAR: no answer",
    content: har({
      startedDateTime: T,
      request: { method: "GET", url: "https://crm.example/", headers: [] },
      response: { status: 0, headers: [], content: {} },
    }),
    calls: [{ action: { name: "GET" } }],
    lacks: ["outcome"],
  },
  {
    of: "HAR: a model's answer",
    content: har(entry("https://model.example/v1/chat/completions", ASKED, ANSWERED)),
    calls: [{ action: MODEL, args: { amount: 5 } }],
  },
  {
    of: "HAR: requests to a model that repeat the conversation",
    content: har(
      entry("https://model.example/v1", ASKED, ANSWERED),
      entry(
        "https://model.example/v1",
        {
          ...ASKED,
          messages: [
            ...ASKED.messages,
            { role: "assistant", content: null, tool_calls: [toolCall] },
            { role: "tool", tool_call_id: "c1", content: "done" },
          ],
        },
        { choices: [{ message: { role: "assistant", content: "done" } }] },
      ),
    ),
    calls: [{ action: MODEL, outcome: { status: "ok" } }],
  },
  {
    of: "HAR: an answer in base64",
    content: har(
      entry("https://model.example/v1", ASKED, ANSWERED, {
        response: {
          status: 200,
          headers: [],
          content: { encoding: "base64", text: Buffer.from(json(ANSWERED)).toString("base64") },
        },
      }),
    ),
    calls: [{ action: MODEL }],
  },
  {
    of: "HAR: an MCP server",
    content: har(
      entry("https://crm.example/mcp", RPC, RESULT, {
        _server: "x",
      }),
    ),
    calls: [
      {
        time: T,
        action: { kind: "mcp_request", name: "refund" },
        args: { amount: 5 },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "HAR: an MCP server that answers in a stream of events",
    content: har(
      entry("https://crm.example/mcp", RPC, `event: message\ndata: ${json(RESULT)}\n\n`),
    ),
    calls: [{ action: { kind: "mcp_request", name: "refund" }, outcome: { status: "ok" } }],
  },
  {
    of: "HAR: what a model asks of an MCP server is one call",
    content: har(
      entry("https://model.example/v1", ASKED, {
        choices: [
          {
            message: {
              role: "assistant",
              tool_calls: [
                { ...toolCall, function: { ...toolCall.function, name: "mcp__crm__refund" } },
              ],
            },
          },
        ],
      }),
      entry("https://crm.example/mcp", RPC, RESULT),
    ),
    calls: [{ action: { kind: "mcp_request", name: "refund" } }],
  },
  streamed(
    "OpenAI's completions",
    { choices: [{ index: 0, delta: { role: "assistant", content: null } }] },
    {
      choices: [
        {
          index: 0,
          delta: {
            tool_calls: [{ index: 0, id: "c1", function: { name: "refund", arguments: '{"am' } }],
          },
        },
      ],
    },
    {
      choices: [
        { index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: 'ount":5}' } }] } },
      ],
    },
  ),
  streamed(
    "Anthropic's messages",
    { type: "message_start", message: { role: "assistant", content: [] } },
    {
      type: "content_block_start",
      index: 1,
      content_block: { type: "tool_use", id: "t1", name: "refund", input: {} },
    },
    {
      type: "content_block_delta",
      index: 1,
      delta: { type: "input_json_delta", partial_json: '{"amount"' },
    },
    {
      type: "content_block_delta",
      index: 1,
      delta: { type: "input_json_delta", partial_json: ":5}" },
    },
  ),
  streamed(
    "OpenAI's responses",
    { type: "response.created", response: { object: "response" } },
    {
      type: "response.completed",
      response: {
        object: "response",
        output: [
          { type: "function_call", call_id: "c1", name: "refund", arguments: '{"amount":5}' },
        ],
      },
    },
  ),
  streamed("Gemini's", {
    candidates: [
      {
        content: {
          role: "model",
          parts: [{ functionCall: { name: "refund", args: { amount: 5 } } }],
        },
      },
    ],
  }),
  {
    of: "vcr.py, as YAML",
    content: yaml(
      "version: 1",
      "interactions",
      `- request:
    body: '${json(ASKED)}'
    headers:
      content-type: [application/json]
    method: POST
    uri: https://model.example/v1/chat/completions
  response:
    body:
      string: '${json(ANSWERED)}'
    headers: {}
    status:
      code: 200
      message: OK
`,
    ),
    calls: [{ action: MODEL, args: { amount: 5 } }],
  },
  {
    of: "vcr.py, as JSON",
    content: json({
      version: 1,
      interactions: [
        {
          request: {
            method: "DELETE",
            uri: "https://crm.example/orders/1",
            body: null,
            headers: {},
          },
          response: { status: { code: 204, message: "" }, headers: {}, body: { string: "" } },
        },
      ],
    }),
    calls: [
      {
        action: { kind: "api_call", server: "crm.example", name: "DELETE" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "vcr.py with parsed bodies",
    content: json({
      interactions: [
        {
          request: {
            method: "POST",
            uri: "https://model.example/v1",
            parsed_body: ASKED,
            headers: {},
          },
          response: { status: { code: 200 }, headers: {}, parsed_body: ANSWERED },
        },
      ],
    }),
    calls: [{ action: MODEL }],
  },
  {
    of: "Ruby's VCR",
    content: yaml(
      "recorded_with: VCR 6.3.1",
      "http_interactions",
      `- request:
    method: post
    uri: https://crm.example/orders
    body: { encoding: UTF-8, string: '{"amount":5}' }
    headers: { Accept: ["*/*"] }
  response:
    status: { code: 403, message: Forbidden }
    headers: {}
    body: { encoding: UTF-8, string: '' }
  recorded_at: Fri, 02 Jan 2026 10:00:00 GMT
`,
    ),
    calls: [
      {
        action: { kind: "api_call", server: "crm.example", name: "POST" },
        args: { amount: 5 },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "go-vcr",
    content: yaml(
      "version: 2",
      "interactions",
      `- id: 0
  request:
    method: GET
    url: https://crm.example/orders/1
    body: ""
    headers: {}
  response:
    body: '{"ok":true}'
    headers: {}
    status: 200 OK
    code: 200
    duration: 3ms
`,
    ),
    calls: [{ action: { server: "crm.example", name: "GET" }, resource: { id: "/orders/1" } }],
  },
  {
    of: "Polly",
    content: json({
      log: {
        _recordingName: "x",
        creator: { name: "Polly.JS" },
        entries: [entry("https://crm.example/orders", { amount: 5 }, { ok: true })],
        pages: [],
        version: "1.2",
      },
    }),
    calls: [{ action: { kind: "api_call", name: "POST" }, args: { amount: 5 } }],
  },
  {
    of: "nock",
    content: json([
      {
        scope: "https://crm.example:443",
        method: "POST",
        path: "/orders",
        body: { amount: 5 },
        status: 200,
        response: { ok: true },
        rawHeaders: [],
      },
    ]),
    calls: [
      {
        action: { kind: "api_call", server: "crm.example", name: "POST" },
        args: { amount: 5 },
        resource: { id: "/orders" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "an empty recording beside one that is not",
    content: `${har()}\n${har(entry("https://crm.example/x", undefined, ""))}\n`,
    calls: [{ action: { name: "POST" } }],
  },
];
