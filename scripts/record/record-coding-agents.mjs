/**
 * Records the session logs of a coding agent with a scripted model, and keeps of them what the
 * scripts said and what the program notes of it: no instructions, no tool's description.
 *
 * npm install @openai/codex @google/gemini-cli @qwen-code/qwen-code opencode-ai
 * @anthropic-ai/claude-code @github/copilot cline
 * (cline leaves a daemon of its own running: end it by its id, see `pgrep -f cline-hub-daemon`)
 * python3 -m venv <folder> && <folder>/bin/pip install kimi-cli==1.40.0
 *   # the last versions only name their successor
 * node record-coding-agents.mjs <codex|gemini|qwen|opencode|claude|copilot|kimi|cline> <folder of
 * node_modules, or venv> <out>
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startModel } from "./scripted-model.mjs";

const ECHO = fileURLToPath(new URL("./echo-mcp.mjs", import.meta.url));
const PROMPT = "do the main task";
const SUB = "do the sub-job";

/** How each agent is set up and started, what its model says, and where its logs are. */
const AGENTS = {
  codex: {
    script: {
      "main task": [
        [{ name: "exec_command", args: { cmd: "echo hi" } }],
        [{ name: "exec_command", args: { cmd: "false" } }],
        [{ name: "exec_command", args: escalated("touch yes.txt") }],
        [{ name: "exec_command", args: escalated("touch no.txt") }],
        [{ name: "ping", namespace: "mcp__echo", args: { text: "a" } }],
        [{ name: "fail", namespace: "mcp__echo", args: { text: "a" } }],
        [
          {
            name: "spawn_agent",
            namespace: "multi_agent_v1",
            args: { message: SUB, agent_type: "worker" },
          },
        ],
      ],
      "sub-job": [[{ name: "exec_command", args: { cmd: "echo sub" } }]],
    },
    setUp: ({ home, port }) => {
      mkdirSync(join(home, ".codex"));
      writeFileSync(
        join(home, ".codex/config.toml"),
        [
          'model = "gpt-5.1-codex"',
          'model_provider = "scripted"',
          'approval_policy = "on-request"',
          'sandbox_mode = "workspace-write"',
          "[features]",
          "multi_agent = true",
          "[model_providers.scripted]",
          'name = "scripted"',
          `base_url = "http://127.0.0.1:${port}/v1"`,
          'wire_api = "responses"',
          'env_key = "MODEL_KEY"',
          "[mcp_servers.echo]",
          'command = "node"',
          `args = [${JSON.stringify(ECHO)}]`,
          "",
        ].join("\n"),
      );
    },
    command: ({ modules }) => [join(modules, ".bin/codex"), ["app-server"], { MODEL_KEY: "x" }],
    drive: driveAppServer,
    logs: ".codex/sessions",
    keep: keepCodex,
  },
  gemini: {
    script: {
      "main task": [
        [{ name: "run_shell_command", args: { command: "echo hi", description: "x" } }],
        [{ name: "read_file", args: { file_path: "nope.txt" } }],
        [{ name: "mcp_echo_ping", args: { text: "a" } }],
        [{ name: "mcp_echo_fail", args: { text: "a" } }],
        [{ name: "invoke_agent", args: { agent_name: "generalist", prompt: SUB } }],
      ],
      "sub-job": [[{ name: "run_shell_command", args: { command: "echo sub" } }]],
    },
    setUp: ({ home }) => {
      mkdirSync(join(home, ".gemini"));
      writeFileSync(
        join(home, ".gemini/settings.json"),
        JSON.stringify({
          security: { auth: { selectedType: "gemini-api-key" } },
          mcpServers: { echo: { command: "node", args: [ECHO], trust: true } },
          experimental: { enableAgents: true },
        }),
      );
    },
    command: ({ modules, port }) => [
      join(modules, ".bin/gemini"),
      ["-m", "gemini-2.5-flash", "-p", PROMPT, "--approval-mode", "yolo"],
      {
        GEMINI_API_KEY: "x",
        GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}`,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
      },
    ],
    logs: ".gemini/tmp",
    keep: keepGemini,
  },
  qwen: {
    script: {
      "main task": [
        [{ name: "run_shell_command", args: { command: "echo hi", is_background: false } }],
        [{ name: "read_file", args: { file_path: "/nope.txt" } }],
        [
          {
            name: "agent",
            args: { subagent_type: "general-purpose", description: "sub", prompt: SUB },
          },
        ],
      ],
      "sub-job": [
        [{ name: "run_shell_command", args: { command: "echo sub", is_background: false } }],
      ],
    },
    setUp: () => {},
    command: ({ modules, port }) => [
      join(modules, ".bin/qwen"),
      ["-p", PROMPT, "--approval-mode", "yolo", "--auth-type", "openai"],
      {
        OPENAI_API_KEY: "x",
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
        OPENAI_MODEL: "m",
      },
    ],
    logs: ".qwen/projects",
    keep: keepQwen,
  },
  opencode: {
    script: {
      "main task": [
        [{ name: "bash", args: { command: "echo hi", description: "x" } }],
        [{ name: "task", args: { description: "sub", prompt: SUB, subagent_type: "general" } }],
        [{ name: "read", args: { filePath: "/nope.txt" } }],
      ],
      "sub-job": [[{ name: "bash", args: { command: "echo sub", description: "y" } }]],
    },
    setUp: ({ home, port }) => {
      mkdirSync(join(home, ".config/opencode"), { recursive: true });
      writeFileSync(
        join(home, ".config/opencode/opencode.json"),
        JSON.stringify({
          provider: {
            s: {
              npm: "@ai-sdk/openai-compatible",
              options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "x" },
              models: { m: { name: "m" } },
            },
          },
          model: "s/m",
          autoupdate: false,
        }),
      );
    },
    command: ({ modules }) => [
      join(modules, "opencode-linux-x64/bin/opencode"),
      ["run", "--format", "json", PROMPT],
      { OPENCODE_DISABLE_AUTOUPDATE: "1" },
    ],
    prints: true,
    keep: keepOpencode,
  },
  copilot: {
    script: {
      "main task": [
        [{ name: "bash", args: { command: "echo hi", description: "x" } }],
        [{ name: "bash", args: { command: "rm x", description: "x" } }],
        [{ name: "view", args: { path: "/nope.txt" } }],
        [{ name: "echo-ping", args: { text: "a" } }],
        [{ name: "echo-fail", args: { text: "a" } }],
        [
          {
            name: "task",
            args: { agent_type: "task", name: "sub", description: "sub", prompt: SUB },
          },
        ],
        [{ name: "bash", args: { command: "false", description: "x" } }],
      ],
      "sub-job": [[{ name: "bash", args: { command: "echo sub", description: "y" } }]],
    },
    setUp: () => {},
    command: ({ modules, port }) => [
      join(modules, ".bin/copilot"),
      [
        ...["-p", PROMPT, "--allow-all-tools", "--deny-tool", "shell(rm)", "--no-auto-update"],
        "--additional-mcp-config",
        JSON.stringify({
          mcpServers: { echo: { type: "local", command: "node", args: [ECHO], tools: ["*"] } },
        }),
      ],
      {
        COPILOT_PROVIDER_BASE_URL: `http://127.0.0.1:${port}/v1`,
        COPILOT_PROVIDER_API_KEY: "x",
        COPILOT_MODEL: "m",
      },
    ],
    logs: ".copilot/session-state",
    keep: keepCopilot,
  },
  kimi: {
    script: {
      "main task": [
        [{ name: "Shell", args: { command: "echo hi" } }],
        [{ name: "ReadFile", args: { path: "nope.txt" } }],
        [{ name: "ping", args: { text: "a" } }],
        [{ name: "fail", args: { text: "a" } }],
        [{ name: "Agent", args: { description: "sub", subagent_type: "coder", prompt: SUB } }],
        [{ name: "Shell", args: { command: "false" } }],
      ],
      "sub-job": [[{ name: "Shell", args: { command: "echo sub" } }]],
    },
    setUp: ({ home, port }) => {
      mkdirSync(join(home, ".kimi"));
      writeFileSync(
        join(home, ".kimi/mcp.json"),
        JSON.stringify({ mcpServers: { echo: { command: "node", args: [ECHO] } } }),
      );
      writeFileSync(
        join(home, ".kimi/config.toml"),
        [
          'default_model = "m"',
          "[models.m]",
          'provider = "scripted"',
          'model = "m"',
          "max_context_size = 100000",
          "[providers.scripted]",
          'type = "kimi"',
          `base_url = "http://127.0.0.1:${port}/v1"`,
          'api_key = "x"',
          "",
        ].join("\n"),
      );
    },
    command: ({ folder }) => [
      join(folder, "bin/kimi"),
      ["--print", "--yolo", "-p", PROMPT],
      { KIMI_CLI_NO_AUTO_UPDATE: "1" },
    ],
    logs: ".kimi/sessions",
    // the session's own log; beside it stand the model's messages and those of sub-agents
    only: /^[^/]+\/[^/]+\/wire\.jsonl$/,
    keep: keepKimi,
  },
  cline: {
    script: {
      "main task": [
        [{ name: "run_commands", args: { commands: ["echo hi"] } }],
        [{ name: "run_commands", args: { commands: ["false"] } }],
        [{ name: "read_files", args: { files: [{ path: "/nope.txt" }] } }],
        [{ name: "spawn_agent", args: { systemPrompt: "you help", task: SUB } }],
      ],
      "sub-job": [[{ name: "run_commands", args: { commands: ["echo sub"] } }]],
    },
    setUp: ({ home, port }) => {
      const settings = join(home, ".cline/data/settings");
      mkdirSync(settings, { recursive: true });
      const chosen = {
        provider: "openai-compatible",
        apiKey: "x",
        model: "m",
        baseUrl: `http://127.0.0.1:${port}/v1`,
      };
      writeFileSync(
        join(settings, "providers.json"),
        JSON.stringify({
          version: 1,
          lastUsedProvider: chosen.provider,
          modes: {},
          providers: {
            [chosen.provider]: {
              settings: chosen,
              updatedAt: new Date().toISOString(),
              tokenSource: "manual",
            },
          },
        }),
      );
    },
    command: ({ modules }) => [join(modules, ".bin/cline"), ["--json", PROMPT], {}],
    logs: ".cline/data/sessions",
    only: /\.messages\.json$/,
    keep: keepCline,
  },
  claude: {
    script: {
      "main task": [
        [{ name: "Bash", args: { command: "echo hi" } }],
        [{ name: "Bash", args: { command: "rm x" } }],
        [{ name: "Bash", args: { command: "touch hookallow" } }],
        [{ name: "Bash", args: { command: "false" } }],
        [
          {
            name: "Agent",
            args: { subagent_type: "general-purpose", description: "sub", prompt: SUB },
          },
        ],
      ],
      "sub-job": [[{ name: "Bash", args: { command: "echo sub" } }]],
    },
    setUp: ({ home }) => {
      mkdirSync(join(home, ".claude"));
      const allowed = { hookEventName: "PreToolUse", permissionDecision: "allow" };
      const hook = `case "$(cat)" in *hookallow*) echo '${JSON.stringify({ hookSpecificOutput: allowed })}';; esac`;
      writeFileSync(
        join(home, ".claude/settings.json"),
        JSON.stringify({
          permissions: { allow: ["Bash(echo:*)", "Bash(false)"], deny: ["Bash(rm:*)"] },
          hooks: { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command: hook }] }] },
        }),
      );
    },
    command: ({ modules, port }) => [
      join(modules, "@anthropic-ai/claude-code-linux-x64/claude"),
      ["-p", PROMPT],
      {
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
        ANTHROPIC_API_KEY: "x",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
    ],
    logs: ".claude/projects",
    keep: keepClaude,
  },
};

