import type { Bad, Value } from "../../condition/value.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import type { Entity } from "../../engine/entity.ts";
import { staticFit } from "../../engine/compiled-rule.ts";
import { credentialKindOf, personNamed } from "./identity-facts.ts";
import { contradicted } from "../note-tally.ts";
import type { Row } from "../../engine/row.ts";
import { member } from "../../request/json.ts";
import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import { HAS } from "../../trace/columns/line-scanner.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { ValueCache } from "../../trace/columns/value-cache.ts";
import type { Atom } from "./atoms.ts";
import { Frames, type Frame } from "./frame.ts";
import { Interner, outcomeText } from "./interner.ts";
import { resourceText } from "./resource-class.ts";
import type { SetReads } from "./set-reads.ts";
import { TupleTable } from "./tuple-table.ts";
import { actionOf, resourceOf, rowFor, RowViews, subjectOf } from "./views.ts";

/** The key of a row that is not decided by its columns: an event that is no call, and one that was unusual. */
export const OTHER = 0xffff_fffe;
export const WHOLE = 0xffff_ffff;

/** An atom of one of the versions, by number over both. */
interface Probe {
  readonly version: number;
  readonly atom: Atom;
  /** The rules that read it; undefined: a declaration does, so every call. */
  readonly rules: readonly SetReads["rules"][number]["rule"][] | undefined;
}

/** A probe that reads several columns: what it came to is remembered by their codes. */
interface JointProbe {
  readonly probe: Probe;
  readonly columns: readonly number[];
}

interface Plan {
  readonly unary: ReadonlyMap<number, readonly Probe[]>;
  readonly resource: readonly Probe[];
  readonly subject: readonly Probe[];
  readonly joint: readonly JointProbe[];
}

function columnOf(layout: Layout, path: readonly string[]): number {
  return layout.columns.findIndex(({ path: own, keep }) => keep === "value" && own.length <= path.length && own.every((key, i) => path[i] === key));
}

/** The columns that an atom reads; -1 stands for the resource. */
function columnsOf(layout: Layout, atom: Atom): readonly number[] {
  const columns = atom.paths.flatMap((path) => {
    const [root] = path;
    if (root === "data") return [];
    if (root === "subject") return [COLUMN.subject];
    if (root === "action") return [COLUMN.action];
    return [root === "resource" ? -1 : columnOf(layout, path)];
  });
  return [...new Set(columns)].sort((a, b) => a - b);
}

function probesOf(reads: SetReads, version: number): readonly Probe[] {
  const ofRules = reads.rules.flatMap(({ rule, atoms }) => atoms.map((atom): Probe => ({ version, atom, rules: [rule] })));
  const ofDeclarations = reads.triggers.map((atom): Probe => ({ version, atom, rules: undefined }));
  return [...ofRules, ...ofDeclarations].filter(({ atom }) => !atom.dynamic);
}

function planOf(versions: readonly SetReads[], layout: Layout): Plan {
  const unary = new Map<number, Probe[]>();
  const resource: Probe[] = [];
  const subject: Probe[] = [];
  const joint: JointProbe[] = [];
  for (const probe of versions.flatMap(probesOf)) {
    const columns = columnsOf(layout, probe.atom);
    const [only] = columns;
    if (only === undefined || (columns.length === 1 && only === COLUMN.action)) continue;
    if (columns.length > 1) joint.push({ probe, columns });
    else if (only === -1) resource.push(probe);
    else if (only === COLUMN.subject) subject.push(probe);
    else unary.set(only, [...(unary.get(only) ?? []), probe]);
  }
  return { unary, resource, subject, joint };
}

const FIXED = { frame: 0, subject: 1, action: 2, resource: 3, delegation: 4, flags: 5, effect: 6, rule: 7, pdp: 8, labels: 9, time: 10, borrows: 11 } as const;
const WIDTH = 12;
/** What of `HAS` a decision or a count may hang on. */
const COUNTED = HAS.args | HAS.outcome | HAS.decision | HAS.parent | HAS.session;
const APPROVALS = 1 << 15;

/** A key seen for the first time, with a row that has it. */
export interface FreshKey {
  readonly key: number;
  readonly row: number;
}

