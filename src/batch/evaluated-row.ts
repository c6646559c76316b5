import type { SeenCall } from "./slots.ts";
import type { Source } from "./values/source.ts";

/** Where the words of an input stand, by the code that alone tells what its sources come to. */
export interface Told {
  /** By row; -1: more of the row tells it. */
  readonly codes: Int32Array | Uint32Array;
  /** By code; -1: not known yet. */
  readonly places: Int32Array;
}

/** What a row is asked while it is evaluated. */
export interface EvaluatedRow {
  /** Where it stands in its segment. */
  readonly at: number;
  /** Goes to another row of the segment. */
  to(at: number): void;
  /** By row of the segment: the code that alone tells what a source comes to, if one does. */
  codesThatTell(source: Source): Told["codes"] | undefined;
  /** By input: what the evaluation of the segment's rows found; null: no code tells it. */
  readonly told: (Told | null)[];
  /** A number that is the same only for rows of which a source holds alike. */
  classOf(source: Source): number;
  /** How many moments at which something expires have passed; -1: the row has no time. */
  moment(): number;
  /** The call as each version sees it. */
  seen(): readonly SeenCall[];
  /** Whether the row is counted. */
  readonly counts: boolean;
}
