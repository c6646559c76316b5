import {
  neverPermitted as proved,
  type AskedCall,
  type AskedCalls,
} from "../proof/never-permitted.ts";
import { Policies } from "./policies.ts";

export type { AskedCall, AskedCalls };

/**
 * Those of the calls asked about of which it is proved that none is ever permitted to the subject,
 * whatever its other arguments, the session's state and the time. A call of which that is not
 * proved is not among them.
 */
export function neverPermitted(policies: Policies, asked: AskedCalls): ReadonlySet<AskedCall> {
  const { documents, set } = Policies.open(policies).loaded;
  return proved(documents, set, asked);
}
