/**
 * Runs real coding agents with a scripted model and the hooks that `agentz hook install` writes, and
 * shows what each host honours: calls that the policies deny must not run, others must.
 *
 * npm install @anthropic-ai/claude-agent-sdk @openai/codex @google/gemini-cli @qwen-code/qwen-code \
 *   opencode-ai @github/copilot @factory/cli
 * node scripts/build.mjs
 * node scripts/hooks/run-hosts.mjs <folder of node_modules> [host ...] [--http | --crash | --late]
 *
 * --http lets the host ask a decision point; --crash takes the hook's program away, and --late keeps it
 * from answering in time: then no call should run. --verbose shows everything and keeps the folder.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startModel } from "../record/scripted-model.mjs";
import { HOSTS } from "./hosts.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const AGENTZ = join(ROOT, "bin/agentz.js");
const PATIENCE_MS = 120_000;

/** Denies what names `denied`, in any argument that hosts use, and the tool `fail`; allows the rest. */
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: hosts
version: 1.0.0
rules:
  - { id: all, effect: allow, actions: ["*"] }
  - { id: fail, effect: deny, actions: ["echo/fail", "host/echo-fail"], reason: this tool is forbidden }
  - id: denied
    effect: deny
    actions: ["*"]
    reason: this name is forbidden
    when: >-
      ["command", "cmd", "input", "patch", "file_path", "filePath", "path"]
      .exists(name, name in args && string(args[name]).contains("denied"))
