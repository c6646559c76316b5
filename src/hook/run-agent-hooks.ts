import { parseJson } from "../api/trace-event.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { isJsonObject, stringMember, type JsonObject } from "../request/json.ts";
import { readContext, type AgentStep } from "./agent-context.ts";
import { contextVerdict, failedVerdict } from "./agent-hooks.ts";
import { post } from "./decider.ts";
import { AGENT_HOOKS, hookPath, type HookInput } from "./host.ts";
import { inOwnService, type OwnDecider } from "./own-decider.ts";

/** Who calls, and whether the host only evaluates. */
export interface AgentHooksRun {
  readonly subject: JsonObject | undefined;
  readonly evaluateOnly: boolean;
}

/** Gives the verdict on a context. */
export type AgentHooksDecider = (context: JsonObject, run: AgentHooksRun) => Promise<JsonObject>;

/** Asks a decision point that runs. */
export function verdictByServer(
  server: string,
  token: string | undefined,
  signal: AbortSignal,
): AgentHooksDecider {
  return async (context, { subject, evaluateOnly }) => {
    const query = new URLSearchParams(evaluateOnly ? { mode: "evaluate_only" } : {});
    if (subject !== undefined) query.set("subject", `${subject["type"]}:${subject["id"]}`);
    const path = `${hookPath({ name: AGENT_HOOKS })}?${query.toString()}`;
    const { status, text } = await post({ server, path, body: context, token, signal });
    const verdict: unknown = status === 200 ? JSON.parse(text) : undefined;
    if (isJsonObject(verdict) && stringMember(verdict, "decision") !== undefined) return verdict;
    throw new UserError("server", `the decision point answered ${status}: ${text.slice(0, 300)}`);
  };
}

/** Decides in this process, on the state of the log. */
export function verdictByItself(own: OwnDecider): AgentHooksDecider {
  return async (context, { subject, evaluateOnly }) => {
    const step = readContext(context, subject);
    if (typeof step === "string") return failedVerdict(new Error(step));
    const options = { askers: [], evaluateOnly, redacts: false, subject };
    return inOwnService(own, inputOf(step), (service) => contextVerdict(service, context, options));
  };
}

/** What is told, as other hooks tell it: so the lines of its session are found. */
function inputOf(step: AgentStep): HookInput {
  switch (step.kind) {
    case "result": {
      const { id, session, isError } = step;
      return { kind: "outcome", id, session, status: isError ? "error" : "ok" };
    }
    case "end":
      return { kind: "session_end", session: step.session };
    default:
      return step;
  }
}

/** The line that a host of AGENT-HOOKS-0.1 reads; whatever goes wrong is a deny that says so. */
export async function runAgentHooks(
  text: () => Promise<string>,
  run: AgentHooksRun,
  decide: AgentHooksDecider,
): Promise<string> {
  try {
    const parsed = parseJson(await text());
    if ("reason" in parsed) throw new Error(`the context cannot be read: ${parsed.reason}`);
    if (!isJsonObject(parsed.value)) throw new Error("the context is not an object");
    return `${JSON.stringify(await decide(parsed.value, run))}\n`;
  } catch (error) {
    return `${JSON.stringify(failedVerdict(error))}\n`;
  }
}
