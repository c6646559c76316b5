import { compileCondition } from "../../src/condition/compile.ts";
import { parseExpression } from "../../src/condition/parse.ts";
import { prepareCall, rowOf } from "../../src/engine/prepared-call.ts";
import { assembleSet } from "../../src/engine/assemble.ts";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { givenState } from "../../src/engine/examples.ts";
import { compileEntityGlob } from "../../src/policy/glob.ts";
import type { SessionExample } from "../../src/policy/model.ts";
import { askOne, type Question, type Versions } from "../../src/release/decide-both.ts";
import { diffSets, type LoadedSet } from "../../src/release/diff.ts";
import type { Callers, OutcomeChange, WitnessSide } from "../../src/documents/diff-result.ts";
import { readRequest } from "../../src/api/request-document.ts";
import type { Json, JsonObject } from "../../src/request/json.ts";
import type { Request } from "../../src/request/request.ts";
import { Dice } from "./edits.ts";
import { edited, KINDS, materials, type Material, type Pair } from "./figures.ts";
import { plainPair } from "./plain-pairs.ts";
import { sha256 } from "./sets.ts";

const CALLS = 100;
/** Calls that are drawn for one that is within the conditions, at most. */
const TRIES = 60;

export interface SentenceFigures {
  pairs: number;
  sentences: number;
  calls: number;
  readonly faults: string[];
}

/** Undefined where the set does not load: an edit may have taken away what another part needs. */
function loadedSet(texts: readonly string[]): LoadedSet | undefined {
  const files = texts.map((text, i) => ({ file: `${i}.yaml`, text }));
  const assembled = assembleSet(files, { readBeside: () => ({ fault: "there is none" }), sha256 });
  return assembled.set === undefined ? undefined : { ...assembled, set: assembled.set };
}

/** Everything that a drawn call may carry, from the traces of the pair. */
class Pool {
  readonly #events: readonly Request[];
  readonly #dice: Dice;

  constructor(material: Material, dice: Dice) {
    this.#events = material.traces.flat().map((event) => event.request);
    this.#dice = dice;
  }

