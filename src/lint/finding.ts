import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Edit } from "./rule.ts";

/** A diagnostic with the one right change, where there is just one, and with its cause. */
export interface Finding extends Diagnostic {
  readonly fix?: readonly Edit[];
  /** The finding that this one follows from. */
  readonly cause?: Finding;
}
