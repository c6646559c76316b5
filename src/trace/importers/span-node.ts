import type { JsonObject } from "../../request/json.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import type { SpanContext } from "./span-context.ts";
import type { SpanMessages } from "./span-messages.ts";
import type { SpanCall } from "./span-tool.ts";

/** A file being converted. */
export interface SpanWork {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

/** What is kept of a span until its trace is whole: not its texts, which may be large. */
export interface SpanNode extends SpanMessages {
  readonly id: string;
  readonly parent: string | undefined;
  readonly start: string | undefined;
  readonly order: string;
  readonly line: number;
  readonly scope: string | undefined;
  readonly kind: number | undefined;
  readonly context: SpanContext;
  /** Whether it tells of a caller whom the trace does not name. */
  readonly isCalled: boolean;
  readonly service: string | undefined;
  readonly call: SpanCall | undefined;
  readonly failed: boolean;
  /** Whether nothing tells how it ended. */
  readonly unfinished: boolean;
  /** Why it may be a call that is not understood. */
  readonly doubt: string | undefined;
  readonly decision: JsonObject | undefined;
}

/** The spans of one trace, and what its format says of the whole. */
export interface SpanTrace {
  readonly id: string;
  readonly nodes: ReadonlyMap<string, SpanNode>;
  /** Undefined: it says nothing. */
  readonly about: Partial<SpanContext> | undefined;
  /** Whether other spans of it were finished before, because a file is too large. */
  readonly isPart: boolean;
}