function escalated(cmd) {
  return { cmd, sandbox_permissions: "require_escalated", justification: "x" };
}

const [name, folder, out] = process.argv.slice(2);
const agent = AGENTS[name];
// WHY not the folder for temporary files: Codex refuses it
const home = mkdtempSync(join(homedir(), "agent-recording-"));
mkdirSync(join(home, "work"));
const model = await startModel(agent.script);
const place = { home, folder, modules: join(folder, "node_modules"), port: model.port };
agent.setUp(place);
const [command, args, variables] = agent.command(place);
const running = spawn(command, args, {
  cwd: join(home, "work"),
  env: { PATH: process.env.PATH, HOME: home, ...variables },
  stdio: [agent.drive === undefined ? "ignore" : "pipe", "pipe", "inherit"],
});
const timer = setTimeout(() => running.kill(), 120_000);
let printed = "";
if (agent.drive === undefined) for await (const chunk of running.stdout) printed += chunk;
else await agent.drive(running, join(home, "work"));
clearTimeout(timer);
model.stop();
mkdirSync(out, { recursive: true });
const texts = agent.prints === true ? [printed] : logsBelow(join(home, agent.logs), agent.only);
for (const [index, text] of texts.entries())
  writeFileSync(join(out, `${name}-${index + 1}.jsonl`), shrink(text, agent.keep));