/**
 * Gives each row of a segment a number such that rows of one number are decided alike by both versions and counted
 * alike, but for what hangs on state, time of day and the call's own id and session. What conditions read of a row goes
 * in as what their atoms come to, worked out once for each distinct value of a column (performance: a million different
 * amounts are three classes to a rule that compares with two bounds).
 *
 * INVARIANT: nothing that a decision or a count reads may be left out; the object walk beside it is the reference.
 */
export class RowKeys {
  readonly #versions: readonly SetReads[];
  readonly #plan: Plan;
  readonly #recorded: boolean;
  readonly #moments: readonly number[];
  readonly #tuples: TupleTable;
  readonly #scratch: Int32Array;
  readonly #text = new Interner();
  readonly #frames = new Interner();
  readonly #unaryColumns: readonly number[];
  readonly #relevant = new Map<string, readonly number[]>();

  /** `recorded`: the baseline is what was recorded, so its rule counts too. */
  constructor(versions: readonly SetReads[], layout: Layout, recorded: boolean) {
    this.#versions = versions;
    this.#recorded = recorded;
    this.#plan = planOf(versions, layout);
    this.#moments = [...new Set(versions.flatMap((reads) => reads.moments))].sort((a, b) => a - b);
    this.#unaryColumns = [...this.#plan.unary.keys()].sort((a, b) => a - b);
    const width = WIDTH + this.#unaryColumns.length + this.#plan.joint.length;
    this.#tuples = new TupleTable(width);
    this.#scratch = new Int32Array(width);
  }

