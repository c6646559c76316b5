import type { TraceEvent } from "../trace/event.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { UserError } from "./user-error.ts";

const REORDER = 10_000;
const IDS = 20_000;

/** Takes the events of a trace in order until `take` says that it is done; true if it did. */
export async function eachEvent(files: readonly TraceFile[], take: (event: TraceEvent) => boolean): Promise<boolean> {
  for await (const batch of readTrace(files, { reorder: REORDER, report: new ReadReport() })) for (const event of batch) if (take(event)) return true;
  return false;
}

/** The error of an id that no event of a trace has, with the nearest that one has. */
export async function noSuchEvent(id: string, files: readonly TraceFile[], what: "event" | "session"): Promise<UserError> {
  const ids = new Set<string>();
  await eachEvent(files, (event) => {
    const known = what === "event" ? event.id : event.session;
    if (known !== undefined) ids.add(known);
    return ids.size >= IDS;
  });
  const near = nearestWord(id, ids);
  return new UserError(`no-such-${what}`, `the trace has no ${what} \`${id}\``, { help: near === undefined ? `${what}s are named by their id, as \`agentz replay --decisions\` lists them` : `did you mean \`${near}\`?` });
}
