import { formatTime } from "../text/time.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { InputFinding, RequestTime } from "../documents/decide-result.ts";
import { InputCheck } from "../engine/input-check.ts";
import { givenState } from "../engine/examples.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { stringMember, type Json } from "../request/json.ts";
import { explainCall, flippable, type Explanation } from "../suite/explain.ts";
import { hideArguments } from "../suite/hide-arguments.ts";
import type { ExplainResult } from "../documents/explain-result.ts";
import { explaining, type Explaining } from "../suite/rule-tree.ts";
import { SourceLines } from "../suite/source-lines.ts";
import type { Reader } from "../suite/session-state.ts";
import { NO_HISTORY, StateHistoryWalk, type StateHistory } from "../suite/state-history.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent, findCall, isSameEvent, type WantedEvent } from "./find-event.ts";
import type { RequestClock } from "./decide-document.ts";
import type { PolicySet } from "./policy-set.ts";
import { checkRequest, timedRequest, type RequestDocument } from "./request-document.ts";
import { VERSION } from "../node/version.ts";

interface Explained {
  readonly event: string | null;
  readonly now: RequestTime;
  readonly findings: readonly InputFinding[];
  readonly showArguments: boolean;
}

/** A shorter text stands in many an id by chance. */
const TELLING_LENGTH = 4;

/**
 * Whether a text stands in a value, or a value of {@link TELLING_LENGTH} characters or more in the
 * text.
 */
function shares(value: Json, text: string): boolean {
  if (typeof value === "string" || typeof value === "number") {
    const written = String(value).toLowerCase();
    return written.includes(text) || (written.length >= TELLING_LENGTH && text.includes(written));
  }
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => shares(inner ?? null, text));
}

/** Whether the id of the resource is a name: no argument under another name, and none in it. */
function isNamedResource({ action, resource, request }: PreparedCall): boolean {
  if (resource.id === undefined || typeof action.tool?.tool.resource === "object") return false;
  const written = stringMember(request.resource, "id") ?? resource.id;
  return [resource.id, written].every((id) => !shares(request.args ?? {}, id.toLowerCase()));
}

function documentOf(
  loaded: PolicySet,
  explanation: Explanation,
  explained: Explained & { readonly call: PreparedCall },
): ExplainResult {
  const result: ExplainResult = {
    schemaVersion: 1,
    command: "explain",
    tool: { version: VERSION },
    source: loaded.info.source,
    digest: loaded.info.digest,
    event: explained.event,
    now: explained.now,
    findings: explained.findings,
    ...explanation,
    argumentsShown: true,
  };
  return explained.showArguments
    ? result
    : hideArguments(result, { resource: isNamedResource(explained.call) });
}

/** What an explanation of a request takes besides it. */
export interface RequestQuestion extends RequestClock {
  readonly showArguments: boolean;
}

/** Explains one request on state written down by hand. What it says wrongly is a `UserError`. */
export function explainRequest(
  loaded: PolicySet,
  written: RequestDocument,
  asked: RequestQuestion,
): ExplainResult {
  const findings = checkRequest(written, new InputCheck(loaded.documents));
  const { request, now } = timedRequest(written.request, asked);
  const { state } = written;
  const run = new PolicySession(loaded.set);
  run.observe(request.session, request.time);
  const of = explaining(loaded.set, loaded.documents, new SourceLines(loaded.sources));
  const history = {
    state: givenState(loaded.set.declarations, state),
    used: run.used,
    contained: run.contained.bind(run),
    use: run.use.bind(run),
  };
  const call = run.prepare(request);
  const outcome = run.decideOn(call, history);
  const one = {
    set: loaded.set,
    call,
    outcome,
    history,
    prepare: run.prepare.bind(run),
    decide: run.decideOn.bind(run),
  };
  return documentOf(
    loaded,
    explainCall(of, one, () => NO_HISTORY),
    { showArguments: asked.showArguments, findings, now, call, event: null },
  );
}

function eventTime(time: number | undefined): RequestTime {
  return time === undefined
    ? { time: null, from: "unrecorded" }
    : { time: formatTime(time), from: "event" };
}

/** An event of a trace, which is asked about. */
interface AskedEvent {
  readonly files: readonly TraceFile[];
  readonly asked: TraceEvent;
}

/** Takes every event before the one that is asked about. */
async function eachEarlier(
  { files, asked }: AskedEvent,
  take: (event: TraceEvent) => void,
): Promise<void> {
  await eachEvent(files, (event) => {
    const here = isSameEvent(event, asked);
    if (!here) take(event);
    return here;
  });
}

/** Decides a call of a trace on the history that the policies' own decisions made. */
async function decidedCall(
  context: Explaining,
  wanted: AskedEvent,
): Promise<ReturnType<typeof flippable>> {
  const walk = new TraceWalk(context.set);
  await eachEarlier(wanted, (event) => walk.take(event));
  const { asked } = wanted;
  walk.run.observe(asked.session, asked.time);
  const call = walk.run.prepare(asked.request);
  return flippable(context, { call, outcome: walk.run.decide(call), run: walk.run });
}

/** How the state that a call reads came about, for everybody for whom it was decided. */
async function histories(
  set: CompiledSet,
  { call, outcome }: ReturnType<typeof flippable>,
  wanted: AskedEvent,
): Promise<(reader: Reader) => StateHistory> {
  const readers: readonly Reader[] = [
    { call },
    ...outcome.members.slice(1).map(({ row }) => ({ call, subject: row.subject })),
  ];
  const pasts = readers.map((reader) => ({ reader, past: new StateHistoryWalk(set, reader) }));
  await eachEarlier(wanted, (event) => {
    for (const { past } of pasts) past.take(event);
  });
  return (reader) =>
    pasts.find((one) => one.reader.subject === reader.subject)?.past.history ?? NO_HISTORY;
}

/**
 * Explains an event of a trace on the history that the policies' own decisions made (design 7.5).
 */
export async function explainEvent(
  loaded: PolicySet,
  wanted: {
    readonly event: WantedEvent;
    readonly files: readonly TraceFile[];
    readonly showArguments: boolean;
  },
): Promise<ExplainResult> {
  const context = explaining(loaded.set, loaded.documents, new SourceLines(loaded.sources));
  const asked = await findCall(wanted.files, wanted.event);
  const found = await decidedCall(context, { files: wanted.files, asked });
  const historyOf = await histories(loaded.set, found, { files: wanted.files, asked });
  const { call } = found;
  return documentOf(loaded, explainCall(context, found, historyOf), {
    call,
    event: asked.id,
    now: eventTime(call.request.time),
    findings: [],
    showArguments: wanted.showArguments,
  });
}