  /** A text that is the same for the same key, whoever gave it its number. */
  signature(key: number): string {
    return JSON.stringify(Array.from(this.#scratch, (_, i) => (i === FIXED.flags || i === FIXED.time || i === FIXED.borrows ? this.#tuples.at(key, i) : i === FIXED.frame ? this.#frames.text(this.#tuples.at(key, i)) : this.#text.text(this.#tuples.at(key, i)))));
  }

  keys(segment: Segment): { readonly keys: Uint32Array; readonly fresh: readonly FreshKey[] } {
    return new SegmentKeys(this, segment).run();
  }

  /** @internal what a segment's keys are made with */
  get parts(): KeyParts {
    return { versions: this.#versions, plan: this.#plan, recorded: this.#recorded, moments: this.#moments, tuples: this.#tuples, scratch: this.#scratch, text: this.#text, frames: this.#frames, unaryColumns: this.#unaryColumns, relevant: this.#relevant };
  }
}

interface KeyParts {
  readonly versions: readonly SetReads[];
  readonly plan: Plan;
  readonly recorded: boolean;
  readonly moments: readonly number[];
  readonly tuples: TupleTable;
  readonly scratch: Int32Array;
  readonly text: Interner;
  readonly frames: Interner;
  readonly unaryColumns: readonly number[];
  /** By subject class, action and frame: the joint probes that some rule may need. */
  readonly relevant: Map<string, readonly number[]>;
}

/** What each version makes of a subject or an action. */
type Each<T> = readonly T[];

class SegmentKeys {
  readonly #parts: KeyParts;
  readonly #segment: Segment;
  readonly #views: RowViews;
  readonly #frames: Frames;
  readonly #subjects = new Memo<Each<Entity>>();
  readonly #actions = new Memo<Each<IdentifiedAction>>();
  readonly #resourcePaths = new Map<number, readonly number[]>();

  constructor(keys: RowKeys, segment: Segment) {
    this.#parts = keys.parts;
    this.#segment = segment;
    const cache = new ValueCache(segment);
    this.#views = new RowViews(segment, cache);
    this.#frames = new Frames(segment, cache, this.#parts.frames);
  }

  run(): { readonly keys: Uint32Array; readonly fresh: readonly FreshKey[] } {
    const { rows, whole } = this.#segment;
    const { tuples, scratch } = this.#parts;
    const keys = new Uint32Array(rows);
    const fresh: FreshKey[] = [];
    const isCall = this.#isCall();
    for (let row = 0; row < rows; row++) {
      if (!isCall(row)) keys[row] = OTHER;
      else if (whole[row] === 1) keys[row] = WHOLE;
      else {
        this.#fill(row);
        const before = tuples.size;
        const key = tuples.intern(scratch);
        keys[row] = key;
        if (key === before) fresh.push({ key, row });
      }
    }
    return { keys, fresh };
  }

  #isCall(): (row: number) => boolean {
    const codes = this.#segment.codes[COLUMN.type];
    const size = this.#segment.dictionaries[COLUMN.type]?.size ?? 1;
    const calls = Uint8Array.from({ length: size }, (_, code) => (code === 0 || this.#views.cache.value(COLUMN.type, code) === "call" ? 1 : 0));
    return (row) => calls[codes?.[row] ?? 0] === 1;
  }

  /** Puts the row's tuple into the scratch. */
  #fill(row: number): void {
    const { scratch, recorded, unaryColumns, plan } = this.#parts;
    const views = this.#views;
    const frame = this.#frames.of(row);
    const has = this.#segment.has[row] ?? 0;
    scratch[FIXED.frame] = frame.number;
    scratch[FIXED.subject] = this.#subjectClass(row, frame);
    scratch[FIXED.action] = this.#raw(COLUMN.action, row);
    scratch[FIXED.resource] = this.#resourceClass(row, frame);
    scratch[FIXED.delegation] = this.#raw(COLUMN.delegation, row);
    scratch[FIXED.flags] = (has & COUNTED) | (views.code(COLUMN.approvals, row) === 0 ? 0 : APPROVALS);
    scratch[FIXED.effect] = this.#raw(COLUMN.effect, row);
    scratch[FIXED.rule] = recorded ? this.#raw(COLUMN.rule, row) : 0;
    scratch[FIXED.pdp] = this.#raw(COLUMN.pdp, row);
    scratch[FIXED.labels] = this.#labelsClass(row);
    scratch[FIXED.time] = this.#moment(row);
    scratch[FIXED.borrows] = this.#borrows(row, frame) ? 1 : 0;
    let at = WIDTH;
    for (let i = 0; i < unaryColumns.length; i++) scratch[at++] = this.#unaryClass(unaryColumns[i] ?? 0, row, frame);
    if (plan.joint.length > 0) this.#fillJoint(row, frame, at);
  }

  /** Codes of texts by column and code of this segment; -1: not yet known. */
  readonly #raws: (Int32Array | undefined)[] = [];

  #raw(column: number, row: number): number {
    const code = this.#views.code(column, row);
    if (code === 0) return 0;
    const known = (this.#raws[column] ??= new Int32Array(this.#segment.dictionaries[column]?.size ?? 1).fill(-1));
    const found = known[code] ?? -1;
    if (found >= 0) return found;
    return (known[code] = this.#parts.text.code(JSON.stringify(this.#views.cache.value(column, code))));
  }

  readonly #classes: Memo<number>[] = [];

  #classed(column: number, code: number, frame: Frame, make: () => string): number {
    const memo = (this.#classes[column + 1] ??= new Memo<number>());
    return memo.get(frame.number, code) ?? memo.set(frame.number, code, this.#parts.text.code(make()));
  }

  #subjects4(code: number, frame: Frame): Each<Entity> {
    const known = this.#subjects.get(frame.number, code);
    if (known !== undefined) return known;
    const request = this.#views.single(COLUMN.subject, code, frame);
    return this.#subjects.set(frame.number, code, this.#parts.versions.map(({ set }) => subjectOf(set, request, frame)));
  }

  #actions4(code: number, frame: Frame): Each<IdentifiedAction> {
    const known = this.#actions.get(frame.number, code);
    if (known !== undefined) return known;
    const request = this.#views.single(COLUMN.action, code, frame);
    return this.#actions.set(frame.number, code, this.#parts.versions.map(({ set }) => actionOf(set, request, frame)));
  }

  #subjectClass(row: number, frame: Frame): number {
    const code = this.#views.code(COLUMN.subject, row);
    return this.#classed(COLUMN.subject, code, frame, () => {
      const request = this.#views.single(COLUMN.subject, code, frame);
      const subjects = this.#subjects4(code, frame);
      const candidate = subjects.at(-1);
      const facts = [candidate?.type ?? null, candidate?.id ?? null, member(request.subject, "type") ?? null, member(request.subject, "id") ?? null, credentialKindOf(request) ?? null, candidate === undefined ? [] : contradicted(candidate)];
      return JSON.stringify([...facts, ...this.#outcomes(this.#parts.plan.subject, (version) => rowFor(request, frame, pick({ subject: subjects[version] })))]);
    });
  }

  #outcomes(probes: readonly Probe[], row: (version: number) => Row): readonly string[] {
    const rows = this.#parts.versions.map((_, version) => row(version));
    return probes.map(({ version, atom }) => outcomeText(testOn(atom, rows[version])));
  }

  #resourceClass(row: number, frame: Frame): number {
    const action = this.#views.code(COLUMN.action, row);
    const columns = this.#columnsOfResource(action, frame);
    const codes = columns.map((column) => this.#views.code(column, row));
    const key = [action, ...codes].join();
    const known = this.#resourceMemo.get(frame.number, key);
    if (known !== undefined) return known;
    const request = this.#views.request(row, [COLUMN.action, ...columns], frame);
    const actions = this.#actions4(action, frame);
    const text = this.#parts.versions.map(({ set }, version) => {
      const identified = actions[version];
      return identified === undefined ? "" : resourceText(set, resourceOf(set, request, { action: identified, frame }));
    });
    const outcomes = this.#outcomes(this.#parts.plan.resource, (version) => rowFor(request, frame, pick({ resource: this.#resource(version, request, { action: actions[version], frame }) })));
    return this.#resourceMemo.set(frame.number, key, this.#parts.text.code(JSON.stringify([text, outcomes])));
  }

  readonly #resourceMemo = new KeyedMemo();

  #resource(version: number, request: Parameters<typeof resourceOf>[1], of: { readonly action: IdentifiedAction | undefined; readonly frame: Frame }): Entity | undefined {
    const reads = this.#parts.versions[version];
    return reads === undefined || of.action === undefined ? undefined : resourceOf(reads.set, request, { action: of.action, frame: of.frame });
  }

  /** The columns that tell the resource of an action: the event's own, and those off which its tool reads it. */
  #columnsOfResource(action: number, frame: Frame): readonly number[] {
    const known = this.#resourcePaths.get(action);
    if (known !== undefined && frame.number === 0) return known;
    const actions = this.#actions4(action, frame);
    const paths = this.#parts.versions.flatMap((reads, version) => {
      const tool = actions[version]?.tool?.tool;
      return tool === undefined ? [] : (reads.resourcePaths.get(`${tool.server}/${tool.name}`) ?? []);
    });
    const columns = [...new Set([COLUMN.resource, ...paths.map((path) => columnOf(this.#segment.layout, path))])];
    if (frame.number === 0) this.#resourcePaths.set(action, columns);
    return columns;
  }

  #unaryClass(column: number, row: number, frame: Frame): number {
    const code = this.#views.code(column, row);
    return this.#classed(column, code, frame, () => {
      const request = this.#views.single(column, code, frame);
      const probes = this.#parts.plan.unary.get(column) ?? [];
      return this.#outcomes(probes, () => rowFor(request, frame, {})).join("\u0001");
    });
  }

  #labelsClass(row: number): number {
    const code = this.#views.code(COLUMN.labels, row);
    if (code === 0) return 0;
    return this.#classed(COLUMN.labels, code, PLAIN_FRAME, () => {
      const labels = this.#views.cache.value(COLUMN.labels, code);
      const object = typeof labels === "object" && labels !== null && !Array.isArray(labels) ? labels : {};
      const incident = Object.hasOwn(object, "incident") ? Reflect.get(object, "incident") : undefined;
      return JSON.stringify([typeof incident === "boolean" ? incident : null, Object.entries(object).flatMap(([name, value]) => (value === true ? [name] : [])).sort()]);
    });
  }

  /** How many of the moments at which something expires have passed; -1 without a time. */
  #moment(row: number): number {
    const time = this.#segment.times[row] ?? NaN;
    if (Number.isNaN(time)) return -1;
    const { moments } = this.#parts;
    let passed = 0;
    while (passed < moments.length && Math.floor(time) > (moments[passed] ?? Infinity)) passed++;
    return passed;
  }

  readonly #borrowed = new KeyedMemo();

  /** Whether the call is made under the name of the person whom it is for (design 9.3). */
  #borrows(row: number, frame: Frame): boolean {
    const person = this.#views.code(COLUMN.onBehalfOf, row);
    if (person === 0) return false;
    const subject = this.#views.code(COLUMN.subject, row);
    const key = `${subject},${person}`;
    const known = this.#borrowed.get(frame.number, key);
    if (known !== undefined) return known === 1;
    const id = this.#subjects4(subject, frame).at(-1)?.id;
    return this.#borrowed.set(frame.number, key, id !== undefined && personNamed(this.#views.cache.value(COLUMN.onBehalfOf, person)) === id ? 1 : 0) === 1;
  }

  readonly #jointMemos: KeyedMemo[] = [];

  #fillJoint(row: number, frame: Frame, from: number): void {
    const { scratch, plan } = this.#parts;
    scratch.fill(0, from);
    for (const index of this.#relevantJoint(row, frame)) {
      const joint = plan.joint[index];
      if (joint !== undefined) scratch[from + index] = this.#jointOutcome(joint, index, { row, frame });
    }
  }

  #jointOutcome({ probe, columns }: JointProbe, index: number, { row, frame }: { readonly row: number; readonly frame: Frame }): number {
    const action = this.#views.code(COLUMN.action, row);
    const read = columns.flatMap((column) => (column === -1 ? [COLUMN.action, ...this.#columnsOfResource(action, frame)] : [column]));
    const key = read.map((column) => this.#views.code(column, row)).join();
    const memo = (this.#jointMemos[index] ??= new KeyedMemo());
    const known = memo.get(frame.number, key);
    if (known !== undefined) return known;
    const request = this.#views.request(row, read, frame);
    const { version } = probe;
    const [subject, identified] = [this.#subjects4(this.#views.code(COLUMN.subject, row), frame)[version], this.#actions4(action, frame)[version]];
    const resource = this.#resource(version, request, { action: identified, frame });
    return memo.set(frame.number, key, this.#parts.text.code(outcomeText(testOn(probe.atom, rowFor(request, frame, pick({ subject, action: identified, resource }))))));
  }

  /** The joint probes that a rule reads whose scope the call may fit. */
  #relevantJoint(row: number, frame: Frame): readonly number[] {
    const { scratch, plan, relevant } = this.#parts;
    const key = `${frame.number},${scratch[FIXED.subject]},${scratch[FIXED.action]}`;
    const known = relevant.get(key);
    if (known !== undefined) return known;
    const subjects = this.#subjects4(this.#views.code(COLUMN.subject, row), frame);
    const actions = this.#actions4(this.#views.code(COLUMN.action, row), frame);
    const mayFit = (probe: Probe): boolean => {
      const [subject, action] = [subjects[probe.version], actions[probe.version]];
      if (probe.rules === undefined || subject === undefined || action === undefined) return true;
      return probe.rules.some((rule) => staticFit(rule, rowFor({}, frame, { subject, action }), action.name) !== false);
    };
    const found = plan.joint.flatMap(({ probe }, index) => (mayFit(probe) ? [index] : []));
    relevant.set(key, found);
    return found;
  }
}

const PLAIN_FRAME: Frame = { number: 0, request: {}, mask: undefined };

function testOn(atom: Atom, row: Row | undefined): Value | Bad {
  return row === undefined ? false : atom.test(row);
}

function pick(of: { readonly subject?: Entity | undefined; readonly action?: IdentifiedAction | undefined; readonly resource?: Entity | undefined }): Parameters<typeof rowFor>[2] {
  return { ...(of.subject && { subject: of.subject }), ...(of.action && { action: of.action }), ...(of.resource && { resource: of.resource }) };
}

/** Values by frame and code; most rows are of frame 0. */
class Memo<T> {
  readonly #plain: T[] = [];
  readonly #framed = new Map<string, T>();

  get(frame: number, code: number): T | undefined {
    return frame === 0 ? this.#plain[code] : this.#framed.get(`${frame},${code}`);
  }

  set(frame: number, code: number, value: T): T {
    if (frame === 0) this.#plain[code] = value;
    else this.#framed.set(`${frame},${code}`, value);
    return value;
  }
}

/** Numbers by frame and a text of codes. */
class KeyedMemo {
  readonly #known = new Map<string, number>();

  get(frame: number, key: string): number | undefined {
    return this.#known.get(frame === 0 ? key : `${frame};${key}`);
  }

  set(frame: number, key: string, value: number): number {
    this.#known.set(frame === 0 ? key : `${frame};${key}`, value);
    return value;
  }
}

