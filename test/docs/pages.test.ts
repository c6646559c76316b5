import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonl, ROOT, type Done } from "../e2e/agentz.ts";
import { CommandThread } from "../e2e/command-thread.ts";
import { freePort } from "../free-port.ts";

const folder = mkdtempSync(join(tmpdir(), "agentz-pages-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bin = join(folder, "bin");

const environment = {
  PATH: `${bin}:${process.env["PATH"] ?? ""}`,
  HOME: folder,
  NO_COLOR: "1",
};
const commands = new CommandThread(environment);

/**
 * Runs a line of a page: one that means something to a shell in a shell in which `agentz` is this
 * project's, any other in a thread.
 */
function run(cwd: string, line: string): Done {
  const [command, ...args] = line.split(" ");
  if (command === "agentz" && /^[\w :=.,/@-]+$/.test(line) && !args.includes("-"))
    return commands.run(args, cwd);
  const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
    cwd,
    encoding: "utf8",
    input: "",
    env: environment,
  });
  return { status, stdout, stderr };
}

function write(cwd: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
    cwd,
    stdio: "pipe",
  });
}

const policy = (limit: string, version: string): string => `apiVersion: agentz/v1
kind: Policy
name: refunds
version: ${version}
owner: care
description: refunds
rules:
  - { id: small, effect: allow, actions: [payments/refund], when: "args.amount <= ${limit}", reason: small sums }
  - { id: look, effect: allow, actions: [lookup_order], reason: everybody may look }
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: refunds
tests:
  - name: a small refund
    call: { subject: { type: agent, id: support }, action: { server: payments, name: refund }, args: { amount: 5 } }
    expect: { effect: allow, rule: small }
`;
const EVENTS = [5, 90, 150, 900].map((amount, i) => ({
  id: `s-17/${i}`,
  session: "s-17",
  time: `2026-05-01T10:0${i}:00Z`,
  subject: { type: "agent", id: "support" },
  action: { kind: "mcp_request", server: "payments", name: "refund" },
  args: { amount },
  decision: { effect: "allow" },
}));
const RUN = [
  { role: "user", content: "go" },
  {
    role: "assistant",
    tool_calls: [
      {
        id: "c1",
        type: "function",
        function: { name: "lookup_order", arguments: '{"order":"A-1"}' },
      },
    ],
  },
];

/** A server that answers each line, and ends with its client. */
const MCP_SERVER = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) =>
  console.log(JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(line).id, result: { content: [] } })));
`;
/** A client that calls a tool and goes. */
const MCP_CLIENT = `echo '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"lookup_order"}}'`;

/** A team's repository: versions behind it, a change on the way, recorded runs. */
function team(): string {
  const cwd = join(folder, "team");
  write(cwd, {
    "policies/refunds.yaml": policy("100.0", "2.0.0"),
    "tests/refunds.yaml": SUITE,
    "agentz.yaml":
      "candidate: [policies]\nbaseline: ['git:main']\ntrace: [trace.jsonl]\ntests: [tests]\ngate: { widened: 0 }\n",
    "trace.jsonl": jsonl(EVENTS),
    "traces/t.jsonl": jsonl(EVENTS),
    ".agentz/proxy-claude-code-files.jsonl": jsonl(EVENTS),
    "runs/one.json": JSON.stringify(RUN),
    "server.js": MCP_SERVER,
    "credentials.txt": "bearer 5f1c0e human:mia\n",
    "servers.json": JSON.stringify({
      mcpServers: { files: { command: process.execPath, args: ["server.js"] } },
    }),
    ".agentz/definitions.json": JSON.stringify({
      schemaVersion: 1,
      servers: { files: { held: { read_file: { name: "read_file" } } } },
    }),
  });
  git(cwd, "init", "-q", "-b", "main");
  git(cwd, "add", "policies", "tests", "agentz.yaml");
  git(cwd, "commit", "-qm", "before");
  git(cwd, "tag", "v2.0.0");
  git(cwd, "update-ref", "refs/remotes/origin/main", "HEAD");
  write(cwd, { "policies/refunds.yaml": policy("80.0", "2.1.0") });
  git(cwd, "commit", "-qam", "narrower");
  git(cwd, "checkout", "-qb", "change");
  git(cwd, "branch", "-qf", "main", "v2.0.0");
  const { baseline } = JSON.parse(run(cwd, "agentz replay --format json").stdout);
  write(cwd, {
    "last-week.jsonl": jsonl(
      EVENTS.map((event) => ({ ...event, decision: { effect: "allow", policy: baseline.digest } })),
    ),
  });
  return cwd;
}

/** Acme's sample, as somebody who cloned the project has it. */
function sample(): string {
  const cwd = join(folder, "sample");
  for (const name of ["policies", "traces", "agentz.yaml"])
    cpSync(join(ROOT, name), join(cwd, name), { recursive: true });
  cpSync(join(ROOT, "docs/decide-example.yaml"), join(cwd, "request.yaml"));
  return cwd;
}

/**
 * The commands of a page: lines of its blocks that call agentz or openssl, without the words behind
 * `#`.
 */
