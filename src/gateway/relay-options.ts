import type { DefinitionStore } from "./definition-store.ts";
import type { Framing } from "./message.ts";
import type { SessionLogOptions } from "./session-log.ts";

/** How a relay decides. */
export interface RelayOptions extends SessionLogOptions {
  /** The accepted definitions of tools; undefined: nobody minds changes. */
  readonly definitions: DefinitionStore | undefined;
  /** How messages are told apart: by line ends, or each is a body of its own. */
  readonly framing: Framing;
  /** The person at the client, who may approve calls there; undefined: nobody does. */
  readonly approver: string | undefined;
  /** Where people who are not at the client approve calls; undefined: nowhere. */
  readonly approvalPlace: string | undefined;
  /** Milliseconds for which the person at the client is waited for. */
  readonly approvalPatience: number;
  /** Kinds of what detectors find that results are given without, such as `secret/`. */
  readonly redactKinds: readonly string[];
  /** Whether the results of calls are recorded as well. */
  readonly results: boolean;
  /** The code of errors by which requests other than calls of tools are denied. */
  readonly errorCode: number;
  /** Milliseconds for which an answer of the server is waited for; 0: for ever. */
  readonly timeout: number;
}

/** Where a relay sends what it makes itself. */
export interface RelayOutputs {
  readonly toServer: (line: Buffer) => void;
}
