import type { CoverageTally } from "../coverage/coverage-tally.ts";
import { DeploymentTally } from "../coverage/deployment-tally.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import { judgeControls } from "./controls/controls.ts";
import { EvidenceTally } from "./evidence-tally.ts";
import { IncidentTally } from "./incident-tally.ts";
import { IdentityTally } from "./identity-tally.ts";
import type { ReportResult } from "../documents/report-result.ts";
import { RuleTally } from "./rule-tally.ts";
import { TimelineTally } from "./timeline-tally.ts";

/** Everything that a report says besides the replay itself. */
export class ReportTally implements ReplayObserver {
  readonly #set: CompiledSet;
  readonly #coverage: CoverageTally;
  readonly #deployment: DeploymentTally;
  readonly #identities = new IdentityTally();
  readonly #evidence: EvidenceTally;
  readonly #rules: RuleTally;
  readonly #timelines: TimelineTally;
  readonly #incidents = new IncidentTally();

  constructor(coverage: CoverageTally, set: CompiledSet, options: { readonly arguments: boolean }) {
    this.#set = set;
    this.#coverage = coverage;
    this.#deployment = new DeploymentTally(coverage);
    this.#evidence = new EvidenceTally(set.catalog);
    this.#rules = new RuleTally(set);
    this.#timelines = new TimelineTally(options);
    coverage.onCall((covered) => {
      this.#identities.add(covered);
      this.#evidence.add(covered);
      this.#timelines.covered(covered);
    });
  }

  call(result: CallResult): void {
    this.#deployment.call(result);
    this.#rules.call(result);
    this.#incidents.call(result);
    this.#timelines.call(result);
  }

  other(event: TraceEvent): void {
    this.#deployment.other(event);
    this.#timelines.other(event);
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
      rules: this.#rules.summary(),
      timelines,
    };
  }
}
