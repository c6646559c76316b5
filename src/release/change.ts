import type { ChangeImpact } from "../proof/judge-change.ts";

/** One change between two versions of a document, for people. */
export interface Change {
  /** What it is about: `rule p/r`, `agent support-eu`, `session counter refunded`. */
  readonly about: string;
  /** One sentence, user input in backticks, without a final period. */
  readonly sentence: string;
  readonly verdict: ChangeImpact;
  /** The rules whose changes were judged together with it, because a call may meet both. */
  readonly together?: readonly string[];
  /** Both sources, where the sentence cannot say it all. */
  readonly before?: string;
  readonly after?: string;
}
