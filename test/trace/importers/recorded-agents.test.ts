import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import type { JsonObject } from "../../../src/request/json.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

/** Recorded by scripts/record/record-coding-agents.mjs, by the programs themselves. */
const folder = join(import.meta.dirname, "recorded/coding-agents");

/** A call in a line: who, what, what was decided, how it ended, and under which call. */
function shown(call: JsonObject): string {
  const { subject, action, decision, outcome, parent } = call;
  const decided = decision === undefined ? "" : ` ${Object(decision).effect}`;
  const by = decision === undefined ? "" : ` by ${Object(decision).pdp}`;
  const under = parent === undefined ? "" : ` under ${String(parent).replace(/^.*\//, "")}`;
  const { kind, server, name } = Object(action);
  return `${Object(subject).id}: ${kind} ${server}/${name}${decided}${by} ${Object(outcome).status ?? "-"}${under}`;
}

test.each([
  [
    "codex",
    [
      "codex: tool_call host/exec_command ok",
      "codex: tool_call host/exec_command error",
      "codex: tool_call host/exec_command ok",
      "codex: tool_call host/exec_command deny by user -",
      "codex: mcp_request echo/ping ok",
      "codex: mcp_request echo/fail error",
      "codex: subagent_invocation host/spawn_agent ok",
      "worker: tool_call host/exec_command ok under call_0013",
    ],
  ],
  [
    "gemini",
    [
      "generalist: tool_call host/run_shell_command ok under invoke_agent__call_0005",
      "gemini-cli: tool_call host/run_shell_command ok",
      "gemini-cli: tool_call host/read_file error",
      "gemini-cli: mcp_request echo/ping ok",
      "gemini-cli: mcp_request echo/fail error",
      "gemini-cli: subagent_invocation host/invoke_agent ok",
    ],
  ],
  [
    "qwen",
    [
      "qwen-code: tool_call host/run_shell_command allow by qwen-code ok",
      "qwen-code: tool_call host/read_file allow by qwen-code error",
      "qwen-code: subagent_invocation host/agent allow by qwen-code ok",
      "general-purpose: tool_call host/run_shell_command allow by qwen-code ok under call_0003",
    ],
  ],
  [
    "opencode",
    [
      "opencode: tool_call host/bash ok",
      "opencode: subagent_invocation host/task ok",
      "opencode: tool_call host/read deny by opencode -",
    ],
  ],
  [
    "copilot",
    [
      "copilot: tool_call host/bash ok",
      "copilot: tool_call host/bash deny by copilot -",
      "copilot: tool_call host/view deny by copilot -",
      "copilot: mcp_request echo/ping ok",
      "copilot: mcp_request echo/fail error",
      "copilot: subagent_invocation host/task ok",
      "task: tool_call host/bash ok under call_0006",
      "copilot: tool_call host/bash error",
    ],
  ],
  [
    "kimi",
    [
      "kimi-cli: tool_call host/Shell ok",
      "kimi-cli: tool_call host/ReadFile error",
      "kimi-cli: mcp_request echo/ping ok",
      "kimi-cli: mcp_request echo/fail error",
      "kimi-cli: subagent_invocation host/Agent ok",
      "coder: tool_call host/Shell ok under call_0005",
      "kimi-cli: tool_call host/Shell error",
    ],
  ],
  [
    "cline",
    [
      "cline: tool_call host/run_commands ok",
      "cline: tool_call host/run_commands error",
      "cline: tool_call host/read_files error",
      "cline: subagent_invocation host/spawn_agent ok",
      "undefined: tool_call host/run_commands ok",
    ],
  ],
  [
    "claude",
    [
      "claude-code: tool_call host/Bash ok",
      "claude-code: tool_call host/Bash deny by claude-code -",
      "claude-code: tool_call host/Bash allow by hook ok",
      "claude-code: tool_call host/Bash error",
      "claude-code: subagent_invocation host/Agent ok",
      "general-purpose: tool_call host/Bash ok under toolu_0010",
    ],
  ],
])("%s: every call of the recording, in one session", async (agent, expected) => {
  const files = readdirSync(folder)
    .filter((name) => name.startsWith(`${agent}-`))
    .map((name) => importFileOf(name, readFileSync(join(folder, name), "utf8")));
  const { calls, report } = await importFiles(autoImporter(ALL_IMPORTERS), files);
  expect(calls.map(shown)).toEqual(expected);
  expect(report).toMatchObject({ sessions: 1, notUnderstood: [], unreadable: [] });
  // Cline does not say what kind of sub-agent it starts
  const nameless = agent === "cline" ? 1 : 0;
  expect(report.without).toMatchObject({ args: 0, agent: nameless, session: 0, time: 0 });
});
