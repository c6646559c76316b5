import type { Row } from "../chat-formats/row.ts";
import { listed, nanos, nested, reversed, secondsAfter } from "./trace.ts";

type Held = { readonly [name: string]: unknown };

/** The writer of an agent's log records: what all of them hold, and who wrote them. */
interface Writer {
  readonly service: string;
  readonly common: Held;
}

let at = 0;
const record = ({ common }: Writer, event: string, held: Held): object => ({
  timeUnixNano: nanos(++at),
  severityNumber: 9,
  body: { stringValue: event },
  attributes: listed({ "event.name": event, ...common, ...held }),
});
const otlp = ({ service }: Writer, ...logRecords: readonly object[]): object => ({
  resourceLogs: [
    {
      resource: { attributes: listed({ "service.name": service }) },
      scopeLogs: [{ scope: { name: "events" }, logRecords }],
    },
  ],
});

/** A record as databases and log stores write it down, for one event. */
const elsewhere = (
  writer: Writer,
  event: string,
  held: Held,
): { readonly [store: string]: object } => {
  const attributes = { "event.name": event, ...writer.common, ...held };
  const labels = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key.replaceAll(".", "_"), String(value)]),
  );
  return {
    "ClickHouse's row": {
      Timestamp: "2026-03-02 09:00:01.000000000",
      TraceId: "",
      SpanId: "",
      SeverityText: "INFO",
      ServiceName: writer.service,
      Body: event,
      ResourceAttributes: { "service.name": writer.service },
      LogAttributes: attributes,
    },
    "Loki's streams": {
      status: "success",
      data: {
        resultType: "streams",
        result: [
          {
            stream: { service_name: writer.service, ...labels },
            values: [[nanos(1), event]],
          },
        ],
      },
    },
    "a line of Loki's": {
      labels: { service_name: writer.service, ...labels },
      line: event,
      timestamp: secondsAfter(1),
    },
    "Cloud Logging's entry": {
      insertId: "x",
      logName: `projects/p/logs/${writer.service}`,
      timestamp: secondsAfter(1),
      severity: "DEFAULT",
      labels: { instrumentation_source: "agent" },
      jsonPayload: { message: event, ...attributes },
    },
    "Azure Monitor's row": {
      timestamp: secondsAfter(1),
      itemType: "trace",
      message: event,
      operation_Id: "",
      customDimensions: JSON.stringify(attributes),
      cloud_RoleName: writer.service,
    },
    "Datadog's log": {
      id: "x",
      type: "log",
      attributes: {
        timestamp: secondsAfter(1),
        service: writer.service,
        message: event,
        attributes: nested(attributes),
      },
    },
    "the search engine's document": {
      _index: "logs",
      _source: {
        "@timestamp": secondsAfter(1),
        body: { text: event },
        attributes,
        resource: { attributes: { "service.name": writer.service } },
      },
    },
  };
};
const stored = (writer: Writer, event: string, held: Held, call: string): Row[] =>
  Object.entries(elsewhere(writer, event, held)).map(([store, value]) => ({
    of: `as ${store}`,
    content: [value],
    calls: [call],
  }));

const CLAUDE: Writer = {
  service: "claude-code",
  common: { "session.id": "s-1", "user.email": "ann", "prompt.id": "p" },
};
const claude = (event: string, held: Held): object => record(CLAUDE, `claude_code.${event}`, held);
const decided = (tool_name: string, decision: string, source: string, id = "t1"): object =>
  claude("tool_decision", { tool_name, decision, source, tool_use_id: id });
const ran = (tool_name: string, held: Held = {}): object =>
  claude("tool_result", { tool_name, success: "true", tool_use_id: "t1", ...held });

