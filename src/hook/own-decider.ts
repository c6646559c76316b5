import { dirname } from "node:path";
import { loadCachedPolicies } from "../api/cached-policies.ts";
import { loadPolicies } from "../api/load-policies.ts";
import type { Policies } from "../api/policies.ts";
import type { SetOptions } from "../api/set-files.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { makeFolder } from "../node/make-folder.ts";
import { Approvals } from "../serve/approvals.ts";
import { DecisionLog } from "../serve/decision-log.ts";
import { DecisionService } from "../serve/decision-service.ts";
import { Metrics } from "../serve/metrics.ts";
import { fromCanonical } from "../serve/requests.ts";
import type { Decided, Decider } from "./decider.ts";
import type { HookInput } from "./host.ts";
import { OwnSession } from "./own-session.ts";

/** How a hook decides by itself. */
export interface OwnDecider {
  readonly candidate: readonly string[];
  readonly settings: SetOptions;
  readonly log: string;
  /** Where what may be made again is kept; undefined: nowhere. */
  readonly cache: string | undefined;
  readonly clock: () => number;
  readonly tell: (what: string) => void;
  /** Throws when it is too late to decide: what is not answered is not recorded either. */
  readonly check?: (() => void) | undefined;
}

const LOG_BYTES = 100 * 1024 ** 2;
const APPROVAL_MS = 3_600_000;
const LOCK_TRIES = 200;
const LOCK_WAIT_MS = 25;

/** Hooks of one host may run at once; each has the log to itself for as long as it decides. */
async function openLog(path: string, check: () => void): Promise<DecisionLog> {
  makeFolder(dirname(path), 0o700);
  for (let tries = 1; ; tries++) {
    check();
    try {
      return new DecisionLog({ path, maxBytes: LOG_BYTES, sync: false });
    } catch (error) {
      const isHeld = error instanceof UserError && error.code === "log-in-use";
      if (!isHeld || tries === LOCK_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
    }
  }
}

/** Decides and records by a decision point of this process; `askers`: whose credentials sent it. */
export function decideHere(
  service: DecisionService,
  input: HookInput,
  askers?: readonly string[],
): Decided | undefined {
  if (input.kind === "session_end") service.note({ type: "session_end", session: input.session });
  if (input.kind === "outcome" && service.recent.has(input.id))
    service.outcome(input.id, { status: input.status });
  if (input.kind !== "call") return undefined;
  const { permitted, context } = service.decide(fromCanonical(input.call), askers);
  return { decision: permitted, context };
}

function policiesOf({ candidate, settings, cache }: OwnDecider): Promise<Policies> {
  return cache === undefined
    ? loadPolicies(candidate, settings)
    : loadCachedPolicies(candidate, settings, cache);
}

/** Decides in this process, on the state of the log, and records it there. */
export function byItself(own: OwnDecider): Decider {
  return async (input) =>
    input.kind === "none" ? undefined : inOwnService(own, input, (one) => decideHere(one, input));
}

/** Uses a decision point of this process, with the state of the log as far as `input` needs it. */
export async function inOwnService<T>(
  own: OwnDecider,
  input: HookInput,
  use: (service: DecisionService) => T,
): Promise<T> {
  const candidate = await policiesOf(own);
  const session = OwnSession.of(input, candidate);
  const check = own.check ?? (() => undefined);
  const log = await openLog(own.log, check);
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
        restores: (line) => {
          check();
          return session?.includes(line) ?? true;
        },
      },
      { candidate, shadow: undefined },
    );
    if (session?.newest !== undefined) service.clock.reached(session.newest);
    check();
    return use(service);
  } finally {
    log.close();
  }
}
