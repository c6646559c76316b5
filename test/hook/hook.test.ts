import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { byItself, byServer } from "../../src/hook/decider.ts";
import { HOSTS } from "../../src/hook/hosts.ts";
import { runHook } from "../../src/hook/run-hook.ts";
import { agentz, agentzProcess, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { serve } from "../serve/running.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: coder
version: 1.0.0
session:
  counters: [{ name: reads, add: "1.0", when: "action.name == 'Read'" }]
rules:
  - { id: read, effect: allow, actions: [host/Read, read, read_file], when: "session.counters.reads < 2.0" }
  - { id: push, effect: require_approval, actions: [Write, write, write_file], reason: pushes are seen }
  - { id: pay, effect: require_approval, actions: [Pay], approval: { approvers: ["role:boss"] } }
  - { id: maybe, effect: allow, actions: [Maybe], when: "context.signals.score < 0.5" }
  - { id: mail, effect: deny, actions: [mail/*], reason: no mail }
`;

/** What each host gives for a call of a tool, and where it reads the answer. */
const SHAPES = {
  "claude-code": {
    call: (tool: string) => ({
      hook_event_name: "PreToolUse",
      session_id: "s",
      tool_use_id: `t-${tool}`,
      tool_name: tool,
      tool_input: {},
      cwd: "/p",
    }),
    pointer: ["hookSpecificOutput", "permissionDecision"],
    asks: true,
  },
  "gemini-cli": {
    call: (tool: string) => ({
      hook_event_name: "BeforeTool",
      session_id: "s",
      tool_name: tool,
      tool_input: {},
    }),
    pointer: ["decision"],
    asks: false,
  },
  cursor: {
    call: (tool: string) => ({
      hook_event_name: "preToolUse",
      conversation_id: "s",
      tool_use_id: "t",
      tool_name: tool,
      tool_input: {},
    }),
    pointer: ["permission"],
    asks: true,
  },
  copilot: {
    call: (tool: string) => ({ sessionId: "s", toolName: tool, toolArgs: "{}" }),
    pointer: ["permissionDecision"],
    asks: true,
  },
  opencode: {
    call: (tool: string) => ({ tool, sessionID: "s", callID: "c", args: {} }),
    pointer: ["stop"],
    asks: false,
  },
} as const;
type Shape = (typeof SHAPES)[keyof typeof SHAPES];
const shapeOf = (host: string): Shape =>
  host === "gemini-cli" || host === "cursor" || host === "copilot" || host === "opencode"
    ? SHAPES[host]
    : SHAPES["claude-code"];
const ALL_POINTERS = [...new Set(Object.values(SHAPES).map(({ pointer }) => pointer.join("/")))];

function at(value: unknown, path: string): unknown {
  return path
    .split("/")
    .reduce<unknown>((inner, key) => (inner === undefined ? inner : Object(inner)[key]), value);
}

const folder = scratch({ "p.yaml": POLICY });
let logs = 0;
/** What a hook writes for a call, on a log of its own. */
async function hook(
  name: string,
  input: unknown,
  of: { readonly log?: string; readonly server?: string } = {},
): Promise<unknown> {
  const host = HOSTS.get(name);
  if (host === undefined) throw new Error(name);
  const own = byItself({
    candidate: ["p.yaml"],
    settings: { cwd: folder },
    log: join(folder, of.log ?? `.agentz/${logs++}.jsonl`),
    clock: Date.now,
    tell: (what) => expect(what).toBe(""),
  });
  const said = await runHook(host, typeof input === "string" ? input : JSON.stringify(input), {
    subject: { type: "agent", id: name },
    decide: () => (of.server === undefined ? own : byServer(of.server, undefined)),
  });
  return said === "" ? undefined : JSON.parse(said);
}

describe.each([...HOSTS.keys()])("%s", (name) => {
  const { call, pointer, asks: mayAsk } = shapeOf(name);
  const asks = mayAsk && name !== "codex";
  const own = pointer.join("/");
  const denied = name === "opencode" ? expect.stringContaining("denied by") : "deny";

  test("a permitted call is left to the host", async () => {
    expect(await hook(name, call("Read"))).toBeUndefined();
  });

  test("a denied one is denied where this host reads it, and where no other does", async () => {
    const answer = await hook(name, call("Other"));
    expect(at(answer, own)).toEqual(denied);
    for (const other of ALL_POINTERS.filter((one) => one !== own))
      expect([other, at(answer, other)]).toEqual([other, undefined]);
    expect(JSON.stringify(answer)).toContain("default");
  });

  test("what an approval settles is asked where the host can ask, else denied", async () => {
    const answer = await hook(name, call("Write"));
    expect(JSON.stringify(answer)).toContain("pushes are seen");
    if (asks) expect(at(answer, own)).toBe("ask");
    else if (name !== "opencode") expect(at(answer, own)).toBe("deny");
  });

  test("an approval that nobody at the terminal may give is denied", async () => {
    expect(JSON.stringify(at(await hook(name, call("Pay")), own))).toMatch(/deny|role:boss/);
  });

  test("what cannot be decided is denied", async () => {
    for (const input of [
      "",
      "{",
      "[]",
      {},
      { ...call("Read"), hook_event_name: undefined, tool: 1, toolName: 1 },
    ])
      expect(at(await hook(name, input), own)).toEqual(
        name === "opencode" ? expect.stringContaining("could not be decided") : "deny",
      );
    const broken = await hook(name, call("Read"), { server: "unix:/nowhere.sock" });
    expect(JSON.stringify(broken)).toContain("could not be decided");
  });

  test("install keeps what is there, doctor sees it, uninstall takes back only its own", async () => {
    const project = scratch({ "p.yaml": POLICY });
    const file = HOSTS.get(name)?.file?.project;
    const before = { theme: "dark", hooks: { PreToolUse: [{ matcher: "Bash", hooks: [] }] } };
    if (file !== undefined) {
      mkdirSync(dirname(join(project, file)), { recursive: true });
      writeFileSync(join(project, file), JSON.stringify(before));
    }
    const run = async (...args: readonly string[]): Promise<string> => {
      const done = await runInProcess(project, {}, ["hook", ...args]);
      expect([args, done.status, done.stderr]).toEqual([args, 0, ""]);
      return done.stdout;
    };
    const none = await runInProcess(project, {}, ["hook", "doctor", name, "--candidate", "p.yaml"]);
    expect(none.status).toBe(1);
    await run("install", name, "--candidate", "p.yaml");
    await run("install", name, "--candidate", "p.yaml");
    const told = await run("doctor", name, "--candidate", "p.yaml");
    expect(told).toMatch(/sha256:[0-9a-f]+ decides the calls/);
    for (const gap of HOSTS.get(name)?.gaps ?? []) expect(told).toContain(gap);
    if (file !== undefined) {
      const text = readFileSync(join(project, file), "utf8");
      expect(JSON.parse(text)).toMatchObject({ theme: "dark" });
      const entries = Object.values(JSON.parse(text).hooks).map((list) => JSON.stringify(list));
      const counts = entries.map((list) => list.split(` hook ${name} `).length - 1);
      expect([Math.max(...counts), counts.includes(1)]).toEqual([1, true]);
    }
    await run("uninstall", name);
    if (file === undefined)
      expect(existsSync(join(project, ".opencode/plugin/agentz.js"))).toBe(false);
    else expect(JSON.parse(readFileSync(join(project, file), "utf8"))).toMatchObject(before);
  });
});

describe("hook", () => {
  const claude = SHAPES["claude-code"].call;

  test("state goes on from call to call, by the log, and outcomes are recorded", async () => {
    const log = { log: "own/log.jsonl" };
    const read = (id: string): Promise<unknown> =>
      hook("claude-code", { ...claude("Read"), tool_use_id: id }, log);
    expect([await read("a"), await read("b")]).toEqual([undefined, undefined]);
    expect(at(await read("c"), "hookSpecificOutput/permissionDecision")).toBe("deny");
    const after = { ...claude("Read"), hook_event_name: "PostToolUse", tool_use_id: "a" };
    expect(await hook("claude-code", after, log)).toBeUndefined();
    const lines = readFileSync(join(folder, "own/log.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        id: "s/a",
        session: "s",
        action: { server: "host", name: "Read" },
        subject: { id: "claude-code" },
      },
      { id: "s/b" },
      { id: "s/c", decision: { effect: "deny" } },
      { type: "outcome", parent: "s/a", outcome: { status: "ok" } },
    ]);
  });

  test("indeterminate asks, an MCP tool is one of its server, a sub-agent is itself", async () => {
    const open = await hook("claude-code", { ...claude("Maybe") });
    expect(at(open, "hookSpecificOutput/permissionDecision")).toBe("ask");
    expect(JSON.stringify(open)).toContain("context.signals");
    expect(JSON.stringify(await hook("claude-code", claude("mcp__mail__send")))).toContain(
      "no mail",
    );
    const log = { log: "sub.jsonl" };
    await hook("claude-code", { ...claude("Read"), agent_type: "explorer" }, log);
    expect(JSON.parse(readFileSync(join(folder, "sub.jsonl"), "utf8"))).toMatchObject({
      subject: { type: "agent", id: "explorer" },
      context: { delegation: ["agent:claude-code"] },
    });
  });

  test("a decision point that runs is asked", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    await serve(["--candidate", "p.yaml", "--listen", "unix:s.sock"], { cwd });
    const asked = agentz(["hook", "claude-code", "--server", `unix:${join(cwd, "s.sock")}`], {
      cwd,
      input: JSON.stringify(claude("Other")),
    });
    expect(asked.stdout).toContain('"permissionDecision":"deny"');
    expect(readFileSync(join(cwd, "decisions.jsonl"), "utf8")).toContain('"id":"s/t-Other"');
  });

  test("the plugin of opencode throws what is denied", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    agentzProcess(["hook", "install", "opencode", "--candidate", "p.yaml"], { cwd });
    const script = `import { Agentz } from ${JSON.stringify(pathToFileURL(join(cwd, ".opencode/plugin/agentz.js")).href)};
      const hooks = await Agentz({ directory: "." });
      const ask = (tool) => hooks["tool.execute.before"]({ tool, sessionID: "s", callID: tool }, { args: {} });
      await ask("read");
      await ask("bash").catch((error) => console.log(error.message));`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd });
    expect(said.toString()).toContain("agentz: denied by default");
  });

  test.each([
    [["hook", "claud-code"], "did you mean `claude-code`?"],
    [["hook", "claude-code", "--subject", "me"], "is not a subject"],
  ])("%j is refused", (args, why) => {
    const done = agentz(args, { cwd: folder });
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  test("settings that are no JSON stay as they are", () => {
    const cwd = scratch({ "p.yaml": POLICY, ".claude/settings.json": "{ // mine\n}" });
    const done = agentz(["hook", "install", "claude-code", "--candidate", "p.yaml"], { cwd });
    expect([done.status, readFileSync(join(cwd, ".claude/settings.json"), "utf8")]).toEqual([
      2,
      "{ // mine\n}",
    ]);
  });
});
