import { existsSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { isJsonObject, member, type JsonObject } from "../request/json.ts";
import type { HookInput } from "./host.ts";

/** An answer of a decision point. */
export interface Decided {
  readonly decision: boolean;
  readonly context: JsonObject;
}

/** Whoever decides for a hook; undefined where nothing was to be decided. */
export type Decider = (input: HookInput) => Promise<Decided | undefined>;

const PATIENCE_MS = 10_000;

interface Post {
  readonly signal: AbortSignal | undefined;
  readonly server: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly token: string | undefined;
}

/** Sends a body to a decision point at `unix:path` or a URL; gives status and text. */
export function post({
  server,
  path,
  body,
  token,
  signal,
}: Post): Promise<{ status: number; text: string }> {
  const [, socketPath] = /^unix:(.+)$/s.exec(server) ?? [];
  const text = JSON.stringify(body);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const options = {
    method: "POST",
    headers,
    timeout: PATIENCE_MS,
    ...(signal !== undefined && { signal }),
  };
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage): void => {
      let whole = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => void (whole += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: whole }));
      answer.on("error", reject);
    };
    const asked =
      socketPath === undefined
        ? request(new URL(path, server), options, take)
        : request({ ...options, socketPath, path }, take);
    asked.on("timeout", () => asked.destroy(new Error("it did not answer in time")));
    asked.on("error", reject);
    asked.end(text);
  });
}

const PATHS = { call: "/v1/decide", outcome: "/v1/outcomes", session_end: "/v1/sessions/end" };

function bodyOf(input: Exclude<HookInput, { readonly kind: "none" }>): JsonObject {
  if (input.kind === "call") return input.call;
  return input.kind === "outcome"
    ? { id: input.id, outcome: { status: input.status } }
    : { session: input.session };
}

function decidedOf(text: string): Decided {
  const value: unknown = JSON.parse(text);
  const [decision, context] = isJsonObject(value)
    ? [member(value, "decision"), member(value, "context")]
    : [];
  if (typeof decision !== "boolean" || !isJsonObject(context))
    throw new UserError("server", "the decision point gave no decision");
  return { decision, context };
}

/** Decides by a decision point that runs. */
export function byServer(server: string, token: string | undefined, signal?: AbortSignal): Decider {
  return async (input) => {
    if (input.kind === "none") return undefined;
    const { status, text } = await post({
      server,
      path: PATHS[input.kind],
      body: bodyOf(input),
      token,
      signal,
    });
    // what came of a call that nobody waits for any more is of no use
    if (input.kind !== "call") return undefined;
    if (status !== 200)
      throw new UserError("server", `the decision point answered ${status}: ${text.slice(0, 300)}`);
    return decidedOf(text);
  };
}

/** What a connection says where nobody listens: no call was decided there. */
const NOBODY_LISTENS: readonly unknown[] = ["ECONNREFUSED", "ENOENT"];

/** Decides by `server`; where nothing listens there, as `own` does. */
export function orByItself(server: Decider, own: () => Promise<Decider>): Decider {
  return async (input) => {
    try {
      return await server(input);
    } catch (error) {
      const isDead =
        error instanceof Error && "code" in error && NOBODY_LISTENS.includes(error.code);
      if (!isDead) throw error;
      const decide = await own();
      return decide(input);
    }
  };
}

/** Where a decision point of this user is looked for. */
export function usualSocket(env: {
  readonly [name: string]: string | undefined;
}): string | undefined {
  const folder = env["XDG_RUNTIME_DIR"];
  const path = folder === undefined ? undefined : join(folder, "agentz.sock");
  return path !== undefined && existsSync(path) ? `unix:${path}` : undefined;
}
