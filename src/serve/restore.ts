import type { LivePoint } from "../api/live-point.ts";
import { readTrace } from "../api/read-trace.ts";
import type { TraceEvent } from "../api/trace-event.ts";
import { count } from "../text/count.ts";

/** What goes on while a log is read. */
export interface Restoring {
  /** Events that are not to be taken. */
  readonly skip: (event: TraceEvent) => boolean;
  /** Told every event that was taken. */
  readonly take: (event: TraceEvent) => void;
  readonly tell: (what: string) => void;
  /** Which lines matter; by default every one. */
  readonly only?: ((line: string) => boolean) | undefined;
}

/**
 * Gives a point the state that the files of a log left (design 14.3). Lines that cannot be read are
 * told: what they recorded is in no state.
 */
export async function restoredPoint(
  point: LivePoint,
  files: readonly string[],
  { skip, take, tell, only }: Restoring,
): Promise<void> {
  const { events, report } = await readTrace(files, only === undefined ? {} : { only });
  for await (const event of events) {
    if (skip(event)) continue;
    point.restore(event);
    take(event);
  }
  const [first] = report.malformedList;
  if (first !== undefined)
    tell(
      `${count(report.malformed, "line")} of the log cannot be read, so the state lacks them; ` +
        `the first is at ${first.file}:${first.line}: ${first.cause}`,
    );
}
