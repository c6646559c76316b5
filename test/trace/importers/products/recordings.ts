import type { Row } from "../chat-formats/row.ts";
import { reversed } from "./trace.ts";

const T = "2026-01-02T10:00:00.000Z";
const json = (value: unknown): string => JSON.stringify(value);
const rpc = (id: unknown, method: string, params: object): object => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});
const result = (id: unknown, held: object): object => ({ jsonrpc: "2.0", id, result: held });
const toolCall = (id: unknown, name: string, args: object = {}): object =>
  rpc(id, "tools/call", { name, arguments: args });
const done = (id: unknown, more: object = {}): object => result(id, { content: [], ...more });

const claude = (from: string, message: object | string, server = "[crm] "): string =>
  `${T} ${server}[info] Message from ${from}: ${typeof message === "string" ? message : json(message)}`;
const code = (way: string, message: object | string): string =>
  `2026-01-02 10:00:00.100 [trace] [${way}] ${typeof message === "string" ? message : json(message)}`;
const SENT = 'mcp_request crm/refund {"amount":5}';

/** Logs of MCP servers that Claude Desktop (0.7 to 1.1) and VS Code (1.101 to 1.109) keep. */
export const DESKTOP_LOGS: readonly Row[] = [
  {
    of: "Claude Desktop: a call and its result",
    content: [
      claude("client", toolCall(1, "refund", { amount: 5 })),
      claude("server", done(1)),
    ].join("\n"),
    calls: [`${SENT} ok`],
  },
  {
    of: "Claude Desktop: lines of Windows, and what it knows behind the message",
    content: [
      `${claude("client", toolCall(1, "refund", { amount: 5 }))} { metadata: undefined }`,
      `${claude("server", done(1, { isError: true }))} { metadata: undefined }`,
    ].join("\r\n"),
    calls: [`${SENT} error`],
  },
  {
    of: "Claude Desktop: the server's own file, whose name tells the server",
    file: "mcp-server-crm.log",
    content: [
      claude("client", toolCall(1, "refund", { amount: 5 }), ""),
      claude("server", done(1), ""),
    ].join("\n"),
    calls: [`${SENT} ok`],
  },
  {
    of: "Claude Desktop: the log of all servers, whose ids are the same",
    content: [
      claude("client", toolCall(1, "refund")),
      claude("client", toolCall(1, "find"), "[files] "),
      claude("server", done(1, { isError: true }), "[files] "),
      claude("server", done(1)),
    ].join("\n"),
    calls: ["mcp_request crm/refund {} ok", "mcp_request files/find {} error"],
  },
  {
    of: "Claude Desktop: calls at once, answered in the other order, one never",
    content: [
      ...[1, 2, 3].map((id) => claude("client", toolCall(id, `t${id}`))),
      claude("server", done(2)),
      claude("server", done(1, { isError: true })),
    ].join("\n"),
    calls: ["mcp_request crm/t1 {} error", "mcp_request crm/t2 {} ok", "mcp_request crm/t3 {}"],
  },
  {
    of: "Claude Desktop: handshakes, lists, pings, notifications, errors of the server",
    content: [
      `${T} [crm] [info] Initializing server...`,
      claude("client", rpc(0, "initialize", { clientInfo: { name: "claude-ai" } })),
      claude("server", result(0, { serverInfo: { name: "crm" } })),
      claude("client", { jsonrpc: "2.0", method: "notifications/initialized" }),
      claude("client", rpc(1, "tools/list", {})),
      claude("client", rpc(2, "ping", {})),
      "Error: something in the server",
      claude("client", toolCall(3, "refund", { amount: 5 })),
      `${T} [crm] [error] Server disconnected.`,
    ].join("\n"),
    calls: [SENT],
  },
  {
    of: "Claude Desktop: a resource and a prompt",
    content: [
      claude("client", rpc(1, "resources/read", { uri: "crm://o/1" })),
      claude("server", result(1, { contents: [] })),
      claude("client", rpc(2, "prompts/get", { name: "p", arguments: { a: "1" } })),
    ].join("\n"),
    calls: [
      'mcp_request crm/resources/read {"uri":"crm://o/1"} ok',
      'mcp_request crm/prompts/get {"name":"p","arguments":{"a":"1"}}',
    ],
  },
  {
    of: "Claude Desktop: an answer that is an error of the protocol, ids as texts, Unicode",
    content: [
      claude("client", toolCall("a", "refund", { to: "Łódź 🚀 {" })),
      claude("server", { jsonrpc: "2.0", id: "a", error: { code: -32602, message: "no" } }),
    ].join("\n"),
    calls: ['mcp_request crm/refund {"to":"Łódź 🚀 {"} error'],
  },
  {
    of: "Claude Desktop: a message that is cut off",
    content: [
      claude("client", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"re'),
      claude("client", toolCall(2, "refund", { amount: 5 })),
    ].join("\n"),
    calls: [SENT],
    kinds: ["1 a message of an MCP log that is cut off"],
  },
  {
    of: "VS Code: a call and its result",
    content: [
      "2026-01-02 10:00:00.000 [info] Starting server crm",
      code("editor -> server", toolCall(1, "refund", { amount: 5 })),
      code("server -> editor", done(1)),
      "2026-01-02 10:00:00.400 [warning] [server stderr] x",
    ].join("\n"),
    calls: ['mcp_request refund {"amount":5} ok'],
  },
  {
    of: "VS Code: the server's own requests are no calls",
    content: [
      code("server -> editor", rpc(1, "sampling/createMessage", { messages: [] })),
      code("server -> editor", rpc(2, "elicitation/create", { message: "x" })),
      code("editor -> server", toolCall(1, "refund")),
      code("server -> editor", done(1)),
    ].join("\n"),
    calls: ["mcp_request refund {} ok"],
  },
  {
    of: "VS Code: what a server says of itself in the handshake is no address",
    content: [
      code(
        "editor -> server",
        rpc(1, "initialize", { clientInfo: { name: "Visual Studio Code" } }),
      ),
      code("server -> editor", result(1, { serverInfo: { name: "crm", version: "1" } })),
      code("editor -> server", toolCall(2, "refund", { amount: 5 })),
      code("server -> editor", done(2)),
    ].join("\n"),
    calls: ['mcp_request refund {"amount":5} ok'],
  },
];

const asked = { model: "m", messages: [{ role: "user", content: "go" }] };
const answered = (name = "refund"): object => ({
  choices: [
    {
      message: {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name, arguments: '{"amount":5}' } }],
      },
    },
  ],
});
/** A request, before a recorder writes it down. */
interface Exchange {
  readonly method?: string;
  readonly url: string;
  readonly body?: unknown;
  readonly answer?: unknown;
  readonly status?: number;
}
const MODEL: Exchange = {
  url: "https://model.example/v1/chat/completions",
  body: asked,
  answer: answered(),
};
const ORDER: Exchange = {
  method: "PUT",
  url: "https://crm.example/orders/1?x=2",
  body: { amount: 5 },
  answer: { ok: true },
};
const FAILED: Exchange = { method: "DELETE", url: "https://crm.example/orders/2", status: 403 };
const SERVER: Exchange = {
  url: "https://crm.example/mcp",
  body: toolCall(1, "refund", { amount: 5 }),
  answer: done(1),
};
const text = (body: unknown): string =>
  body === undefined ? "" : typeof body === "string" ? body : json(body);
