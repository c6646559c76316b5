import { spawn, type ChildProcess } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { ROOT } from "../e2e/agentz.ts";

/** A decision point in a process of its own. */
export interface Running {
  readonly port: number;
  readonly process: ChildProcess;
  /** What it said on stderr so far. */
  readonly said: () => string;
  /** Sends a signal and waits for the end: its exit status, or the signal that ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | string | null>;
}

/** Starts `agentz serve` and waits until it listens; `node` are arguments of Node itself. */
export async function serve(
  args: readonly string[],
  of: { readonly cwd: string; readonly node?: readonly string[]; readonly shell?: string },
): Promise<Running> {
  const line = [...(of.node ?? []), join(ROOT, "bin/agentz.js"), "serve", ...args];
  const listen = args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const command = [...line, ...listen];
  const child =
    of.shell === undefined
      ? spawn(process.execPath, command, { cwd: of.cwd, stdio: ["ignore", "ignore", "pipe"] })
      : spawn("bash", ["-c", `${of.shell}; exec "$@"`, "bash", process.execPath, ...command], {
          cwd: of.cwd,
          stdio: ["ignore", "ignore", "pipe"],
        });
  atEndOfFile(() => void child.kill("SIGKILL"));
  let said = "";
  const ended = new Promise<number | string | null>((resolve) =>
    child.once("exit", (status, signal) => resolve(signal ?? status)),
  );
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr?.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const [, found] = /serving \S+ on (?:https?:\/\/[^:]+:(\d+)|unix:)/.exec(said) ?? [];
      if (/serving /.test(said)) resolve(Number(found ?? 0));
    });
    void ended.then((status) => reject(new Error(`it ended with ${status}: ${said}`)));
  });
  return {
    port,
    process: child,
    said: () => said,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** An answer of the server. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  // tests read what they asked for
  readonly json: () => ReturnType<typeof JSON.parse>;
}

/** Asks a server: GET without a body, else POST. */
export function ask(
  at: number | string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const where = typeof at === "number" ? { host: "127.0.0.1", port: at } : { socketPath: at };
  const method = headers["method"] ?? (text === undefined ? "GET" : "POST");
  const sent = { "Content-Type": "application/json", ...headers };
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, path, method, headers: sent }, (answer) => {
      let whole = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => void (whole += part));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: whole,
          json: () => JSON.parse(whole),
        }),
      );
    });
    asked.on("error", reject);
    // WHY bytes: Node encodes the head as it does a text that follows it
    asked.end(text === undefined ? undefined : Buffer.from(text));
  });
}

/** Waits until something holds, for at most ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect.fail("it did not come to hold");
}
