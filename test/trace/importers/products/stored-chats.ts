import { answers, asks, user, type Row } from "../chat-formats/row.ts";
import { reversed, secondsAfter } from "./trace.ts";

const go = user("go");
const said = (...calls: readonly object[]): object => ({
  role: "assistant",
  content: null,
  ...(calls.length > 0 && { tool_calls: calls }),
});
const call = (id: string, name: string, args = "{}"): object => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const completion = (message: object, more: object = {}): object => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_772_442_000,
  model: "m",
  choices: [{ index: 0, message, finish_reason: "tool_calls" }],
  usage: { total_tokens: 5 },
  ...more,
});
const A = completion(said(call("c1", "a")));
const B = completion(said(call("c2", "b", '{"to":"Łódź 🚀"}')));
const second = [go, asks("c1", "a"), answers("c1")];
/** A conversation of two requests: the second repeats the first, its answer and the result. */
const twice = (make: (messages: readonly object[], response: object, index: number) => object) => [
  make([go], A, 0),
  make(second, B, 1),
];
const anthropic = (...content: readonly object[]): object => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content,
  stop_reason: "tool_use",
});
const use = { type: "tool_use", id: "t1", name: "a", input: { q: 1 } };
const responses = (...output: readonly object[]): object => ({
  id: "resp_1",
  object: "response",
  model: "m",
  status: "completed",
  output,
});
const item = { type: "function_call", id: "fc_1", call_id: "c1", name: "a", arguments: '{"q":1}' };

