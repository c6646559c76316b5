import type { JsonObject } from "../../request/json.ts";
import { textAttribute } from "./span.ts";

/** What a coding agent's log events are called, and what its words mean. */
export interface LogWords {
  /** As its events and its `service.name` begin. */
  readonly app: RegExp;
  /** The agent, as policies name it. */
  readonly agent: string;
  /** Events of a decision on a call, of what came of it, and of both at once. */
  readonly decided: ReadonlySet<string>;
  readonly ran: ReadonlySet<string>;
  /** How the decision's words are meant. */
  readonly decisions: ReadonlyMap<string, LogDecision>;
}

/** What a recorded decision says: let run or not, and whether a person was asked. */
export interface LogDecision {
  readonly permitted: boolean;
  /** Undefined: the event's `source` tells who decided. */
  readonly by: "user" | "configuration" | undefined;
}

const yes: LogDecision = { permitted: true, by: undefined };
const no: LogDecision = { permitted: false, by: undefined };
const BOTH = new Set(["tool_decision"]);
const RESULT = new Set(["tool_result"]);
/** Gemini CLI and its kin: one event is the whole call. */
const WHOLE = {
  decided: new Set<string>(),
  ran: new Set(["tool_call"]),
  decisions: new Map<string, LogDecision>([
    ["accept", { permitted: true, by: "user" }],
    ["modify", { permitted: true, by: "user" }],
    ["auto_accept", { permitted: true, by: "configuration" }],
    ["reject", { permitted: false, by: "user" }],
  ]),
};

/** Written against Claude Code 2.1, Codex 0.60 and Gemini CLI 0.20 (and Qwen Code, its kin). */
export const LOG_WORDS: readonly LogWords[] = [
  {
    app: /^claude[-_ ]?code/,
    agent: "claude-code",
    decided: BOTH,
    ran: RESULT,
    decisions: new Map([
      ["accept", yes],
      ["allow", yes],
      ["reject", no],
      ["deny", no],
    ]),
  },
  {
    app: /^codex/,
    agent: "codex",
    decided: BOTH,
    ran: RESULT,
    decisions: new Map([
      ["approved", yes],
      ["approved_for_session", yes],
      ["approvedforsession", yes],
      ["approved_execpolicy_amendment", yes],
      ["approved_with_amendment", yes],
      ["approved_mcp_always_allow", yes],
      ["denied", no],
      ["abort", no],
      ["timed_out", no],
    ]),
  },
  { app: /^qwen[-_]code/, agent: "qwen-code", ...WHOLE },
  { app: /^gemini[-_]cli/, agent: "gemini-cli", ...WHOLE },
];

/** Whether a person decided, by the words in which the agents say it. */
export function isUserSource(source: string | undefined): boolean {
  return source !== undefined && /^user/i.test(source);
}

const NAMES = ["tool_name", "function_name", "tool.name", "gen_ai.tool.name"] as const;

/** The tool that an event names, and its server where another attribute or its parameters do. */
export function toolOf(
  attributes: JsonObject,
  parameters: JsonObject | undefined,
): { readonly name: string | undefined; readonly server: string | undefined } {
  const said = { ...parameters };
  const server =
    textAttribute(attributes, ["mcp_server_name", "mcp_server"]) ??
    textAttribute(said, ["mcp_server_name"]);
  const name = textAttribute(said, ["mcp_tool_name"]) ?? textAttribute(attributes, NAMES);
  // the name that hides which tool of an MCP server it was
  return { name: name === "mcp_tool" ? undefined : name, server };
}
