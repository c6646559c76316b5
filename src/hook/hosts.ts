import { member, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Host, HookInput, Verdict } from "./host.ts";
import { callId, canonicalCall, textOf } from "./read-call.ts";

type Hooks = { readonly [event: string]: JsonObject };

/** Entries as Claude Code has them, and those who took them over. */
function matched(events: readonly string[], command: string): Hooks {
  const hooks = [{ type: "command", command, timeout: 60 }];
  return Object.fromEntries(events.map((event) => [event, { matcher: "*", hooks }]));
}

const CLAUDE_EVENTS = ["PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionEnd"] as const;

function readClaude(input: JsonObject, subject: JsonObject): HookInput | string {
  const session = stringMember(input, "session_id");
  const id = callId(session, stringMember(input, "tool_use_id"));
  switch (stringMember(input, "hook_event_name")) {
    case "PreToolUse":
      return canonicalCall(
        {
          session,
          id: stringMember(input, "tool_use_id"),
          tool: stringMember(input, "tool_name"),
          input: member(input, "tool_input"),
          cwd: stringMember(input, "cwd"),
          agent: stringMember(input, "agent_type"),
          permissionMode: stringMember(input, "permission_mode"),
        },
        subject,
      );
    case "PostToolUse":
      return id === undefined ? { kind: "none" } : { kind: "outcome", id, status: "ok" };
    case "PostToolUseFailure":
      return id === undefined ? { kind: "none" } : { kind: "outcome", id, status: "error" };
    case "SessionEnd":
      return session === undefined ? { kind: "none" } : { kind: "session_end", session };
    case undefined:
      return "`hook_event_name` is missing";
    default:
      return { kind: "none" };
  }
}

function answerClaude({ answer, reason }: Verdict): JsonObject {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: answer,
      permissionDecisionReason: reason,
    },
  };
}

interface ClaudeLike {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly file: string;
  readonly gaps: readonly string[];
}

function claudeLike({ name, title, folder, file, gaps }: ClaudeLike): Host {
  return {
    name,
    title,
    read: readClaude,
    answer: answerClaude,
    asks: true,
    file: {
      project: `${folder}/${file}`,
      user: `${folder}/${file}`,
      entries: (command) => matched(CLAUDE_EVENTS, command),
    },
    gaps,
  };
}

const CLAUDE = claudeLike({
  name: "claude-code",
  title: "Claude Code",
  folder: ".claude",
  file: "settings.json",
  gaps: [
    "some versions ignore a deny for MCP tools (anthropics/claude-code#33106)",
    "some versions run no hooks for the calls of sub-agents (anthropics/claude-code#40580, #43612, #43772) and for the tool Agent (#44534)",
    "some versions ignore a deny for Edit (anthropics/claude-code#37210)",
  ],
});

const CODEX: Host = {
  ...claudeLike({
    name: "codex",
    title: "Codex",
    folder: ".codex",
    file: "hooks.json",
    gaps: ["Codex accepts only a deny: a call that needs an approval is denied"],
  }),
  asks: false,
};

function readGemini(input: JsonObject, subject: JsonObject): HookInput | string {
  const session = stringMember(input, "session_id");
  const event = stringMember(input, "hook_event_name");
  if (event === undefined) return "`hook_event_name` is missing";
  if (event === "SessionEnd" && session !== undefined) return { kind: "session_end", session };
  if (event !== "BeforeTool") return { kind: "none" };
  return canonicalCall(
    {
      session,
      id: stringMember(input, "tool_call_id"),
      tool: mcpName(input),
      input: member(input, "tool_input"),
      cwd: stringMember(input, "cwd"),
    },
    subject,
  );
}

/** Gemini CLI tells the server of an MCP tool beside its name. */
function mcpName(input: JsonObject): string | undefined {
  const context = objectMember(input, "mcp_context");
  const tool = stringMember(input, "tool_name");
  const server = stringMember(context, "server_name");
  const name = stringMember(context, "tool_name");
  return server === undefined ? tool : `mcp__${server}__${name ?? tool ?? ""}`;
}

const GEMINI: Host = {
  name: "gemini-cli",
  title: "Gemini CLI",
  read: readGemini,
  answer: ({ reason }) => ({ decision: "deny", reason }),
  asks: false,
  file: {
    project: ".gemini/settings.json",
    user: ".gemini/settings.json",
    entries: (command) => matched(["BeforeTool", "SessionEnd"], command),
  },
  gaps: [
    "Gemini CLI cannot ask a person for a hook: a call that needs an approval is denied",
    "if a hook ends with a status other than 0 or 2, that is only a warning, and the call runs",
  ],
};

