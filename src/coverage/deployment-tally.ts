import { Counts } from "../replay/counts.ts";
import type { SeenCall, SeenEvent, SeenObserver } from "../replay/seen-call.ts";
import { AuditTally } from "./audit-tally.ts";
import { breakdowns } from "./breakdown.ts";
import { CoverageRows } from "./coverage-rows.ts";
import { CallFacts, type CoveredCall } from "./call-facts.ts";
import type { CoverageTally } from "./coverage-tally.ts";
import { DecisionRateTally } from "./decision-tally.ts";
import type { DeploymentPart } from "../documents/report-part.ts";
import type { ExampleOrder } from "../replay/group-tally.ts";
import { CallVariants } from "./call-variants.ts";
import { DisagreementTally } from "./disagreement-tally.ts";
import { PointTally } from "./point-tally.ts";
import type { CoverageBody } from "../documents/coverage-result.ts";
import { uncoveredOf } from "./uncovered.ts";

/** Tool names that only a trace gives are unbounded: so many are kept. */
const TOOLS = 10_000;
/** Of so many different calls a part of a trace says how each was decided. */
const COMPARED = 4_096;

/** Everything that `agentz coverage` says of a deployment besides the six numbers. */
export class DeploymentTally implements SeenObserver {
  readonly #coverage: CoverageTally;
  readonly facts: CallFacts;
  readonly #rows: CoverageRows;
  readonly #points: PointTally;
  readonly #rate = new DecisionRateTally();
  readonly #audit = new AuditTally();
  readonly #disagreements: DisagreementTally | CallVariants;
  readonly #marked = new Counts();
  readonly #unlisted = new Counts();
  readonly #names = new Set<string>();
  #inconsequential = 0;

  /** `examples`: `id` for a part of a trace, or for what parts come to. */
  constructor(coverage: CoverageTally, examples: ExampleOrder = "place") {
    this.#coverage = coverage;
    this.#rows = new CoverageRows(examples);
    this.#disagreements =
      examples === "place" ? new DisagreementTally() : new CallVariants(COMPARED);
    this.#points = new PointTally(coverage.view.points);
    this.facts = new CallFacts(coverage);
  }

  call(call: SeenCall): void {
    this.add(call, this.facts.covered(call));
  }

  /** Counts a call; `covered`: as coverage takes it. */
  add(call: SeenCall, covered: CoveredCall | undefined): void {
    this.#audit.add(call, this.facts.deed(call));
    this.#rate.add(call);
    if (covered === undefined) return;
    this.#rows.add(covered);
    this.#points.add(covered);
    this.#disagreements.add(covered);
    if (covered.verdicts === undefined) this.#inconsequential++;
    if (covered.consequence === "marked") this.#marked.add(this.#tool(covered));
    if (covered.consequence === "unlisted") this.#unlisted.add(this.#tool(covered));
  }

  renumber(): void {
    this.facts.renumber();
  }

  other(event: SeenEvent): void {
    this.#audit.other(event);
  }

  #tool({ deed: { action: name } }: CoveredCall): string {
    if (!this.#names.has(name) && this.#names.size >= TOOLS) return "(others)";
    this.#names.add(name);
    return name;
  }

  #variants(): CallVariants {
    if (this.#disagreements instanceof CallVariants) return this.#disagreements;
    throw new Error("a tally of a whole trace was asked for a part");
  }

  /** What is told from a sample, since there were too many values to keep. */
  estimated(): readonly ("disagreements" | "peakMinute")[] {
    return [
      ...(this.#variants().isSample ? (["disagreements"] as const) : []),
      ...(this.#rate.isSample ? (["peakMinute"] as const) : []),
    ];
  }

  part(): DeploymentPart {
    return {
      rows: this.#rows.part(),
      inconsequential: this.#inconsequential,
      marked: this.#marked.part(),
      unlisted: this.#unlisted.part(),
      ...this.#points.part(),
      rate: this.#rate.part(),
      audit: this.#audit.part(),
      disagreements: this.#variants().part(),
    };
  }

  /** Adds what another part of the trace counted; `credentials`: the numbers here of the part's. */
  merge(part: DeploymentPart, credentials: Uint32Array): void {
    this.#rows.merge(part.rows, credentials);
    this.#inconsequential += part.inconsequential;
    this.#marked.merge(part.marked);
    this.#unlisted.merge(part.unlisted);
    this.#points.merge(part);
    this.#rate.merge(part.rate);
    this.#audit.merge(part.audit);
    this.#variants().merge(part.disagreements);
  }

  body(): CoverageBody {
    const rows = this.#rows.finish(this.#coverage.credentials);
    const { seen, shared } = this.#coverage.credentials;
    const tools = (counts: Counts): CoverageBody["unknownTools"] =>
      counts.byCount().map(([tool, calls]) => ({ tool, calls }));
    return {
      ...this.#coverage.summary("candidate"),
      ...uncoveredOf(rows),
      by: breakdowns(rows),
      coarse: this.#rows.coarse,
      inconsequential: { calls: this.#inconsequential, marked: tools(this.#marked) },
      unknownTools: tools(this.#unlisted),
      decisionPoints: this.#points.summary(),
      decisions: this.#rate.rate(),
      audit: this.#audit.trail(),
      disagreements: this.#disagreements.list(),
      credentials: { seen, shared },
    };
  }
}
