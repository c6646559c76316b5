import { member, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Asked, Host, HookInput, Verdict } from "./host.ts";
import { callId, canonicalCall, textOf } from "./read-call.ts";

type Hooks = { readonly [event: string]: JsonObject };

/** What stands behind the command of a hook that asks before a call. */
export const GUARD = " || exit 2";

/** So long the hosts are told to wait for a hook. */
export const PATIENCE_SECONDS = 60;

/** Tried with the real programs: `scripts/hooks/run-hosts.mjs --late`. */
const LATE =
  "the call runs if its hook does not answer within a minute; a hook that can still run denies before that";

/** A hook as Claude Code writes it, and those who took that over. */
function hookOf(asked: Asked): JsonObject {
  if ("command" in asked)
    return { type: "command", command: asked.command, timeout: PATIENCE_SECONDS };
  return {
    type: "http",
    url: asked.url,
    timeout: PATIENCE_SECONDS,
    headers: { Authorization: "Bearer $AGENTZ_TOKEN" },
    allowedEnvVars: ["AGENTZ_TOKEN"],
  };
}

function matched(events: readonly string[], hook: JsonObject): Hooks {
  return Object.fromEntries(events.map((event) => [event, { matcher: "*", hooks: [hook] }]));
}

/**
 * What asks before a call. Status 2 stops the call; of any other failure, such as a program that is
 * not there any more, hosts take leave to go on.
 */
function guarding(asked: Asked): Asked {
  return "command" in asked ? { command: `${asked.command}${GUARD}` } : asked;
}

function claudeEntries(asked: Asked): Hooks {
  return {
    ...matched(["PreToolUse"], hookOf(guarding(asked))),
    ...matched(AFTERWARDS, hookOf(asked)),
  };
}

/** Claude Code stops a call whose hook fails or is late only if it is told so. */
function blockingEntries(asked: Asked): Hooks {
  return {
    ...claudeEntries(asked),
    ...matched(["PreToolUse"], { ...hookOf(guarding(asked)), onFailure: "block" }),
  };
}

/** As Gemini CLI and Qwen Code count; both let the call run when the time is over. */
function inMilliseconds(hook: JsonObject): JsonObject {
  return { ...hook, timeout: PATIENCE_SECONDS * 1000 };
}

function commandOf(asked: Asked): string {
  return "command" in asked ? asked.command : "";
}

const AFTERWARDS = ["PostToolUse", "PostToolUseFailure", "SessionEnd"] as const;

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
      return outcomeOf(session, id, "ok");
    case "PostToolUseFailure":
      return outcomeOf(session, id, "error");
    case "SessionEnd":
      return session === undefined ? { kind: "none" } : { kind: "session_end", session };
    default:
      return otherEvent(input);
  }
}

/** Names of events that follow a call, or its decision. */
const AFTER_A_CALL = /^(?:after|post|permission)/i;

/**
 * An event that nothing is decided at. WHY not every unknown one: of one that tells of a call, and does not
 * follow it, to say nothing would let that call run.
 */
function otherEvent(input: JsonObject): HookInput | string {
  const event = stringMember(input, "hook_event_name");
  if (event === undefined) return "`hook_event_name` is missing";
  const tellsOfCall = ["tool_name", "command", "file_path"].some((key) => key in input);
  if (!tellsOfCall || AFTER_A_CALL.test(event)) return { kind: "none" };
  return `\`${event}\` is an event of a call that this version of agentz does not know`;
}

function outcomeOf(
  session: string | undefined,
  id: string | undefined,
  status: "ok" | "error",
): HookInput {
  return id === undefined ? { kind: "none" } : { kind: "outcome", id, session, status };
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
    http: false,
    file: {
      project: `${folder}/${file}`,
      user: `${folder}/${file}`,
      entries: claudeEntries,
    },
    gaps,
  };
}

const CLAUDE_FILE = ".claude/settings.json";
const CLAUDE_LIKE = claudeLike({
  name: "claude-code",
  title: "Claude Code",
  folder: ".claude",
  file: "settings.json",
  gaps: [
    "some versions ignore a deny for MCP tools (anthropics/claude-code#33106)",
    "some versions run no hooks for the calls of sub-agents (anthropics/claude-code#40580, " +
      "#43612, #43772) and for the tool Agent (#44534)",
    "some versions ignore a deny for Edit (anthropics/claude-code#37210)",
  ],
});

const CLAUDE: Host = {
  ...CLAUDE_LIKE,
  http: true,
  file: { project: CLAUDE_FILE, user: CLAUDE_FILE, entries: blockingEntries },
};

