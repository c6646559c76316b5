import { existsSync, mkdirSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { loadPolicies } from "../api/load-policies.ts";
import type { SetOptions } from "../api/set-files.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { isJsonObject, member, type JsonObject } from "../request/json.ts";
import { Approvals } from "../serve/approvals.ts";
import { DecisionLog } from "../serve/decision-log.ts";
import { DecisionService } from "../serve/decision-service.ts";
import { Metrics } from "../serve/metrics.ts";
import { fromCanonical } from "../serve/requests.ts";
import type { HookInput } from "./host.ts";
import { OwnSession } from "./own-session.ts";

/** An answer of a decision point. */
export interface Decided {
  readonly decision: boolean;
  readonly context: JsonObject;
}

/** Whoever decides for a hook; undefined where nothing was to be decided. */
export type Decider = (input: HookInput) => Promise<Decided | undefined>;

const PATIENCE_MS = 10_000;

interface Post {
  readonly server: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly token: string | undefined;
}

/** Sends a body to a decision point at `unix:path` or a URL; gives status and text. */
function post({ server, path, body, token }: Post): Promise<{ status: number; text: string }> {
  const [, socketPath] = /^unix:(.+)$/s.exec(server) ?? [];
  const text = JSON.stringify(body);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const options = { method: "POST", headers, timeout: PATIENCE_MS };
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
export function byServer(server: string, token: string | undefined): Decider {
  return async (input) => {
    if (input.kind === "none") return undefined;
    const { status, text } = await post({
      server,
      path: PATHS[input.kind],
      body: bodyOf(input),
      token,
    });
    // what came of a call that nobody waits for any more is of no use
    if (input.kind !== "call") return undefined;
    if (status !== 200)
      throw new UserError("server", `the decision point answered ${status}: ${text.slice(0, 300)}`);
    return decidedOf(text);
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

/** How a hook decides by itself. */
export interface OwnDecider {
  readonly candidate: readonly string[];
  readonly settings: SetOptions;
  readonly log: string;
  readonly clock: () => number;
  readonly tell: (what: string) => void;
}

const LOG_BYTES = 100 * 1024 ** 2;
const APPROVAL_MS = 3_600_000;
const LOCK_TRIES = 200;
const LOCK_WAIT_MS = 25;

/** Hooks of one host may run at once; each has the log to itself for as long as it decides. */
async function openLog(path: string): Promise<DecisionLog> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let tries = 1; ; tries++) {
    try {
      return new DecisionLog({ path, maxBytes: LOG_BYTES, sync: false });
    } catch (error) {
      const isHeld = error instanceof UserError && error.code === "log-in-use";
      if (!isHeld || tries === LOCK_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
    }
  }
}

/** Decides and records by a decision point of this process. */
export function decideHere(service: DecisionService, input: HookInput): Decided | undefined {
  if (input.kind === "session_end") service.note({ type: "session_end", session: input.session });
  if (input.kind === "outcome" && service.recent.has(input.id))
    service.outcome(input.id, { status: input.status });
  if (input.kind !== "call") return undefined;
  const { permitted, context } = service.decide(fromCanonical(input.call));
  return { decision: permitted, context };
}

/** Decides in this process, on the state of the log, and records it there. */
export function byItself(own: OwnDecider): Decider {
  return async (input) => {
    if (input.kind === "none") return undefined;
    const candidate = await loadPolicies(own.candidate, own.settings);
    const session = OwnSession.of(input, candidate);
    const log = await openLog(own.log);
    try {
      const service = await DecisionService.open(
        {
          pdp: "agentz-hook",
          log,
          logFailure: "deny",
          maskAbove: "confidential",
          idle: undefined,
          clock: own.clock,
          metrics: new Metrics(),
          approvals: new Approvals({ ttl: APPROVAL_MS, notify: () => undefined }),
          tell: own.tell,
          restores: session?.includes,
        },
        { candidate, shadow: undefined },
      );
      if (session?.newest !== undefined) service.clock.reached(session.newest);
      return decideHere(service, input);
    } finally {
      log.close();
    }
  };
}
