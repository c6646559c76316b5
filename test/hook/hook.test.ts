import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { byServer } from "../../src/hook/decider.ts";
import { HOSTS } from "../../src/hook/hosts.ts";
import { byItself } from "../../src/hook/own-decider.ts";
import { runHook } from "../../src/hook/run-hook.ts";
import { agentz, agentzProcess, ROOT, scratch, type Done } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { lacks } from "../needs.ts";
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
    cache: undefined,
    clock: Date.now,
    tell: (what) => expect(what).toBe(""),
  });
  const text = typeof input === "string" ? input : JSON.stringify(input);
  const said = await runHook(host, () => Promise.resolve(text), {
    subject: { type: "agent", id: name },
    decide: of.server === undefined ? own : byServer(of.server, undefined),
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
    expect(told).toMatch(/the policies sha256:[0-9a-f]+ decide the calls/);
    const { gaps = [], toDo = "" } = HOSTS.get(name) ?? {};
    for (const gap of [...gaps, toDo]) expect(told).toContain(gap);
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

  test("an MCP server called `host` is not the agent's own host", async () => {
    const answered = await hook("claude-code", claude("mcp__host__Read"), { log: "named.jsonl" });
    expect(at(answered, "hookSpecificOutput/permissionDecision")).not.toBe("allow");
    expect(answered).not.toBeUndefined();
    const { action } = JSON.parse(readFileSync(join(folder, "named.jsonl"), "utf8"));
    expect(action).toEqual({ kind: "mcp_request" });
  });

  test.skipIf(lacks("posix"))(
    "a log that is no file is refused before anybody reads it",
    async () => {
      const piped = join(folder, "piped");
      execFileSync("mkfifo", [piped]);
      const answered = await hook("claude-code", claude("Read"), { log: "piped" });
      expect(at(answered, "hookSpecificOutput/permissionDecision")).toBe("deny");
      expect(JSON.stringify(answered)).toContain("is not a regular file");
      expect(readdirSync(folder).filter((name) => name.startsWith("piped"))).toEqual(["piped"]);
    },
  );

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

  test("http hooks ask a decision point, and a failure of one is told to stop the call", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const { port } = await serve(["--candidate", "p.yaml"], { cwd });
    const url = `http://127.0.0.1:${port}`;
    const add = ["hook", "install", "claude-code", "--http", "--server", url];
    expect(agentz([...add, "--subject", "agent:coder"], { cwd }).status).toBe(0);
    const { hooks } = JSON.parse(readFileSync(join(cwd, ".claude/settings.json"), "utf8"));
    const [
      {
        hooks: [asked],
      },
    ] = hooks.PreToolUse;
    expect(asked).toEqual({
      type: "http",
      url: `${url}/v1/hooks/claude-code?subject=agent%3Acoder`,
      timeout: 60,
      headers: { Authorization: "Bearer $AGENTZ_TOKEN" },
      allowedEnvVars: ["AGENTZ_TOKEN"],
      onFailure: "block",
    });
    const ask = async (body: unknown, path = asked.url): Promise<unknown> => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      return [answer.status, await answer.json()];
    };
    const stopped = [200, { hookSpecificOutput: { permissionDecision: "deny" } }];
    expect(await ask(claude("Read"))).toEqual([200, {}]);
    expect(await ask({ ...claude("Read"), hook_event_name: "PostToolUse" })).toEqual([200, {}]);
    expect(await ask(claude("Other"))).toMatchObject(stopped);
    expect(await ask({ tool_name: "Read" })).toMatchObject(stopped);
    expect(await ask(claude("Read"), `${url}/v1/hooks/claude-code?subject=me`)).toMatchObject(
      stopped,
    );
    expect(await ask({ ...claude("Read"), hook_event_name: "SessionEnd" })).toEqual([200, {}]);
    const lines = readFileSync(join(cwd, "decisions.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: "s/t-Read", subject: { id: "coder" }, decision: { effect: "allow" } },
      { type: "outcome", parent: "s/t-Read" },
      { id: "s/t-Other", decision: { effect: "deny" } },
      { type: "session_end", session: "s" },
    ]);
    expect(agentz(["hook", "doctor", "claude-code", "--server", url], { cwd })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("the hooks are in"),
    });
    expect(agentz(["hook", "uninstall", "claude-code"], { cwd }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, ".claude/settings.json"), "utf8"))).toEqual({});
  });

  test("http hooks are refused in the host's own form: hosts take any other status for leave to go on", async () => {
    const cwd = scratch({ "p.yaml": POLICY, token: "bearer secret\n" });
    const { port } = await serve(
      ["--candidate", "p.yaml", "--credentials", "token", "--max-body", "2000"],
      { cwd },
    );
    const ask = async (
      body: string | Uint8Array<ArrayBuffer>,
      headers: Readonly<Record<string, string>> = {},
      host = "claude-code",
    ): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/hooks/${host}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: "Bearer secret",
          ...headers,
        },
        body,
      });
      return [answer.status, await answer.json()];
    };
    const read = JSON.stringify(claude("Read"));
    expect(await ask(read)).toEqual([200, {}]);
    const notUtf8 = new Uint8Array(Buffer.from(read.replace('"/p"', '"\xff"'), "latin1"));
    const refused: readonly (readonly [Parameters<typeof ask>, string])[] = [
      [["{"], "the body cannot be used"],
      [[""], "the body is empty"],
      [["[]"], "has to be a JSON object"],
      [[notUtf8], "not UTF-8"],
      [[read.replace("{", '{"tool_name":"Other",')], "a member twice"],
      [[read.replace("{}", '{"x":9007199254740993}')], "a number that a double cannot represent"],
      [[read.replace("/p", "p".repeat(2000))], "more than 2000 bytes"],
      [[read, { "content-type": "text/plain" }], "the content type"],
      [[read, { "content-encoding": "gzip" }], "without a content encoding"],
      [[read, { authorization: "Bearer other" }], "could not be decided"],
    ];
    for (const [input, why] of refused) {
      expect([why, await ask(...input)]).toEqual([
        why,
        [
          200,
          {
            hookSpecificOutput: {
              hookEventName: "PreToolUse",
              permissionDecision: "deny",
              permissionDecisionReason: expect.stringContaining(why),
            },
          },
        ],
      ]);
      expect(await ask(input[0], input[1] ?? {}, "cursor")).toMatchObject([
        200,
        { permission: "deny" },
      ]);
    }
    const plain = await fetch(`http://127.0.0.1:${port}/v1/decide`, { method: "POST", body: "{" });
    expect(plain.status).toBe(401);
  });

  test.each([
    ["claude-code", "BeforeToolUse", "deny"],
    ["claude-code", "pretooluse", "deny"],
    ["claude-code", "PermissionRequest", undefined],
    ["claude-code", "PostToolBatch", undefined],
    ["claude-code", "UserPromptSubmit", undefined],
    ["qwen", "BeforeTool", "deny"],
    ["droid", "PreCall", "deny"],
    ["codex", "Stop", undefined],
    ["gemini-cli", "BeforeToolCall", "deny"],
    ["gemini-cli", "AfterTool", undefined],
    ["gemini-cli", "BeforeModel", undefined],
    ["cursor", "beforeReadFile", "deny"],
    ["cursor", "beforeBrowser", "deny"],
    ["cursor", "afterFileEdit", undefined],
    ["cursor", "beforeSubmitPrompt", undefined],
  ])(
    "%s: an unknown event of a call is denied, any other is not asked: %s",
    async (name, event, told) => {
      const call = /tool|call|browser|batch|permission/i.test(event)
        ? { tool_name: "Read", tool_input: {} }
        : /file/i.test(event)
          ? { file_path: "/a" }
          : {};
      const said = await hook(name, { hook_event_name: event, session_id: "s", ...call });
      expect(at(said, shapeOf(name).pointer.join("/"))).toBe(told);
      if (told !== undefined) expect(JSON.stringify(said)).toContain(`\`${event}\``);
    },
  );

  test.skipIf(lacks("posix"))(
    "where nothing listens at the usual socket, the hook decides itself; at a named one it denies",
    () => {
      const cwd = scratch({ "p.yaml": POLICY, "agentz.yaml": "candidate: [p.yaml]\n" });
      const socket = join(cwd, "agentz.sock");
      const bind = `require("node:net").createServer().listen(${JSON.stringify(socket)},
        () => process.kill(process.pid, "SIGKILL"))`;
      spawnSync(process.execPath, ["-e", bind]);
      expect(existsSync(socket)).toBe(true);
      const ask = (tool: string, ...args: readonly string[]): string =>
        spawnSync(process.execPath, [join(ROOT, "bin/agentz.js"), "hook", "claude-code", ...args], {
          cwd,
          env: { XDG_RUNTIME_DIR: cwd, HOME: cwd },
          input: JSON.stringify(claude(tool)),
          encoding: "utf8",
        }).stdout;
      expect(ask("Read")).toBe("");
      expect(ask("Other")).toContain("denied by default");
      expect(readFileSync(join(cwd, ".agentz/decisions.jsonl"), "utf8")).toContain('"s/t-Read"');
      expect(ask("Read", "--server", `unix:${socket}`)).toContain("ECONNREFUSED");
    },
  );

  test("input that is too large, no UTF-8, or says one thing twice is denied", () => {
    const asked = (input: string | Buffer): string =>
      agentz(["hook", "claude-code", "--candidate", "p.yaml"], { cwd: folder, input }).stdout;
    const read = JSON.stringify(claude("Read"));
    for (const [input, why] of [
      [read.replace("/p", "p".repeat(10_000_000)), "more than 8 MiB"],
      [Buffer.from(read.replace("/p", "\xff"), "latin1"), "not valid UTF-8"],
      [read.replace("{}", '{"a":1,"a":2}'), "a member twice"],
    ] as const) {
      expect(asked(input)).toMatch(new RegExp(`"permissionDecision":"deny".*${why}`));
    }
  });

  test.each([
    ["claude-code", "PreToolUse", 60],
    ["codex", "PreToolUse", 60],
    ["droid", "PreToolUse", 60],
    ["gemini-cli", "BeforeTool", 60_000],
    ["qwen", "PreToolUse", 60_000],
    ["cursor", "preToolUse", undefined],
  ])("%s waits for a minute, and stops the call if the program is gone", (name, event, timeout) => {
    const cwd = scratch({ "p.yaml": POLICY });
    agentz(["hook", "install", name, "--candidate", "p.yaml"], { cwd });
    const file = join(cwd, HOSTS.get(name)?.file?.project ?? "");
    const [entry] = JSON.parse(readFileSync(file, "utf8")).hooks[event];
    const [hook] = entry.hooks ?? [entry];
    expect([hook.timeout, hook.command]).toEqual([timeout, expect.stringMatching(/ \|\| exit 2$/)]);
    const gone = hook.command.replace(process.execPath, "/nowhere/node");
    expect(spawnSync(gone, { shell: true }).status).toBe(2);
  });

  test("the command that is installed answers", () => {
    const cwd = scratch({ "my p.yaml": POLICY });
    agentzProcess(["hook", "install", "gemini-cli", "--candidate", "my p.yaml"], { cwd });
    const { hooks } = JSON.parse(readFileSync(join(cwd, ".gemini/settings.json"), "utf8"));
    const input = JSON.stringify(SHAPES["gemini-cli"].call("Other"));
    const { status, stdout } = spawnSync(hooks.BeforeTool[0].hooks[0].command, {
      shell: true,
      input,
    });
    expect([status, JSON.parse(stdout.toString())]).toMatchObject([0, { decision: "deny" }]);
  });

  /** The answer of a hook's own process with the time that it has, and how it ended. */
  const timed = (cwd: string, args: readonly string[], isOpen = false): Promise<unknown> => {
    const line = [join(ROOT, "bin/agentz.js"), "hook", "codex", "--timeout", "700ms", ...args];
    const child = spawn(process.execPath, line, { cwd, stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => void (said += bytes.toString()));
    child.stdin.write(JSON.stringify(SHAPES["claude-code"].call("Read")));
    if (!isOpen) child.stdin.end();
    return new Promise((done) => child.on("exit", (status) => done([status, JSON.parse(said)])));
  };
  const LATE = [
    0,
    {
      hookSpecificOutput: {
        hookEventName: "PreToolUse",
        permissionDecision: "deny",
        permissionDecisionReason: expect.stringContaining("no decision within 700 ms"),
      },
    },
  ];

  test("design 15.3: what is not decided in time is denied before the host goes on", async () => {
    const cwd = scratch({ "p.yaml": POLICY, "l.jsonl": "" });
    // an answer that never ends, which no silence gives away
    const slow = createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    await new Promise<void>((done) => slow.listen(0, "127.0.0.1", done));
    const address = slow.address();
    const port = typeof address === "object" ? address?.port : undefined;
    // a log that another process keeps to itself
    const holder = await serve(["--candidate", "p.yaml", "--log", "l.jsonl"], { cwd });
    const own = ["--candidate", "p.yaml", "--log"];
    expect(
      await Promise.all([
        timed(cwd, ["--server", `http://127.0.0.1:${port}`]),
        timed(cwd, [...own, "l.jsonl"]),
        timed(cwd, [...own, "other.jsonl"], true),
      ]),
    ).toEqual([LATE, LATE, LATE]);
    expect(readFileSync(join(cwd, "l.jsonl"), "utf8")).toBe("");
    await holder.end("SIGTERM");
    slow.close();
  });

  test("the time that a hook has is shorter than that of its host, and is installed", () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const install = (timeout: string): Done =>
      agentz(["hook", "install", "droid", "--candidate", "p.yaml", "--timeout", timeout], { cwd });
    expect(install("60s")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("shorter than 1 minute, because the host waits no longer"),
    });
    expect(install("20s").status).toBe(0);
    expect(readFileSync(join(cwd, ".factory/settings.json"), "utf8")).toContain(
      "--timeout 20000ms",
    );
    expect(agentz(["hook", "doctor", "droid"], { cwd }).status).toBe(0);
  });

  test("doctor decides as the hooks do, and finds those that do not ask as they should", async () => {
    const cwd = scratch({ "p.yaml": POLICY, other: "" });
    const file = join(cwd, ".gemini/settings.json");
    const doctor = (): Done => agentz(["hook", "doctor", "gemini-cli"], { cwd });
    agentz(["hook", "install", "gemini-cli", "--candidate", "p.yaml"], { cwd });
    expect(doctor()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("decide the calls"),
    });
    const written = readFileSync(file, "utf8");
    for (const [before, after, told] of [
      [
        "60000",
        "60",
        "the hook for BeforeTool, SessionEnd differs from the one that this version writes",
      ],
      [" || exit 2", "", "the hook for BeforeTool differs from the one that this version writes"],
      ["BeforeTool", "BeforeModel", "has no hook for BeforeTool"],
      [process.execPath, join(cwd, "node"), `\`${join(cwd, "node")}\` no longer exists`],
      [join(cwd, "p.yaml"), join(cwd, "q.yaml"), "no policies decide, so every call is denied"],
    ]) {
      writeFileSync(file, written.replaceAll(before ?? "", after ?? ""));
      expect([told, doctor()]).toMatchObject([
        told,
        { status: 1, stdout: expect.stringContaining(told ?? "") },
      ]);
    }
    // what a project's settings name gets no token of the user's
    writeFileSync(file, written.replaceAll("--candidate", "--server http://elsewhere.example"));
    expect(doctor()).toMatchObject({ status: 1, stdout: expect.stringContaining("candidate") });
  });

  test("names of MCP tools and sub-agents, as hosts write them", async () => {
    const log = { log: "names.jsonl" };
    const droid = { ...claude("mail___send"), tool_use_id: "d" };
    expect(JSON.stringify(await hook("droid", droid, log))).toContain("no mail");
    await hook("codex", { ...claude("spawn_agent"), tool_use_id: "c" }, log);
    const sub = { sessionId: "sub", parentAgentId: "main", agentType: "helper", toolName: "read" };
    await hook("copilot", { ...sub, toolArgs: {} }, log);
    const lines = readFileSync(join(folder, "names.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { action: { kind: "mcp_request", server: "mail", name: "send" } },
      { action: { kind: "subagent_invocation", name: "spawn_agent" } },
      { session: "main", subject: { id: "helper" }, context: { delegation: ["agent:copilot"] } },
    ]);
  });

  test("the plugin of opencode throws what is denied", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    agentzProcess(["hook", "install", "opencode", "--candidate", "p.yaml"], { cwd });
    const script = `import { Agentz } from ${JSON.stringify(
      pathToFileURL(join(cwd, ".opencode/plugin/agentz.js")).href,
    )};
      const client = { mcp: { status: async () => ({ data: { echo: {}, echo_two: {} } }) } };
      const hooks = await Agentz({ client, directory: "." });
      const ask = (tool) => hooks["tool.execute.before"]({ tool, sessionID: "s", callID: tool }, { args: {} });
      await ask("read");
      await ask("bash").catch((error) => console.log(error.message));
      await ask("echo_two_ping").catch(() => undefined);
      client.mcp.status = async () => { throw new Error("no servers"); };
      await ask("read").catch((error) => console.log(error.message));`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd });
    expect(said.toString()).toMatch(/^agentz: denied by default.*\nno servers\n$/);
    const lines = readFileSync(join(cwd, ".agentz/decisions.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).action)).toEqual([
      { kind: "tool_call", server: "host", name: "read" },
      { kind: "tool_call", server: "host", name: "bash" },
      { kind: "mcp_request", server: "echo_two", name: "ping" },
    ]);
  });

  test.each([
    [["hook", "claud-code"], "did you mean `claude-code`?"],
    [["hook", "claude-code", "--subject", "me"], "is not a subject"],
    [["hook", "install", "codex", "--http", "--server", "http://x"], "has no http hooks"],
    [["hook", "install", "claude-code", "--http", "--server", "unix:s"], "--http needs"],
    [["hook", "install", "claude-code", "--http", "--server", "http://"], "--http needs"],
  ])("%j is refused", (args, why) => {
    const done = agentz(args, { cwd: folder });
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  test("settings with a comment stay as they are, since a host may pass over them", () => {
    const cwd = scratch({ "p.yaml": POLICY, ".claude/settings.json": "{}" });
    const settings = join(cwd, ".claude/settings.json");
    const install = (): ReturnType<typeof agentz> =>
      agentz(["hook", "install", "claude-code", "--candidate", "p.yaml"], { cwd });
    expect(install().status).toBe(0);
    const commented = `// mine\n${readFileSync(settings, "utf8")}`;
    writeFileSync(settings, commented);
    const [again, checked] = [install(), agentz(["hook", "doctor", "claude-code"], { cwd })];
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining("has comments")]);
    expect([checked.status, checked.stdout]).toEqual([1, expect.stringContaining("has comments")]);
    expect(readFileSync(settings, "utf8")).toBe(commented);
    expect(agentz(["hook", "uninstall", "claude-code"], { cwd }).status).toBe(0);
    expect(readFileSync(settings, "utf8")).toBe("// mine\n{}");
  });
});
