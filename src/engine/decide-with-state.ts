import type { SessionExample } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import type { CompiledSet } from "./compile-set.ts";
import type { Outcome } from "./decide.ts";
import { givenState } from "./examples.ts";
import { PolicySession } from "./policy-session.ts";

/**
 * Decides one request on state written down by hand: nothing ran before it, nothing is contained,
 * no approval is used up.
 */
export function decideWithState(
  set: CompiledSet,
  request: Request,
  state: SessionExample,
): Outcome {
  const run = new PolicySession(set);
  run.observe(request.session, request.time);
  return run.decideOn(run.prepare(request), {
    state: givenState(set.declarations, state),
    used: run.used,
    contained: run.contained.bind(run),
    use: run.use.bind(run),
  });
}
