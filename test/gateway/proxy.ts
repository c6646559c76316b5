import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { atEndOfFile } from "../at-end.ts";
import { ROOT } from "../e2e/agentz.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

export const LINE_SERVER = join(import.meta.dirname, "servers/line-server.mjs");

interface Started {
  readonly server?: readonly string[];
  readonly shell?: string;
}

/** `agentz proxy` in a process of its own, with a client that writes and reads lines. */
export interface Proxy {
  readonly process: ChildProcess;
  readonly send: (message: unknown) => void;
  /** The next line for the client. */
  readonly next: () => Promise<Loose>;
  readonly said: () => string;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly log: () => readonly Loose[];
}

/** Starts the proxy before a server; `shell` runs before it. */
export function proxy(
  cwd: string,
  flags: readonly string[],
  { server = [process.execPath, LINE_SERVER], shell = "true" }: Started = {},
): Proxy {
  const line = [join(ROOT, "bin/agentz.js"), "proxy", "--log", "log.jsonl", ...flags, "--"];
  return proxyCommand(cwd, [process.execPath, ...line, ...server], shell);
}

/** Starts a whole command of a proxy. */
export function proxyCommand(cwd: string, command: readonly string[], shell = "true"): Proxy {
  const child = spawn("bash", ["-c", `${shell}; exec "$@"`, "bash", ...command], {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
  });
  atEndOfFile(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => void (said += bytes.toString()));
  child.stdin.on("error", () => undefined);
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (text) => {
    const first = waiting.shift();
    if (first === undefined) lines.push(text);
    else first(text);
  });
  const ended = new Promise<number | string | null>((resolve) =>
    child.once("close", (status, signal) => resolve(signal ?? status)),
  );
  const path = join(cwd, "log.jsonl");
  return {
    process: child,
    send: (message) =>
      void child.stdin.write(
        typeof message === "string" ? message : `${JSON.stringify(message)}\n`,
      ),
    next: async () => {
      const text = lines.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
      return JSON.parse(text);
    },
    said: () => said,
    ended,
    log: () =>
      existsSync(path)
        ? readFileSync(path, "utf8")
            .split("\n")
            .filter((text) => text !== "")
            .map((text) => JSON.parse(text))
        : [],
  };
}
