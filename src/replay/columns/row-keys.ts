import { PlanMemo } from "../../engine/plan.ts";
import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import { HAS } from "../../trace/columns/line-scanner.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { TextMemo } from "./code-memo.ts";
import type { Entities } from "./entities.ts";
import type { Frame, Frames } from "./frame.ts";
import { Heads, type Head } from "./heads.ts";
import { Interner } from "./interner.ts";
import type { KeyParts } from "./key-parts.ts";
import { Kept, PairTable } from "./pair-table.ts";
import { PlainClasses } from "./plain-atoms.ts";
import { planOf, type Probe } from "./probe-plan.ts";
import { RowClasses } from "./row-classes.ts";
import type { SetReads } from "./set-reads.ts";
import { TupleTable } from "./tuple-table.ts";
import { rowFor, type RowViews } from "./views.ts";

/**
 * The key of a row that is not decided by its columns: an event that is no call, and one that was
 * unusual.
 */
export const OTHER = 0xffff_fffe;
export const WHOLE = 0xffff_ffff;

const FIXED = {
  frame: 0,
  subject: 1,
  action: 2,
  resource: 3,
  delegation: 4,
  flags: 5,
  effect: 6,
  rule: 7,
  pdp: 8,
  labels: 9,
  time: 10,
  person: 11,
  credential: 12,
} as const;
const WIDTH = 13;
/** Entries that are numbers as they are; the others are numbers of texts. */
const PLAIN: ReadonlySet<number> = new Set([FIXED.flags, FIXED.time]);
/** What of `HAS` a decision or a count may hang on. */
const COUNTED = HAS.args | HAS.outcome | HAS.decision | HAS.parent | HAS.session;
const APPROVALS = 1 << 15;

/** So many keys are always few enough; from there on they may be a fifth of the calls. */
const FEW_KEYS = 4_000;
const SHARE = 5;
/** More than these take more memory than a walk over events does. */
const MOST_KEYS = 20_000;

/** Whether so few calls are like another that keys of them are no help. */
function isDiverse(keys: number, calls: number): boolean {
  return keys > MOST_KEYS || (keys > FEW_KEYS && SHARE * keys > calls);
}

/** Rows with their keys, and the keys that were not seen before. */
export interface RowsKeyed {
  readonly keys: Uint32Array;
  readonly fresh: readonly FreshKey[];
}

/** What keys and classes of rows are made with. */
export function keyParts(
  versions: readonly SetReads[],
  layout: Layout,
  { recorded }: { readonly recorded: boolean },
): KeyParts {
  const plan = planOf(versions, layout);
  const columns = [...plan.unary.keys()].sort((a, b) => a - b);
  const width = WIDTH + columns.length + plan.joint.length;
  const text = new Interner();
  return {
    versions,
    layout,
    plan,
    recorded,
    moments: [...new Set(versions.flatMap((reads) => reads.moments))].sort((a, b) => a - b),
    tuples: new TupleTable(width),
    scratch: new Int32Array(width),
    text,
    frames: new Interner(),
    ownResources: new TextMemo(1_000),
    pairs: new PairTable(),
    columns,
    heads: new Heads(plan, columns, text),
    plans: versions.map(({ set }) => new PlanMemo(set)),
    plain: columns.map((column) =>
      plainClasses(plan.unary.get(column) ?? [], layout.columns[column]?.path.length ?? 0),
    ),
    resourceIds: new Map(),
    remembered: columns.map(() => new TextMemo()),
    masks: columns.map(() => new Map()),
  };
}

/** A key seen for the first time, with a row that has it. */
export interface FreshKey {
  readonly key: number;
  readonly row: number;
}

/**
 * Gives each row of a segment a number such that rows of one number are decided alike by both
 * versions and counted alike, but for what hangs on state, time of day and the call's own id and
 * session. What conditions read of a row goes in as what their atoms come to, worked out once for
 * each distinct value of a column: a million different amounts are three classes to a rule that
 * compares with two bounds.
 *
 * INVARIANT: nothing that a decision or a count reads may be left out; the object walk beside it is
 * the reference.
 */