  #event(): Request {
    return this.#dice.pick(this.#events) ?? {};
  }

  /** Some members of an object replaced, dropped, or added. */
  #mixed(own: JsonObject | undefined, other: JsonObject | undefined): JsonObject {
    const mixed: { [key: string]: Json | undefined } = { ...own };
    if (this.#dice.roll(3) === 0) mixed["order"] = this.#dice.pick<Json>(["o1", "o2", 7]) ?? null;
    if (this.#dice.roll(4) === 0) mixed["ticket"] = this.#dice.pick<Json>(["T-1", "T-2"]) ?? null;
    if (this.#dice.roll(6) === 0)
      mixed["to"] =
        this.#dice.pick<Json>([["ann@shop.example"], ["eve@evil.example"], "x"]) ?? null;
    for (const [key, value] of Object.entries(other ?? {}))
      if (this.#dice.roll(3) === 0) mixed[key] = value;
    for (const key of Object.keys(mixed)) if (this.#dice.roll(8) === 0) delete mixed[key];
    if (this.#dice.roll(6) === 0)
      mixed[`extra${this.#dice.roll(3)}`] =
        this.#dice.pick<Json>([1, "x", true, [], { a: 1 }]) ?? null;
    return mixed;
  }

  #state(state: SessionExample): SessionExample {
    if (this.#dice.roll(3) > 0) return state;
    const labels = ["l1", "l2", "l3"].filter(() => this.#dice.roll(2) === 0);
    const amount = (): number => this.#dice.pick([0, 1, 3, 50, 500]) ?? 0;
    return {
      labels,
      counters: { c1: amount(), c2: amount() },
      values: { v1: this.#dice.roll(2) === 0 ? ["1"] : [] },
    };
  }

  /** A call like the one given, but for what is drawn anew. */
  near({ request, state }: Question, free: boolean): Question {
    const other = this.#event();
    const times = [request.time, other.time, 0, 4e12];
    const drawn: Request = {
      ...request,
      ...(this.#dice.roll(2) === 0 ? { args: this.#mixed(request.args, other.args) } : {}),
      ...(this.#dice.roll(2) === 0 ? { context: this.#mixed(request.context, other.context) } : {}),
      ...(this.#dice.roll(4) === 0 && other.resource !== undefined
        ? { resource: other.resource }
        : {}),
      ...(free && other.subject !== undefined ? { subject: other.subject } : {}),
    };
    const time = this.#dice.roll(4) === 0 ? this.#dice.pick(times) : request.time;
    return {
      request: { ...drawn, ...(time === undefined ? {} : { time }) },
      state: this.#state(state),
    };
  }

  number(): number {
    return (
      this.#dice.pick([
        -1e9, -5, 0, 0.5, 1, 10, 10.01, 49.99, 50, 50.5, 51, 75, 99.99, 100, 100.01, 101, 499, 500,
        501, 1e6, 1e12,
      ]) ?? 0
    );
  }
}

function holds(set: CompiledSet, when: string, question: Question): boolean {
  const parsed = parseExpression(when);
  if (!parsed.ok) throw new Error(`the condition of a sentence does not parse: ${when}`);
  const call = prepareCall(set, question.request);
  const row = rowOf(call, call.subject, givenState(set.declarations, question.state));
  return compileCondition(parsed.expr, set.host)(row) === true;
}

/** What the sentence says of a side: the effect, the approvals required for, the obligations. */
function saying({ effect, quorums, obligations }: WitnessSide): string {
  return JSON.stringify([effect, [...quorums].sort(), [...obligations].sort()]);
}

/** Whether a sentence about these callers is about a call. */
function isMeant(callers: Callers | null, versions: Versions, question: Question): boolean {
  if (callers === null) return true;
  const { subject } = prepareCall(versions.after, question.request);
  const fits = (pattern: string): boolean | undefined =>
    compileEntityGlob(pattern).fits(subject.type, subject.id);
  const rules = [versions.before, versions.after].flatMap((set) => askOne(set, question).rules);
  return (
    (callers.pattern === null || fits(callers.pattern) === true) &&
    callers.except.every((pattern) => fits(pattern) === false) &&
    !(callers.registered && rules.some((name) => /^(lifecycle|manifest)\//.test(name)))
  );
}

function argumentOf(sentence: string): string | undefined {
  return /with `args\.(\w+)`/.exec(sentence)?.[1];
}

function withNumber(question: Question, name: string | undefined, value: number): Question {
  if (name === undefined) return question;
  return {
    ...question,
    request: { ...question.request, args: { ...question.request.args, [name]: value } },
  };
}

function check(
  change: OutcomeChange,
  versions: Versions,
  pool: Pool,
): { readonly calls: number; readonly fault: string | undefined } {
  const { subject, callers, when } = change.conditions;
  const start = readRequest(JSON.stringify(change.witness.request), "witness");
  const name = argumentOf(change.sentence);
  let calls = 0;
  for (let drawn = 0; drawn < CALLS * TRIES && calls < CALLS; drawn++) {
    const near = pool.near(start, subject === null);
    const question = drawn % 2 === 0 ? withNumber(near, name, pool.number()) : near;
    if (![versions.before, versions.after].every((set) => holds(set, when, question))) continue;
    if (!isMeant(callers, versions, question)) continue;
    calls++;
    const [before, after] = [askOne(versions.before, question), askOne(versions.after, question)];
    if (
      saying(before) === saying(change.witness.before) &&
      saying(after) === saying(change.witness.after)
    )
      continue;
    return {
      calls,
      fault:
        `${change.sentence}\n  is false of ${JSON.stringify(question)}\n  before ` +
        `${saying(before)}, after ${saying(after)}`,
    };
  }
  return { calls, fault: undefined };
}

function judgePair(pair: Pair, material: Material, into: SentenceFigures, dice: Dice): void {
  const [before, after] = [loadedSet(pair.texts.before), loadedSet(pair.texts.after)];
  if (before === undefined || after === undefined) return;
  into.pairs++;
  const versions = {
    before: compileSet(before.documents, sha256),
    after: compileSet(after.documents, sha256),
  };
  const pool = new Pool(material, dice);
  for (const change of diffSets(before, after, sha256).outcomes) {
    const { calls, fault } = check(change, versions, pool);
    into.sentences++;
    into.calls += calls;
    if (fault !== undefined)
      into.faults.push(
        `${fault}\n--- before\n${pair.texts.before.join("---\n")}\n--- after\n${pair.texts.after.join("---\n")}`,
      );
  }
}

/**
 * Pairs that a person may have written, then pairs that nobody would; each third is one of the
 * latter.
 */
function nextPair(index: number, wild: readonly Pair[]): Pair {
  const drawn = index % 3 === 0 ? wild[index % Math.max(1, wild.length)] : undefined;
  if (drawn !== undefined) return drawn;
  return { edit: "plain", before: [], after: [], texts: plainPair(index) };
}

/**
 * Every sentence of `diff` on `pairs` random pairs of sets, each tried on 100 calls drawn within
 * its conditions.
 */
export function sentenceFigures({
  seed,
  pairs,
}: {
  readonly seed: number;
  readonly pairs: number;
}): SentenceFigures {
  const into: SentenceFigures = { pairs: 0, sentences: 0, calls: 0, faults: [] };
  const dice = new Dice(seed);
  const edits = KINDS["wild"]?.edits ?? [];
  for (let round = seed; into.pairs < pairs && into.faults.length < 5; round++) {
    const drawn = materials(round, 5);
    const wild = drawn.flatMap((material) => edited(material.scenario.texts, edits, dice) ?? []);
    for (let index = 0; index < 12 && into.pairs < pairs; index++) {
      const [material] = drawn;
      if (material !== undefined)
        judgePair(nextPair(round * 12 + index, wild), material, into, dice);
    }
  }
  return into;
}
