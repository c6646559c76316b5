import type { Decision } from "../engine/decision.ts";
import type { DecideResult } from "../documents/decide-result.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import { VERSION } from "../node/version.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import { Policies } from "./policies.ts";
import { checkRequest, timedRequest, type RequestDocument } from "./request-document.ts";

/** What `now` is where a request does not say. */
export interface RequestClock {
  readonly now: number | undefined;
  readonly clock: () => number;
}

/** A decision, and what was given for its approvals and does not count. */
type Answer = Pick<DecideResult, "uncounted"> & { readonly decision: Decision };

/** Decides one request, whether written in a file or a value, and gives the document (design 12). */
export function decideDocument(
  policies: Policies,
  written: RequestDocument,
  clock: RequestClock,
  decide: (request: RequestDocument["request"]) => Answer = (request) =>
    decideWithState(Policies.open(policies).loaded.set, request, written.state),
): DecideResult {
  const { loaded, check } = Policies.open(policies);
  const findings = checkRequest(written, check);
  const { request, now } = timedRequest(written.request, clock);
  const { decision, uncounted } = decide(request);
  return {
    schemaVersion: 1,
    command: "decide",
    tool: { version: VERSION },
    source: loaded.info.source ?? "",
    digest: loaded.info.digest,
    now,
    findings,
    decision,
    uncounted,
  };
}

/** The clock's options of a library call. */
export function clockOf({ now }: { readonly now?: number }): RequestClock {
  return { now, clock: Date.now };
}

/** An error of the engine is a deny that says so (design 14.1). */
export function denyOnError(decide: () => Decision): Decision {
  return answerOrDeny(() => ({ decision: decide(), uncounted: [] })).decision;
}

/** The same, with what does not count of the approvals given. */
export function answerOrDeny(decide: () => Answer): Answer {
  try {
    const { decision, uncounted } = decide();
    return { decision, uncounted };
  } catch (error) {
    const message = `internal error: ${hideSecrets(error instanceof Error ? error.message : String(error))}`;
    const decision: Decision = {
      effect: "deny",
      permitted: false,
      indeterminate: false,
      possible: ["deny"],
      rules: ["default"],
      matched: [],
      undecided: [],
      shadow: [],
      excepted: [],
      nearest: null,
      reason: message,
      obligations: [],
      approval: { state: "none", requirements: [] },
      missing: [],
      errors: [{ rule: "default", message }],
    };
    return { decision, uncounted: [] };
  }
}
