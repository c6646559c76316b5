import type { Layout } from "../../trace/columns/layout.ts";
import { CodeMemo, TextMemo } from "./code-memo.ts";
import { EntityMemory } from "./entity-memory.ts";
import type { IdClasses } from "./id-classes.ts";
import { Interner } from "./interner.ts";
import { PairTable } from "../../text/pair-table.ts";
import { PlainClasses, type BytesTest } from "./plain-atoms.ts";
import { idTests, planOf, type Plan, type Probe } from "./probe-plan.ts";
import type { SetReads } from "./set-reads.ts";

/** Numbers that mean the same over all segments, and over replays of other versions. */
export interface SharedNumbers {
  readonly text: Interner;
  readonly frames: Interner;
  /** By the number of a subject, action, resource or person: what is contradicted of it. */
  readonly contradicted: readonly [CodeMemo, CodeMemo, CodeMemo, CodeMemo];
  /** Steps of entities. */
  readonly pairs: PairTable;
  /** By frame and class of an entity: its number. */
  readonly framed: CodeMemo;
  /** What is known of entities by others; of that their people serve. */
  readonly memory?: EntityMemory;
}

function sharedNumbers(): SharedNumbers {
  return {
    text: new Interner(),
    frames: new Interner(),
    contradicted: [new CodeMemo(), new CodeMemo(), new CodeMemo(), new CodeMemo()],
    pairs: new PairTable(),
    framed: new CodeMemo(),
  };
}

/** What classes of rows are made with, over all segments. */
export interface ClassParts extends SharedNumbers {
  readonly versions: readonly SetReads[];
  readonly layout: Layout;
  readonly plan: Plan;
  /** The moments at which something expires, ascending. */
  readonly moments: readonly number[];
  /** What conditions ask of the bytes of a resource's id. */
  readonly idTests: readonly BytesTest[];
  /** What is known of entities, over all segments since it was given up last. */
  memory: EntityMemory;
  readonly columns: readonly number[];
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

/** What rows of a layout are classed with by versions. */
export function classParts(
  versions: readonly SetReads[],
  layout: Layout,
  numbers: SharedNumbers = sharedNumbers(),
): ClassParts {
  const persons = numbers.memory?.persons;
  const plan = planOf(versions, layout, persons?.names);
  const { text, frames, contradicted, pairs, framed } = numbers;
  const columns = [...plan.unary.keys()].sort((a, b) => a - b);
  return {
    versions,
    layout,
    plan,
    moments: [...new Set(versions.flatMap((reads) => reads.moments))].sort((a, b) => a - b),
    idTests: idTests(plan),
    text,
    frames,
    contradicted,
    pairs,
    framed,
    memory: new EntityMemory(plan, plan.personMembers === persons?.names ? persons : undefined),
    columns,
    plain: columns.map((column) =>
      plainClasses(plan.unary.get(column) ?? [], layout.columns[column]?.path.length ?? 0),
    ),
    resourceIds: new Map(),
    remembered: columns.map(() => new TextMemo()),
    masks: columns.map(() => new Map()),
  };
}

/** Undefined where an atom on the column asks more of it, or something within it. */
function plainClasses(probes: readonly Probe[], depth: number): PlainClasses | undefined {
  return PlainClasses.of(
    probes.map(({ atom: { plain, paths } }) =>
      paths.length === 1 && paths[0]?.length === depth ? plain : undefined,
    ),
  );
}
