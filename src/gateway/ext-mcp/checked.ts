import type { Party } from "../action.ts";
import type { JsonObject } from "../../request/json.ts";

/** A request or a result that a gateway asks about. */
export interface Checked {
  /** The servers behind the gateway: the one that is called, or all whose lists were merged. */
  readonly services: readonly string[];
  readonly method: string;
  /** What the gateway's configuration says of the caller. */
  readonly metadata: JsonObject;
  /** `params` or `result`, as JSON; undefined: there are none. */
  readonly body: Buffer | undefined;
}

/** Why a request or a result does not go on. */
export interface CheckError {
  readonly code: "UNKNOWN" | "PERMISSION_DENIED" | "INVALID";
  readonly reason: string;
  /** What machines read of it. */
  readonly data?: JsonObject;
}

/** What becomes of a request or a result. */
export type CheckResult =
  /** It goes on as it is; `call` names the call that its result has to come with. */
  | { readonly how: "pass"; readonly call?: string }
  | { readonly how: "mutated"; readonly body: Buffer }
  | { readonly how: "error"; readonly error: CheckError };

/** Who calls, as a gateway's metadata name them. */
export interface NamedCaller {
  readonly subject: Party;
  readonly onBehalfOf: Party | "nobody" | undefined;
  readonly delegation: readonly string[];
  readonly session: string | undefined;
  /** What else the metadata say. */
  readonly others: JsonObject;
}