export class RowKeys {
  readonly #parts: KeyParts;
  /** Calls that were given keys. */
  #calls = 0;

  /** `recorded`: the baseline is what was recorded, so its rule counts too. */
  constructor(
    versions: readonly SetReads[],
    layout: Layout,
    { recorded }: { readonly recorded: boolean },
  ) {
    this.#parts = keyParts(versions, layout, { recorded });
  }

  /** A text that is the same for the same key, whoever gave it its number. */
  signature(key: number): string {
    const { tuples, frames, text, scratch } = this.#parts;
    const entry = (i: number): string | number => {
      const number = tuples.at(key, i);
      return PLAIN.has(i) ? number : i === FIXED.frame ? frames.text(number) : text.text(number);
    };
    return JSON.stringify(Array.from(scratch, (_, i) => entry(i)));
  }

  /**
   * Undefined: nearly every call is different, so keys are no help (told early: they take far more
   * memory than events do).
   */
  keys(segment: Segment): RowsKeyed | undefined {
    const rows = new SegmentKeys(this.#parts, segment);
    const keyed = rows.run(this.#calls);
    this.#calls = keyed?.calls ?? 0;
    return keyed;
  }
}

/** The codes of a column, and how many there may be. */
interface Codes {
  readonly codes: Uint32Array;
  readonly size: number;
}

const NO_CODES: Codes = { codes: new Uint32Array(0), size: 1 };
const HALF = 0x8000;
/** The bits of `COUNTED` that are set, as a number without gaps. */
const FLAGS = Uint8Array.from({ length: 2 * COUNTED }, (_, has) =>
  [...bitsOf(COUNTED)].reduce((flags, bit) => 2 * flags + ((has & bit) === 0 ? 0 : 1), 0),
);
const FLAG_COUNT = 2 ** [...bitsOf(COUNTED)].length;

function* bitsOf(mask: number): Generator<number> {
  for (let bit = 1; bit <= mask; bit *= 2) if ((mask & bit) !== 0) yield bit;
}

/** Rows that say nothing of their own record. */
const SILENT: Frame = { number: 0, request: {}, mask: undefined };

class SegmentKeys {
  readonly #parts: KeyParts;
  readonly #segment: Segment;
  readonly #classes: RowClasses;
  readonly #views: RowViews;
  readonly #frames: Frames;
  readonly #entities: Entities;
  readonly #raws: Int32Array[];
  readonly #steps = new PairTable();
  /** Keys plus one, by where steps end. */
  readonly #ends = new Kept();
  readonly #localHeads: Head[] = [];
  readonly #headNumbers = new Kept();
  /**
   * The codes of those columns that go into a tuple as they are, and are not the same in all rows.
   */
  #varying: readonly Codes[] = [];
  /** Whether all of them, and what else is a small number, fit into one. */
  #fits = false;
  #momentCount = 2;
  #timed = true;
  #acted = true;
  #credited = true;

  constructor(parts: KeyParts, segment: Segment) {
    this.#parts = parts;
    this.#segment = segment;
    this.#classes = new RowClasses(parts, segment);
    this.#views = this.#classes.views;
    this.#frames = this.#classes.frames;
    this.#entities = this.#classes.entities;
    this.#raws = segment.dictionaries.map(() => new Int32Array(0));
  }

  /** Looks which columns are the same in all rows: those are no steps. */
  #prepare(): void {
    const segment = this.#segment;
    const raw = [
      COLUMN.delegation,
      COLUMN.effect,
      ...(this.#parts.recorded ? [COLUMN.rule] : []),
      COLUMN.pdp,
      COLUMN.labels,
    ];
    this.#varying = raw.flatMap((column) =>
      this.#isVarying(column)
        ? [
            {
              codes: segment.codes[column] ?? NO_CODES.codes,
              size: segment.dictionaries[column]?.size ?? 1,
            },
          ]
        : [],
    );
    this.#momentCount = this.#parts.moments.length + 2;
    this.#fits =
      this.#varying.reduce(
        (places, { size }) => places * size,
        2 * FLAG_COUNT * this.#momentCount,
      ) <
      2 ** 31;
    this.#timed =
      this.#parts.moments.length > 0 || segment.times.some((time) => Number.isNaN(time));
    this.#acted =
      this.#isVarying(COLUMN.onBehalfOf) ||
      this.#isVarying(COLUMN.subjectId) ||
      segment.codes[COLUMN.onBehalfOf]?.[0] !== 0;
    this.#credited = this.#isVarying(COLUMN.credential) || this.#isVarying(COLUMN.subjectRest);
  }

