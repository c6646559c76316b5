import { spawn } from "node:child_process";
import { errorCode, whyUnreadable } from "../../node/file-error.ts";
import { LineSplitter } from "../line-splitter.ts";
import type { LinkEvents, Pace, ServerLink } from "./server-link.ts";
import type { StartedServer } from "./servers-file.ts";

/** How a server is started and waited for. */
export interface StdioLinkOptions extends Pace {
  readonly cwd: string;
  readonly maxMessage: number;
  /** Milliseconds that it has to end by itself, and again after SIGTERM. */
  readonly grace: number;
}

/** Starts a server; one that cannot be started is gone at once. */
export function openStdioLink(
  { command, args, env }: StartedServer,
  { cwd, maxMessage, grace, ready }: StdioLinkOptions,
  events: LinkEvents,
): ServerLink {
  const server = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    server.once("error", (cause) => {
      const why = errorCode(cause) === "ENOENT" ? "there is no such program" : whyUnreadable(cause);
      events.gone(`\`${command}\` cannot be started: ${why}`);
      resolve();
    });
    server.once("close", (status, signal) => {
      events.gone(`it ended (${signal ?? `status ${status ?? 0}`})`);
      resolve();
    });
  });
  const lines = new LineSplitter(maxMessage, {
    line: events.line,
    tooLong: events.tooLong,
    torn: () => undefined,
  });
  let isClosing = false;
  server.stdout.on("data", (chunk: Buffer) => {
    lines.push(chunk);
    const waiting = isClosing ? undefined : ready();
    if (waiting === undefined) return;
    server.stdout.pause();
    void waiting.then(() => server.stdout.resume());
  });
  server.stdin.on("error", () => undefined);
  return {
    send: (line) => void server.stdin.write(line),
    close: async () => {
      isClosing = true;
      // what is not read would keep its end from being noticed
      server.stdout.resume();
      server.stdin.end();
      const late = setTimeout(() => server.kill("SIGTERM"), grace);
      const last = setTimeout(() => server.kill("SIGKILL"), 2 * grace);
      await ended;
      clearTimeout(late);
      clearTimeout(last);
    },
  };
}