/** Stored completions of OpenAI's API: list, retrieve, messages (openai 6). */
export const STORED_COMPLETIONS: readonly Row[] = [
  { of: "one completion", content: [A], calls: ["a {}"] },
  {
    of: "a page of the list",
    content: [
      {
        object: "list",
        data: [A, completion(said(call("c2", "b")), { id: "chatcmpl-2" })],
        first_id: "x",
        last_id: "y",
        has_more: false,
      },
    ],
    calls: ["[log/0] a {}", "[log/1] b {}"],
  },
  {
    of: "completions, a line each",
    content: [A, { ...B, id: "chatcmpl-2" }],
    calls: ["[log/0] a {}", '[log/1] b {"to":"Łódź 🚀"}'],
  },
  { of: "members in the other order", content: [reversed(A)], calls: ["a {}"] },
  {
    of: "calls at once",
    content: [completion(said(call("c1", "a"), call("c2", "b")))],
    calls: ["a {}", "b {}"],
  },
  {
    of: "several choices",
    content: [
      completion(
        {},
        {
          choices: [
            { index: 0, message: said(call("c1", "a")) },
            { index: 1, message: said(call("c2", "b")) },
          ],
        },
      ),
    ],
    calls: ["a {}", "b {}"],
  },
  {
    of: "the older function_call",
    content: [
      completion({
        role: "assistant",
        content: null,
        function_call: { name: "a", arguments: "{}" },
      }),
    ],
    calls: ["a {}"],
  },
  {
    of: "a custom tool",
    content: [
      completion(said({ id: "c1", type: "custom", custom: { name: "sql", input: "select 1" } })),
    ],
    calls: ['sql {"input":"select 1"}'],
  },
  {
    of: "metadata that names the session and the user",
    content: [
      completion(said(call("c1", "a")), { metadata: { session_id: "s-1", user_id: "ann" } }),
    ],
    calls: ["[s-1] for ann a {}"],
  },
  {
    of: "a completion's messages",
    content: [
      {
        object: "list",
        data: [
          { id: "m0", ...go },
          { id: "m1", ...asks("c1", "a") },
          { id: "m2", ...answers("c1") },
        ],
        has_more: false,
      },
    ],
    calls: ["a {} ok"],
  },
  {
    of: "a data set: a list of conversations",
    content: [[second, [go, asks("c2", "b")]]],
    calls: ["[log/0] a {} ok", "[log/1] b {}"],
  },
  {
    of: "an answer without calls",
    content: [completion({ role: "assistant", content: "hello" }), { ...A, id: "chatcmpl-2" }],
    calls: ["a {}"],
  },
  {
    of: "arguments that are cut off, and a call without a name",
    content: [
      completion(
        said(call("c1", "a", '{"q":'), {
          id: "c2",
          type: "function",
          function: { arguments: "{}" },
        }),
      ),
    ],
    calls: ["a", "{}"],
    causes: ["a tool call's arguments are not JSON", "a tool call has no name"],
  },
  {
    of: "pieces of a streamed completion",
    content: [
      {
        role: "assistant",
        tool_calls: [
          { index: 0, id: "c1", type: "function", function: { name: "a", arguments: "" } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"q"' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
      {},
    ].map((delta) => ({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [{ index: 0, delta, finish_reason: null }],
    })),
    calls: ['a {"q":1}'],
  },
];

const lite = (messages: unknown, response: unknown, index = 0, more: object = {}): object => ({
  id: `r${index}`,
  trace_id: "t-1",
  call_type: "acompletion",
  stream: false,
  status: "success",
  startTime: 1_772_442_000.5 + index,
  endTime: 1_772_442_001 + index,
  model: "m",
  model_id: "x",
  end_user: "ann",
  metadata: { user_api_key_hash: "x", requester_metadata: {} },
  messages,
  response,
  ...more,
});
const TWO = ["[t-1] for ann a {} ok", '[t-1] for ann b {"to":"Łódź 🚀"}'];

/** Streams that were kept event by event, of the other providers. */
export const STREAMS: readonly Row[] = [
  {
    of: "Responses: events, a line each",
    content: [
      {
        type: "response.created",
        sequence_number: 0,
        response: { id: "r", object: "response", output: [] },
      },
      { type: "response.output_item.added", item: { ...item, arguments: "" } },
      { type: "response.function_call_arguments.delta", delta: '{"q":1}' },
      { type: "response.output_item.done", item },
      { type: "response.completed", response: responses(item) },
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "Responses: a stream that broke off before its end",
    content: [
      { type: "response.created", sequence_number: 0, response: { id: "r", object: "response" } },
      { type: "response.output_item.done", item },
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "Responses: a stream that broke off while its calls were written",
    content: [
      { type: "response.created", response: { id: "r", object: "response", output: [] } },
      ...["a", "b"].map((name, output_index) => ({
        type: "response.output_item.added",
        output_index,
        item: { type: "function_call", id: `f${name}`, call_id: name, name, arguments: "" },
      })),
      { type: "response.function_call_arguments.delta", item_id: "fa", delta: '{"q":' },
      { type: "response.function_call_arguments.done", item_id: "fb", arguments: '{"p":2}' },
      { type: "response.function_call_arguments.delta", item_id: "fa", delta: "1}" },
    ],
    calls: ['a {"q":1}', 'b {"p":2}'],
  },
  {
    of: "Realtime: a call is told by the response and by the conversation",
    content: [
      { type: "response.created", response: { id: "r", object: "realtime.response", output: [] } },
      { type: "conversation.item.added", item: { ...Object(item), arguments: "" } },
      { type: "response.output_item.done", output_index: 0, item },
      { type: "conversation.item.done", item },
      { type: "response.done", response: { id: "r", object: "realtime.response", output: [item] } },
      {
        type: "conversation.item.create",
        item: { type: "function_call_output", call_id: Object(item).call_id, output: "x" },
      },
    ],
    calls: ['a {"q":1} ok'],
  },
  {
    of: "Anthropic: two answers, one after the other",
    content: ["a", "b"].flatMap((name) => [
      { type: "message_start", message: { ...Object(anthropic()), content: [] } },
      { type: "content_block_start", index: 0, content_block: { ...use, name, input: {} } },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: '{"q":1}' },
      },
      { type: "message_stop" },
    ]),
    calls: ['[log/0] a {"q":1}', '[log/1] b {"q":1}'],
  },
  {
    of: "Bedrock's Converse: events, a line each",
    content: [
      { messageStart: { role: "assistant" } },
      {
        contentBlockStart: {
          start: { toolUse: { toolUseId: "u1", name: "a" } },
          contentBlockIndex: 1,
        },
      },
      { contentBlockDelta: { delta: { toolUse: { input: '{"q":1}' } }, contentBlockIndex: 1 } },
      { messageStop: { stopReason: "tool_use" } },
    ],
    calls: ['a {"q":1}'],
  },
];

/** LiteLLM's standard payload and spend logs (1.80). */
export const LITELLM: readonly Row[] = [
  {
    of: "payloads of a conversation",
    content: twice((messages, response, index) => lite(messages, response, index)),
    calls: TWO,
  },
  {
    of: "payloads in a list",
    content: [twice((messages, response, index) => lite(messages, response, index))],
    calls: TWO,
  },
  {
    of: "members in the other order",
    content: twice((messages, response, index) => reversed(lite(messages, response, index))),
    calls: TWO,
  },
  {
    of: "spend logs: JSON in texts, a session",
    content: twice((messages, response, index) => ({
      request_id: `r${index}`,
      session_id: "t-1",
      call_type: "acompletion",
      spend: 0.1,
      startTime: secondsAfter(index),
      end_user: "ann",
      messages: JSON.stringify(messages),
      response: JSON.stringify(response),
    })),
    calls: TWO,
  },
  {
    of: "spend logs: the request beside empty messages",
    content: [
      {
        request_id: "r1",
        session_id: "t-1",
        call_type: "acompletion",
        end_user: "ann",
        messages: {},
        response: JSON.stringify(A),
        proxy_server_request: { model: "m", messages: [go], tools: [] },
      },
    ],
    calls: ["[t-1] for ann a {}"],
  },
  {
    of: "the answer's request through the Responses API",
    content: [lite([go], responses(item), 0, { call_type: "aresponses" })],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "the answer of Anthropic's messages",
    content: [lite([go], anthropic(use), 0, { call_type: "anthropic_messages" })],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "a request to an MCP server through the proxy",
    content: [
      lite([], { content: [{ type: "text", text: "x" }] }, 0, {
        call_type: "call_mcp_tool",
        metadata: {
          mcp_tool_call_metadata: {
            name: "find",
            arguments: { q: 1 },
            mcp_server_name: "crm",
            namespaced_tool_name: "crm-find",
          },
        },
      }),
    ],
    calls: ['[t-1] for ann mcp_request crm/find {"q":1} ok'],
  },
  {
    of: "a failed request has no answer",
    content: [
      lite(second, null, 0, { status: "failure", error_str: "timeout" }),
      lite([...second, user("again")], B, 1),
    ],
    calls: TWO,
  },
  {
    of: "embeddings and other kinds of requests are no calls",
    content: [
      lite("text", { data: [] }, 0, { call_type: "aembedding" }),
      lite([go], A, 1, { call_type: "acompletion" }),
    ],
    calls: ["[t-1] for ann a {}"],
  },
  {
    of: "prompts that were left out of the log",
    content: [lite("redacted-by-litellm", { text: "redacted-by-litellm" }), lite([go], A, 1)],
    calls: ["[t-1] for ann a {}"],
    causes: ["an object has no list of messages"],
  },
  {
    of: "no trace, no user: one conversation",
    content: twice((messages, response, index) =>
      lite(messages, response, index, { trace_id: undefined, end_user: null }),
    ),
    calls: ["[log] a {} ok", '[log] b {"to":"Łódź 🚀"}'],
  },
  {
    of: "the payload inside a callback's record",
    content: twice((messages, response, index) => ({
      event: "success",
      standard_logging_object: lite(messages, response, index),
    })),
    calls: TWO,
  },
];

const port = (
  messages: readonly object[],
  response: unknown,
  index = 0,
  more: object = {},
): object => ({
  id: `p${index}`,
  created_at: secondsAfter(index),
  trace_id: "t-1",
  ai_org: "openai",
  ai_model: "m",
  response_time: 5,
  metadata: { _user: "ann" },
  request: {
    method: "POST",
    url: "/v1/chat/completions",
    headers: {},
    body: { model: "m", messages },
  },
  response: { status: 200, headers: {}, response_time: 5, body: response },
  ...more,
});

/** Portkey's logs: its export, and what its gateway is sent (API version 1). */
export const PORTKEY: readonly Row[] = [
  {
    of: "an export, a line each",
    content: twice((messages, response, index) => port(messages, response, index)),
    calls: TWO,
  },
  {
    of: "an answer of the API: a list of logs",
    content: [
      {
        object: "list",
        data: twice((messages, response, index) => port(messages, response, index)),
      },
    ],
    calls: TWO,
  },
  {
    of: "members in the other order",
    content: twice((messages, response, index) => reversed(port(messages, response, index))),
    calls: TWO,
  },
  {
    of: "bodies without their wrappers, as the export has them",
    content: twice((messages, response, index) =>
      port([], {}, index, { request: { model: "m", messages }, response }),
    ),
    calls: TWO,
  },
  {
    of: "bodies as JSON texts",
    content: twice((messages, response, index) =>
      port([], {}, index, {
        request: JSON.stringify({ model: "m", messages }),
        response: JSON.stringify(response),
      }),
    ),
    calls: TWO,
  },
  {
    of: "metadata as JSON text",
    content: [port([go], A, 0, { metadata: '{"_user":"ann"}' })],
    calls: ["[t-1] for ann a {}"],
  },
  {
    of: "trace and user in the metadata, as logs are sent",
    content: [
      port([go], A, 0, {
        trace_id: undefined,
        metadata: { trace_id: "t-1", span_id: "s", _user: "ann" },
      }),
    ],
    calls: ["[t-1] for ann a {}"],
  },
  {
    of: "Anthropic's messages",
    content: [port([go], anthropic(use))],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "the Responses API",
    content: [
      port([], responses(item), 0, {
        request: { url: "/v1/responses", body: { model: "m", input: "go" } },
      }),
    ],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "calls at once",
    content: [port([go], completion(said(call("c1", "a"), call("c2", "b"))))],
    calls: ["[t-1] for ann a {}", "[t-1] for ann b {}"],
  },
  {
    of: "a request that failed",
    content: [
      port(second, { error: { message: "rate limit" } }, 0, {
        response: { status: 429, body: { error: {} } },
      }),
      port([...second, user("again")], B, 1),
    ],
    calls: TWO,
  },
  {
    of: "embeddings are no calls",
    content: [
      port([], { object: "list", data: [{ object: "embedding" }] }, 0, {
        request: { url: "/v1/embeddings", body: { model: "e", input: "x" } },
      }),
      port([go], A, 1),
    ],
    calls: ["[t-1] for ann a {}"],
  },
];

const heli = (
  messages: readonly object[],
  response: unknown,
  index = 0,
  more: object = {},
): object => ({
  request_id: `h${index}`,
  request_created_at: secondsAfter(index),
  request_path: "/v1/chat/completions",
  request_user_id: "ann",
  request_properties: { "Helicone-Session-Id": "t-1", "Helicone-Session-Path": "/x" },
  request_model: "m",
  request_body: { model: "m", messages },
  response_id: `r${index}`,
  response_status: 200,
  response_body: response,
  ...more,
});
const none = { request_properties: {} };

/** Helicone: its API of requests, and its exports (API version 1). */
export const HELICONE: readonly Row[] = [
  {
    of: "an export, a line each",
    content: twice((messages, response, index) => heli(messages, response, index)),
    calls: TWO,
  },
  {
    of: "the API's answer",
    content: [
      { data: twice((messages, response, index) => heli(messages, response, index)), error: null },
    ],
    calls: TWO,
  },
  {
    of: "an export as a list",
    content: [twice((messages, response, index) => heli(messages, response, index))],
    calls: TWO,
  },
  {
    of: "members in the other order",
    content: twice((messages, response, index) => reversed(heli(messages, response, index))),
    calls: TWO,
  },
  {
    of: "bodies as JSON texts",
    content: twice((messages, response, index) =>
      heli([], {}, index, {
        request_body: JSON.stringify({ model: "m", messages }),
        response_body: JSON.stringify(response),
      }),
    ),
    calls: TWO,
  },
  {
    of: "the session as the API names it since",
    content: [
      heli([go], A, 0, {
        request_properties: null,
        properties: { "Helicone-Session-Id": "t-1" },
        user_id: "ann",
        request_user_id: undefined,
      }),
    ],
    calls: ["[t-1] for ann a {}"],
  },
  {
    of: "no session: one conversation",
    content: twice((messages, response, index) => heli(messages, response, index, none)),
    calls: ["[log] for ann a {} ok", '[log] for ann b {"to":"Łódź 🚀"}'],
  },
  {
    of: "Anthropic's messages",
    content: [heli([go], anthropic(use))],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "the Responses API",
    content: [heli([], responses(item), 0, { request_body: { model: "m", input: "go" } })],
    calls: ['[t-1] for ann a {"q":1}'],
  },
  {
    of: "the session's tools, that the program logs by itself",
    content: [
      heli([], { _type: "tool", result: "x" }, 0, {
        request_path: "custom",
        request_body: { _type: "tool", toolName: "find", input: { q: 1 } },
        response_body: { _type: "tool", message: "x", status: "success" },
      }),
      heli([go], A, 1),
    ],
    calls: ['[t-1] for ann find {"q":1} ok', "[t-1] for ann a {}"],
  },
  {
    of: "a request that failed",
    content: [
      heli(second, { error: { message: "no" } }, 0, { response_status: 500 }),
      heli([...second, user("x")], B, 1),
    ],
    calls: TWO,
  },
  {
    of: "bodies that were left out",
    content: [heli([], {}, 0, { request_body: null, response_body: null }), heli([go], A, 1)],
    calls: ["[t-1] for ann a {}"],
    causes: ["an object has no list of messages"],
  },
];

const logged = (input: unknown, output: unknown, more: object = {}): object => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: secondsAfter(1),
  accountId: "1",
  identity: { arn: "arn:aws:sts::1:assumed-role/travel/x" },
  region: "eu-west-1",
  requestId: "r1",
  operation: "Converse",
  modelId: "m",
  input: { inputContentType: "application/json", inputBodyJson: input },
  output: { outputContentType: "application/json", outputBodyJson: output },
  ...more,
});
const text = { role: "user", content: [{ text: "go" }] };
const toolUse = (toolUseId: string, name = "a"): object => ({
  toolUse: { toolUseId, name, input: { q: 1 } },
});
const answer = (...content: readonly object[]): object => ({
  output: { message: { role: "assistant", content } },
  stopReason: "tool_use",
});
const results = (status?: string): object => ({
  role: "user",
  content: [
    {
      toolResult: {
        toolUseId: "u1",
        content: [{ text: "x" }],
        ...(status !== undefined && { status }),
      },
    },
  ],
});
const repeated = [text, { role: "assistant", content: [toolUse("u1")] }];

/** Bedrock's log of model invocations (`ModelInvocationLog` 1.0). */
export const BEDROCK_INVOCATIONS: readonly Row[] = [
  {
    of: "Converse",
    content: [logged({ messages: [text] }, answer(toolUse("u1")))],
    calls: ['a {"q":1}'],
  },
  {
    of: "Converse: a conversation of two requests",
    content: [
      logged({ messages: [text] }, answer(toolUse("u1"))),
      logged({ messages: [...repeated, results()] }, answer({ text: "done" })),
    ],
    calls: ['[log] a {"q":1} ok'],
  },
  {
    of: "Converse: a tool that failed",
    content: [logged({ messages: [...repeated, results("error")] }, answer({ text: "done" }))],
    calls: ['a {"q":1} error'],
  },
  {
    of: "members in the other order",
    content: [reversed(logged({ messages: [text] }, answer(toolUse("u1"))))],
    calls: ['a {"q":1}'],
  },
  {
    of: "calls at once",
    content: [
      logged({ messages: [text] }, answer(toolUse("u1"), { text: "hm" }, toolUse("u2", "b"))),
    ],
    calls: ['a {"q":1}', 'b {"q":1}'],
  },
  {
    of: "InvokeModel of Anthropic's models",
    content: [
      logged(
        { anthropic_version: "bedrock-2023-05-31", messages: [{ role: "user", content: "go" }] },
        anthropic(use),
        {
          operation: "InvokeModel",
        },
      ),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "ConverseStream: the pieces of the answer",
    content: [
      logged(
        { messages: [text] },
        [
          { messageStart: { role: "assistant" } },
          {
            contentBlockStart: {
              start: { toolUse: { toolUseId: "u1", name: "a" } },
              contentBlockIndex: 0,
            },
          },
          { contentBlockDelta: { delta: { toolUse: { input: '{"q"' } }, contentBlockIndex: 0 } },
          { contentBlockDelta: { delta: { toolUse: { input: ":1}" } }, contentBlockIndex: 0 } },
          { contentBlockStop: { contentBlockIndex: 0 } },
          { messageStop: { stopReason: "tool_use" } },
        ],
        { operation: "ConverseStream" },
      ),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "InvokeModelWithResponseStream of Anthropic's models",
    content: [
      logged(
        { messages: [{ role: "user", content: "go" }] },
        [
          { type: "message_start", message: { ...Object(anthropic()), content: [] } },
          { type: "content_block_start", index: 0, content_block: { ...use, input: {} } },
          {
            type: "content_block_delta",
            index: 0,
            delta: { type: "input_json_delta", partial_json: '{"q":1}' },
          },
          { type: "content_block_stop", index: 0 },
          { type: "message_stop" },
        ],
        { operation: "InvokeModelWithResponseStream" },
      ),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "InvokeModel of OpenAI's models",
    content: [logged({ messages: [go] }, A, { operation: "InvokeModel" })],
    calls: ["a {}"],
  },
  {
    of: "CloudWatch's events, each with its message as text",
    content: [
      {
        events: [
          {
            eventId: "1",
            timestamp: 1_772_442_000_000,
            message: JSON.stringify(logged({ messages: [text] }, answer(toolUse("u1")))),
          },
        ],
      },
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "a session and a user among the request's metadata",
    content: [
      logged({ messages: [text] }, answer(toolUse("u1")), {
        requestMetadata: { session_id: "s-1", user_id: "ann" },
      }),
    ],
    calls: ['[s-1] for ann a {"q":1}'],
  },
  {
    of: "bodies too large for the log are counted",
    content: [
      logged({ messages: [text] }, answer(toolUse("u1"))),
      logged(undefined, undefined, {
        input: { inputContentType: "application/json", inputBodyS3Path: "s3://x/in.json.gz" },
        output: { outputContentType: "application/json", outputBodyS3Path: "s3://x/out.json.gz" },
      }),
    ],
    calls: ['a {"q":1}'],
    kinds: ["1 a record without a list of messages"],
  },
];
