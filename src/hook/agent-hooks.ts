import { redactedValue } from "../serve/redact.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { JsonObject } from "../request/json.ts";
import type { Askers } from "../serve/approvals.ts";
import type { DecisionService } from "../serve/decision-service.ts";
import { fromCanonical } from "../serve/requests.ts";
import { readContext, type AgentStep } from "./agent-context.ts";
import { ALLOW, deny, replaced, verdictOf } from "./agent-verdict.ts";

/** How a host is answered. */
export interface AgentHooksOptions {
  /** Who sends the calls by their credentials. */
  readonly askers: Askers;
  /** Whether the host only evaluates: every call runs, and the log says what would have been. */
  readonly evaluateOnly: boolean;
  /** Whether this process lives on to redact results; else calls whose results need it are denied. */
  readonly redacts: boolean;
}

type Result = Extract<AgentStep, { readonly kind: "result" }>;

/** The verdict on what a host tells; the decision behind it is recorded first. */
function agentVerdict(
  service: DecisionService,
  step: AgentStep,
  options: AgentHooksOptions,
): JsonObject {
  switch (step.kind) {
    case "call":
      return callVerdict(service, step.call, options);
    case "result":
      return resultVerdict(service, step, options);
    case "end":
      service.note({ type: "session_end", session: step.session });
      return ALLOW;
    case "none":
      return ALLOW;
  }
}

function callVerdict(
  service: DecisionService,
  call: JsonObject,
  { askers, evaluateOnly, redacts }: AgentHooksOptions,
): JsonObject {
  const mode = evaluateOnly ? "shadow" : undefined;
  const answer = service.decide(fromCanonical(call), askers, mode);
  const isRedacted = service.recent.get(answer.id)?.redact?.length !== 0;
  if (!answer.permitted || redacts || evaluateOnly || !isRedacted) return verdictOf(answer);
  service.outcome(answer.id, { status: "not_sent" });
  return deny(
    "cannot_redact",
    "the result of this call has to be redacted, which only a running `agentz serve` can do",
  );
}

function resultVerdict(
  service: DecisionService,
  { id, value, isError }: Result,
  { redacts }: AgentHooksOptions,
): JsonObject {
  const call = service.recent.get(id);
  if (call === undefined)
    return deny("unknown_call", "the result belongs to no call that was decided");
  service.outcome(id, { status: isError ? "error" : "ok" });
  // a process for each call denies what it could not redact, see above
  if (!redacts) return ALLOW;
  if (call.redact === undefined)
    return deny(
      "unknown_call",
      "the decision point was restarted, so it is not known what to redact",
    );
  return call.redact.length === 0 ? ALLOW : replaced(redactedValue(value, call.redact));
}

/** The verdict on a context; whatever goes wrong on the way is a deny that says so. */
export function contextVerdict(
  service: DecisionService,
  context: JsonObject,
  options: AgentHooksOptions & { readonly subject: JsonObject | undefined },
): JsonObject {
  try {
    const step = readContext(context, options.subject);
    if (typeof step === "string") return failedVerdict(new Error(step));
    return agentVerdict(service, step, options);
  } catch (error) {
    return failedVerdict(error);
  }
}

/** The deny of what could not be decided, which says why. */
export function failedVerdict(error: unknown): JsonObject {
  const why = hideSecrets(error instanceof Error ? error.message : String(error));
  return deny("failed", `denied, because it could not be decided: ${why}`);
}