const CODEX: Host = {
  toDo:
    "start `codex`, type `/hooks` and trust the hooks of agentz: until then Codex does not run " +
    "them, and every call runs",
  ...claudeLike({
    name: "codex",
    title: "Codex",
    folder: ".codex",
    file: "hooks.json",
    gaps: ["Codex accepts only a deny: a call that needs an approval is denied", LATE],
  }),
  asks: false,
};

function readGemini(input: JsonObject, subject: JsonObject): HookInput | string {
  const session = stringMember(input, "session_id");
  const event = stringMember(input, "hook_event_name");
  if (event === "SessionEnd" && session !== undefined) return { kind: "session_end", session };
  if (event !== "BeforeTool") return otherEvent(input);
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
  toDo: "trust the folder when `gemini` asks: it does not run the hooks of a project that you do not trust",
  read: readGemini,
  answer: ({ reason }) => ({ decision: "deny", reason }),
  asks: false,
  http: false,
  file: {
    project: ".gemini/settings.json",
    user: ".gemini/settings.json",
    entries: (asked) => ({
      ...matched(["BeforeTool"], inMilliseconds(hookOf(guarding(asked)))),
      ...matched(["SessionEnd"], inMilliseconds(hookOf(asked))),
    }),
  },
  gaps: [
    "Gemini CLI cannot ask a person for a hook: a call that needs an approval is denied",
    LATE,
  ],
};

function readCursor(input: JsonObject, subject: JsonObject): HookInput | string {
  const session = textOf(input, "conversation_id", "session_id");
  const common = { session, id: textOf(input, "tool_use_id", "tool_call_id") };
  const cwd = stringMember(input, "cwd");
  switch (stringMember(input, "hook_event_name")) {
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
      return otherEvent(input);
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
  http: false,
  file: {
    project: ".cursor/hooks.json",
    user: ".cursor/hooks.json",
    entries: (asked) =>
      Object.fromEntries(
        ["beforeShellExecution", "beforeMCPExecution", "preToolUse"].map((event) => [
          event,
          { command: commandOf(guarding(asked)) },
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
        // a sub-agent has a session of its own, and counts in that of whoever started it
        session: textOf(input, "parentAgentId", "sessionId", "session_id"),
        id: textOf(input, "toolCallId", "tool_call_id"),
        tool: stringMember(input, "toolName"),
        input: member(input, "toolArgs"),
        cwd: stringMember(input, "cwd"),
        agent: textOf(input, "agentType"),
      },
      subject,
    ),
  answer: ({ answer, reason }) => ({
    permissionDecision: answer,
    permissionDecisionReason: reason,
  }),
  asks: true,
  http: false,
  file: {
    project: ".github/hooks/agentz.json",
    user: ".copilot/hooks/agentz.json",
    entries: (asked) => ({
      preToolUse: { type: "command", bash: commandOf(asked), timeoutSec: PATIENCE_SECONDS },
    }),
    besides: { version: 1 },
  },
  gaps: [
    "Copilot CLI does not say which MCP server a tool is of: policies have to name such a tool `host/<server>-<tool>`",
    LATE,
  ],
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
  http: false,
  file: undefined,
  gaps: [
    "opencode cannot ask a person for a plugin: a call that needs an approval is denied",
    "some versions run no plugin for the calls of sub-agents and MCP tools (opencode#23045)",
  ],
};

const DROID_LIKE = claudeLike({
  name: "droid",
  title: "Droid",
  folder: ".factory",
  file: "settings.json",
  gaps: [LATE],
});

/** Droid puts three underscores between the server of a tool and its name. */
function readDroid(input: JsonObject, subject: JsonObject): HookInput | string {
  const [, server, name] = /^(.+?)___(.+)$/s.exec(stringMember(input, "tool_name") ?? "") ?? [];
  const tool = server === undefined ? {} : { tool_name: `mcp__${server}__${name ?? ""}` };
  return readClaude({ ...input, ...tool }, subject);
}

const DROID: Host = { ...DROID_LIKE, read: readDroid };

const QWEN_FILE = ".qwen/settings.json";
const QWEN: Host = {
  toDo: "trust the folder if `qwen` asks: it does not run the hooks of a project that you do not trust",
  ...claudeLike({
    name: "qwen",
    title: "Qwen Code",
    folder: ".qwen",
    file: "settings.json",
    gaps: [LATE],
  }),
  file: {
    project: QWEN_FILE,
    user: QWEN_FILE,
    entries: (asked) => ({
      ...matched(["PreToolUse"], inMilliseconds(hookOf(guarding(asked)))),
      ...matched(AFTERWARDS, inMilliseconds(hookOf(asked))),
    }),
  },
};

/** The coding agents that can be asked to ask. */
export const HOSTS: ReadonlyMap<string, Host> = new Map(
  [CLAUDE, CODEX, GEMINI, CURSOR, COPILOT, DROID, QWEN, OPENCODE].map((host) => [host.name, host]),
);
