import { DEFAULT_REORDER } from "../trace/order.ts";
import type { TraceEvent } from "../trace/event.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { UserError } from "../diagnostics/user-error.ts";

const IDS = 20_000;

/** Takes the events of a trace in order until `take` says that it is done; true if it did. */
export async function eachEvent(
  files: readonly TraceFile[],
  take: (event: TraceEvent) => boolean,
): Promise<boolean> {
  for await (const batch of readTrace(files, {
    reorder: DEFAULT_REORDER,
    report: new ReadReport(),
  }))
    for (const event of batch) if (take(event)) return true;
  return false;
}

/** Which event is meant: one of an id, at a place (`file:line`) where several have it. */
export interface WantedEvent {
  readonly id: string;
  readonly at: string | undefined;
}

const MOST_PLACES = 10;

const placeOf = ({ file, line }: Pick<TraceEvent, "file" | "line">): string => `${file}:${line}`;

/**
 * The calls that stand at a place: where it is written as the trace is, else where it is the end of
 * that.
 */
function standingAt(calls: readonly TraceEvent[], at: string): readonly TraceEvent[] {
  const exact = calls.filter((call) => placeOf(call) === at);
  return exact.length > 0 ? exact : calls.filter((call) => placeOf(call).endsWith(`/${at}`));
}

function ambiguous(
  message: string,
  calls: readonly TraceEvent[],
  help: (places: string) => string,
): UserError {
  const more = calls.length > MOST_PLACES ? [`and ${calls.length - MOST_PLACES} more`] : [];
  const places = [...calls.slice(0, MOST_PLACES).map(placeOf), ...more].join(", ");
  return new UserError("ambiguous-event", `${message}: ${places}`, {
    help: help(calls[0] === undefined ? "" : placeOf(calls[0])),
  });
}

/**
 * The one of `calls`, all of one id, that is meant; that none is, or several are, is a `UserError`.
 */
function onlyCall(calls: readonly TraceEvent[], { id, at }: WantedEvent): TraceEvent {
  const found = at === undefined ? calls : standingAt(calls, at);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined)
    throw ambiguous(
      `there is no call with the id \`${id}\` at \`${at ?? ""}\`, but there is`,
      calls,
      (place) => `did you mean \`--at ${place}\`?`,
    );
  const where = at === undefined ? "" : ` and are at \`${at}\``;
  throw ambiguous(
    `${found.length} calls have the id \`${id}\`${where}`,
    found,
    (place) => `choose one, such as \`--at ${place}\``,
  );
}

/**
 * Finds the call that is meant in a trace. No such event, one that is no call, and several are
 * `UserError`s.
 */
export async function findCall(
  files: readonly TraceFile[],
  wanted: WantedEvent,
): Promise<TraceEvent> {
  const calls: TraceEvent[] = [];
  let isThere = false;
  await eachEvent(files, (event) => {
    if (event.id !== wanted.id) return false;
    isThere = true;
    if (event.type === "call") calls.push(event);
    return false;
  });
  if (calls.length > 0) return onlyCall(calls, wanted);
  throw isThere
    ? new UserError("no-call", `the event \`${wanted.id}\` is not a call, so nothing was decided`)
    : await noSuchEvent(wanted.id, files, "event");
}

/** Whether two events are the same one: they stand at the same place. */
export function isSameEvent(one: TraceEvent, other: TraceEvent): boolean {
  return one.line === other.line && one.file === other.file;
}

/** What to do with a request that stands where an id does; undefined: it is none. */
export function inlineHelp(id: string): string | undefined {
  return id.trimStart().startsWith("{")
    ? "write the request into a file and give its path, or give `-` and the request on standard input"
    : undefined;
}

const SOME = 3;

/**
 * The error of an id that no event of a trace has: that it is a session's, else the nearest that
 * one has.
 */
export async function noSuchEvent(
  id: string,
  files: readonly TraceFile[],
  what: "event" | "session",
): Promise<UserError> {
  const ids = new Set<string>();
  const members: string[] = [];
  await eachEvent(files, (event) => {
    const known = what === "event" ? event.id : event.session;
    if (known !== undefined && ids.size < IDS) ids.add(known);
    if (what === "event" && event.session === id && event.id !== undefined) members.push(event.id);
    return members.length >= SOME;
  });
  const [first] = members;
  if (first !== undefined)
    return new UserError("no-such-event", `\`${id}\` is a session, not an event`, {
      help: `name one of its events, such as ${members.map((one) => `\`${one}\``).join(", ")}`,
    });
  const near = nearestWord(id, ids);
  return new UserError(`no-such-${what}`, `the trace has no ${what} \`${id}\``, {
    help:
      inlineHelp(id) ??
      (near === undefined
        ? `name the ${what} by its id, as \`agentz replay --decisions\` lists it`
        : `did you mean \`${near}\`?`),
  });
}