const PUT = 'api_call crm.example/PUT {"amount":5} ok';

const entry = (
  { method = "POST", url, body, answer, status = 200 }: Exchange,
  more: object = {},
): object => ({
  startedDateTime: T,
  time: 3,
  request: {
    method,
    url,
    httpVersion: "HTTP/2",
    headers: [{ name: "Content-Type", value: "application/json" }],
    ...(body !== undefined && { postData: { mimeType: "application/json", text: text(body) } }),
  },
  response: {
    status,
    statusText: "",
    headers: [{ name: "content-type", value: "application/json" }],
    content: { size: 1, mimeType: "application/json", text: text(answer) },
  },
  cache: {},
  timings: {},
  ...more,
});
const har = (...entries: readonly object[]): object => ({
  log: { version: "1.2", creator: { name: "WebInspector", version: "1" }, pages: [], entries },
});
const base64 = (value: unknown): string => Buffer.from(json(value)).toString("base64");

/** HAR 1.2 of browsers and proxies. */
export const HAR: readonly Row[] = [
  { of: "an API's call", content: [har(entry(ORDER))], calls: [PUT] },
  {
    of: "an API's refusal",
    content: [har(entry(FAILED))],
    calls: ["api_call crm.example/DELETE error"],
  },
  {
    of: "no answer: the request was cancelled",
    content: [har(entry({ ...ORDER, status: 0, answer: undefined }))],
    calls: ['api_call crm.example/PUT {"amount":5}'],
  },
  { of: "a model's answer", content: [har(entry(MODEL))], calls: ['refund {"amount":5}'] },
  {
    of: "an MCP server",
    content: [har(entry(SERVER))],
    calls: ['mcp_request refund {"amount":5} ok'],
  },
  {
    of: "an MCP server that answers with events",
    content: [har(entry({ ...SERVER, answer: `event: message\ndata: ${json(done(1))}\n\n` }))],
    calls: ['mcp_request refund {"amount":5} ok'],
  },
  {
    of: "what the model asked and the server ran is one call",
    content: [har(entry(MODEL), entry(SERVER))],
    calls: ['mcp_request refund {"amount":5} ok'],
  },
  {
    of: "members in the other order, indented over many lines",
    content: json(reversed(har(reversed(entry(ORDER))))).replaceAll(",", ",\n  "),
    calls: [PUT],
  },
  {
    of: "bodies in base64",
    content: [
      har(
        entry(MODEL, {
          response: {
            status: 200,
            headers: [],
            content: { mimeType: "application/json", encoding: "base64", text: base64(answered()) },
          },
        }),
      ),
    ],
    calls: ['refund {"amount":5}'],
  },
  {
    of: "a form, a body of text, no body",
    content: [
      har(
        entry(
          { ...ORDER, body: undefined },
          {
            request: {
              method: "POST",
              url: "https://crm.example/login",
              headers: [],
              postData: {
                mimeType: "application/x-www-form-urlencoded",
                params: [{ name: "a", value: "1" }],
              },
            },
          },
        ),
        entry({ method: "POST", url: "https://crm.example/text", body: "plain", answer: "" }),
        entry({ method: "GET", url: "https://crm.example/", answer: "<html>" }),
      ),
    ],
    calls: [
      "api_call crm.example/POST ok",
      "api_call crm.example/POST ok",
      "api_call crm.example/GET ok",
    ],
  },
  {
    of: "a model that answers with events, which call two tools",
    content: [
      har(
        entry({
          ...MODEL,
          answer: [
            {
              choices: [
                {
                  index: 0,
                  delta: {
                    tool_calls: [{ index: 0, id: "a", function: { name: "a", arguments: "{}" } }],
                  },
                },
              ],
            },
            {
              choices: [
                {
                  index: 0,
                  delta: {
                    tool_calls: [{ index: 1, id: "b", function: { name: "b", arguments: "{" } }],
                  },
                },
              ],
            },
            {
              choices: [
                { index: 0, delta: { tool_calls: [{ index: 1, function: { arguments: "}" } }] } },
              ],
            },
          ]
            .map((event) => `data: ${json(event)}\n\n`)
            .join(""),
        }),
      ),
    ],
    calls: ["a {}", "b {}"],
  },
  {
    of: "a request without its method or address is counted",
    content: [har(entry(ORDER), { ...Object(entry(ORDER)), request: { headers: [] } })],
    calls: [PUT],
    kinds: ["1 an HTTP exchange without method and address"],
  },
];

