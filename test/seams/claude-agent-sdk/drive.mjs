import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { startModel } from "./scripted-model.js";

mkdirSync("home");
writeFileSync("secret.txt", "a secret");
const refund = (amount) => [{ name: "mcp__shop__refund", args: { order: "1", amount } }];
const turns = [
  [{ name: "mcp__shop__lookup", args: { order: "1" } }],
  refund(100),
  refund(100),
  refund(1),
  refund(401),
  refund(402),
  refund(403),
  refund(404),
  refund(4000),
  [{ name: "Read", args: { file_path: `${process.cwd()}/secret.txt` } }],
  [{ name: "Bash", args: { command: "touch made.txt", description: "makes a file" } }],
  [{ name: "Write", args: { file_path: `${process.cwd()}/written.txt`, content: "x" } }],
];
const model = await startModel({ "main task": turns });
process.env.ANTHROPIC_BASE_URL = `http://127.0.0.1:${model.port}`;
process.env.ANTHROPIC_API_KEY = "x";
process.env.CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC = "1";
process.env.HOME = `${process.cwd()}/home`;
const { start } = await import("./app.js");
const { guardOf } = await import("./guard.js");
const { answers, ask, asked, ran } = await import("./own.js");

const mia = "human:lead-mia";
answers.push(
  { by: mia, decision: "granted" },
  { by: mia, decision: "refused" },
  { by: "human:joe", decision: "granted" },
);
const told = [];
for await (const message of start("do the main task", "s"))
  if (message.type === "user")
    for (const part of message.message.content)
      if (part.type === "tool_result")
        told.push(typeof part.content === "string" ? part.content : part.content[0].text);
model.stop();
const made = ["made.txt", "written.txt"].filter((name) => existsSync(name));
const [{ hooks }] = guardOf("t", Number.NaN, ask).hooks.PreToolUse;
const input = { hook_event_name: "PreToolUse", tool_name: "mcp__shop__lookup", tool_input: {} };
const { hookSpecificOutput: broken } = await hooks[0](input);
console.log(JSON.stringify({ ran, asked, told, made, broken }));
