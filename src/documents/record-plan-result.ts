import type { MissingAttribute, VersionInfo } from "./replay-result.ts";

/**
 * What a gateway records of a field. `value`: what it says. `digest`: of each text and each
 * member's name a keyed digest, with the same key for all fields; numbers and booleans stay.
 * `range`: of each number any number of the same range, whole if it is whole; of texts a digest.
 * `presence`: anything, if it is there.
 */
export type RecordedAs = "value" | "digest" | "range" | "presence";

/** A field that a replay reads. */
export interface RecordField {
  /** As conditions write it; elements of a list have its path. */
  readonly path: string;
  readonly as: RecordedAs;
  /** The rules, declarations or catalog entries that read it. */
  readonly readBy: readonly string[];
  /**
   * Of `range`: where ranges end. Each is a range of its own, and so is what lies between two of
   * them, below the first and above the last.
   */
  readonly bounds: readonly number[];
  /** Of `digest`: texts that have to be recorded as they are. */
  readonly except: readonly string[];
  /** Of `digest`: what stands in these `data` of the catalog has to be recorded as it is. */
  readonly exceptData: readonly string[];
  /** Whether the catalog can give it, so that what it gives need not be recorded. */
  readonly fromCatalog: boolean;
  /** Of which calls it is needed; null: of all. */
  readonly only: string | null;
  /** Calls of the trace that record it; null without a trace, and where only some calls need it. */
  readonly recorded: number | null;
  /** Calls of the trace that are indeterminate because it is unrecorded; null without a trace. */
  readonly indeterminate: number | null;
}

/** A field that calls of a trace record and no policy reads. */
export interface UnneededField {
  readonly path: string;
  readonly calls: number;
}

/** What a trace lacks of the plan, and what it has beyond. */
export interface RecordPlanTrace {
  readonly calls: number;
  readonly indeterminate: number;
  /** Attributes whose absence left calls indeterminate, those of most calls first. */
  readonly missing: readonly MissingAttribute[];
  /** Fields of most calls first; at most 200. */
  readonly unneeded: readonly UnneededField[];
  /** How many more fields there are. */
  readonly unneededMore: number;
}

/** The result document of `agentz record-plan`. */
export interface RecordPlanResult {
  readonly schemaVersion: 1;
  readonly command: "record-plan";
  readonly tool: { readonly version: string };
  readonly candidate: VersionInfo;
  /** Another version that a replay is to decide with; null: none. */
  readonly baseline: VersionInfo | null;
  /** What every event needs so that it can be replayed at all. */
  readonly always: readonly RecordField[];
  /** What these policies read besides. */
  readonly fields: readonly RecordField[];
  /**
   * Containers of fields: an event has to name in `complete` those that it records whole, so that
   * what it lacks is absent and not unrecorded. `args` always is.
   */
  readonly complete: readonly string[];
  readonly trace: RecordPlanTrace | null;
}