const yaml = (value: unknown, depth = 0): string => {
  const pad = "  ".repeat(depth);
  if (Array.isArray(value))
    return value.map((each) => `${pad}- ${yaml(each, depth + 1).trimStart()}`).join("\n");
  if (typeof value !== "object" || value === null) return `${pad}${json(value ?? null)}`;
  return Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .map(([key, held]) =>
      typeof held === "object" && held !== null && Object.keys(held).length > 0
        ? `${pad}${key}:\n${yaml(held, depth + 1)}`
        : `${pad}${key}: ${json(held)}`,
    )
    .join("\n");
};
const python = ({ method = "POST", url, body, answer, status = 200 }: Exchange): object => ({
  request: {
    body: body === undefined ? null : text(body),
    headers: { accept: ["*/*"] },
    method,
    uri: url,
  },
  response: { body: { string: text(answer) }, headers: {}, status: { code: status, message: "" } },
});
const ruby = ({ method = "POST", url, body, answer, status = 200 }: Exchange): object => ({
  request: {
    method: method.toLowerCase(),
    uri: url,
    body: { encoding: "UTF-8", string: text(body) },
    headers: {},
  },
  response: {
    status: { code: status, message: "" },
    headers: {},
    body: { encoding: "UTF-8", string: text(answer) },
  },
  recorded_at: "Fri, 02 Jan 2026 10:00:00 GMT",
});
const go = ({ method = "POST", url, body, answer, status = 200 }: Exchange): object => ({
  id: 0,
  request: { proto: "HTTP/1.1", host: "x", body: text(body), form: {}, headers: {}, url, method },
  response: {
    proto: "HTTP/2.0",
    body: text(answer),
    headers: {},
    status: `${status} X`,
    code: status,
    duration: "3ms",
  },
});
const nock = ({ method = "POST", url, body, answer, status = 200 }: Exchange): object => ({
  scope: `${new URL(url).origin}:443`,
  method,
  path: `${new URL(url).pathname}${new URL(url).search}`,
  body: body ?? "",
  status,
  response: answer ?? "",
  rawHeaders: [],
  responseIsBinary: false,
});
const twoCalls = [PUT, "api_call crm.example/DELETE error"];

