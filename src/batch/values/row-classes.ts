import type { EvaluationContext } from "../../engine/evaluation-context.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { ValueCache } from "../../trace/columns/value-cache.ts";
import { CodeMemo } from "./code-memo.ts";
import { ComparedTexts, valueKey } from "./compared-texts.ts";
import { Entities } from "./entities.ts";
import { Frames, type Frame } from "./frame.ts";
import { labelsText, personNamed } from "./identity-facts.ts";
import { outcomeText } from "./interner.ts";
import type { ClassParts } from "./class-parts.ts";
import type { Source } from "./source.ts";
import {
  ACTION,
  RESOURCE,
  type EntityReads,
  type JointPart,
  type JointProbe,
  type Probe,
} from "./probe-plan.ts";
import { isPathColumn, rowFor, RowViews } from "./views.ts";

/** What the rows of one segment come to for the atoms of both versions, by column. */
export class RowClasses {
  readonly views: RowViews;
  readonly frames: Frames;
  readonly entities: Entities;
  readonly #parts: ClassParts;
  readonly #segment: Segment;
  /** Whether no row says anything of its own record. */
  readonly #arePlain: boolean;
  readonly #unary: readonly CodeMemo[];
  readonly #labels = new CodeMemo();
  readonly #credentials = new CodeMemo();
  readonly #compared: readonly (readonly ComparedTexts[])[];
  /** By code of a person: the number of their name, and what is contradicted of them. */
  readonly #names = new CodeMemo();
  readonly #wrong = new CodeMemo();

