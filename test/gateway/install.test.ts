import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, agentzProcess, scratch } from "../e2e/agentz.ts";
import { LINE_SERVER, proxyCommand } from "./proxy.ts";
import { call, request } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: echo, effect: allow, actions: [line/echo] }]
`;
const SERVERS = {
  line: { command: process.execPath, args: [LINE_SERVER], env: { A: "b" } },
  far: { type: "http", url: "https://mcp.example/mcp" },
  "a b": { command: "x" },
  bare: { command: "server" },
};

describe("agentz proxy install <host>", () => {
  test.each([
    ["claude-code", ".mcp.json", "mcpServers"],
    ["cursor", ".cursor/mcp.json", "mcpServers"],
    ["vscode", ".vscode/mcp.json", "servers"],
  ])("%s: servers go through the gateway, and back as they were", async (host, file, member) => {
    const before = `${JSON.stringify({ other: [1], [member]: SERVERS }, null, 2)}\n`;
    const folder = scratch({ "p.yaml": POLICY, [file]: before });
    const path = join(folder, file);
    const run = (line: string): ReturnType<typeof agentz> =>
      agentz(line.split(" "), { cwd: folder });
    // the program that is written down is the one that runs
    const line = `proxy install ${host} --candidate p.yaml --subject agent:coder`;
    const done = agentzProcess(line.split(" "), { cwd: folder });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toMatch(/goes through agentz: line\n/);
    expect(done.stdout).toMatch(/unchanged: far, it is not started by a command/);
    expect(done.stdout).toMatch(/unchanged: a b, its name cannot be/);
    const after = JSON.parse(readFileSync(path, "utf8"));
    expect(after.other).toEqual([1]);
    expect(after[member].far).toEqual(SERVERS.far);
    expect(after[member].line.env).toEqual({ A: "b" });
    const { command, args } = after[member].line;
    const one = proxyCommand(folder, [command, ...args]);
    one.send(call(1, "echo", { x: 1 }));
    expect(await one.next()).toMatchObject({ id: 1, result: { content: [{ text: '{"x":1}' }] } });
    one.send(call(2, "rm"));
    expect(await one.next()).toMatchObject({ id: 2, result: { isError: true } });
    one.process.stdin?.end();
    await one.ended;
    expect(run(`proxy install ${host} --candidate p.yaml`).stdout).toMatch(/line, it goes through/);
    expect(run(`proxy uninstall ${host}`).stdout).toMatch(/no longer goes through agentz: line/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("--as-one: all servers behind one gateway, and back as they were", async () => {
    const servers = {
      ...SERVERS,
      old: { type: "sse", url: "https://mcp.example/sse" },
      secret: { command: "x", env: { KEY: "${KEY}" } },
      odd: { command: "x", disabled: true },
    };
    const before = { mcpServers: servers };
    const folder = scratch({ "p.yaml": POLICY, ".mcp.json": JSON.stringify(before) });
    const path = join(folder, ".mcp.json");
    const line = "proxy install claude-code --as-one --candidate p.yaml --subject agent:coder";
    const done = agentzProcess(line.split(" "), { cwd: folder });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout.split("\n").map((text) => text.split(",")[0])).toEqual([
      ...["line", "far", "bare"].map((name) => `goes through agentz: ${name}`),
      ...["a b", "old", "secret", "odd"].map((name) => `unchanged: ${name}`),
      "",
    ]);
    const after = JSON.parse(readFileSync(path, "utf8")).mcpServers;
    expect(Object.keys(after)).toEqual(["agentz", "a b", "old", "secret", "odd"]);
    const file = join(folder, ".agentz/servers-claude-code.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written = readFileSync(file, "utf8");
    const moved = JSON.parse(written).mcpServers;
    writeFileSync(file, JSON.stringify({ mcpServers: { line: moved.line } }));
    const one = proxyCommand(folder, [after.agentz.command, ...after.agentz.args]);
    one.send(request(0, "initialize", { protocolVersion: "2025-11-25", capabilities: {} }));
    expect(await one.next()).toMatchObject({ id: 0 });
    one.send(call(1, "line_echo", { x: 1 }));
    expect(await one.next()).toMatchObject({ id: 1, result: { content: [{ text: '{"x":1}' }] } });
    one.process.stdin?.end();
    await one.ended;
    const run = (text: string): ReturnType<typeof agentz> =>
      agentz(text.split(" "), { cwd: folder });
    expect(run(line).stderr).toMatch(/has a server `agentz` already/);
    writeFileSync(file, "{");
    expect(run("proxy uninstall claude-code").stderr).toMatch(/does not name the servers/);
    writeFileSync(file, JSON.stringify({ mcpServers: { ...moved, old: { command: "x" } } }));
    expect(run("proxy uninstall claude-code").stderr).toMatch(/both have a server `old`/);
    writeFileSync(file, written);
    expect(run("proxy uninstall claude-code").stdout).toMatch(/no longer goes.*: far/);
    expect(readFileSync(path, "utf8")).toBe(JSON.stringify(before));
    expect(existsSync(file)).toBe(false);
  });

  test("what it cannot read it does not change, and says so", () => {
    const folder = scratch({ "p.yaml": POLICY, ".mcp.json": "{ // mine" });
    const run = (line: string): ReturnType<typeof agentz> =>
      agentz(line.split(" "), { cwd: folder });
    expect(run("proxy install claude-code --candidate p.yaml").stderr).toMatch(
      /nothing was changed/,
    );
    expect(run("proxy install claude-code").stderr).toMatch(/mode `enforce` needs policies/);
    expect(run("proxy install emacs --mode record").stderr).toMatch(/there is no host `emacs`/);
    expect(run("proxy install vscode --mode record --user").stderr).toMatch(/is not known/);
    writeFileSync(join(folder, ".mcp.json"), '{\n  "mcpServers": {},,\n}');
    expect(run("proxy install claude-code --mode record").stderr).toMatch(
      /is not JSON at line 2, column 20, so nothing was changed/,
    );
    writeFileSync(join(folder, ".mcp.json"), '{"mcpServers":[]}');
    expect(run("proxy install claude-code --mode record").stderr).toMatch(/is not a map/);
    writeFileSync(join(folder, ".mcp.json"), '{"mcpServers":{"a":{"command":"x"},"a":{}}}');
    expect(run("proxy install claude-code --mode record").stderr).toMatch(/has `a` twice/);
    writeFileSync(join(folder, ".mcp.json"), '{"mcpServers":{"a":{"command":"x","command":"y"}}}');
    expect(run("proxy install claude-code --mode record").stdout).toMatch(
      /a, it has `command` twice/,
    );
    expect(run("proxy install cursor --mode record").stdout).toMatch(/names no servers/);
  });

  test.each([
    ["--candidate nowhere", /there is no `.*nowhere`/],
    ["--candidate broken.yaml", /broken\.yaml/],
    ["--candidate p.yaml --mode enfrce", /`--mode enfrce`: allowed choices/],
    ["--candidate p.yaml --frobnicate", /unknown option `--frobnicate`/],
    ["--candidate p.yaml --subject bob", /`bob` is not a subject/],
    ["--candidate p.yaml --config nowhere.yaml", /the configuration .* cannot be read/],
    ["--candidate p.yaml --config odd.yaml", /odd\.yaml/],
    ["--candidate p.yaml --approver bob", /`bob` is not a subject/],
    ["--candidate p.yaml --definitions p.yaml", /p\.yaml/],
    ["--candidate p.yaml --log all.jsonl", /cannot share --log/],
    ["--candidate p.yaml --listen 127.0.0.1:0", /--listen does not go with `install`/],
    ["--candidate p.yaml --as-one --approvals 127.0.0.1:0", /--credentials go together/],
    ["--candidate p.yaml --decision-point unix:x", /--candidate does not go with/],
    ["--decision-point x", /is not the address of a decision point/],
    ["--mode record --as-one --log p.yaml/x", /p\.yaml/],
  ])("%s: what would not start is refused, and nothing is changed", (flags, why) => {
    const before = '{"mcpServers":{"line":{"command":"x"}}}';
    const files = { "p.yaml": POLICY, "broken.yaml": "rules: [", "odd.yaml": "gate: 1" };
    const folder = scratch({ ...files, ".mcp.json": before });
    const done = agentz(["proxy", "install", "claude-code", ...flags.split(" ")], { cwd: folder });
    expect(done).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(why) });
    expect(readFileSync(join(folder, ".mcp.json"), "utf8")).toBe(before);
    // nothing was recorded
    const left = existsSync(join(folder, ".agentz")) ? readdirSync(join(folder, ".agentz")) : [];
    expect(left).toEqual([]);
  });

  test("the flags of the gateway are written down, none is dropped", () => {
    const folder = scratch({
      "p.yaml": POLICY,
      ".mcp.json": '{"mcpServers":{"a":{"command":"x"}}}',
    });
    const flags =
      "--timeout 5s --redact secrets,personal --results --error-code 7 --mask-above public";
    const line = `proxy install claude-code --candidate p.yaml ${flags} --definitions d.json`;
    expect(agentz(line.split(" "), { cwd: folder }).status).toBe(0);
    const { args } = JSON.parse(readFileSync(join(folder, ".mcp.json"), "utf8")).mcpServers.a;
    expect(args.join(" ")).toContain(flags);
    expect(args[args.indexOf("--definitions") + 1]).toBe(join(folder, "d.json"));
    expect(args[args.indexOf("--candidate") + 1]).toBe(join(folder, "p.yaml"));
  });

  test("agentz hook install refuses policies that do not load", () => {
    const cwd = scratch({ "broken.yaml": "rules: [" });
    for (const path of ["nowhere", "broken.yaml"]) {
      const done = agentz(["hook", "install", "claude-code", "--candidate", path], { cwd });
      expect(done).toMatchObject({ status: 2, stdout: "" });
    }
    expect(existsSync(join(cwd, ".claude"))).toBe(false);
  });

  test("a gateway that does not start leaves no log", () => {
    const cwd = scratch({ "p.yaml": POLICY, "d.json": "{" });
    for (const line of [
      "--definitions d.json -- node",
      "--subject bob -- node",
      "-- no-such-program",
    ])
      expect(
        agentzProcess(["proxy", "--candidate", "p.yaml", ...line.split(" ")], { cwd }).status,
      ).toBe(2);
    expect(readdirSync(join(cwd, ".agentz"))).toEqual([]);
  });
});
