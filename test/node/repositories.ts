import { execFileSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../src/cli/main.ts";
import type { Io } from "../../src/node/io.ts";
import { scratch } from "../e2e/agentz.ts";

export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process. */
export async function run(cwd: string, ...argv: readonly string[]): Promise<Done> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    cwd,
    env: { NO_COLOR: "1" },
    stdout: { write: (text) => void out.push(text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void err.push(text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.parse("2026-06-01T00:00:00Z"),
  };
  const status = await main(argv, io);
  return { status, stdout: out.join(""), stderr: err.join("") };
}

export function git(folder: string, ...args: readonly string[]): string {
  const who = [
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@t.example",
    "-c",
    "protocol.file.allow=always",
  ];
  return execFileSync("git", [...who, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

export function policy(name: string, rule: string): string {
  return (
    `apiVersion: agentz/v1\nkind: Policy\nname: ${name}\nversion: 1.0.0\nowner: o\ndescription: ` +
    `d\nrules:\n  - ${rule}\n`
  );
}

export const ALLOW = policy("allow", "{ id: refund, effect: allow, actions: [payments/refund] }");
export const DENY = policy(
  "deny",
  "{ id: banned, effect: deny, actions: [payments/refund], when: args.who in data.banned }",
);
export const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
unregistered: policy
data: { banned: { file: banned.csv, column: who } }
`;
const EVENT = {
  id: "s/0",
  session: "s",
  time: "2026-05-01T10:00:00Z",
  subject: { type: "agent", id: "a" },
  action: { kind: "mcp_request", server: "payments", name: "refund" },
  args: { who: "eve" },
};

/**
 * The files of a set whose denial hangs on a data file, with a trace that meets it and a request.
 */
export const FILES = {
  "p/allow.yaml": ALLOW,
  "p/deny.yaml": DENY,
  "p/sub/catalog.yaml": CATALOG,
  "p/sub/banned.csv": "who\neve\n",
  "t.jsonl": `${JSON.stringify(EVENT)}\n`,
  "r.json": JSON.stringify(EVENT),
};

/** A repository whose second commit takes the denial away. */
export function repository(): string {
  const folder = scratch(FILES);
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", ".");
  git(folder, "commit", "-qm", "base");
  git(folder, "checkout", "-qb", "change");
  git(folder, "rm", "-q", "p/deny.yaml");
  git(folder, "commit", "-qm", "the denial is gone");
  return folder;
}

function objectPath(folder: string, name: string): string {
  const id = git(folder, "rev-parse", name);
  return join(folder, ".git/objects", id.slice(0, 2), id.slice(2));
}

/** Takes an object out of a repository, as a partial clone or damage does. */
export function lose(folder: string, name: string): void {
  rmSync(objectPath(folder, name));
}

/** Puts one object in the place of another: git itself does not notice. */
export function exchange(folder: string, name: string, other: string): void {
  const [from, to] = [objectPath(folder, other), objectPath(folder, name)];
  rmSync(to);
  renameSync(from, to);
}
