import type { CatalogIndex } from "../engine/catalog-index.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Side } from "../replay/side.ts";
import type { CoverageSummary, Ratio } from "../replay/result.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { objectMember, stringMember } from "../request/json.ts";
import { consequenceFor, isAgentic } from "./consequence.ts";
import { attribution, classification, enforcement, identity, oversight, policy, type PointIndex, type Verdict } from "./metrics.ts";

export const METRICS = ["enforcement", "policy", "identity", "classification", "oversight", "attribution"] as const;
export type Metric = (typeof METRICS)[number];
export type Verdicts = { readonly [metric in Metric]: Verdict };

/** A call that counts, with how each version's coverage takes it: what the lists of issue K are made from. */
export interface CoveredCall {
  readonly result: CallResult;
  readonly baseline: Verdicts;
  readonly candidate: Verdicts;
}

/** Covered and total of each metric; credentials that turn out shared are taken back at the end. */
class MetricTally {
  readonly #ratios = new Map<Metric, { covered: number; total: number }>(METRICS.map((metric) => [metric, { covered: 0, total: 0 }]));
  readonly #credentials = new Map<string, { agent: string; shared: boolean; covered: number }>();

  add(verdicts: Verdicts, credential: { readonly id: string; readonly agent: string } | undefined): void {
    for (const metric of METRICS) {
      const ratio = this.#ratios.get(metric);
      if (ratio === undefined || verdicts[metric] === "not counted") continue;
      ratio.total++;
      if (verdicts[metric] === "covered") ratio.covered++;
    }
    if (credential !== undefined) this.#note(credential, verdicts.identity === "covered");
  }

  #note(credential: { readonly id: string; readonly agent: string }, covered: boolean): void {
    const known = this.#credentials.get(credential.id) ?? { agent: credential.agent, shared: false, covered: 0 };
    known.shared ||= known.agent !== credential.agent;
    if (covered) known.covered++;
    this.#credentials.set(credential.id, known);
  }

  ratio(metric: Metric): Ratio {
    const { covered, total } = this.#ratios.get(metric) ?? { covered: 0, total: 0 };
    if (metric !== "identity") return { covered, total };
    const shared = [...this.#credentials.values()].reduce((sum, c) => sum + (c.shared ? c.covered : 0), 0);
    return { covered: covered - shared, total };
  }
}

function pointsOf(set: CompiledSet | undefined): PointIndex {
  return { external: new Set((set?.catalog.decisionPoints ?? []).filter((point) => point.external).map((point) => point.id)) };
}

/** The coverages of design 9 under both versions, over the calls that either version's catalog takes for consequential. */
export class CoverageTally implements ReplayObserver {
  #consequential = 0;
  readonly #baseline = new MetricTally();
  readonly #candidate = new MetricTally();
  readonly #points: { readonly baseline: PointIndex; readonly candidate: PointIndex };
  readonly #catalogs: { readonly baseline: CatalogIndex; readonly candidate: CatalogIndex };
  readonly #listener: ((call: CoveredCall) => void) | undefined;

  /** `baseline` undefined: recorded decisions, judged by the candidate's catalog. */
  constructor(versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet }, listener?: (call: CoveredCall) => void) {
    this.#points = { baseline: pointsOf(versions.baseline ?? versions.candidate), candidate: pointsOf(versions.candidate) };
    this.#catalogs = { baseline: (versions.baseline ?? versions.candidate).catalog, candidate: versions.candidate.catalog };
    this.#listener = listener;
  }

  call(result: CallResult): void {
    const { request } = result.event;
    if (!isAgentic(request)) return;
    const consequential = consequenceFor(result.baseline, request).consequential || consequenceFor(result.candidate, request).consequential;
    if (!consequential) return;
    this.#consequential++;
    const baseline = this.#verdicts("baseline", result);
    const candidate = this.#verdicts("candidate", result);
    const credential = credentialOf(result);
    this.#baseline.add(baseline, credential);
    this.#candidate.add(candidate, credential);
    this.#listener?.({ result, baseline, candidate });
  }

  #verdicts(version: "baseline" | "candidate", result: CallResult): Verdicts {
    const side: Side = result[version];
    const view = side.engine === undefined ? result.candidate : side;
    return {
      enforcement: enforcement(result, this.#points[version]),
      policy: policy(side),
      identity: identity(result, { catalog: this.#catalogs[version] }),
      classification: classification(result, view),
      oversight: oversight(side, view),
      attribution: attribution(result),
    };
  }

  summary(version: "baseline" | "candidate"): CoverageSummary {
    const tally = version === "baseline" ? this.#baseline : this.#candidate;
    const metrics = {
      enforcement: tally.ratio("enforcement"),
      policy: tally.ratio("policy"),
      identity: tally.ratio("identity"),
      classification: tally.ratio("classification"),
      oversight: tally.ratio("oversight"),
      attribution: tally.ratio("attribution"),
    };
    return { consequential: this.#consequential, metrics };
  }
}

function credentialOf(result: CallResult): { readonly id: string; readonly agent: string } | undefined {
  const { subject } = result.event.request;
  const id = stringMember(objectMember(subject, "credential"), "id");
  const agent = stringMember(subject, "id");
  return id === undefined || agent === undefined ? undefined : { id, agent };
}
