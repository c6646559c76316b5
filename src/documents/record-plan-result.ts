import type { MissingAttribute, VersionInfo } from "./replay-result.ts";

/**
 * What a gateway has to record of a field. `value`: the value. `digest`: a keyed digest of each
 * text and of each name of a member, with one key for all fields; numbers and booleans are
 * unchanged. `range`: any number of the same range instead of a number, whole if it is whole; a
 * digest instead of a text. `presence`: any value, if the field is present.
 */
export type RecordedAs = "value" | "digest" | "range" | "presence";

/** A field that a replay reads. */
export interface RecordField {
  /** The path as conditions write it. Elements of a list have the path of the list. */
  readonly path: string;
  readonly as: RecordedAs;
  /** The rules, declarations and catalog entries that read the field. */
  readonly readBy: readonly string[];
  /**
   * For `range`: the ends of ranges. Each bound is a range by itself. The other ranges are between
   * two bounds, below the first and above the last.
   */
  readonly bounds: readonly number[];
  /** For `digest`: texts that have to be recorded unchanged. */
  readonly except: readonly string[];
  /** For `digest`: the entries in these `data` of the catalog have to be recorded unchanged. */
  readonly exceptData: readonly string[];
  /** Whether the catalog can give the value. A value that it gives need not be recorded. */
  readonly fromCatalog: boolean;
  /** The calls for which the field is needed; null for all calls. */
  readonly only: string | null;
  /**
   * The number of calls in the trace that record it; null without a trace, or if only some calls
   * need it.
   */
  readonly recorded: number | null;
  /**
   * The number of calls in the trace that are indeterminate because it is unrecorded; null without
   * a trace.
   */
  readonly indeterminate: number | null;
}

/** A field that calls of a trace record and no policy reads. */
export interface UnneededField {
  readonly path: string;
  readonly calls: number;
}

/** What a trace lacks compared with the plan, and what it records in addition. */
export interface RecordPlanTrace {
  readonly calls: number;
  readonly indeterminate: number;
  /** Attributes that are unrecorded in indeterminate calls, those of most calls first. */
  readonly missing: readonly MissingAttribute[];
  /** Fields that no policy reads, those of most calls first; at most 200. */
  readonly unneeded: readonly UnneededField[];
  /** The number of further such fields. */
  readonly unneededMore: number;
}

/** The result document of `agentz record-plan`. */
export interface RecordPlanResult {
  readonly schemaVersion: 1;
  readonly command: "record-plan";
  readonly tool: { readonly version: string };
  readonly candidate: VersionInfo;
  /** The other version of the replay; null if there is none. */
  readonly baseline: VersionInfo | null;
  /** The fields that every event needs for a replay. */
  readonly always: readonly RecordField[];
  /** The other fields that these policies read. */
  readonly fields: readonly RecordField[];
  /**
   * Containers of fields. If an event records one completely, it has to list it in `complete`: a
   * missing field is then absent, not unrecorded. `args` is always complete.
   */
  readonly complete: readonly string[];
  readonly trace: RecordPlanTrace | null;
}