`;

/** What has to have run, and what must not have. */
const WHAT = {
  shell: { allowed: "shell-allowed", denied: "shell-denied" },
  edit: { allowed: "edit-allowed.txt", denied: "edit-denied.txt" },
  MCP: { allowed: "ping", denied: "fail" },
  "sub-agent": { allowed: "sub-allowed", denied: "sub-denied" },
};

/** Whether the allowed call ran, and the denied one was decided and did not run. */
function resultsOf({ work, called, decided }) {
  const ran = (name) => existsSync(join(work, name)) || called.includes(name);
  const wasDenied = (name) =>
    decided.some(
      ({ action, args, decision }) =>
        decision?.effect === "deny" &&
        (JSON.stringify(args).includes(name) || action.name.endsWith(name)),
    );
  return Object.entries(WHAT).map(([what, { allowed, denied }]) => ({
    what,
    allowed: ran(allowed) ? "ran" : "DID NOT RUN",
    denied: ran(denied) ? "RAN" : wasDenied(denied) ? "stopped" : "WAS NOT ASKED",
  }));
}

function run(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  return new Promise((resolve) =>
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, text });
    }),
  );
}

function agentz(args, place) {
  const env = { PATH: process.env.PATH, HOME: place.home, NO_COLOR: "1" };
  return spawnSync(process.execPath, [AGENTZ, ...args], { cwd: place.work, env, encoding: "utf8" });
}

/** Puts words before the command of the hooks that were installed. */
function changeCommand(work, before, how) {
  for (const name of readdirSync(work, { recursive: true }).filter((one) => /js(on)?$/.test(one))) {
    const text = readFileSync(join(work, name), "utf8");
    if (/ hook /.test(text))
      writeFileSync(
        join(work, name),
        text
          .replaceAll(`"${process.execPath} `, `"${before()}${process.execPath} `)
          // a minute is long to wait for
          .replace(/(?<="timeout(?:Sec)?": )60/g, how === "late" ? "2" : "60"),
      );
  }
}

/** What keeps what the host tells of each call, to be looked at. */
function keepingInputs(work) {
  const file = join(work, "inputs.jsonl");
  return `(tee -a ${file}; echo >> ${file}) | `;
}

/** A decision point that runs. */
function startPoint({ work, home }) {
  mkdirSync(join(work, ".agentz"));
  const args = ["serve", "--candidate", "policies", "--listen", "127.0.0.1:0"];
  const child = spawn(process.execPath, [AGENTZ, ...args, "--log", ".agentz/decisions.jsonl"], {
    cwd: work,
    env: { PATH: process.env.PATH, HOME: home, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const [, url] = /on (http:\/\/\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve({ url, stop: () => child.kill() });
    });
    child.on("close", () => reject(new Error(said)));
  });
}

function namesOf(log) {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8").split("\n").filter(Boolean);
}

/** What a host did with the hook. */
async function tryHost(host, modules, { isVerbose, how }) {
  // WHY not the folder for temporary files: Codex refuses it
  const home = mkdtempSync(join(homedir(), "agentz-host-"));
  const work = join(home, "work");
  mkdirSync(join(work, "policies"), { recursive: true });
  writeFileSync(join(work, "policies/hosts.yaml"), POLICY);
  spawnSync("git", ["init", "-q"], { cwd: work });
  const requests = [];
  const model = await startModel(host.script(work), (_, url, text) => requests.push({ url, text }));
  const echo = { command: process.execPath, args: [join(ROOT, "scripts/record/echo-mcp.mjs")] };
  const log = join(home, "mcp.log");
  const place = {
    home,
    work,
    modules,
    port: model.port,
    echo: { ...echo, env: { ECHO_LOG: log } },
  };
  let point;
  try {
    host.setUp(place);
    point = how === "http" ? await startPoint(place) : undefined;
    const by =
      point === undefined ? ["--candidate", "policies"] : ["--http", "--server", point.url];
    const installed = agentz(["hook", "install", host.hook, ...by], place);
    if (installed.status !== 0) throw new Error(installed.stderr);
    if (how === "crash") changeCommand(work, () => "/nowhere/", how);
    if (how === "late") changeCommand(work, () => "sleep 6; ", how);
    if (isVerbose) changeCommand(work, () => keepingInputs(work), how);
    const [command, args, variables = {}] = host.command(place);
    const env = { PATH: process.env.PATH, HOME: home, NO_COLOR: "1", ...variables };
    const done = await run(command, args, { cwd: work, env });
    const decided = namesOf(join(work, ".agentz/decisions.jsonl")).map((line) => JSON.parse(line));
    if (isVerbose) show({ host, done, decided, requests, home });
    const results = resultsOf({ work, called: namesOf(log), decided }).filter(
      ({ what }) => !host.untried?.includes(what),
    );
    return { ...done, decided, results };
  } finally {
    model.stop();
    point?.stop();
    if (!isVerbose) rmSync(home, { recursive: true, force: true });
  }
}

function show({ host, done, decided, requests, home }) {
  console.log(`${host.hook}: status ${done.status}, ${home}`);
  console.log(done.text.slice(-3000));
  for (const { action, args, decision, session } of decided)
    if (action !== undefined)
      console.log(session, JSON.stringify(action), JSON.stringify(args), decision.effect);
  console.log(requests.map(({ url, text }) => `${url} ${text.length}`).join("\n"));
  writeFileSync(join(home, "requests.json"), JSON.stringify(requests, null, 1));
}

const [folder, ...given] = process.argv.slice(2);
const isVerbose = given.includes("--verbose");
const how = ["http", "crash", "late"].find((one) => given.includes(`--${one}`)) ?? "command";
const names = given.filter((name) => !name.startsWith("--"));
const modules = join(folder, "node_modules");
const isAnswered = how === "command" || how === "http";
let isWrong = false;
for (const name of names.length > 0 ? names : Object.keys(HOSTS)) {
  const host = HOSTS[name];
  const { status, results, decided } = await tryHost(host, modules, { isVerbose, how });
  const count = decided.filter(({ decision }) => decision !== undefined).length;
  console.log(`${name} ${host.version(modules)}, ${how}: ${count} decided, exit ${status}`);
  for (const { what, allowed, denied } of results) {
    console.log(`  ${what.padEnd(10)} allowed: ${allowed.padEnd(12)} denied: ${denied}`);
    isWrong ||= denied === "RAN" || (isAnswered && (allowed !== "ran" || denied !== "stopped"));
  }
}
process.exitCode = isWrong ? 1 : 0;