rmSync(home, { recursive: true, force: true });

function logsBelow(path, only = /\.jsonl$/) {
  return readdirSync(path, { recursive: true })
    .filter((file) => only.test(file))
    .sort()
    .map((file) => readFileSync(join(path, file), "utf8"));
}

function shrink(text, keep) {
  // a log of lines, or one document
  return (text.startsWith("{\n") ? [text] : text.split("\n"))
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => keep(JSON.parse(line)) ?? [])
    .map((record) => `${JSON.stringify(record).replaceAll(home, "/home/dev")}\n`)
    .join("");
}

/** Starts a turn, approves what is asked but for `no.txt`, and waits for both agents to end. */
async function driveAppServer(server, cwd) {
  const send = (message) => server.stdin.write(`${JSON.stringify(message)}\n`);
  const waiting = new Map();
  const call = (method, params) =>
    new Promise((resolve) => {
      waiting.set(method, resolve);
      send({ id: method, method, params });
    });
  let ended = 0;
  const finished = new Promise((resolve) => {
    let rest = "";
    server.stdout.on("data", (chunk) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop();
      for (const message of lines.map((line) => JSON.parse(line))) {
        if (message.method === undefined) waiting.get(message.id)?.(message.result);
        else if (message.id !== undefined) send({ id: message.id, result: answerTo(message) });
        else if (message.method === "turn/completed" && ++ended === 2) resolve();
      }
    });
  });
  await call("initialize", { clientInfo: { name: "recorder", version: "1" } });
  send({ method: "initialized" });
  const { thread } = await call("thread/start", { cwd });
  await call("turn/start", { threadId: thread.id, input: [{ type: "text", text: PROMPT }] });
  await finished;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  server.kill();
}