  /** `before`: how many calls were given keys earlier. Undefined: there are too many keys. */
  run(before: number): (RowsKeyed & { readonly calls: number }) | undefined {
    this.#prepare();
    let calls = before;
    const { rows, whole } = this.#segment;
    const { tuples, scratch } = this.#parts;
    const keys = new Uint32Array(rows);
    const fresh: FreshKey[] = [];
    const isCall = this.#calls();
    const types = this.#segment.codes[COLUMN.type];
    for (let row = 0; row < rows; row++) {
      if (isCall[types?.[row] ?? 0] !== 1) keys[row] = OTHER;
      else if (whole[row] === 1) keys[row] = WHOLE;
      else {
        calls++;
        const at = this.#path(row);
        const ended = this.#ends.get(at) - 1;
        if (at !== 0 && ended >= 0) {
          keys[row] = ended;
          continue;
        }
        this.#fill(row);
        const known = tuples.size;
        const key = tuples.intern(scratch);
        keys[row] = key;
        if (at !== 0) this.#ends.set(at, key + 1);
        if (key < known) continue;
        fresh.push({ key, row });
        if (isDiverse(tuples.size, calls)) return undefined;
      }
    }
    return { keys, fresh, calls };
  }

  /**
   * Where a row's steps end: rows that end alike have one tuple, so it is made once for all of
   * them. 0: the row says something of its own record, and is to be filled by itself. INVARIANT:
   * whatever the tuple hangs on is a step.
   */
  #path(row: number): number {
    if (this.#views.saysOfRecord(row)) return 0;
    const steps = this.#steps;
    const views = this.#views;
    const [subject, action] = [
      this.#entities.subject(row, SILENT),
      this.#entities.action(row, SILENT),
    ];
    // a step the fewer where both fit into one number; the other way starts with a negative one, so
    // the two never meet
    let at =
      subject < HALF && action < 2 * HALF
        ? steps.step(0, 2 * HALF * subject + action)
        : steps.step(steps.step(0, -1 - subject), action);
    at = steps.step(at, this.#entities.resourceClass(row, SILENT));
    const head = this.#headAt(at, row);
    const flags = FLAGS[(this.#segment.has[row] ?? 0) & COUNTED] ?? 0;
    let rest = 2 * flags + (views.code(COLUMN.approvals, row) === 0 ? 0 : 1);
    if (this.#timed) rest = rest * this.#momentCount + this.#classes.moment(row) + 1;
    for (let i = 0; i < this.#varying.length; i++) {
      const { codes, size } = this.#varying[i] ?? NO_CODES;
      const code = codes[row] ?? 0;
      if (this.#fits) rest = rest * size + code;
      else at = steps.step(at, code);
    }
    at = steps.step(at, rest);
    if (this.#acted) at = steps.step(at, this.#classes.personClass(row, SILENT));
    if (this.#credited) at = steps.step(at, this.#classes.credentialKind(row));
    for (const [index, part] of head.parts)
      at = steps.step(at, part.of(this.#classes.unaryClass(index, row, SILENT)));
    for (const index of head.joint)
      at = steps.step(at, this.#classes.jointOutcome(index, row, SILENT));
    return at;
  }

  /** What matters to rows whose first steps end at a number. */
  #headAt(at: number, row: number): Head {
    const known = this.#localHeads[this.#headNumbers.get(at) - 1];
    if (known !== undefined) return known;
    this.#fillEntities(row, SILENT);
    const head = this.#head(row, SILENT);
    this.#headNumbers.set(at, this.#localHeads.push(head));
    return head;
  }

  /** Whether all rows have one code in a column; then it is no step. */
  #isVarying(column: number): boolean {
    const codes = this.#segment.codes[column];
    const first = codes?.[0];
    return codes?.some((code) => code !== first) === true;
  }

  /** By code of the type column: 1 for calls. */
  #calls(): Uint8Array {
    const size = this.#segment.dictionaries[COLUMN.type]?.size ?? 1;
    return Uint8Array.from({ length: size }, (_, code) =>
      code === 0 || this.#views.cache.value(COLUMN.type, code) === "call" ? 1 : 0,
    );
  }

  /** Puts the row's tuple into the scratch. */
  #fill(row: number): void {
    const { scratch, recorded } = this.#parts;
    const views = this.#views;
    const frame = this.#frames.of(row);
    this.#fillEntities(row, frame);
    scratch[FIXED.delegation] = this.#raw(COLUMN.delegation, row);
    scratch[FIXED.flags] =
      ((this.#segment.has[row] ?? 0) & COUNTED) |
      (views.code(COLUMN.approvals, row) === 0 ? 0 : APPROVALS);
    scratch[FIXED.effect] = this.#raw(COLUMN.effect, row);
    scratch[FIXED.rule] = recorded ? this.#raw(COLUMN.rule, row) : 0;
    scratch[FIXED.pdp] = this.#raw(COLUMN.pdp, row);
    scratch[FIXED.labels] = this.#classes.labelsClass(row);
    scratch[FIXED.time] = this.#classes.moment(row);
    scratch[FIXED.person] = this.#classes.personClass(row, frame);
    scratch[FIXED.credential] = this.#classes.credentialKind(row);
    this.#fillOutcomes(row, frame);
  }

  #fillEntities(row: number, frame: Frame): void {
    const { scratch } = this.#parts;
    scratch[FIXED.frame] = frame.number;
    scratch[FIXED.subject] = this.#entities.subjectClass(row, frame);
    scratch[FIXED.action] = this.#entities.actionClass(row, frame);
    scratch[FIXED.resource] = this.#entities.resourceClass(row, frame);
  }

  #fillOutcomes(row: number, frame: Frame): void {
    const { scratch, columns, plan } = this.#parts;
    const head = this.#head(row, frame);
    const { unary } = head;
    for (let i = 0; i < columns.length; i++) {
      const part = unary[i];
      scratch[WIDTH + i] =
        part === undefined ? 0 : part.of(this.#classes.unaryClass(i, row, frame));
    }
    const from = WIDTH + columns.length;
    for (let i = 0; i < plan.joint.length; i++) scratch[from + i] = 0;
    for (const index of head.joint)
      scratch[from + index] = this.#classes.jointOutcome(index, row, frame);
  }

  /** What of a row can matter, by its subject, action and resource. */
  #head(row: number, frame: Frame): Head {
    const { scratch, heads, versions, plans } = this.#parts;
    const known = heads.find(scratch);
    if (known !== undefined) return known;
    const views = versions.map((reads, version) => {
      const { subject, action, resource } = this.#entities.of(row, frame, version);
      return {
        plans: plans[version] ?? new PlanMemo(reads.set),
        action,
        row: rowFor({}, frame, { subject, action, resource }),
        settled: frame.number === 0,
      };
    });
    return heads.add(scratch, views);
  }

  /** The number of the text that a column has. */
  #raw(column: number, row: number): number {
    const code = this.#views.code(column, row);
    if (code === 0) return 0;
    let known = this.#raws[column];
    if (known === undefined || known.length === 0)
      this.#raws[column] = known = new Int32Array(
        this.#segment.dictionaries[column]?.size ?? 1,
      ).fill(-1);
    const found = known[code] ?? -1;
    return found >= 0
      ? found
      : (known[code] = this.#parts.text.code(
          JSON.stringify(this.#views.cache.value(column, code)),
        ));
  }
}

/** Undefined where an atom on the column asks more of it, or something within it. */
function plainClasses(probes: readonly Probe[], depth: number): PlainClasses | undefined {
  return PlainClasses.of(
    probes.map(({ atom: { plain, paths } }) =>
      paths.length === 1 && paths[0]?.length === depth ? plain : undefined,
    ),
  );
}