function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const lines = [...text.matchAll(/^```(?:sh|console)\n([^]*?)^```/gm)].flatMap(([, block = ""]) =>
    block.split("\n"),
  );
  return lines
    .map((line) => line.replace(/^\$ /, "").replace(/\s+# .*$/, ""))
    .filter((line) => /^(agentz|openssl|echo .*\| agentz) /.test(line));
}

/** WHY not those of the pages: they may be in use here. */
const port = await freePort();

/** A line of a page that listens, on the free port. */
function onFreePort(line: string): string {
  const [, named] = /--listen (127\.0\.0\.1:\d+)/.exec(line) ?? [];
  if (named !== undefined) return line.replace(named, `127.0.0.1:${port}`);
  return line.startsWith("agentz serve") ? `${line} --listen 127.0.0.1:${port}` : line;
}

/** Asks a server once, as soon as it listens: any answer will do. */
const ASK_ONCE = `const call = {
  subject: { type: "agent", id: "support" }, action: { server: "host", name: "Bash" }, args: { command: "ls" },
};
for (let tries = 0; tries < 200; tries++) {
  try {
    await fetch("http://127.0.0.1:${port}/v1/decide", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(call),
    });
    break;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}`;
/** A session that a coding agent has recorded in the home of whoever reads the pages. */
const SESSION = [
  {
    type: "assistant",
    sessionId: "s",
    cwd: "/p",
    timestamp: "2026-05-01T10:00:00.000Z",
    message: {
      role: "assistant",
      content: [{ type: "tool_use", id: "t", name: "Bash", input: { command: "git push" } }],
    },
  },
  {
    type: "user",
    sessionId: "s",
    cwd: "/p",
    timestamp: "2026-05-01T10:00:01.000Z",
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "ok" }] },
  },
];

const PAGES: readonly (readonly [page: string, project: "team" | "sample", commands: number])[] = [
  ["README.md", "team", 13],
  ["docs/enforce.md", "team", 7],
  ["docs/gateway.md", "team", 19],
  ["docs/versions.md", "team", 5],
  ["docs/bundles.md", "team", 5],
  ["docs/testing.md", "team", 6],
  ["docs/ci.md", "team", 4],
  ["docs/security.md", "team", 6],
  ["docs/report.md", "sample", 7],
  ["docs/explain.md", "sample", 3],
  ["docs/coverage.md", "sample", 3],
  ["docs/trace-tools.md", "sample", 2],
  ["docs/many-machines.md", "team", 9],
  ["docs/data-lakes.md", "team", 3],
];
beforeAll(() => {
  write(bin, {
    agentz: `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, "bin/agentz.js")}' "$@"\n`,
  });
  write(bin, {
    "ask-once": `#!/bin/sh\nexec '${process.execPath}' '${join(bin, "ask-once.mjs")}'\n`,
    "ask-once.mjs": ASK_ONCE,
  });
  write(folder, { ".claude/projects/-p/s.jsonl": jsonl(SESSION) });
  execFileSync("chmod", ["+x", join(bin, "agentz"), join(bin, "ask-once")]);
});

/** A day to come, whenever this runs. */
const LATER = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.each(PAGES)("every command of %s runs", (page, project, count) => {
  const lines = commandsOf(page);
  let cwd = "";
  beforeAll(() => {
    rmSync(join(folder, project), { recursive: true, force: true });
    cwd = project === "team" ? team() : sample();
    // what reports compare with is an earlier one of their kind
    if (page === "docs/report.md") run(cwd, "agentz report -o last-quarter.json");
  });

  test(`there are ${count}`, () => expect(lines).toHaveLength(count));

  test.for(lines)("%s", (line, { skip }) => {
    if (line.startsWith("openssl") && !hasOpenssl) skip("openssl is not installed");
    // a watched run has no end of its own: interrupted, it ends with 130
    const watched = line.includes("--watch");
    const listens = line.startsWith("agentz proxy --") && line.includes("--listen");
    const served = line.startsWith("agentz serve");
    const today = onFreePort(line).replace(/(?<=--expires )\S+/, LATER);
    const proxied = line.startsWith("agentz proxy") && / -- | --servers /.test(line);
    // WHY: a server that is interrupted before it listens ends with 130, too
    const during = served || listens ? "ask-once" : "sleep 2";
    const ended = watched || served || listens;
    const alone = proxied ? `${MCP_CLIENT} | ${today}` : today;
    const done = run(cwd, ended ? `${today} & ${during}; kill -INT $!; wait $!` : alone);
    expect([line, watched && done.status === 130 ? 0 : done.status, done.stderr]).toEqual([
      line,
      0,
      expect.any(String),
    ]);
  });
});
