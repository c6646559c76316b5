import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PROMPT = "do the main task";
const SUB = "do the sub-job";

function versionOf(name) {
  return (modules) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

function write(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
}

/** Turns of one call each. */
const turns = (...calls) => calls.map(([name, args, more]) => [{ name, args, ...more }]);

/** How each host is set up and started, and what its model asks for. */
export const HOSTS = {
  claude: {
    hook: "claude-code",
    version: versionOf("@anthropic-ai/claude-agent-sdk"),
    script: (work) => ({
      "main task": turns(
        ["Bash", { command: "touch shell-allowed" }],
        ["Bash", { command: "touch shell-denied" }],
        ["Write", { file_path: join(work, "edit-allowed.txt"), content: "x" }],
        ["Write", { file_path: join(work, "edit-denied.txt"), content: "x" }],
        ["mcp__echo__ping", { text: "a" }],
        ["mcp__echo__fail", { text: "a" }],
        ["Agent", { subagent_type: "general-purpose", description: "sub", prompt: SUB }],
      ),
      "sub-job": turns(
        ["Bash", { command: "touch sub-allowed" }],
        ["Bash", { command: "touch sub-denied" }],
      ),
    }),
    setUp: ({ work, echo }) => write(join(work, ".mcp.json"), { mcpServers: { echo } }),
    command: ({ modules, port, work }) => [
      join(modules, `@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`),
      [
        ...["-p", PROMPT, "--permission-mode", "acceptEdits"],
        ...["--allowedTools", "Bash,Agent,mcp__echo__ping,mcp__echo__fail"],
        ...["--mcp-config", join(work, ".mcp.json")],
      ],
      {
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
        ANTHROPIC_API_KEY: "x",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
    ],
  },
  codex: {
    hook: "codex",
    version: versionOf("@openai/codex"),
    script: () => ({
      "main task": turns(
        ["exec_command", { cmd: "touch shell-allowed" }],
        ["exec_command", { cmd: "touch shell-denied" }],
        ["apply_patch", undefined, { text: patch("edit-allowed.txt") }],
        ["apply_patch", undefined, { text: patch("edit-denied.txt") }],
        ["ping", { text: "a" }, { namespace: "mcp__echo" }],
        ["fail", { text: "a" }, { namespace: "mcp__echo" }],
        ["spawn_agent", { message: SUB, agent_type: "worker" }, { namespace: "multi_agent_v1" }],
        ["exec_command", { cmd: "sleep 15" }],
      ),
      "sub-job": turns(
        ["exec_command", { cmd: "touch sub-allowed" }],
        ["exec_command", { cmd: "touch sub-denied" }],
      ),
    }),
    setUp: ({ home, work, port, echo }) =>
      write(
        join(home, ".codex/config.toml"),
        [
          'model = "gpt-5.5"',
          'model_provider = "scripted"',
          "[features]",
          "multi_agent = true",
          "[model_providers.scripted]",
          'name = "scripted"',
          `base_url = "http://127.0.0.1:${port}/v1"`,
          'wire_api = "responses"',
          'env_key = "MODEL_KEY"',
          "[mcp_servers.echo]",
          `command = ${JSON.stringify(echo.command)}`,
          `args = ${JSON.stringify(echo.args)}`,
          `env = { ECHO_LOG = ${JSON.stringify(echo.env.ECHO_LOG)} }`,
          `[projects.${JSON.stringify(work)}]`,
          'trust_level = "trusted"',
          "",
        ].join("\n"),
      ),
    command: ({ modules }) => [
      join(modules, ".bin/codex"),
      [
        ...["exec", "--dangerously-bypass-approvals-and-sandbox"],
        ...["--dangerously-bypass-hook-trust", "--json", PROMPT],
      ],
      { MODEL_KEY: "x" },
    ],
  },
  gemini: {
    hook: "gemini-cli",
    version: versionOf("@google/gemini-cli"),
    script: (work) => ({
      "main task": turns(
        ["run_shell_command", { command: "touch shell-allowed", description: "x" }],
        ["run_shell_command", { command: "touch shell-denied", description: "x" }],
        ["write_file", { file_path: join(work, "edit-allowed.txt"), content: "x" }],
        ["write_file", { file_path: join(work, "edit-denied.txt"), content: "x" }],
        ["mcp_echo_ping", { text: "a" }],
        ["mcp_echo_fail", { text: "a" }],
        ["invoke_agent", { agent_name: "generalist", prompt: SUB }],
      ),
      "sub-job": turns(
        ["run_shell_command", { command: "touch sub-allowed" }],
        ["run_shell_command", { command: "touch sub-denied" }],
      ),
    }),
    setUp: ({ home, echo }) =>
      write(join(home, ".gemini/settings.json"), {
        security: { auth: { selectedType: "gemini-api-key" } },
        mcpServers: { echo: { ...echo, trust: true } },
        experimental: { enableAgents: true },
      }),
    command: ({ modules, port }) => [
      join(modules, ".bin/gemini"),
      ["-m", "gemini-2.5-flash", "-p", PROMPT, "--approval-mode", "yolo"],
      {
        GEMINI_API_KEY: "x",
        GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}`,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
      },
    ],
  },
  qwen: {
    hook: "qwen",
    version: versionOf("@qwen-code/qwen-code"),
    script: (work) => ({
      "main task": turns(
        ["run_shell_command", { command: "touch shell-allowed", is_background: false }],
        ["run_shell_command", { command: "touch shell-denied", is_background: false }],
        ["write_file", { file_path: join(work, "edit-allowed.txt"), content: "x" }],
        ["write_file", { file_path: join(work, "edit-denied.txt"), content: "x" }],
        ["mcp__echo__ping", { text: "a" }],
        ["mcp__echo__fail", { text: "a" }],
        ["agent", { subagent_type: "general-purpose", description: "sub", prompt: SUB }],
      ),
      "sub-job": turns(
        ["run_shell_command", { command: "touch sub-allowed", is_background: false }],
        ["run_shell_command", { command: "touch sub-denied", is_background: false }],
      ),
    }),
    setUp: ({ home, echo }) =>
      write(join(home, ".qwen/settings.json"), { mcpServers: { echo: { ...echo, trust: true } } }),
    command: ({ modules, port }) => [
      join(modules, ".bin/qwen"),
      ["-p", PROMPT, "--approval-mode", "yolo", "--auth-type", "openai"],
      {
        OPENAI_API_KEY: "x",
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
        OPENAI_MODEL: "m",
      },
    ],
  },
  opencode: {
    hook: "opencode",
    version: versionOf("opencode-ai"),
    script: (work) => ({
      "main task": turns(
        ["bash", { command: "touch shell-allowed", description: "x" }],
        ["bash", { command: "touch shell-denied", description: "x" }],
        ["write", { filePath: join(work, "edit-allowed.txt"), content: "x" }],
        ["write", { filePath: join(work, "edit-denied.txt"), content: "x" }],
        ["echo_ping", { text: "a" }],
        ["echo_fail", { text: "a" }],
        ["task", { description: "sub", prompt: SUB, subagent_type: "general" }],
      ),
      "sub-job": turns(
        ["bash", { command: "touch sub-allowed", description: "y" }],
        ["bash", { command: "touch sub-denied", description: "y" }],
      ),
    }),
    setUp: ({ home, port, echo }) =>
      write(join(home, ".config/opencode/opencode.json"), {
        provider: {
          s: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "x" },
            models: { m: { name: "m" } },
          },
        },
        mcp: {
          echo: { type: "local", command: [echo.command, ...echo.args], environment: echo.env },
        },
        model: "s/m",
        autoupdate: false,
      }),
    command: ({ modules }) => [
      join(modules, "opencode-linux-x64/bin/opencode"),
      ["run", "--format", "json", PROMPT],
      { OPENCODE_DISABLE_AUTOUPDATE: "1" },
    ],
  },
  copilot: {
    hook: "copilot",
    version: versionOf("@github/copilot"),
    script: (work) => ({
      "main task": turns(
        ["bash", { command: "touch shell-allowed", description: "x" }],
        ["bash", { command: "touch shell-denied", description: "x" }],
        ["create", { path: join(work, "edit-allowed.txt"), file_text: "x" }],
        ["create", { path: join(work, "edit-denied.txt"), file_text: "x" }],
        ["echo-ping", { text: "a" }],
        ["echo-fail", { text: "a" }],
        ["task", { agent_type: "general-purpose", name: "sub", description: "sub", prompt: SUB }],
      ),
      "sub-job": turns(
        ["bash", { command: "touch sub-allowed", description: "x" }],
        ["bash", { command: "touch sub-denied", description: "x" }],
      ),
    }),
    setUp: ({ home, echo }) =>
      write(join(home, ".copilot/mcp-config.json"), {
        mcpServers: { echo: { type: "local", tools: ["*"], ...echo } },
      }),
    command: ({ modules, port }) => [
      join(modules, ".bin/copilot"),
      ["-p", PROMPT, "--allow-all-tools", "--allow-all-paths", "--trust-folder"],
      {
        COPILOT_OFFLINE: "true",
        COPILOT_PROVIDER_BASE_URL: `http://127.0.0.1:${port}/v1`,
        COPILOT_PROVIDER_API_KEY: "x",
        COPILOT_MODEL: "gpt-4.1",
      },
    ],
  },
  droid: {
    hook: "droid",
    // its sub-agents ask a model that needs an account
    untried: ["sub-agent"],
    version: versionOf("@factory/cli"),
    script: (work) => ({
      "main task": turns(
        ["Execute", { command: "touch shell-allowed", riskLevel: "low", riskLevelReason: "x" }],
        ["Execute", { command: "touch shell-denied", riskLevel: "low", riskLevelReason: "x" }],
        ["Create", { file_path: join(work, "edit-allowed.txt"), content: "x" }],
        ["Create", { file_path: join(work, "edit-denied.txt"), content: "x" }],
        ["echo___ping", { text: "a" }],
        ["echo___fail", { text: "a" }],
      ),
    }),
    setUp: ({ home, port, echo }) => {
      write(join(home, ".factory/settings.json"), {
        customModels: [
          {
            model: "m",
            displayName: "m",
            baseUrl: `http://127.0.0.1:${port}/v1`,
            apiKey: "x",
            provider: "generic-chat-completion-api",
          },
        ],
      });
      write(join(home, ".factory/mcp.json"), { mcpServers: { echo: { type: "stdio", ...echo } } });
    },
    command: ({ modules }) => [
      join(modules, "@factory/cli-linux-x64/bin/droid"),
      ["exec", "-m", "custom:m", "--skip-permissions-unsafe", PROMPT],
      { FACTORY_API_KEY: "fk-x" },
    ],
  },
};

function patch(file) {
  return `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch\n`;
}
