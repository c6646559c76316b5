import { KeptKinds, mergeKinds, type CallKinds, type KnownKinds } from "../../batch/kept-kinds.ts";
import { readsOf } from "../../batch/values/set-reads.ts";
import type { Source } from "../../text/span.ts";
import type { StoredCalls } from "./calls-file.ts";
import { digestOf } from "./index-file.ts";
import type { ReplayJob } from "./replay-inputs.ts";
import type { ReadPlan } from "./read-plan.ts";
import { setOfSources } from "./set-of-sources.ts";

/** How the calls of a trace were decided, kept beside its indexes from one command to the next. */
export class KeptCalls {
  readonly #plan: ReadPlan;
  readonly #job: ReplayJob;
  readonly #options: string;
  readonly #baseline: string | null;
  readonly #before: KnownKinds | undefined;

  private constructor(plan: ReadPlan, job: ReplayJob) {
    const { history, approvals } = job;
    this.#plan = plan;
    this.#job = job;
    this.#options = JSON.stringify({ history, approvals });
    this.#baseline = job.baseline.sources === undefined ? null : textsDigest(job.baseline.sources);
    this.#before = this.#known();
  }

  /** Undefined where nothing is kept of a replay of this plan. */
  static of(plan: ReadPlan, job: ReplayJob): KeptCalls | undefined {
    const { baseline, columns, logDecision, idle, filter, labels } = job;
    const isKept =
      plan.store !== undefined &&
      !plan.linked &&
      columns?.kept === undefined &&
      logDecision === undefined &&
      filter === undefined &&
      labels === undefined &&
      idle === undefined &&
      (baseline.set === undefined || baseline.sources !== undefined);
    return isKept ? new KeptCalls(plan, job) : undefined;
  }

  /** Whether a replay before decided the same trace by versions that differ little. */
  get isKnown(): boolean {
    return this.#before !== undefined;
  }

  /** What keeps how the calls of one walk are decided. */
  keeper(): KeptKinds {
    return new KeptKinds(this.#before);
  }

  /** Keeps what a replay came to, in one walk or in several that each decided some of the rows. */
  put(all: readonly (CallKinds | undefined)[]): void {
    const { files, store, build } = this.#plan;
    const found = all.filter((one) => one !== undefined);
    const kinds = mergeKinds(found);
    if (store === undefined || found.length < all.length || kinds.kinds === 0) return;
    const now = build === undefined ? this.#plan.found : files.map((file) => store.find(file));
    const indexes = now.filter((one) => "seal" in one);
    if (indexes.length < files.length) return;
    store.keepCalls(indexes, {
      options: this.#options,
      baseline: this.#baseline,
      candidate: this.#job.candidate.sources,
      kinds,
    });
  }

  #known(): KnownKinds | undefined {
    const { store, found, versions } = this.#plan;
    const stored = found.length === 0 ? undefined : store?.findCalls(found);
    if (stored === undefined || !this.#isOf(stored)) return undefined;
    const set = (this.#job.columns?.setOf ?? setOfSources)(stored.candidate);
    return set && { versions: { ...versions, candidate: readsOf(set) }, kinds: stored.kinds };
  }

  #isOf({ options, baseline }: StoredCalls): boolean {
    return options === this.#options && baseline === this.#baseline;
  }
}

function textsDigest(sources: readonly Source[]): string {
  return digestOf(Buffer.from(JSON.stringify(sources.map(({ file, text }) => [file, text]))));
}