/** Log events of Claude Code (its page on monitoring, 2.1). */
export const CLAUDE_CODE_LOGS: readonly Row[] = [
  {
    of: "a result with the tool's input",
    content: [otlp(CLAUDE, ran("Read", { tool_input: '{"file_path":"/a"}' }))],
    calls: ['[s-1] claude-code: for ann host/Read {"file_path":"/a"} ok'],
  },
  {
    of: "configuration and the user, each allowing and refusing",
    content: [
      otlp(
        CLAUDE,
        decided("Read", "accept", "config"),
        ran("Read"),
        decided("Edit", "accept", "user_permanent", "t2"),
        ran("Edit", { tool_use_id: "t2", success: "false", error_type: "Error:ENOENT" }),
        decided("Write", "reject", "user_reject", "t3"),
        decided("Bash", "reject", "config", "t4"),
      ),
    ],
    calls: [
      "[s-1] claude-code: for ann host/Read allow ok",
      "[s-1] claude-code: for ann host/Edit require_approval granted error",
      "[s-1] claude-code: for ann host/Write deny refused",
      "[s-1] claude-code: for ann host/Bash deny",
    ],
  },
  {
    of: "a command in its parameters",
    content: [
      otlp(
        CLAUDE,
        ran("Bash", {
          tool_parameters: '{"bash_command":"ls","full_command":"ls -l","timeout":5}',
        }),
      ),
    ],
    calls: ['[s-1] claude-code: for ann host/Bash {"command":"ls -l","timeout":5} ok'],
  },
  {
    of: "a server's tool, by its name and by its parameters",
    content: [
      otlp(
        CLAUDE,
        ran("mcp__crm__find", { tool_input: "{}" }),
        ran("mcp_tool", {
          tool_use_id: "t2",
          tool_parameters: '{"mcp_server_name":"crm","mcp_tool_name":"find"}',
        }),
      ),
    ],
    calls: [
      "[s-1] claude-code: for ann mcp_request crm/find {} ok",
      "[s-1] claude-code: for ann mcp_request crm/find ok",
    ],
  },
  {
    of: "the result before the decision, members in the other order",
    content: [
      reversed(otlp(CLAUDE, reversed(ran("Read")), reversed(decided("Read", "accept", "config")))),
    ],
    calls: ["[s-1] claude-code: for ann host/Read ok"],
  },
  {
    of: "events beside calls are none",
    content: [
      otlp(
        CLAUDE,
        ...["user_prompt", "api_request", "api_error", "auth", "compaction", "skill_activated"].map(
          (event) => claude(event, {}),
        ),
        ran("Read"),
      ),
    ],
    calls: ["[s-1] claude-code: for ann host/Read ok"],
  },
  ...stored(
    CLAUDE,
    "claude_code.tool_result",
    { tool_name: "Read", success: "true", tool_use_id: "t1", tool_input: '{"file_path":"/ä"}' },
    '[s-1] claude-code: for ann host/Read {"file_path":"/ä"} ok',
  ),
  {
    of: "a result that does not say how it ended",
    content: [otlp(CLAUDE, ran("Read", { success: "maybe" }))],
    calls: ["[s-1] claude-code: for ann host/Read"],
  },
];

const CODEX: Writer = {
  service: "codex_cli_rs",
  common: {
    "conversation.id": "c-1",
    "user.account_id": "acc",
    "app.version": "0.120.0",
    model: "m",
    slug: "m",
  },
};
const codex = (event: string, held: Held): object => record(CODEX, `codex.${event}`, held);
const approved = (tool_name: string, decision: string, source = "User", call_id = "c1"): object =>
  codex("tool_decision", { tool_name, call_id, decision, source });
const done = (tool_name: string, held: Held = {}): object =>
  codex("tool_result", { tool_name, call_id: "c1", arguments: "{}", success: "true", ...held });

/** Log events of Codex (`codex-rs/otel`, 0.60 to 0.171). */
export const CODEX_LOGS: readonly Row[] = [
  {
    of: "a result with its arguments",
    content: [otlp(CODEX, done("shell", { arguments: '{"command":["ls"]}', output: "x" }))],
    calls: ['[c-1] codex: for acc host/shell {"command":["ls"]} ok'],
  },
  {
    of: "each word of an approval",
    content: [
      otlp(
        CODEX,
        ...[
          "approved",
          "approved_for_session",
          "approvedforsession",
          "approved_with_amendment",
          "denied",
          "abort",
          "timed_out",
        ].map((decision, index) => approved("shell", decision, "User", `c${index}`)),
      ),
    ],
    calls: [
      ...Array.from(
        { length: 4 },
        () => "[c-1] codex: for acc host/shell require_approval granted",
      ),
      ...Array.from({ length: 3 }, () => "[c-1] codex: for acc host/shell deny refused"),
    ],
  },
  {
    of: "configuration decided",
    content: [otlp(CODEX, approved("shell", "approved", "Config"), done("shell"))],
    calls: ["[c-1] codex: for acc host/shell {} allow ok"],
  },
  {
    of: "a failed tool, a tool of a server, a patch as text",
    content: [
      otlp(
        CODEX,
        done("shell", { success: "false" }),
        done("find", { call_id: "c2", mcp_server: "crm" }),
        done("apply_patch", { call_id: "c3", arguments: "*** Begin Patch" }),
      ),
    ],
    calls: [
      "[c-1] codex: for acc host/shell {} error",
      "[c-1] codex: for acc mcp_request crm/find {} ok",
      "[c-1] codex: for acc host/apply_patch ok",
    ],
    causes: ["a tool call's arguments are not JSON"],
  },
  {
    of: "events beside calls are none",
    content: [
      otlp(
        CODEX,
        ...[
          "conversation_starts",
          "api_request",
          "sse_event",
          "user_prompt",
          "websocket_event",
        ].map((event) => codex(event, {})),
        done("shell"),
      ),
    ],
    calls: ["[c-1] codex: for acc host/shell {} ok"],
  },
  {
    of: "the same call told twice is one",
    content: [otlp(CODEX, done("shell"), done("shell"))],
    calls: ["[c-1] codex: for acc host/shell {} ok"],
  },
  {
    of: "calls whose ids a model counts anew",
    content: [
      otlp(
        CODEX,
        done("shell", { arguments: '{"n":1}' }),
        done("shell", { arguments: '{"n":2}', success: "false" }),
        done("view", { arguments: '{"n":2}' }),
      ),
    ],
    calls: [
      '[c-1] codex: for acc host/shell {"n":1} ok',
      '[c-1] codex: for acc host/shell {"n":2} error',
      '[c-1] codex: for acc host/view {"n":2} ok',
    ],
  },
  ...stored(
    CODEX,
    "codex.tool_result",
    { tool_name: "shell", call_id: "c1", success: "true", arguments: '{"command":["größe"]}' },
    '[c-1] codex: for acc host/shell {"command":["größe"]} ok',
  ),
];

