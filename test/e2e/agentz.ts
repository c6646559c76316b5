import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atEndOfFile } from "../at-end.ts";
import { CommandThread, type Done } from "./command-thread.ts";

/** Where the command line keeps indexes meanwhile, so that no test touches the user's own. */
export const CACHE = mkdtempSync(join(tmpdir(), "agentz-cache-"));

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export { SHARED } from "../needs.ts";
export type { Done };

interface Options {
  /** Where the command runs; the root of the project if it is left out. */
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
}

/** All of a command's environment: what node and git need. */
const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  XDG_CACHE_HOME: CACHE,
  NO_COLOR: "1",
};

/** Runs the built command line in a process of its own, for what a process does. */
export function agentzProcess(args: readonly string[], options: Options = {}): Done {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bin/agentz.js"), ...args],
    {
      cwd: options.cwd ?? ROOT,
      input: options.input ?? "",
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: ENVIRONMENT,
    },
  );
  return { status, stdout, stderr };
}

/**
 * Runs the built command line. Where nothing comes by standard input it runs in a thread that is
 * started once for all commands, since most of a short command is Node's start.
 */
export function agentz(args: readonly string[], options: Options = {}): Done {
  if ((options.input ?? "") !== "" || args.includes("-")) return agentzProcess(args, options);
  return (commandThread ??= new CommandThread(ENVIRONMENT)).run(args, options.cwd ?? ROOT);
}

let commandThread: CommandThread | undefined;

/** A folder of its own with the given files, removed after the test file. */
export function scratch(files: { readonly [path: string]: string } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "agentz-e2e-"));
  atEndOfFile(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: look, effect: allow, actions: [crm/lookup] }
  - { id: pay, effect: require_approval, actions: [payments/refund], when: "args.amount > 100.0" }
  - { id: pay-little, effect: allow, actions: [payments/refund], when: "args.amount <= 100.0" }
`;

export const EVENTS = [
  {
    id: "s/0",
    session: "s",
    time: "2026-05-01T10:00:00Z",
    subject: { type: "agent", id: "a" },
    action: { kind: "mcp_request", server: "crm", name: "lookup" },
    args: { order: "1" },
  },
  {
    id: "s/1",
    session: "s",
    time: "2026-05-01T10:01:00Z",
    subject: { type: "agent", id: "a" },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args: { order: "1", amount: 40 },
  },
  {
    id: "s/2",
    session: "s",
    time: "2026-05-01T10:02:00Z",
    subject: { type: "agent", id: "a" },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args: { order: "1" },
  },
];

export function jsonl(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
