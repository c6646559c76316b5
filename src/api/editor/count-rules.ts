import { RuleCounts, type RuleCount } from "../../replay/rule-counts.ts";
import { declarationsForm } from "../../policy/canonical-policy.ts";
import { Policies } from "../policies.ts";
import { loadedSet, type PolicySet } from "../policy-set.ts";
import { replayJobOf } from "../replay-call.ts";
import { KeptTrace } from "../replay/kept-trace.ts";
import { runReplay } from "../replay/replay-job.ts";
import { unreadableTrace } from "../trace/unreadable-trace.ts";
import { assembleTexts } from "./assemble-texts.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

export type { RuleCount } from "../../replay/rule-counts.ts";

/** What stays of the last count. */
interface Kept {
  readonly columns: KeptTrace;
  /** The set as it was when the trace was counted first. */
  readonly baseline: PolicySet;
  /** Of which trace, catalogs and state. */
  readonly of: string;
}

/**
 * Counts what became of the recorded calls that each rule matches, again and again while somebody
 * types. Columns come off the index of the trace where that serves; they stay in memory, with what
 * was decided, for the next text: of a trace that was counted last, only what an edit changed is
 * evaluated. Nothing is written: no index is made for what is half typed.
 */
export class RuleCounter {
  readonly #cache: string | undefined;
  #kept: Kept | undefined;

  /** `cache`: this user's folder for what may be made again; undefined: there is none. */
  constructor(cache: string | undefined) {
    this.#cache = cache;
  }

  /**
   * Decides a trace by a set with unsaved texts in it. A set that does not load, and a trace that
   * cannot be read, are errors.
   */
  async count(job: TextsJob, trace: readonly string[]): Promise<readonly RuleCount[]> {
    const files = await filesOfTexts(job);
    const loaded = loadedSet(files, assembleTexts(files));
    const { columns, baseline } = this.#keptOf(trace, loaded);
    const versions = { candidate: new Policies(loaded), baseline: new Policies(baseline), trace };
    const prepared = await replayJobOf(versions, {});
    const names = loaded.set.rules.map(({ name }) => name);
    let counts = new RuleCounts(names);
    const { result } = await runReplay({
      ...prepared,
      columns: prepared.columns && {
        ...prepared.columns,
        index: true,
        indexes: "none",
        cache: this.#cache,
        kept: columns,
      },
      countDecisions: () => {
        const fresh = (counts = new RuleCounts(names));
        return (result, calls) => fresh.add(result, calls);
      },
    });
    const { calls, malformed, malformedLines } = result.trace;
    if (calls === 0 && malformed > 0) throw unreadableTrace(malformed, malformedLines);
    return counts.counts();
  }

  /**
   * What stays of one trace; another trace takes its place. WHY a baseline: each text is counted
   * against the same one, so that only the candidate differs from the text before.
   */
  #keptOf(trace: readonly string[], loaded: PolicySet): Kept {
    const of = JSON.stringify([
      trace,
      loaded.set.catalogForm(),
      declarationsForm(loaded.set.declarations),
    ]);
    if (this.#kept?.of !== of) this.#kept = { columns: new KeptTrace(), baseline: loaded, of };
    return this.#kept;
  }
}
