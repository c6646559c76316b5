import { neverPermitted as proved, type AskedTools } from "../proof/never-permitted.ts";
import { Policies } from "./policies.ts";

export type { AskedTools };

/**
 * The tools of which it is proved that no call of the subject is ever permitted, whatever its
 * arguments, the session's state and the time. A tool of which that is not proved is not among them.
 */
export function neverPermitted(policies: Policies, asked: AskedTools): ReadonlySet<string> {
  const { documents, set } = Policies.open(policies).loaded;
  return proved(documents, set, asked);
}