const GEMINI: Writer = {
  service: "gemini-cli",
  common: { "session.id": "g-1", "user.email": "ann", "installation.id": "i" },
};
const called = (function_name: string, held: Held = {}): object =>
  record(GEMINI, "gemini_cli.tool_call", {
    function_name,
    function_args: "{}",
    success: true,
    duration_ms: 5,
    tool_type: "native",
    ...held,
  });
const printed = {
  hrTime: [1_772_442_001, 0],
  resource: { attributes: { "service.name": "gemini-cli" } },
  attributes: {
    "event.name": "gemini_cli.tool_call",
    ...GEMINI.common,
    function_name: "glob",
    function_args: "{}",
    success: true,
  },
  _body: "Tool call: glob.",
};

/** Log events of Gemini CLI (its page on telemetry, 0.20 to 0.61), which Qwen Code writes too. */
export const GEMINI_LOGS: readonly Row[] = [
  {
    of: "a call, its arguments and success",
    content: [otlp(GEMINI, called("read_file", { function_args: '{"path":"a"}' }))],
    calls: ['[g-1] gemini-cli: for ann host/read_file {"path":"a"} ok'],
  },
  {
    of: "each word of a decision",
    content: [
      otlp(
        GEMINI,
        ...["accept", "modify", "auto_accept"].map((decision) => called("a", { decision })),
        called("a", { decision: "reject", success: false }),
      ),
    ],
    calls: [
      "[g-1] gemini-cli: for ann host/a {} require_approval granted ok",
      "[g-1] gemini-cli: for ann host/a {} require_approval granted ok",
      "[g-1] gemini-cli: for ann host/a {} allow ok",
      "[g-1] gemini-cli: for ann host/a {} deny refused",
    ],
  },
  {
    of: "a failed tool, a tool of a server",
    content: [
      otlp(
        GEMINI,
        called("a", { success: false, error: "no", error_type: "tool_error" }),
        called("find", { tool_type: "mcp", mcp_server_name: "crm" }),
      ),
    ],
    calls: [
      "[g-1] gemini-cli: for ann host/a {} error",
      "[g-1] gemini-cli: for ann mcp_request crm/find {} ok",
    ],
  },
  {
    of: "events beside calls are none",
    content: [
      otlp(
        GEMINI,
        ...[
          "config",
          "user_prompt",
          "api_response",
          "file_operation",
          "tool_output_truncated",
          "agent.start",
          "agent.finish",
          "model_routing",
        ].map((event) =>
          record(
            GEMINI,
            `gemini_cli.${event}`,
            /^(?:file|tool)/.test(event) ? { tool_name: "x" } : {},
          ),
        ),
        called("a"),
      ),
    ],
    calls: ["[g-1] gemini-cli: for ann host/a {} ok"],
  },
  {
    of: "the file that it writes, objects one after the other",
    content: [printed, printed].map((value) => JSON.stringify(value, undefined, 2)).join("\n"),
    calls: [
      "[g-1] gemini-cli: for ann host/glob {} ok",
      "[g-1] gemini-cli: for ann host/glob {} ok",
    ],
  },
  {
    of: "Qwen Code's own names",
    content: [
      otlp(
        { ...GEMINI, service: "qwen-code" },
        record(GEMINI, "qwen-code.tool_call", {
          function_name: "a",
          function_args: "{}",
          success: true,
        }),
      ),
    ],
    calls: ["[g-1] qwen-code: for ann host/a {} ok"],
  },
  ...stored(
    GEMINI,
    "gemini_cli.tool_call",
    { function_name: "read_file", function_args: '{"path":"文"}', success: true },
    '[g-1] gemini-cli: for ann host/read_file {"path":"文"} ok',
  ),
];
