import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CoverageMetrics, CoverageSummary, Ratio } from "../documents/replay-result.ts";
import type { Credits } from "../replay/credits.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { consequenceOf, isAgentic, needsOversight, type Consequence } from "./consequence.ts";
import type { CoveragePart, MetricPart } from "../documents/trace-part.ts";
import { Credentials } from "./credentials.ts";
import type { CoverageStatus } from "./gap.ts";
import {
  attribution,
  classification,
  enforcement,
  identity,
  oversight,
  policy,
  viewOf,
  type VersionView,
} from "./metrics.ts";
import { isWildcard } from "./wildcard.ts";
import { NumberList } from "../text/number-list.ts";

export const METRICS = [
  "enforcement",
  "policy",
  "identity",
  "classification",
  "oversight",
  "attribution",
] as const;
export type Metric = (typeof METRICS)[number];
export type Verdicts = { readonly [metric in Metric]: CoverageStatus };
type Version = "baseline" | "candidate";

/** Builds a value for each metric. */
export function byMetric<T>(make: (metric: Metric) => T): { readonly [metric in Metric]: T } {
  return {
    enforcement: make("enforcement"),
    policy: make("policy"),
    identity: make("identity"),
    classification: make("classification"),
    oversight: make("oversight"),
    attribution: make("attribution"),
  };
}

/** Covered and total of each metric; what a shared credential covered is taken back at the end. */
class MetricTally {
  readonly #covered = byMetric(() => ({ covered: 0, total: 0 }));
  /** How many calls of each credential have a sound identity otherwise. */
  readonly #byCredential = new NumberList();
  #unrecorded = 0;

  add(verdicts: Verdicts, calls: number): void {
    if (verdicts.identity === "credential-unrecorded") this.#unrecorded += calls;
    for (const metric of METRICS) {
      const ratio = this.#covered[metric];
      if (verdicts[metric] === "not counted") continue;
      ratio.total += calls;
      if (verdicts[metric] === "covered") ratio.covered += calls;
    }
  }

  addCredential(credential: number, calls: number): void {
    this.#byCredential.set(credential, this.#byCredential.at(credential) + calls);
  }