function readCursor(input: JsonObject, subject: JsonObject): HookInput | string {
  const session = textOf(input, "conversation_id", "session_id");
  const common = { session, id: textOf(input, "tool_use_id", "tool_call_id") };
  const cwd = stringMember(input, "cwd");
  const event = stringMember(input, "hook_event_name");
  switch (event) {
    case "beforeShellExecution": {
      const command = member(input, "command") ?? null;
      return canonicalCall({ ...common, tool: "Shell", input: { command }, cwd }, subject);
    }
    case "beforeMCPExecution": {
      const [server, tool] = [
        textOf(input, "server", "server_name"),
        stringMember(input, "tool_name"),
      ];
      const name = server === undefined ? tool : `mcp__${server}__${tool ?? ""}`;
      return canonicalCall(
        { ...common, tool: name, input: member(input, "tool_input"), cwd },
        subject,
      );
    }
    case "preToolUse": {
      const tool = stringMember(input, "tool_name") ?? "";
      // shell and MCP have events of their own, which tell more: one call is decided once
      if (/^(Shell|MCP\b)/.test(tool)) return { kind: "none" };
      return canonicalCall({ ...common, tool, input: member(input, "tool_input"), cwd }, subject);
    }
    default:
      return event === undefined ? "`hook_event_name` is missing" : { kind: "none" };
  }
}

const CURSOR: Host = {
  name: "cursor",
  title: "Cursor",
  read: readCursor,
  answer: ({ answer, reason }) => ({
    permission: answer,
    user_message: reason,
    agent_message: reason,
  }),
  asks: true,
  file: {
    project: ".cursor/hooks.json",
    user: ".cursor/hooks.json",
    entries: (command) =>
      Object.fromEntries(
        ["beforeShellExecution", "beforeMCPExecution", "preToolUse"].map((event) => [
          event,
          { command },
        ]),
      ),
    besides: { version: 1 },
  },
  gaps: [
    "versions of Cursor without the event preToolUse ask only for shell commands and MCP tools",
  ],
};

const COPILOT: Host = {
  name: "copilot",
  title: "Copilot CLI",
  read: (input, subject) =>
    canonicalCall(
      {
        session: textOf(input, "sessionId", "session_id"),
        id: textOf(input, "toolCallId", "tool_call_id"),
        tool: stringMember(input, "toolName"),
        input: member(input, "toolArgs"),
        cwd: stringMember(input, "cwd"),
      },
      subject,
    ),
  answer: ({ answer, reason }) => ({
    permissionDecision: answer,
    permissionDecisionReason: reason,
  }),
  asks: true,
  file: {
    project: ".github/hooks/agentz.json",
    user: ".copilot/hooks/agentz.json",
    entries: (command) => ({ preToolUse: { type: "command", bash: command, timeoutSec: 60 } }),
    besides: { version: 1 },
  },
  gaps: [],
};

const OPENCODE: Host = {
  name: "opencode",
  title: "opencode",
  read: (input, subject) =>
    canonicalCall(
      {
        session: stringMember(input, "sessionID"),
        id: stringMember(input, "callID"),
        tool: stringMember(input, "tool"),
        input: member(input, "args"),
        cwd: stringMember(input, "directory"),
      },
      subject,
    ),
  // the plugin that `install` writes throws this, which is how opencode is told to stop a call
  answer: ({ reason }) => ({ stop: reason }),
  asks: false,
  file: undefined,
  gaps: [
    "opencode cannot ask a person for a plugin: a call that needs an approval is denied",
    "some versions run no plugin for the calls of sub-agents and MCP tools (opencode#23045)",
  ],
};

const OTHERS = [
  { name: "droid", title: "Droid", folder: ".factory", file: "settings.json", gaps: [] },
  { name: "qwen", title: "Qwen Code", folder: ".qwen", file: "settings.json", gaps: [] },
].map(claudeLike);

/** The coding agents that can be asked to ask. */
export const HOSTS: ReadonlyMap<string, Host> = new Map(
  [CLAUDE, CODEX, GEMINI, CURSOR, COPILOT, ...OTHERS, OPENCODE].map((host) => [host.name, host]),
);
