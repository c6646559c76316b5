import { textOf } from "../../trace/columns/dictionary.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import { HAS } from "../../trace/columns/line-scanner.ts";
import { valueOf } from "../../trace/columns/value-cache.ts";
import { EVENT_TYPES, GATEWAY_DENIAL } from "../../trace/event.ts";
import { type OwnIds, ownIdsOf } from "../../trace/own-ids.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { LISTED } from "../../trace/read-report.ts";

/** What of a piece matters to the whole trace, whoever counts its calls. */
export interface PieceFacts {
  readonly rows: number;
  readonly lines: number;
  readonly malformed: Segment["malformed"];
  readonly malformedCount: number;
  /**
   * Events that have an action and a type that the format does not have: how many, and the first of
   * them.
   */
  readonly undecided: readonly { readonly line: number; readonly type: string }[];
  readonly undecidedCount: number;
  /** Calls that a gateway denied without asking a policy. */
  readonly gatewayDenials: number;
  /** The ids of events; undefined: the layout keeps none. */
  readonly ids: OwnIds | undefined;
  /** By row: its time; NaN: it has none. */
  readonly times: Float64Array;
  /** Whether an event names the call that it was made under, and whether one lists approvals. */
  readonly parents: boolean;
  readonly approvals: boolean;
  /** SHA-256 of each block of the piece, 32 bytes each. */
  readonly blocks: Uint8Array;
}

/**
 * Whether any row has something in a column. WHY not by the dictionary: a text of it may be of no
 * row.
 */
function isThere(segment: Segment, column: number): boolean {
  return segment.codes[column]?.some((code) => code !== 0) === true;
}

function gatewayDenialsOf({ dictionaries, codes, rows }: Segment): number {
  const types = dictionaries[COLUMN.type];
  const own = new Set<number>();
  for (let code = 1; types !== undefined && code < types.size; code++)
    if (String(valueOf(textOf(types, code))) === GATEWAY_DENIAL) own.add(code);
  return own.size === 0
    ? 0
    : (codes[COLUMN.type]?.subarray(0, rows).filter((code) => own.has(code)).length ?? 0);
}

/** The types that rows of a segment may have and the format has not, by their codes. */
function unknownTypes({ dictionaries }: Segment): ReadonlyMap<number, string> {
  const types = dictionaries[COLUMN.type];
  const unknown = new Map<number, string>();
  for (let code = 1; types !== undefined && code < types.size; code++) {
    const type = String(valueOf(textOf(types, code)));
    if (!EVENT_TYPES.includes(type)) unknown.set(code, type);
  }
  return unknown;
}

function undecidedOf(segment: Segment): Pick<PieceFacts, "undecided" | "undecidedCount"> {
  const [unknown, codes] = [unknownTypes(segment), segment.codes[COLUMN.type]];
  const undecided: { line: number; type: string }[] = [];
  let undecidedCount = 0;
  for (let row = 0; unknown.size > 0 && row < segment.rows; row++) {
    const type =
      ((segment.has[row] ?? 0) & HAS.action) === 0 ? undefined : unknown.get(codes?.[row] ?? 0);
    if (type === undefined) continue;
    undecidedCount++;
    if (undecided.length < LISTED) undecided.push({ line: segment.lines[row] ?? 0, type });
  }
  return { undecided, undecidedCount };
}

export function factsOf(segment: Segment, blocks: Uint8Array): PieceFacts {
  const { times, rows } = segment;
  return {
    rows,
    lines: segment.lineCount,
    malformed: segment.malformed.slice(0, LISTED),
    malformedCount: segment.malformedCount,
    ...undecidedOf(segment),
    gatewayDenials: gatewayDenialsOf(segment),
    ids: ownIdsOf(segment),
    times,
    parents: isThere(segment, COLUMN.parent),
    approvals: isThere(segment, COLUMN.approvals),
    blocks,
  };
}