/** Cassettes: vcr.py 4 to 8, VCR 6, go-vcr 3 and 4, Polly 6, nock 13 and 14. */
export const CASSETTES: readonly Row[] = [
  {
    of: "vcr.py, YAML",
    content: yaml({ interactions: [ORDER, FAILED].map(python), version: 1 }),
    calls: twoCalls,
  },
  {
    of: "vcr.py, JSON",
    content: [{ version: 1, interactions: [ORDER, FAILED].map(python) }],
    calls: twoCalls,
  },
  {
    of: "vcr.py, a model and what its tool asked of an MCP server",
    content: yaml({ interactions: [MODEL, SERVER].map(python), version: 1 }),
    calls: ['mcp_request refund {"amount":5} ok'],
  },
  {
    of: "vcr.py, the answer as the older `body`",
    content: yaml({
      interactions: [
        {
          ...python(MODEL),
          response: { body: { string: text(answered()) }, status: { code: 200, message: "" } },
        },
      ],
      version: 1,
    }),
    calls: ['refund {"amount":5}'],
  },
  {
    of: "Ruby's VCR, YAML",
    content: yaml({ http_interactions: [ORDER, FAILED].map(ruby), recorded_with: "VCR 6.3.1" }),
    calls: twoCalls,
  },
  {
    of: "Ruby's VCR, JSON",
    content: [{ http_interactions: [ORDER, FAILED].map(ruby), recorded_with: "VCR 6.3.1" }],
    calls: twoCalls,
  },
  {
    of: "Ruby's VCR, bodies in base64",
    content: yaml({
      http_interactions: [
        {
          ...ruby(MODEL),
          response: {
            status: { code: 200, message: "" },
            headers: {},
            body: { encoding: "ASCII-8BIT", base64_string: base64(answered()) },
          },
        },
      ],
      recorded_with: "VCR 6.3.1",
    }),
    calls: ['refund {"amount":5}'],
  },
  {
    of: "go-vcr 4",
    content: yaml({ version: 2, interactions: [ORDER, FAILED].map(go) }),
    calls: twoCalls,
  },
  {
    of: "Polly",
    content: [
      {
        log: {
          _recordingName: "x",
          creator: { name: "Polly.JS", version: "6" },
          entries: [ORDER, FAILED].map((one) => entry(one)),
          pages: [],
          version: "1.2",
        },
      },
    ],
    calls: twoCalls,
  },
  { of: "nock, a list", content: [[ORDER, FAILED].map(nock)], calls: twoCalls },
  {
    of: "nock, the answer as text, and Unicode",
    content: [[nock({ ...MODEL, answer: text(answered("größe")) })]],
    calls: ['größe {"amount":5}'],
  },
  {
    of: "vcr.py, conversations that repeat",
    content: yaml({
      interactions: [
        MODEL,
        {
          ...MODEL,
          body: {
            model: "m",
            messages: [
              { role: "user", content: "go" },
              Object(answered()).choices[0].message,
              { role: "tool", tool_call_id: "c1", content: "x" },
            ],
          },
          answer: { choices: [{ message: { role: "assistant", content: "done" } }] },
        },
      ].map(python),
      version: 1,
    }),
    calls: ['refund {"amount":5} ok'],
  },
];

