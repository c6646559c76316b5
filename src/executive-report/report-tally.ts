import type { CoveredCall } from "../coverage/call-facts.ts";
import { METRICS, type CoverageTally } from "../coverage/coverage-tally.ts";
import { gapOf } from "../coverage/gap.ts";
import { DeploymentTally } from "../coverage/deployment-tally.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { ExampleOrder } from "../replay/group-tally.ts";
import type { ReportPart } from "../documents/report-part.ts";
import type { MergedParts } from "../documents/replay-result.ts";
import type { SeenCall, SeenEvent, SeenObserver } from "../replay/seen-call.ts";
import { judgeControls } from "./controls/controls.ts";
import { EvidenceTally } from "./evidence-tally.ts";
import { IncidentTally } from "./incident-tally.ts";
import { IdentityTally } from "./identity-tally.ts";
import type { ReportResult } from "../documents/report-result.ts";
import { RuleTally } from "./rule-tally.ts";
import { TimelineTally } from "./timeline-tally.ts";

/** How a report is told. */
export interface ReportOptions {
  /** Whether timelines show the arguments of calls. */
  readonly arguments: boolean;
  /** `id` for a part of a trace, or for what parts come to. */
  readonly examples: ExampleOrder;
}

/** Everything that a report says besides the replay itself. */
export class ReportTally implements SeenObserver {
  readonly #set: CompiledSet;
  readonly #coverage: CoverageTally;
  readonly #deployment: DeploymentTally;
  readonly #identities = new IdentityTally();
  readonly #evidence: EvidenceTally;
  readonly #rules: RuleTally;
  readonly #timelines: TimelineTally;
  readonly #incidents: IncidentTally;
  /** By the number of verdicts: whether one of them leaves calls open. */
  readonly #open: boolean[] = [];

  constructor(coverage: CoverageTally, set: CompiledSet, options: ReportOptions) {
    this.#set = set;
    this.#coverage = coverage;
    this.#deployment = new DeploymentTally(coverage, options.examples);
    this.#incidents = new IncidentTally(options.examples);
    this.#evidence = new EvidenceTally(set.catalog);
    this.#rules = new RuleTally(set);
    this.#timelines = new TimelineTally(options);
  }

  call(call: SeenCall): void {
    const { facts } = this.#deployment;
    const covered = facts.covered(call);
    this.#deployment.add(call, covered);
    this.#rules.call(call);
    this.#incidents.call(call);
    const isOpen = covered !== undefined && this.#isOpen(covered);
    this.#timelines.call(call, { caller: facts.caller(call), deed: facts.deed(call), isOpen });
    if (covered !== undefined) this.#identities.add(covered, this.#evidence.add(covered));
  }

  #isOpen({ verdicts, number }: CoveredCall): boolean {
    if (verdicts === undefined) return false;
    return (this.#open[number] ??= METRICS.some((metric) => gapOf(verdicts[metric]) !== undefined));
  }

  renumber(): void {
    this.#deployment.renumber();
    this.#evidence.renumber();
    this.#rules.renumber();
  }

  other(event: SeenEvent): void {
    this.#deployment.other(event);
    this.#timelines.other(event);
  }

  /**
   * What was counted, as a part of a trace tells. `hasWholeSessions`: whether no other part has
   * events of a session of this one.
   */
  part(hasWholeSessions: boolean): ReportPart {
    return {
      deployment: this.#deployment.part(),
      ...this.#identities.part(),
      evidence: this.#evidence.part(),
      ...this.#rules.part(),
      ...this.#incidents.part(),
      timelines: hasWholeSessions ? this.#timelines.part() : null,
    };
  }

  /** Adds what another part of the trace counted; `credentials`: the numbers here of the part's. */
  merge(part: ReportPart, credentials: Uint32Array): void {
    this.#deployment.merge(part.deployment, credentials);
    this.#identities.merge(part, credentials);
    this.#evidence.merge(part.evidence, credentials);
    this.#rules.merge(part);
    this.#incidents.merge(part);
    if (part.timelines === null) this.#timelines.cannotTell();
    else this.#timelines.merge(part.timelines);
  }

  /** What is told from a sample, since there were too many values to keep. */
  estimated(): MergedParts["estimated"] {
    return [
      ...this.#deployment.estimated(),
      ...(this.#incidents.isSample ? (["incidents"] as const) : []),
      ...(this.#timelines.isSample ? (["timelines"] as const) : []),
    ];
  }

  /** What `agentz coverage` says of it. */
  coverage(): ReportResult["coverage"] {
    return this.#deployment.body();
  }

  /**
   * The report's own parts; `now` in milliseconds is what expiry and reviews are judged by (design
   * 11.6).
   */
  parts(
    replay: ReplayResult,
    now: number,
  ): Pick<
    ReportResult,
    | "replay"
    | "coverage"
    | "coverageBefore"
    | "uncoveredTimelines"
    | "identities"
    | "identitiesRest"
    | "controls"
    | "incidents"
    | "incidentsRest"
    | "risks"
    | "rules"
    | "timelines"
  > {
    const coverage = this.#deployment.body();
    const { credentials } = this.#coverage;
    const { identities, rest } = this.#identities.list({
      catalog: this.#set.catalog,
      credentials,
      now,
    });
    const { timelines, ofChange, ofOpen } = this.#timelines.finish(
      replay.groups,
      coverage.uncovered,
    );
    const { incidents, rest: incidentsRest } = this.#incidents.list();
    const {
      history,
      approvalsMode,
      filters,
      decisions,
      changes,
      missing,
      approvals,
      contained,
      labels,
      notes,
      unexercised,
      gate,
    } = replay;
    return {
      replay: {
        history,
        approvalsMode,
        filters,
        decisions,
        changes,
        missing,
        approvals,
        contained,
        labels,
        notes,
        unexercised,
        gate,
        groups: replay.groups.map((group, i) => ({ ...group, timelines: ofChange[i] ?? [] })),
      },
      coverage,
      coverageBefore: replay.coverage.baseline,
      uncoveredTimelines: ofOpen,
      identities,
      identitiesRest: rest,
      incidents,
      incidentsRest,
      controls: judgeControls({
        set: this.#set,
        coverage,
        calls: this.#evidence.evidence(credentials),
        agents: this.#evidence.agents,
        now,
      }),
      risks: this.#rules.risks(),
      rules: this.#rules.summary(replay),
      timelines,
    };
  }
}
