import { TraceError } from "../../diagnostics/trace-error.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { CiStep } from "../../documents/ci-result.ts";
import type { ReplayRunFlags } from "../replay-run.ts";
import type { TestMinimums } from "../test-set.ts";

/** The steps, in the order in which they run. */
export const CI_STEPS = [
  "lint",
  "test",
  "analyze",
  "version",
  "replay",
] as const satisfies readonly CiStep["name"][];

export interface CiFlags extends ReplayRunFlags, TestMinimums {
  /** Steps that fail where there is nothing for them to do. */
  readonly require?: readonly CiStep["name"][];
  /** Whether a replay fails where nobody but the command itself sets a limit. */
  readonly needsGate?: boolean;
  /** Parts of the trace, in place of a trace. */
  readonly parts?: readonly string[];
  /** How many calls they have to have. */
  readonly calls?: number;
}

export interface Ran<T> {
  readonly step: CiStep;
  readonly document: T | null;
  /** The exit status that the step alone would have. */
  readonly status: number;
}

export interface Step<T> {
  readonly name: CiStep["name"];
  /** Undefined: there is nothing to do, for the reason given. */
  readonly run: (() => Promise<T>) | undefined;
  readonly reason: string;
  readonly failed: (document: T) => boolean;
  readonly summary: (document: T) => string;
}

/** A step without anything to do: skipped, which fails where it is required. */
function skipStep<T>({ name, reason }: Step<T>, required: boolean): Ran<T> {
  const step: CiStep = required
    ? {
        name,
        status: "failed",
        summary: `required, but there is nothing to do: ${reason}`,
        help: null,
      }
    : { name, status: "skipped", summary: reason, help: null };
  return { step, document: null, status: required ? 1 : 0 };
}

/** Why a step could not run: where documents do not load, the first finding with its place. */
function reasonOf(error: UserError | TraceError): Pick<CiStep, "summary" | "help"> {
  const { message, help = null } = error;
  const first = error instanceof UserError ? error.firstFinding : undefined;
  if (first === undefined) return { summary: message, help };
  return { summary: first, help: `fix this first: ${message}${help === null ? "" : `; ${help}`}` };
}

/** What a pipeline demands of its steps, and what lint has told already. */
interface StepRules {
  readonly required: ReadonlySet<CiStep["name"]>;
  /** The first finding of a candidate that does not load; undefined: nothing is told. */
  readonly told: string | undefined;
}

/** Runs one step; what the user can fix is a step in error, and the others still run. */
export async function runStep<T>(step: Step<T>, { required, told }: StepRules): Promise<Ran<T>> {
  const { name, run } = step;
  if (run === undefined) return skipStep(step, required.has(name));
  try {
    const document = await run();
    const failed = step.failed(document);
    return {
      step: {
        name,
        status: failed ? "failed" : "passed",
        summary: step.summary(document),
        help: null,
      },
      document,
      status: failed ? 1 : 0,
    };
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TraceError)) throw error;
    const isTold = told !== undefined && error instanceof UserError && error.firstFinding === told;
    const reason = isTold ? { summary: "not run: fix lint first", help: null } : reasonOf(error);
    return {
      step: { name, status: "error", ...reason },
      document: null,
      status: error instanceof UserError ? error.status : 2,
    };
  }
}

export const NO_CANDIDATE =
  "there is no candidate: neither `candidate` of agentz.yaml nor --candidate";

export const NOT_ASKED = { run: undefined, reason: "it was not asked for" };