function answerTo({ method, params }) {
  if (method.includes("elicitation")) return { action: "accept", content: {} };
  return { decision: JSON.stringify(params).includes("no.txt") ? "decline" : "accept" };
}

function keepCodex({ metadata: _metadata, ...record }) {
  const { base_instructions: _instructions, ...payload } = record.payload;
  delete payload.internal_chat_message_metadata_passthrough;
  const text = payload.content?.[0]?.text ?? "";
  if (["world_state", "token_usage_record"].includes(record.type)) return undefined;
  if (["token_count", "thread_settings_applied"].includes(payload.type)) return undefined;
  if (payload.role === "developer" || text.startsWith("<")) return undefined;
  return { ...record, payload };
}

function keepGemini(record) {
  if (record.$set?.messages !== undefined) return undefined;
  const said = record.type === "user" ? record.content[0]?.text : undefined;
  if (said !== undefined && said !== PROMPT && said !== SUB) return undefined;
  const calls = record.toolCalls?.map(({ description: _, resultDisplay, ...call }) => ({
    ...call,
    // what a sub-agent did is shown at length
    ...(resultDisplay?.agentName !== undefined && {
      resultDisplay: { agentName: resultDisplay.agentName },
    }),
  }));
  return cut(calls === undefined ? record : { ...record, toolCalls: calls });
}

/** `value` with long texts of the program cut. */
function cut(value) {
  const short = (_, held) =>
    typeof held === "string" && held.length > 80 ? `${held.slice(0, 79)}…` : held;
  return JSON.parse(JSON.stringify(value, short));
}

function keepQwen(record) {
  const event = record.systemPayload?.uiEvent?.["event.name"];
  const isNoted = record.type === "system" && event !== "qwen-code.tool_call";
  return isNoted ? undefined : record;
}

function keepCopilot({ data, ...record }) {
  if (record.type === "system.message" || record.type === "session.shutdown") return undefined;
  delete data.toolTelemetry;
  delete data.transformedContent;
  delete data.supportedNativeDocumentMimeTypes;
  if (data.usage !== undefined) data.usage = { model: data.usage.model };
  return cut({ ...record, data });
}

function keepCline({ system_prompt: _prompt, ...record }) {
  return cut(record);
}

function keepKimi(record) {
  const { type, payload } = record.message?.payload?.event ?? record.message ?? {};
  if (type === "StatusUpdate" && payload.mcp_status === null) return undefined;
  return cut(record);
}

function keepOpencode(record) {
  return record;
}

function keepClaude({ attachment, ...record }) {
  if (attachment !== undefined && attachment.type !== "hook_success") return undefined;
  if (record.message?.content?.some?.(({ type }) => type === "tool_result"))
    record.message.content = record.message.content.map((block) => ({
      ...block,
      content: Array.isArray(block.content) ? "done" : block.content,
    }));
  return attachment === undefined ? record : { ...record, attachment };
}
