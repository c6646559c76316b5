import { InputRequests } from "./input-requests.ts";
import type { RelayOptions } from "./relay-options.ts";
import { RelaySession } from "./relay-session.ts";
import { RetriedApprovals } from "./retried-approvals.ts";

/** What the relays of one session share: without a handshake, each request on HTTP has one of its own. */
export interface SharedParts {
  readonly session: RelaySession;
  readonly approvals: RetriedApprovals;
  readonly inputs: InputRequests;
}

/** The parts of a new session. */
export function sharedParts(options: RelayOptions): SharedParts {
  const session = new RelaySession(options);
  return {
    session,
    approvals: new RetriedApprovals(options, session.log),
    inputs: new InputRequests(session),
  };
}
