import { formatTime } from "../text/time.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { InputFinding, RequestTime } from "../documents/decide-result.ts";
import { InputCheck } from "../engine/input-check.ts";
import { givenState } from "../engine/examples.ts";
import type { Request } from "../request/request.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { stringMember, type Json } from "../request/json.ts";
import {
  explainCall,
  flippable,
  groundsOf,
  type Explanation,
  type Grounds,
} from "../suite/explain.ts";
import { hideArguments } from "../suite/hide-arguments.ts";
import { engineDecision } from "../replay/version-decision.ts";
import type { Flippable } from "../suite/flip.ts";
import type { ExplainedBaseline, ExplainResult } from "../documents/explain-result.ts";
import { explaining, type Explaining } from "../suite/rule-tree.ts";
import { SourceLines } from "../suite/source-lines.ts";
import type { Reader } from "../suite/session-state.ts";
import { NO_HISTORY, StateHistoryWalk, type StateHistory } from "../suite/state-history.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent, findCall, isSameEvent, type WantedEvent } from "./find-event.ts";
import type { RequestClock } from "./decide-document.ts";
import { compareDecisions, ComparedWalk, type ComparedCall } from "./compared-event.ts";
import type { PolicySet } from "./policy-set.ts";
import {
  argumentFindings,
  checkRequest,
  timedRequest,
  type RequestDocument,
} from "./request-document.ts";
import { VERSION } from "../node/version.ts";
import { comparedInfo, type OpenedFiles } from "./shared-files.ts";

interface Explained {
  readonly event: string | null;
  readonly now: RequestTime;
  readonly findings: readonly InputFinding[];
  readonly showArguments: boolean;
  readonly baseline: ExplainedBaseline | null;
  /** The files that the baseline was read from. */
  readonly files: OpenedFiles;
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
    ...comparedInfo(explained.files, loaded),
    baseline: explained.baseline,
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

/** The version that an explanation is compared with; "recorded": the decisions of the trace. */
export type ExplainedVersion = PolicySet | "recorded";

const RECORDED = { source: null, ref: "recorded", digest: null };
const NOTHING_READ = { labels: [], counters: [], values: [] };
const NO_GROUNDS = { decision: null, uncounted: [], tree: [], deciding: [], state: NOTHING_READ };

/** What an explanation of a request takes besides it. */
export interface RequestQuestion extends RequestClock {
  readonly showArguments: boolean;
  readonly baseline: PolicySet | undefined;
}

/** Decides a request on state written down by hand. */
function decidedRequest({ set }: PolicySet, request: Request, written: RequestDocument): Flippable {
  const run = new PolicySession(set);
  run.observe(request.session, request.time);
  const history = {
    state: givenState(set.declarations, written.state),
    used: run.used,
    contained: run.contained.bind(run),
    use: run.use.bind(run),
  };
  const call = run.prepare(request);
  return {
    set,
    call,
    outcome: run.decideOn(call, history),
    history,
    prepare: run.prepare.bind(run),
    decide: run.decideOn.bind(run),
  };
}

function contextOf({ set, documents, sources }: PolicySet): Explaining {
  return explaining(set, documents, new SourceLines(sources));
}

/** Explains one request on state written down by hand. What it says wrongly is a `UserError`. */
export function explainRequest(
  loaded: PolicySet,
  written: RequestDocument,
  asked: RequestQuestion,
): ExplainResult {
  const findings = checkRequest(written, new InputCheck(loaded.documents));
  const { request, now } = timedRequest(written.request, asked);
  const after = decidedRequest(loaded, request, written);
  const { baseline, showArguments } = asked;
  const before = baseline === undefined ? undefined : decidedRequest(baseline, request, written);
  const compared =
    baseline === undefined || before === undefined
      ? null
      : {
          ...baseline.info,
          ...compareDecisions(
            engineDecision(before.call, before.outcome),
            engineDecision(after.call, after.outcome),
            () => true,
          ),
          ...groundsOf(contextOf(baseline), before, () => NO_HISTORY),
        };
  return documentOf(
    loaded,
    explainCall(contextOf(loaded), after, () => NO_HISTORY),
    {
      ...{ showArguments, findings, now, call: after.call, event: null, baseline: compared },
      files: baseline ?? {},
    },
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

/** How the state that a call reads came about, for everybody for whom it was decided. */
async function histories(
  set: CompiledSet,
  { call, outcome }: Flippable,
  wanted: AskedEvent,
): Promise<(reader: Reader) => StateHistory> {
  const readers: readonly Reader[] = [
    { call },
    ...outcome.members.slice(1).map(({ row }) => ({ call, subject: row.subject })),
  ];
  if (!set.stateful) return () => NO_HISTORY;
  const pasts = readers.map((reader) => ({ reader, past: new StateHistoryWalk(set, reader) }));
  await eachEarlier(wanted, (event) => {
    for (const { past } of pasts) past.take(event);
  });
  return (reader) =>
    pasts.find((one) => one.reader.subject === reader.subject)?.past.history ?? NO_HISTORY;
}

/** What an explanation of an event takes besides the policies. */
export interface EventQuestion {
  readonly event: WantedEvent;
  readonly files: readonly TraceFile[];
  readonly showArguments: boolean;
  readonly baseline: ExplainedVersion | undefined;
}

/**
 * Explains an event of a trace on the history that the policies' own decisions made (design 7.5),
 * beside what the baseline decides of it on its own.
 */
export async function explainEvent(
  loaded: PolicySet,
  { event, files, showArguments, baseline }: EventQuestion,
): Promise<ExplainResult> {
  const wanted = { files, asked: await findCall(files, event) };
  const old = baseline === "recorded" ? undefined : baseline;
  const walk = new ComparedWalk(old?.set, loaded.set);
  await eachEarlier(wanted, (earlier) => walk.take(earlier));
  const { comparison, before, after } = walk.decide(wanted.asked);
  const context = contextOf(loaded);
  const found = flippable(context, after);
  const { call } = found;
  return documentOf(
    loaded,
    explainCall(context, found, await histories(loaded.set, found, wanted)),
    {
      call,
      event: wanted.asked.id,
      now: eventTime(call.request.time),
      findings: argumentFindings(wanted.asked, new InputCheck(loaded.documents)),
      showArguments,
      files: old ?? {},
      baseline:
        baseline === undefined
          ? null
          : {
              ...(old?.info ?? RECORDED),
              ...comparison,
              ...(await baselineGrounds(old, before, wanted)),
            },
    },
  );
}

/** Why the baseline decided as it did; of what was recorded nobody knows. */
async function baselineGrounds(
  loaded: PolicySet | undefined,
  decided: ComparedCall["before"],
  wanted: AskedEvent,
): Promise<Grounds | typeof NO_GROUNDS> {
  if (loaded === undefined || decided === undefined) return NO_GROUNDS;
  const context = contextOf(loaded);
  const found = flippable(context, decided);
  return groundsOf(context, found, await histories(loaded.set, found, wanted));
}
