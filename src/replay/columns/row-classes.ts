import { personEntity } from "../../engine/person.ts";
import type { Row } from "../../engine/row.ts";
import { contradicted } from "../../engine/contradictions.ts";
import { textOf, type Dictionary } from "../../trace/columns/dictionary.ts";
import { COLUMN, ENTITY } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { ValueCache } from "../../trace/columns/value-cache.ts";
import { CodeMemo, CodesMemo } from "./code-memo.ts";
import { Entities } from "./entities.ts";
import { Frames, type Frame } from "./frame.ts";
import { labelsText, personNamed } from "./identity-facts.ts";
import { outcomeText } from "./interner.ts";
import type { ClassParts } from "./class-parts.ts";
import { ACTION, RESOURCE, SUBJECT, type JointProbe, type Probe } from "./probe-plan.ts";
import { rowFor, RowViews } from "./views.ts";

/** What the rows of one segment come to for the atoms of both versions, by column. */
export class RowClasses {
  readonly views: RowViews;
  readonly frames: Frames;
  readonly entities: Entities;
  readonly #parts: ClassParts;
  readonly #segment: Segment;
  readonly #unary: readonly CodeMemo[];
  readonly #labels = new CodeMemo();
  readonly #credentials = new CodeMemo();
  /** By the number of the subject and the code of the person. */
  readonly #persons = new CodesMemo();
  /** By the code of a person: what is contradicted of one of whom rows say nothing unusual. */
  readonly #wrong = new Map<number, readonly string[]>();
  readonly #joint: readonly CodesMemo[];
  /** The same by what the resource is like. */
  readonly #jointAlike: readonly CodesMemo[];

  constructor(parts: ClassParts, segment: Segment) {
    this.#parts = parts;
    this.#segment = segment;
    const cache = new ValueCache(segment);
    this.views = new RowViews(segment, cache);
    this.frames = new Frames(segment, cache, parts.frames);
    this.entities = new Entities(parts, this.views);
    this.#unary = parts.columns.map(() => new CodeMemo());
    this.#joint = parts.plan.joint.map(() => new CodesMemo());
    this.#jointAlike = parts.plan.joint.map(() => new CodesMemo());
  }

  /** The class of what a row has in the column of an index: what the atoms on it come to. */
  unaryClass(index: number, row: number, frame: Frame): number {
    const column = this.#parts.columns[index] ?? 0;
    const code = this.views.code(column, row);
    const memo = this.#unary[index];
    const known = memo?.get(frame.number, code) ?? -1;
    if (known >= 0) return known;
    const number = this.#classOf(index, column, { code, frame });
    memo?.set(frame.number, code, number);
    return number;
  }

