import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { mergeParts, partOf, type Tallies } from "../../coverage/trace-part.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { MergedParts } from "../../documents/replay-result.ts";
import type { PartResult } from "../../documents/part-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { ReportTally, type ReportOptions } from "../../executive-report/report-tally.ts";
import { ReplayTally } from "../../replay/tally.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { boundedCounts, boundsOf, type KeptValues } from "./make-part.ts";
import type { ReadPart } from "./read-parts.ts";
import { TieCheck } from "./tie-check.ts";

/** So many parts are added up before what is kept of them is bounded again. */
const ROUND = 16;
/** A report of parts shows no arguments, which no part has. */
const FROM_PARTS: ReportOptions = { arguments: false, examples: "id" };

/** What all parts of one trace say alike. */
export type PartHead = Omit<
  PartResult,
  "read" | "ties" | "unexercised" | "neverMatched" | "counts" | "report" | "digest"
>;

/** What parts came to together. */
export interface MergedTrace {
  readonly head: PartHead;
  readonly parts: number;
  readonly tallies: Tallies;
  /** Undefined: there is no report. */
  readonly report: ReportTally | undefined;
  readonly read: ReadReport;
  readonly unexercised: readonly string[];
  readonly neverMatched: readonly string[];
  readonly partlyCompared: MergedParts["partlyCompared"];
}

/** What must be the same in all parts, as messages name it. */
const ALIKE: readonly (readonly [string, (part: PartHead) => unknown])[] = [
  ["version of agentz", ({ tool }) => tool.version],
  ["baseline", ({ baseline }) => baseline],
  ["candidate", ({ candidate }) => candidate],
  ["key", ({ key, whole }) => [key, whole]],
  ["--history", ({ history }) => history],
  ["--approvals", ({ approvalsMode }) => approvalsMode],
  ["filter", ({ filters }) => filters],
  ["file of --labels", ({ labels }) => labels],
];

/** WHY without the rest: what a part counted is not held after it was added. */
function headOf(part: ReadPart): PartHead {
  const { tool, format, baseline, candidate, key, whole, history, approvalsMode } = part;
  const { schemaVersion, command, filters, labels, problem, namesTools, ruleLabels } = part;
  return {
    schemaVersion,
    command,
    tool,
    format,
    baseline,
    candidate,
    key,
    whole,
    history,
    approvalsMode,
    filters,
    labels,
    problem,
    namesTools,
    ruleLabels,
  };
}

function freshTallies(candidate: CompiledSet | undefined): Tallies {
  return {
    tally: new ReplayTally("id"),
    coverage: new CoverageTally(candidate && { baseline: undefined, candidate }),
    keylessWrites: 0,
    forgotten: { baseline: 0, candidate: 0 },
    leftOut: 0,
    kinds: 0,
    again: 0,
    handed: new Map(),
  };
}

/** The names that every part lists. */
class InEachPart {
  #names: ReadonlySet<string> | undefined;

  add(names: readonly string[]): void {
    const before = this.#names;
    this.#names = new Set(names.filter((name) => before === undefined || before.has(name)));
  }

  names(): readonly string[] {
    return [...(this.#names ?? [])].sort();
  }
}

/**
 * Adds parts of one trace up, in any order (design 16.1): what comes out is the same for all splits
 * of the trace. Memory does not grow with the number of parts or calls.
 */
export class PartMerger {
  readonly #candidate: CompiledSet | undefined;
  #tallies: Tallies;
  #report: ReportTally | undefined;
  readonly #read = new ReadReport();
  #first: { readonly head: PartHead; readonly name: string } | undefined;
  #ties: TieCheck | undefined;
  #parts = 0;
  readonly #unexercised = new InEachPart();
  readonly #neverMatched = new InEachPart();
  readonly #kept: KeptValues | undefined;

  /** `candidate`: of a report; undefined: there is none. `kept`: as of {@link makePart}. */
  constructor(candidate?: CompiledSet, kept?: KeptValues) {
    this.#candidate = candidate;
    this.#kept = kept;
    this.#tallies = freshTallies(candidate);
    this.#report = this.#freshReport(this.#tallies);
  }

  #freshReport({ coverage }: Tallies): ReportTally | undefined {
    return this.#candidate && new ReportTally(coverage, this.#candidate, FROM_PARTS);
  }

  /** `name`: what messages call the part. A `UserError` where it does not belong with the others. */
  add(part: ReadPart, name: string): void {
    const first = (this.#first ??= { head: headOf(part), name });
    for (const [what, valueOf] of ALIKE)
      if (JSON.stringify(valueOf(part)) !== JSON.stringify(valueOf(first.head)))
        throw new UserError(
          "parts-do-not-fit",
          `\`${first.name}\` and \`${name}\` were made with another ${what}`,
          { help: "make all parts with the same command" },
        );
    (this.#ties ??= new TieCheck(part.key)).add(part.ties, name);
    this.#addRead(part);
    this.#unexercised.add(part.unexercised);
    this.#neverMatched.add(part.neverMatched);
    this.#count(part, name);
    this.#parts++;
    if (this.#parts % ROUND === 0) this.#bound(part);
  }

  #count({ counts, report }: Pick<ReadPart, "counts" | "report">, name: string): void {
    const [credentials = new Uint32Array()] = mergeParts([counts], this.#tallies);
    if (this.#report === undefined) return;
    if (report === null)
      throw new UserError(
        "parts-do-not-fit",
        `\`${name}\` has no more than a replay needs, and no report can be made of it`,
        { help: "make all parts with `agentz part --report`" },
      );
    this.#report.merge(report, credentials);
  }

  #addRead({ read }: Pick<PartResult, "read">): void {
    this.#read.malformed += read.malformed;
    this.#read.undecided += read.undecided_events;
    this.#read.gatewayDenials += read.gateway_denials;
    for (const line of read.malformedLines) this.#read.listMalformed(line);
    for (const event of read.undecidedEvents) this.#read.listUndecided(event);
  }

  #bound(split: Pick<PartResult, "key" | "whole">): void {
    const bounds = boundsOf(split, this.#kept);
    const bounded = boundedCounts(partOf(this.#tallies, bounds.ownSessions), this.#report, bounds);
    this.#tallies = freshTallies(this.#candidate);
    this.#report = this.#freshReport(this.#tallies);
    this.#count(bounded, "");
  }

  /** A `UserError` where there were no parts, or calls of one are below those of another. */
  finish(): MergedTrace {
    if (this.#first === undefined)
      throw new UserError("no-parts", "there are no parts to merge", {
        help: "pass what `agentz part` wrote: files, folders or globs, or - for standard input",
      });
    this.#ties?.finish();
    const { head } = this.#first;
    this.#bound(head);
    return {
      head,
      parts: this.#parts,
      tallies: this.#tallies,
      report: this.#report,
      read: this.#read,
      unexercised: this.#unexercised.names(),
      neverMatched: this.#neverMatched.names(),
      partlyCompared: this.#ties?.partlyCompared ?? [],
    };
  }
}