  part(): MetricPart {
    return {
      unrecorded: this.#unrecorded,
      ratios: byMetric((metric) => ({ ...this.#covered[metric] })),
      byCredential: this.#byCredential.part(),
    };
  }

  /** `credentials`: the numbers here of the part's credentials. */
  merge({ unrecorded, ratios, byCredential }: MetricPart, credentials: Uint32Array): void {
    this.#unrecorded += unrecorded;
    for (const metric of METRICS) {
      this.#covered[metric].covered += ratios[metric].covered;
      this.#covered[metric].total += ratios[metric].total;
    }
    byCredential.forEach((calls, i) => {
      const credential = credentials[i] ?? 0;
      if (calls > 0) this.addCredential(credential, calls);
    });
  }

  metrics(credentials: Credentials): CoverageMetrics {
    let shared = 0;
    for (let i = 0; i < this.#byCredential.length; i++)
      if (credentials.isShared(i)) shared += this.#byCredential.at(i);
    return byMetric((metric): Ratio => {
      const { covered, total } = this.#covered[metric];
      return metric === "identity"
        ? {
            covered: Math.max(0, covered - credentials.scaled(shared)),
            total,
            unrecorded: this.#unrecorded,
          }
        : { covered, total };
    });
  }
}

/** How a call counts under both versions; no verdicts: it is not consequential. */
interface Judged {
  readonly consequence: Consequence;
  readonly baseline: Verdicts | undefined;
  readonly candidate: Verdicts | undefined;
}

/**
 * The coverages of design 9 under both versions, over the calls that either version's catalog takes
 * for consequential.
 */
export class CoverageTally implements ReplayObserver {
  #consequential = 0;
  readonly credentials = new Credentials();
  readonly #tallies: { readonly [version in Version]: MetricTally } = {
    baseline: new MetricTally(),
    candidate: new MetricTally(),
  };
  readonly #views: { readonly [version in Version]: VersionView } | undefined;

  /**
   * `baseline` undefined: recorded decisions, judged by the candidate's catalog. Without versions
   * it only takes parts.
   */
  constructor(versions?: {
    readonly baseline: CompiledSet | undefined;
    readonly candidate: CompiledSet;
  }) {
    if (versions === undefined) return;
    const candidate = viewOf(versions.candidate);
    this.#views = {
      baseline: versions.baseline === undefined ? candidate : viewOf(versions.baseline),
      candidate,
    };
  }

  /** The candidate's catalog and rules, as the metrics ask them. */
  get view(): VersionView {
    return this.#viewOf("candidate");
  }

  #viewOf(version: Version): VersionView {
    if (this.#views === undefined) throw new Error("a tally of parts was told a call");
    return this.#views[version];
  }

  call(result: CallResult): void {
    const credential = this.credentials.note(result.event.request);
    const judged = this.#judge(result);
    if (judged === undefined) return;
    this.#add(judged, 1);
    if (credential !== undefined) this.#addCredential(judged, credential);
  }

  /**
   * How the candidate's coverage takes a call; undefined: it is by no agent. `verdicts` undefined:
   * it is not consequential.
   */
  judge(
    result: CallResult,
  ): { readonly consequence: Consequence; readonly verdicts: Verdicts | undefined } | undefined {
    const judged = this.#judge(result);
    return judged && { consequence: judged.consequence, verdicts: judged.candidate };
  }

  /** Counts `calls` calls of one result, but for their credentials. */
  count(result: CallResult, calls: number): void {
    const judged = this.#judge(result);
    if (judged !== undefined) this.#add(judged, calls);
  }

  /**
   * Whether a credential counts for a result's identity under either version; then each of its
   * calls is to be told by {@link credited}.
   */
  credits(result: CallResult): Credits | undefined {
    const judged = this.#judge(result);
    const [baseline, candidate] = [
      judged?.baseline?.identity === "covered",
      judged?.candidate?.identity === "covered",
    ];
    return baseline || candidate ? { baseline, candidate } : undefined;
  }

  /** Counts `calls` calls that used a credential. */
  credited(credits: Credits, credential: number, calls: number): void {
    if (credits.baseline) this.#tallies.baseline.addCredential(credential, calls);
    if (credits.candidate) this.#tallies.candidate.addCredential(credential, calls);
  }

  /** Whether a rule covers no call that it decides (design 9.2). */
  isWildcard(rule: CompiledRule): boolean {
    return isWildcard(rule);
  }

  /**
   * What of a result's identity, of its tool and resource, and of its decisions is counted: calls
   * of one decision point that are alike in all three count alike.
   */
  kinds(result: CallResult): Record<"identity" | "tool" | "decision", string> {
    const call = result.candidate.engine?.call;
    const identities: unknown[] = [call !== undefined && isAgentic(call)];
    const tools: unknown[] = [
      consequenceOf([result.baseline, result.candidate], result.event.request),
    ];
    const decisions: unknown[] = [];
    for (const version of ["baseline", "candidate"] as const) {
      const side = result[version];
      const { effect, indeterminate, engine } = side;
      const seen = engine?.call ?? call;
      if (call === undefined || seen === undefined) continue;
      identities.push(identity(seen, this.#viewOf(version)), attribution(seen));
      const judged = engine === undefined ? result.candidate : side;
      tools.push(classification(judged, result.event.request), needsOversight(seen));
      const possible = engine?.outcome.decision.possible.includes("allow");
      decisions.push(policy(side, this.#viewOf(version)), effect, indeterminate, possible ?? null);
    }
    const [first, second, third] = [identities, tools, decisions].map((all) => JSON.stringify(all));
    return { identity: first ?? "", tool: second ?? "", decision: third ?? "" };
  }

  #judge(result: CallResult): Judged | undefined {
    const call = result.candidate.engine?.call;
    if (call === undefined || !isAgentic(call)) return undefined;
    const consequence = consequenceOf([result.baseline, result.candidate], result.event.request);
    if (consequence !== "consequential" && consequence !== "unlisted")
      return { consequence, baseline: undefined, candidate: undefined };
    return {
      consequence,
      baseline: this.#verdicts("baseline", result, call),
      candidate: this.#verdicts("candidate", result, call),
    };
  }

  #add({ baseline, candidate }: Judged, calls: number): void {
    if (baseline === undefined || candidate === undefined) return;
    this.#consequential += calls;
    this.#tallies.baseline.add(baseline, calls);
    this.#tallies.candidate.add(candidate, calls);
  }

  #addCredential({ baseline, candidate }: Judged, credential: number): void {
    this.credited(
      { baseline: baseline?.identity === "covered", candidate: candidate?.identity === "covered" },
      credential,
      1,
    );
  }

  #verdicts(version: Version, result: CallResult, call: PreparedCall): Verdicts {
    const side = result[version];
    const view = this.#viewOf(version);
    const seen = side.engine?.call ?? call;
    return {
      enforcement: enforcement(result, view),
      policy: policy(side, view),
      identity: identity(seen, view),
      classification: classification(
        side.engine === undefined ? result.candidate : side,
        result.event.request,
      ),
      oversight: oversight(side, seen),
      attribution: attribution(seen),
    };
  }

  part(): CoveragePart {
    return {
      consequential: this.#consequential,
      credentials: this.credentials.part(),
      baseline: this.#tallies.baseline.part(),
      candidate: this.#tallies.candidate.part(),
    };
  }

  /**
   * Adds what another part of the trace counted; parts may come in any order. Gives the
   * numbers here of the part's credentials.
   */
  merge(part: CoveragePart): Uint32Array {
    const credentials = this.credentials.merge(part.credentials);
    this.#consequential += part.consequential;
    this.#tallies.baseline.merge(part.baseline, credentials);
    this.#tallies.candidate.merge(part.candidate, credentials);
    return credentials;
  }

  summary(version: Version): CoverageSummary {
    return {
      consequential: this.#consequential,
      metrics: this.#tallies[version].metrics(this.credentials),
    };
  }
}
