import type { PlanMemo } from "../../engine/plan.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { TextMemo } from "./code-memo.ts";
import type { Heads } from "./heads.ts";
import type { IdClasses } from "./id-classes.ts";
import type { Interner } from "./interner.ts";
import type { PlainClasses } from "./plain-atoms.ts";
import type { PairTable } from "./pair-table.ts";
import type { Plan } from "./probe-plan.ts";
import type { SetReads } from "./set-reads.ts";
import type { TupleTable } from "./tuple-table.ts";

/** What keys are made with, over all segments. */
export interface KeyParts {
  readonly versions: readonly SetReads[];
  readonly layout: Layout;
  readonly plan: Plan;
  readonly recorded: boolean;
  /** The moments at which something expires, ascending. */
  readonly moments: readonly number[];
  readonly tuples: TupleTable;
  readonly scratch: Int32Array;
  readonly text: Interner;
  readonly frames: Interner;
  /** Classes of resources that events alone tell, by their texts. */
  readonly ownResources: TextMemo;
  /** Steps of entities, over all segments. */
  readonly pairs: PairTable;
  readonly columns: readonly number[];
  readonly heads: Heads;
  /** For each version: which of its rules may fit a subject and an action. */
  readonly plans: readonly PlanMemo[];
  /**
   * For each column with atoms: the classes of its values, where the atoms are plain; undefined:
   * one asks more.
   */
  readonly plain: readonly (PlainClasses | undefined)[];
  /** By what an argument's types give: what is known of a resource's id. */
  readonly resourceIds: Map<
    string,
    { readonly known: TextMemo; readonly classes: IdClasses | undefined }
  >;
  /** For each column with atoms: classes by a value's text. */
  readonly remembered: readonly TextMemo[];
  /** For each column with atoms: classes by which atoms hold, a leading one and then a bit each. */
  readonly masks: readonly Map<number, number>[];
}