  constructor(parts: ClassParts, segment: Segment) {
    this.#parts = parts;
    this.#segment = segment;
    const cache = new ValueCache(segment);
    this.views = new RowViews(segment, cache);
    this.frames = new Frames(segment, cache, parts.frames);
    this.entities = new Entities(parts, this.views);
    this.#arePlain = this.frames.arePlain;
    this.#unary = parts.columns.map(() => new CodeMemo());
    this.#compared = parts.plan.joint.map(({ sides, probe }, index) =>
      (sides ?? []).map(
        (operand, side) =>
          new ComparedTexts(operand, {
            index,
            side,
            version: probe.version,
            views: this.views,
            entities: this.entities,
          }),
      ),
    );
  }

  /**
   * By row: the code that alone tells what a source comes to; -1: more of the row tells it.
   * Undefined: no code tells it for most rows.
   */
  codesThatTell(source: Source): Int32Array | Uint32Array | undefined {
    if (!this.#arePlain) return undefined;
    switch (source.kind) {
      case "action":
        return this.entities.actionCodes();
      case "attributes":
        return this.entities.codesThatTell(source.index);
      case "column":
        return this.#segment.codes[this.#parts.columns[source.index] ?? 0];
      default:
        return undefined;
    }
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
    value: { readonly code: number; readonly frame: Frame },
  ): number {
    const plain = this.#parts.plain[index];
    const dictionary = this.#segment.dictionaries[column];
    const make = (): number => this.#textClass(index, column, value);
    if (
      plain === undefined ||
      dictionary === undefined ||
      value.frame.number !== 0 ||
      dictionary.depths[value.code] !== this.#parts.layout.columns[column]?.path.length
    )
      return make();
    return plain.number(dictionary, value.code, make) ?? make();
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
  #outcomesOf(index: number, probes: readonly Probe[], row: EvaluationContext): number {
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
  personClass(row: number, frame: Frame, subject: number): number {
    const code = this.views.code(COLUMN.onBehalfOf, row);
    if (code === 0) return 0;
    if (this.#wrong.get(frame.number, code) < 0) {
      this.#wrong.set(frame.number, code, this.entities.classOf("person", row, frame));
      this.#names.set(0, code, this.#nameOfPerson(row, frame));
    }
    const [wrong, name] = [this.#wrong.get(frame.number, code), this.#names.get(0, code)];
    const isBorrowed = name > 0 && name === this.#nameOfSubject(subject, row, frame);
    return isBorrowed || wrong > 0
      ? this.#parts.pairs.step(this.#parts.pairs.step(PERSON, wrong), isBorrowed ? 1 : 0)
      : 0;
  }

  /** The number of a person's name; 0: none. */
  #nameOfPerson(row: number, frame: Frame): number {
    const { personNames, texts } = this.#parts.memory;
    const at = this.entities.key(PERSON_NAME, row, frame);
    const known = personNames.get(at);
    if (known !== 0) return known - 1;
    const code = this.views.code(COLUMN.onBehalfOf, row);
    const name = personNamed(this.views.cache.value(COLUMN.onBehalfOf, code));
    const number = name === undefined ? 0 : 1 + texts.code(name);
    personNames.set(at, number + 1);
    return number;
  }

  /** The number of the name of a subject, by its own number over all segments; 0: none. */
  #nameOfSubject(subject: number, row: number, frame: Frame): number {
    const { subjectNames, texts } = this.#parts.memory;
    const known = subjectNames.get(0, subject);
    if (known >= 0) return known;
    const id = this.entities.candidateId(row, frame);
    const number = id === undefined ? 0 : 1 + texts.code(id);
    subjectNames.set(0, subject, number);
    return number;
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
    const [left, right] = this.#compared[index] ?? [];
    if (left !== undefined && right !== undefined) {
      const [one, other] = [left.number(row, frame), right.number(row, frame)];
      if (one > 0 && other > 0) return this.#equality(index, joint, { row, frame }, one === other);
    }
    const at = this.#placeOf(joint, row, frame);
    const memo = this.#parts.memory.joint[index];
    const known = memo?.get(at) ?? 0;
    if (known !== 0) return known - 1;
    const number = this.#jointClass(joint, row, frame);
    memo?.set(at, number + 1);
    return number;
  }

  /** What an equality comes to for two texts: the same ones, or two others. */
  #equality(
    index: number,
    joint: JointProbe,
    { row, frame }: { readonly row: number; readonly frame: Frame },
    isSame: boolean,
  ): number {
    const outcomes = this.#parts.memory.equalities[index];
    const known = outcomes?.get(isSame);
    if (known !== undefined) return known;
    const number = this.#jointClass(joint, row, frame);
    outcomes?.set(isSame, number);
    return number;
  }

  #jointClass(joint: JointProbe, row: number, frame: Frame): number {
    const { version, atom } = joint.probe;
    const { layout } = this.#parts;
    const paths = joint.columns.filter((column) => isPathColumn(layout, column));
    const asked = joint.columns.every((column) => isPathColumn(layout, column))
      ? rowFor(this.views.request(row, paths, frame), frame, {})
      : rowFor(
          this.views.live(row, [...paths, ...this.#argumentsOf(joint, row, frame)], frame),
          frame,
          this.entities.made.of(row, frame, version),
        );
    return this.#parts.text.code(outcomeText(atom.test(asked)));
  }

  /** The columns of arguments off which a row's resource is read. */
  #argumentsOf({ columns }: JointProbe, row: number, frame: Frame): readonly number[] {
    return columns.includes(RESOURCE)
      ? this.entities.made
          .columnsOfResource(row, frame)
          .filter((column) => isPathColumn(this.#parts.layout, column))
      : [];
  }

  /** A number that is the same only for rows of which an atom reads the same. */
  #placeOf({ parts }: JointProbe, row: number, frame: Frame): number {
    const { steps } = this.#parts.memory;
    let at = steps.step(JOINT, frame.number);
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (part !== undefined) at = steps.step(at, this.#numberOf(part, row, frame));
    }
    return at;
  }

  #numberOf({ column, reads }: JointPart, row: number, frame: Frame): number {
    if (reads !== undefined) return this.entities.key(reads, row, frame);
    if (column === ACTION) return this.entities.action(row, frame);
    return this.entities.at(column, row);
  }
}

/** INVARIANT: a mask of so many bits is an exact number. */
const MASKED = 30;
/** Where the steps of each kind start. INVARIANT: these are no numbers of steps, nor of frames. */
const [PERSON, JOINT] = [-1, -8];
/** What tells a person's name. */
const PERSON_NAME: EntityReads = { root: "person", whole: false, named: true, members: [] };