  /** What the atoms on a column come to for one of its values. */
  #classOf(
    index: number,
    column: number,
    of: { readonly code: number; readonly frame: Frame },
  ): number {
    const plain = this.#parts.plain[index];
    const dictionary = this.#segment.dictionaries[column];
    const make = (): number => this.#textClass(index, column, of);
    if (
      plain === undefined ||
      dictionary === undefined ||
      of.frame.number !== 0 ||
      dictionary.depths[of.code] !== this.#parts.layout.columns[column]?.path.length
    )
      return make();
    return plain.number(dictionary, of.code, make) ?? make();
  }

  /** The same by the value itself; remembered by its text, since segments share most. */
  #textClass(
    index: number,
    column: number,
    { code, frame }: { readonly code: number; readonly frame: Frame },
  ): number {
    const dictionary = this.#segment.dictionaries[column];
    const remembered = this.#parts.remembered[index];
    const key = dictionary === undefined ? "" : valueKey(dictionary, code, frame.number);
    const known = remembered?.get(key);
    if (known !== undefined) return known;
    const only = rowFor(this.views.single(column, code, frame), frame, {});
    const number = this.#outcomesOf(index, this.#parts.plan.unary.get(column) ?? [], only);
    remembered?.set(key, number);
    return number;
  }

  /**
   * The number of what probes come to. WHY the mask: nearly always each is true or false, and then
   * no text is made.
   */
  #outcomesOf(index: number, probes: readonly Probe[], row: Row): number {
    const masks = this.#parts.masks[index];
    let mask = probes.length <= MASKED ? 1 : 0;
    for (let i = 0; i < probes.length && mask > 0; i++) {
      const outcome = probes[i]?.atom.test(row);
      mask = outcome === true ? 2 * mask + 1 : outcome === false ? 2 * mask : 0;
    }
    const known = mask === 0 ? undefined : masks?.get(mask);
    if (known !== undefined) return known;
    const number = this.#parts.text.code(
      probes.map(({ atom }) => outcomeText(atom.test(row))).join("\u0001"),
    );
    if (mask > 0) masks?.set(mask, number);
    return number;
  }

  /** The class of a row's labels; 0: none. */
  labelsClass(row: number): number {
    const code = this.views.code(COLUMN.labels, row);
    if (code === 0) return 0;
    const known = this.#labels.get(0, code);
    if (known >= 0) return known;
    const number = this.#parts.text.code(labelsText(this.views.cache.value(COLUMN.labels, code)));
    this.#labels.set(0, code, number);
    return number;
  }

  /** How many of the moments at which something expires have passed; -1 without a time. */
  moment(row: number): number {
    const time = this.#segment.times[row] ?? NaN;
    if (Number.isNaN(time)) return -1;
    const { moments } = this.#parts;
    let passed = 0;
    while (passed < moments.length && Math.floor(time) > (moments[passed] ?? Infinity)) passed++;
    return passed;
  }

  /**
   * What of the person whom a call is for is counted: whether the call is made under that name
   * (design 9.3), and what the catalog contradicts (2.7).
   */
  personClass(row: number, frame: Frame): number {
    const person = this.views.code(COLUMN.onBehalfOf, row);
    if (person === 0) return 0;
    const subject = this.entities.subject(row, frame);
    const persons = this.#segment.dictionaries[COLUMN.onBehalfOf]?.size ?? 1;
    const at = subject * persons + person;
    const key = frame.number === 0 ? at : `${frame.number},${at}`;
    const known = this.#persons.get(key);
    if (known !== undefined) return known;
    const id = this.entities.candidateId(row, frame);
    const borrows =
      id !== undefined && personNamed(this.views.cache.value(COLUMN.onBehalfOf, person)) === id;
    const told = frame.number === 0 ? this.#wrong.get(person) : undefined;
    const wrong = told ?? this.#contradictedPerson(person, frame);
    if (frame.number === 0) this.#wrong.set(person, wrong);
    const number =
      borrows || wrong.length > 0 ? this.#parts.text.code(JSON.stringify([borrows, wrong])) : 0;
    this.#persons.set(key, number);
    return number;
  }

  #contradictedPerson(code: number, frame: Frame): readonly string[] {
    const candidate = this.#parts.versions.at(-1)?.set;
    const request = this.views.single(COLUMN.onBehalfOf, code, frame);
    return candidate === undefined
      ? []
      : contradicted(personEntity(candidate.catalog, request, frame.mask));
  }

  /** What of a row's credential is counted; 0: none is named. */
  credentialKind(row: number): number {
    const [code, rest] = [
      this.views.code(COLUMN.credential, row),
      this.views.code(COLUMN.subjectRest, row),
    ];
    if (code === 0 && rest === 0) return 0;
    const known = rest === 0 ? this.#credentials.get(0, code) : -1;
    if (known >= 0) return known;
    const number = this.#parts.text.code(this.entities.credentialClass(row));
    if (rest === 0) this.#credentials.set(0, code, number);
    return number;
  }

  /** What an atom on several columns comes to for a row. */
  jointOutcome(index: number, row: number, frame: Frame): number {
    const joint = this.#parts.plan.joint[index];
    if (joint === undefined) return 0;
    const resource = joint.columns.includes(RESOURCE) ? this.entities.resourceKey(row, frame) : -1;
    const alike = resource < 0 ? -1 : this.#alikeKey(joint, row, resource);
    const memo = alike < 0 ? this.#joint[index] : this.#jointAlike[index];
    const read = alike < 0 ? this.#columnsOf(joint, row, frame) : NONE;
    const key = alike < 0 ? this.#codesKey(joint, row, { frame, read }) : alike;
    const known = memo?.get(key);
    if (known !== undefined) return known;
    const number = this.#jointClass(joint, row, frame);
    memo?.set(key, number);
    return number;
  }

  /** One number for a row by what its resource is like, and its codes of the rest; -1: none is. */
  #alikeKey({ columns }: JointProbe, row: number, resource: number): number {
    let place = resource;
    let places = ALIKE;
    for (const column of columns)
      for (const own of column === SUBJECT ? NAMED : column === ACTION ? ENTITY.action : [column]) {
        if (own === RESOURCE) continue;
        place += places * this.views.code(own, row);
        places *= this.#segment.dictionaries[own]?.size ?? 1;
      }
    return resource < ALIKE && places <= Number.MAX_SAFE_INTEGER ? place : -1;
  }

  #jointClass(joint: JointProbe, row: number, frame: Frame): number {
    const read = this.#columnsOf(joint, row, frame);
    const { version, atom } = joint.probe;
    const paths = read.filter((column) => !IN_ENTITY.has(column));
    const asked = joint.columns.every((column) => column >= 0 && !IN_ENTITY.has(column))
      ? rowFor(this.views.request(row, paths, frame), frame, {})
      : rowFor(this.views.live(row, paths, frame), frame, this.entities.of(row, frame, version));
    return this.#parts.text.code(outcomeText(atom.test(asked)));
  }

  /**
   * One number for a row's codes and its action, exact as long as it can be; else their text.
   * INVARIANT: rows of one action have the same columns.
   */
  #codesKey(
    joint: JointProbe,
    row: number,
    { frame, read: columns }: { readonly frame: Frame; readonly read: readonly number[] },
  ): number | string {
    // what resource a call is on hangs on its tool, and so do the columns that tell it
    const action = joint.columns.includes(RESOURCE) ? this.entities.action(row, frame) : 0;
    const place = frame.number === 0 ? this.views.place(columns, row) : -1;
    const key = place * ACTIONS + action;
    return place >= 0 && action < ACTIONS && key <= Number.MAX_SAFE_INTEGER
      ? key
      : `${frame.number};${action};${columns.map((column) => this.views.code(column, row)).join()}`;
  }

  #columnsOf({ columns }: JointProbe, row: number, frame: Frame): readonly number[] {
    return columns.flatMap((column) => {
      if (column === SUBJECT) return NAMED;
      if (column === ACTION) return ENTITY.action;
      return column === RESOURCE ? this.entities.columnsOfResource(row, frame) : [column];
    });
  }
}

/** One character for each depth to which a path is followed. */
const DEPTHS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * A text that is the same only for values that are alike, of rows that say the same of their
 * record. INVARIANT: no JSON text has a comma outside of brackets and quotes.
 */
function valueKey(dictionary: Dictionary, code: number, frame: number): string {
  const depth = dictionary.depths[code] ?? 0;
  return frame === 0 && depth < DEPTHS.length
    ? textOf(dictionary, code) + DEPTHS.charAt(depth)
    : `${frame},${depth},${textOf(dictionary, code)}`;
}

const NONE: readonly number[] = [];
/** The columns of a subject, its credential aside. */
const NAMED = ENTITY.subject.filter((one) => one !== COLUMN.credential);
/** So many kinds of resources can be told apart beside codes in one number. */
const ALIKE = 2 ** 20;
/** So many actions can be told apart beside codes in one number. */
const ACTIONS = 2 ** 14;
/** INVARIANT: a mask of so many bits is an exact number. */
const MASKED = 30;
const IN_ENTITY: ReadonlySet<number> = new Set([
  ...ENTITY.subject,
  ...ENTITY.action,
  ...ENTITY.resource,
]);
