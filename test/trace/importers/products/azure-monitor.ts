import type { Row } from "../chat-formats/row.ts";
import {
  AGENT,
  mcpStep,
  PAID,
  PAY,
  reversed,
  type Step,
  secondsAfter,
  toolStep,
  TRACE,
} from "./trace.ts";

/** A row of Application Insights' own table. */
const row = ({ id, above, name, attributes, failed, at }: Step, more: object = {}): object => ({
  timestamp: secondsAfter(at),
  id,
  target: "",
  type: "InProc",
  name,
  data: "",
  success: failed === true ? "False" : "True",
  resultCode: "0",
  duration: 5,
  itemType: "dependency",
  customDimensions: JSON.stringify(attributes),
  operation_Name: "",
  operation_Id: TRACE,
  operation_ParentId: above ?? TRACE,
  cloud_RoleName: "desk",
  itemCount: 1,
  ...more,
});
/** A row of the workspace's table AppDependencies. */
const record = ({ id, above, name, attributes, failed, at }: Step, more: object = {}): object => ({
  TimeGenerated: secondsAfter(at),
  Id: id,
  Target: "",
  DependencyType: "InProc",
  Name: name,
  Success: failed !== true,
  ResultCode: "0",
  DurationMs: 5,
  Properties: attributes,
  OperationId: TRACE,
  ParentId: above ?? TRACE,
  AppRoleName: "desk",
  Type: "AppDependencies",
  ...more,
});
const table = (rows: readonly object[], columns: readonly unknown[]): readonly unknown[] => [
  { tables: [{ name: "PrimaryResult", columns, rows: rows.map((one) => Object.values(one)) }] },
];
const names = Object.keys(row(AGENT));

/** Application Insights and Azure Monitor's workspaces (their tables of 2026). */
export const AZURE_MONITOR: readonly Row[] = [
  { of: "rows, a line each", content: [row(AGENT), row(PAY)], calls: PAID },
  { of: "rows in a list, the latest first", content: [[row(PAY), row(AGENT)]], calls: PAID },
  {
    of: "members in the other order",
    content: [[reversed(row(PAY)), reversed(row(AGENT))]],
    calls: PAID,
  },
  {
    of: "customDimensions as an object, success as a truth value",
    content: [AGENT, PAY].map((one) =>
      row(one, { customDimensions: one.attributes, success: one.failed !== true }),
    ),
    calls: PAID,
  },
  {
    of: "the API's answer: columns and rows apart",
    content: table(
      [row(AGENT), row(PAY)],
      names.map((name) => ({ name, type: "string" })),
    ),
    calls: PAID,
  },
  {
    of: "the same, columns by names alone",
    content: table([row(AGENT), row(PAY)], names),
    calls: PAID,
  },
  { of: "a workspace's rows", content: [[record(AGENT), record(PAY)]], calls: PAID },
  {
    of: "a workspace's rows as the command line prints them: texts all over",
    content: [
      [AGENT, PAY].map((one) =>
        record(one, {
          Success: String(one.failed !== true),
          Properties: JSON.stringify(one.attributes),
          TableName: "PrimaryResult",
        }),
      ),
    ],
    calls: PAID,
  },
  {
    of: "diagnostic settings' export: records by category",
    content: [
      {
        records: [AGENT, PAY].map((one) => ({
          time: secondsAfter(one.at),
          resourceId: "/SUBSCRIPTIONS/X",
          category: "AppDependencies",
          ...record(one, { TimeGenerated: undefined }),
        })),
      },
    ],
    calls: PAID,
  },
  {
    of: "the session and the user of the row's own columns",
    content: [
      row(
        {
          ...AGENT,
          attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "travel" },
        },
        { session_Id: "s-1", user_AuthenticatedId: "ann" },
      ),
      row(PAY),
    ],
    calls: PAID,
  },
  {
    of: "requests beside dependencies: the server's side is no call",
    content: [
      row(
        { ...AGENT, id: "9".repeat(16), name: "POST /chat", attributes: {} },
        { itemType: "request", url: "https://x", operation_ParentId: TRACE },
      ),
      row(AGENT, { operation_ParentId: "9".repeat(16) }),
      row(PAY),
    ],
    calls: PAID,
  },
  {
    of: "no arguments, arguments in Chinese, an MCP server",
    content: [
      row(AGENT),
      row(toolStep("pay", undefined, { id: "1".repeat(16) })),
      row(toolStep("pay", '{"给":"小明"}')),
      row(mcpStep("search", "files.example")),
    ],
    calls: [
      "[s-1] travel: for ann pay ok",
      '[s-1] travel: for ann pay {"给":"小明"} ok',
      "[s-1] travel: for ann mcp_request files.example/search {} ok",
    ],
  },
  {
    of: "a row without its id is counted",
    content: [row(AGENT), row(PAY), row(PAY, { id: "", operation_Id: TRACE })],
    calls: PAID,
    kinds: ["1 a span that may be a call, without trace id or span id"],
  },
];
