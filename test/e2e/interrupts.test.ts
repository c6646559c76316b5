import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EVENTS, jsonl, POLICY, ROOT, scratch } from "./agentz.ts";

/**
 * Conditions that together take far longer than any test waits: each part has all the steps that a
 * set may ask for.
 */
const SLOW_RULE =
  "args.to.all(a, args.to.all(b, args.to.all(c, args.to.all(d, a + b + c + d >= 0.0))))";
const SLOW = `apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
condition_steps: 100000000
---
apiVersion: agentz/v1
kind: Policy
name: slow
version: 1.0.0
rules:
${Array.from(
  { length: 90 },
  (_, i) => `  - { id: r${i}, effect: deny, when: "${SLOW_RULE.replace("0.0", `-${i}.0`)}" }`,
).join("\n")}
`;
const WHO = {
  subject: { type: "agent", id: "a" },
  action: { kind: "mcp_request", server: "crm", name: "lookup" },
};
const CALL = {
  id: "s/0",
  session: "s",
  time: "2026-05-01T10:00:00Z",
  ...WHO,
  args: { to: Array.from({ length: 1000 }, (_, i) => i) },
};
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
tests: [{ name: slow, call: ${JSON.stringify({ ...WHO, args: CALL.args })}, expect: { effect: deny } }]
`;
const FILES = {
  "slow.yaml": SLOW,
  "r.json": JSON.stringify(CALL),
  "t.jsonl": jsonl(Array.from({ length: 50 }, (_, i) => ({ ...CALL, id: `e${i}` }))),
  "s.yaml": SUITE,
  "p.yaml": POLICY,
  "d.jsonl": "old\n",
};

function start(folder: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(ROOT, "bin/agentz.js"), ...args], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder, NO_COLOR: "1" },
  });
  // what it no longer reads is lost
  child.stdin.on("error", () => undefined);
  return child;
}

function ended(child: ChildProcess): Promise<{
  readonly status: number | null;
  readonly signal: string | null;
  readonly out: string;
}> {
  let out = "";
  child.stdout?.on("data", (chunk) => (out += String(chunk)));
  return new Promise((resolve) =>
    child.on("close", (status, signal) => resolve({ status, signal, out })),
  );
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * None of these comes to an end while a test waits; a shell tells the signal as 130, 143 or 129.
 */
const ENDLESS: readonly (readonly [signal: NodeJS.Signals, ...args: string[]])[] = [
  ["SIGINT", "decide", "--candidate", "slow.yaml", "r.json"],
  ["SIGTERM", "test", "--candidate", "slow.yaml", "s.yaml"],
  ["SIGHUP", "explain", "--candidate", "slow.yaml", "r.json"],
  [
    "SIGINT",
    "replay",
    "--candidate",
    "slow.yaml",
    "--baseline",
    "p.yaml",
    "--trace",
    "t.jsonl",
    "--decisions",
    "d.jsonl",
  ],
  [
    "SIGTERM",
    "replay",
    "--candidate",
    "slow.yaml",
    "--baseline",
    "p.yaml",
    "--trace",
    "t.jsonl",
    "--decisions",
    "d.jsonl",
    "--agent",
    "a",
  ],
  ["SIGINT", "coverage", "--candidate", "slow.yaml", "--baseline", "p.yaml", "--trace", "t.jsonl"],
  ["SIGINT", "bench", "--candidate", "slow.yaml", "--trace", "t.jsonl"],
  ["SIGINT", "trace", "sort", "-", "-o", "d.jsonl"],
  ["SIGHUP", "import", "auto", "-", "-o", "d.jsonl"],
  ["SIGINT", "trace", "redact", "--candidate", "p.yaml", "-", "-o", "d.jsonl"],
  ["SIGTERM", "decide", "--candidate", "p.yaml", "-"],
];

describe("design 11.3: an interrupt ends any command, whatever runs", () => {
  it("by the signal itself, with nothing said and nothing half-written", async () => {
    const folder = scratch(FILES);
    const before = readdirSync(folder).sort();
    const children = ENDLESS.map(([signal, ...args]) => ({
      signal,
      args,
      child: start(folder, args),
    }));
    const ends = children.map(({ child }) => ended(child));
    await wait(3000);
    for (const { child, signal } of children) child.kill(signal);
    for (const [i, end] of (await Promise.all(ends)).entries()) {
      const { args, signal } = children[i] ?? { args: [], signal: "" };
      expect([args.join(" "), end]).toEqual([args.join(" "), { status: null, signal, out: "" }]);
    }
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(readFileSync(join(folder, "d.jsonl"), "utf8")).toBe("old\n");
  });

  it("a trace on standard input that says nothing more is ended too, and what came of it is told", async () => {
    const folder = scratch(FILES);
    const child = start(folder, [
      "replay",
      "--candidate",
      "p.yaml",
      "--baseline",
      "p.yaml",
      "--trace",
      "-",
      "--format",
      "json",
      "--decisions",
      "-",
      "--reorder",
      "0",
    ]);
    const end = ended(child);
    const writing = setInterval(
      () => child.stdin?.write(jsonl(EVENTS.slice(0, 1)).repeat(500)),
      50,
    );
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    clearInterval(writing);
    child.kill("SIGINT");
    const { status, out } = await end;
    const document = JSON.parse(out.slice(out.indexOf("\n{\n")));
    const { calls, digest } = document.trace;
    expect([status, document.partial, digest, calls > 0]).toEqual([130, true, null, true]);
  });

  it("one whose calls may take long is ended by the signal itself", async () => {
    const folder = scratch(FILES);
    const child = start(folder, [
      "replay",
      "--candidate",
      "slow.yaml",
      "--baseline",
      "p.yaml",
      "--trace",
      "-",
      "--format",
      "json",
    ]);
    const end = ended(child);
    child.stdin?.write(readFileSync(join(folder, "t.jsonl")));
    await wait(2000);
    child.kill("SIGINT");
    expect(await end).toEqual({ status: null, signal: "SIGINT", out: "" });
  });
});
