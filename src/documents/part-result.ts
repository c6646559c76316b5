import type {
  Filters,
  MergedParts,
  ReplayProblem,
  ReplayResult,
  VersionInfo,
} from "./replay-result.ts";
import type { ReportPart } from "./report-part.ts";
import type { Malformed, UndecidedEvent } from "./trace-read.ts";
import type { Count, TracePart } from "./trace-part.ts";

/** By what a trace is split into parts: calls with the same one share their state. */
export type SplitKey = MergedParts["key"];

/** By what policies keep state. */
export type KeptBy = "session" | "subject" | "on_behalf_of" | "tenant";

/** A key by which policies keep state, and the declarations that do. */
export interface WholeKey {
  readonly by: KeptBy;
  readonly uses: readonly string[];
}

/** The names of a part under a key by which the trace is not split. */
export interface WholeState {
  readonly by: KeptBy;
  /** All of them: no other part may have one. */
  readonly names: HashList;
}

/** What reading the part came across. */
export interface PartRead {
  readonly malformed: Count;
  /** The first by digest. */
  readonly malformedLines: readonly Malformed[];
  readonly undecided_events: Count;
  /** The first by digest. */
  readonly undecidedEvents: readonly UndecidedEvent[];
  /** Calls that a gateway denied by itself, without asking a policy: they are not compared. */
  readonly gateway_denials: Count;
}

/** Hashes of texts, as a sorted list. */
export interface HashList {
  /** Sixteen hexadecimal digits for each text. */
  readonly hashes: string;
  /** Only hashes below this one are listed; null: all are. */
  readonly below: string | null;
}

/** What of a part tells whether it belongs together with others. */
export interface PartTies {
  /** The keys of its calls: no other part may have one of them. */
  readonly keys: HashList;
  /** A sample of its events, each as session and id: no other part may have one of them. */
  readonly events: HashList;
  /** Recorded approvals, if they can be used up: no other part may have one of them. */
  readonly approvals: HashList;
  /** Ids of events below which calls may stand. */
  readonly parents: HashList;
  /** Ids of parents that are not in the part: no other part may have one of them. */
  readonly missingParents: HashList;
  /** Under each of {@link PartResult.whole}. */
  readonly whole: readonly WholeState[];
}

/**
 * One line: what `agentz part` counted in a part of a trace (design 16.1). It has a bounded size.
 * Only `agentz merge` reads it.
 */
export interface PartResult {
  readonly schemaVersion: 1;
  readonly command: "part";
  readonly tool: { readonly version: string };
  /** The version of this form: parts of another one are refused. */
  readonly format: 2;
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  readonly key: SplitKey;
  /** Keys by which the versions keep state, and that the split may not keep together. */
  readonly whole: readonly KeptBy[];
  readonly history: ReplayResult["history"];
  readonly approvalsMode: ReplayResult["approvalsMode"];
  /** What was asked for, without what it left out. */
  readonly filters: Omit<Filters, "leftOut">;
  /** The digest of the labels that were added; null: none were. */
  readonly labels: string | null;
  /** Why a replay of the candidate proves nothing, whatever the trace is. */
  readonly problem: ReplayProblem | null;
  /** Whether the candidate's rules or catalog name any tool. */
  readonly namesTools: boolean;
  /** The labels of the rules of both versions, which gates may name. */
  readonly ruleLabels: readonly string[];
  readonly read: PartRead;
  readonly ties: PartTies;
  /** Rules that changed and that no call of the part reaches. */
  readonly unexercised: readonly string[];
  /** Rules of the candidate that match no call of the part and decide none. */
  readonly neverMatched: readonly string[];
  readonly counts: TracePart;
  /** What `agentz report` and `agentz coverage` say besides; null: made without `--report`. */
  readonly report: ReportPart | null;
  /**
   * What stands for the content of all other members, in whatever layout it is written: so a part
   * that was damaged on its way is no part any more. It proves nothing of who wrote it.
   */
  readonly digest: string;
}
