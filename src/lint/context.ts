import type { AnalysedRule, AnalysedSet } from "../proof/analysed-set.ts";
import { isImpossible, isPossible, type Answer } from "../proof/answer.ts";
import type { Formula } from "../proof/formula.ts";
import type { Witness } from "../proof/witness.ts";
import type { Agent, Catalog, Document, Place, Policy, Tool } from "../policy/model.ts";
import type { MissingParts } from "../policy/sound-part.ts";
import type { TraceGaps } from "./trace-watch.ts";
import { isOfRule, misnamedPatterns, type Misnamed } from "./misnamed.ts";
import { wordProblems, type WordProblem } from "./word-problems.ts";

/** How often rules asked the analysis, and how often it could not tell. */
export interface AskStats {
  asked: number;
  gaveUp: number;
}

interface ContextOptions {
  readonly locate: LintContext["locate"];
  readonly texts: ReadonlyMap<string, string>;
  readonly today: number;
  readonly missing: MissingParts;
  readonly gaps?: TraceGaps;
}

/** What set rules look at: a set, or its sound part, seen from all sides. */
export class LintContext {
  readonly analysed: AnalysedSet;
  readonly policies: readonly Policy[];
  readonly catalogs: readonly Catalog[];
  readonly agents: readonly Agent[];
  readonly tools: readonly Tool[];
  /** The place of a node at a YAML path of a document, or of its nearest ancestor. */
  readonly locate: (document: Document, path: string, part?: "key" | "value") => Place;
  /** The texts of the files, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Milliseconds: what counts as expired (design 11.6). */
  readonly today: number;
  /** What a trace never has; undefined where no trace was given. */
  readonly gaps: TraceGaps | undefined;
  /** Kinds of documents of which a part is broken, and not here. */
  readonly missing: MissingParts;
  readonly stats = new Map<string, AskStats>();
  #words: readonly WordProblem[] | undefined;
  #misnamed: readonly Misnamed[] | undefined;
  readonly #matchable = new Map<AnalysedRule, boolean>();
  #asking = "";
  #skipped = 0;

  constructor(analysed: AnalysedSet, options: ContextOptions) {
    this.analysed = analysed;
    this.policies = analysed.documents.filter((document) => document.kind === "Policy");
    this.catalogs = analysed.documents.filter((document) => document.kind === "Catalog");
    this.agents = this.catalogs.flatMap((catalog) => catalog.agents ?? []);
    this.tools = this.catalogs.flatMap((catalog) => catalog.tools);
    this.locate = options.locate;
    this.texts = options.texts;
    this.today = options.today;
    this.gaps = options.gaps;
    this.missing = options.missing;
  }

  /** Whose questions are counted from here on. */
  startRule(code: string): void {
    this.#asking = code;
  }

  #count(gaveUp: boolean): void {
    const stats = this.stats.get(this.#asking) ?? { asked: 0, gaveUp: 0 };
    stats.asked++;
    if (gaveUp) stats.gaveUp++;
    this.stats.set(this.#asking, stats);
  }

  /** Notes a question that is not even asked, because there would be too many of its kind. */
  skip(): void {
    this.#skipped++;
    this.#count(true);
  }

  /** How many questions were given up for the bound on work, or not asked. */
  get cannotTell(): number {
    return this.analysed.work.gaveUp + this.#skipped;
  }

  /** True where it is proved that no call makes the formula true. */
  impossible(formula: Formula): boolean {
    const result = isImpossible(this.analysed, formula);
    this.#count(result === "unknown");
    return result === "impossible";
  }

  /** False where it is proved that the rule never matches; asked of each rule once. */
  matchable(one: AnalysedRule): boolean {
    const known = this.#matchable.get(one);
    if (known !== undefined) return known;
    const matchable = !this.impossible(one.claim("true"));
    this.#matchable.set(one, matchable);
    return matchable;
  }

  /** A call that makes the formula true, confirmed by `shows`, or what else is known. */
  possible(formula: Formula, shows: (witness: Witness) => boolean): Answer {
    const answer = isPossible(this.analysed, formula, shows);
    this.#count(answer.kind === "unknown");
    return answer;
  }

  /**
   * Values that conditions compare with what can never be so; looked for once, for all rules that
   * tell of them.
   */
  get words(): readonly WordProblem[] {
    return (this.#words ??= wordProblems(this.analysed.documents, this.missing));
  }

  /** Patterns that fit no declared tool or no listed agent; looked for once. */
  get misnamed(): readonly Misnamed[] {
    return (this.#misnamed ??= misnamedPatterns(this));
  }

  /** The misspelled pattern because of which a rule does not do what it is meant to do. */
  causeOf({ policy, rule }: Pick<AnalysedRule, "policy" | "rule">): Place | undefined {
    return this.misnamed.find((one) => isOfRule(one, policy, rule))?.place();
  }

  /** The rules that decide, in order of their names. */
  get enforced(): readonly AnalysedRule[] {
    return this.analysed.rules.filter(({ rule }) => rule.mode === "enforce");
  }

  /** The place of an item of a rule's list: `actions[0]`. */
  placeIn(policy: Policy, owner: { readonly place: Place }, member: string): Place {
    return this.locate(policy, `${owner.place.path}.${member}`);
  }
}