const message = {
  role: "user",
  contextId: "c",
  messageId: "m",
  parts: [{ kind: "text", text: "go" }],
};
const send = (method: string, params: object = { message }): object => rpc(1, method, params);
const task = (state: string): object => ({
  kind: "task",
  id: "t",
  contextId: "c",
  status: { state },
});
const shownMessage = json({ message });
const sent = (method: string, status: string): string =>
  `subagent_invocation ${method} ${shownMessage} ${status}`;

/** A2A's JSON-RPC: versions 0.2, 0.3 and 1.0. */
export const A2A: readonly Row[] = [
  {
    of: "a message and its task",
    content: [send("message/send"), result(1, task("completed"))],
    calls: [sent("message/send", "ok")],
  },
  {
    of: "a message and the answer as one",
    content: [
      send("message/send"),
      result(1, { kind: "message", role: "agent", parts: [], messageId: "r" }),
    ],
    calls: [sent("message/send", "ok")],
  },
  {
    of: "version 1: names of the protocol's file",
    content: [
      send("SendMessage"),
      result(1, { task: { id: "t", contextId: "c", status: { state: "TASK_STATE_COMPLETED" } } }),
    ],
    calls: [sent("SendMessage", "ok")],
  },
  {
    of: "version 1: a task that failed",
    content: [
      send("SendMessage"),
      result(1, { task: { id: "t", status: { state: "TASK_STATE_FAILED" } } }),
    ],
    calls: [sent("SendMessage", "error")],
  },
  {
    of: "version 1: the answer as a message",
    content: [send("SendMessage"), result(1, { message: { role: "ROLE_AGENT", parts: [] } })],
    calls: [sent("SendMessage", "ok")],
  },
  {
    of: "a stream of states: the last one tells",
    content: [
      send("message/stream"),
      result(1, task("submitted")),
      result(1, {
        kind: "status-update",
        taskId: "t",
        contextId: "c",
        status: { state: "working" },
        final: false,
      }),
      result(1, {
        kind: "artifact-update",
        taskId: "t",
        contextId: "c",
        artifact: { artifactId: "a", parts: [] },
      }),
      result(1, {
        kind: "status-update",
        taskId: "t",
        contextId: "c",
        status: { state: "failed" },
        final: true,
      }),
    ],
    calls: [sent("message/stream", "error")],
  },
  {
    of: "version 1: a stream of states",
    content: [
      send("SendStreamingMessage"),
      result(1, { task: { id: "t", contextId: "c", status: { state: "TASK_STATE_WORKING" } } }),
      result(1, { artifactUpdate: { taskId: "t", artifact: { artifactId: "a", parts: [] } } }),
      result(1, { statusUpdate: { taskId: "t", status: { state: "TASK_STATE_FAILED" } } }),
    ],
    calls: [sent("SendStreamingMessage", "error")],
  },
  {
    of: "version 0.1's names",
    content: [
      rpc(1, "tasks/send", { id: "t", sessionId: "c", message }),
      result(1, { id: "t", status: { state: "completed" } }),
    ],
    calls: [`subagent_invocation tasks/send ${json({ id: "t", sessionId: "c", message })} ok`],
  },
  {
    of: "a task that was refused",
    content: [send("message/send"), result(1, task("rejected"))],
    calls: [sent("message/send", "error")],
  },
  {
    of: "a task that waits for input",
    content: [send("message/send"), result(1, task("input-required"))],
    calls: [sent("message/send", "input_required")],
  },
  {
    of: "an error of the protocol",
    content: [
      send("message/send"),
      { jsonrpc: "2.0", id: 1, error: { code: -32001, message: "no" } },
    ],
    calls: [sent("message/send", "error")],
  },
  {
    of: "no answer",
    content: [send("message/send")],
    calls: [`subagent_invocation message/send ${shownMessage}`],
  },
  {
    of: "what looks at tasks or asks to be told is no call",
    content: [
      send("message/send"),
      ...[
        "tasks/get",
        "tasks/list",
        "tasks/resubscribe",
        "tasks/pushNotificationConfig/get",
        "GetTask",
        "ListTasks",
        "agent/getAuthenticatedExtendedCard",
      ].map((method, index) => rpc(index + 2, method, { id: "t" })),
      result(1, task("completed")),
    ],
    calls: [sent("message/send", "ok")],
  },
  {
    of: "members in the other order, a batch of both sides in one list",
    content: [[reversed(send("message/send")), reversed(result(1, task("completed")))]],
    calls: [sent("message/send", "ok")],
  },
];
