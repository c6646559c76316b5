/**
 * How much work one question may cost, and all of a run together; in steps, so that every machine
 * gives up alike.
 */
export interface WorkLimits {
  readonly question: number;
  readonly run: number;
}

/** About a tenth of a second. */
const QUESTION = 1_000_000;
/** A few seconds, and more for more rules: what honest sets need grows with them. */
const RUN = 60_000_000;
const RUN_FOR_EACH_RULE = 40_000;
/** What asking costs, however little there is to think about. */
const ASKING = 50;

/** The limits for a set of so many rules. */
export function limitsFor(rules: number): WorkLimits {
  return { question: QUESTION, run: RUN + rules * RUN_FOR_EACH_RULE };
}

/**
 * The work that questions about one set have cost. INVARIANT: what is spent depends on the
 * questions and their order alone, not on what was remembered from others.
 */
export class Work {
  readonly #limits: WorkLimits;
  #spent = 0;
  #end = 0;
  #gaveUp = 0;

  constructor(limits: WorkLimits) {
    this.#limits = limits;
  }

  /** Steps, of all questions so far. */
  get spent(): number {
    return this.#spent;
  }

  /** How many of them were given up, for their own limit or that of the run. */
  get gaveUp(): number {
    return this.#gaveUp;
  }

  /** Begins a question; what is spent from here on is its own. */
  start(): void {
    this.#end = Math.min(this.#spent + this.#limits.question, this.#limits.run);
    this.#spent += ASKING;
  }

  /** Counts steps of the question that was begun last. */
  spend(steps: number): void {
    this.#spent += steps;
  }

  /** True where the question has to be given up. */
  get isExhausted(): boolean {
    return this.#spent >= this.#end;
  }

  /** Notes that the question was given up. */
  giveUp(): void {
    this.#gaveUp++;
  }
}
