import { givenState } from "../engine/examples.ts";
import { Run } from "../engine/run.ts";
import { explainCall, flippable, type Explanation } from "../suite/explain.ts";
import { hideArguments } from "../suite/hide-arguments.ts";
import type { ExplainResult } from "../suite/result.ts";
import { explaining } from "../suite/rule-tree.ts";
import { SourceLines } from "../suite/source-lines.ts";
import { NO_HISTORY, StateHistoryWalk } from "../suite/state-history.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent, noSuchEvent } from "./find-event.ts";
import type { PolicySet } from "./policy-set.ts";
import type { RequestDocument } from "./request-document.ts";
import { UserError } from "./user-error.ts";
import { VERSION } from "./version.ts";

function documentOf(loaded: PolicySet, explanation: Explanation, of: { event: string | null; showArguments: boolean }): ExplainResult {
  const result: ExplainResult = {
    schemaVersion: 1,
    command: "explain",
    tool: { version: VERSION },
    source: loaded.info.source,
    digest: loaded.info.digest,
    event: of.event,
    ...explanation,
    argumentsShown: true,
  };
  return of.showArguments ? result : hideArguments(result);
}

/** Explains one request on state written down by hand. */
export function explainRequest(loaded: PolicySet, { request, state }: RequestDocument, showArguments: boolean): ExplainResult {
  const run = new Run(loaded.set);
  run.observe(request.session, request.time);
  const of = explaining(loaded.set, loaded.documents, new SourceLines(loaded.sources));
  const history = { state: givenState(loaded.set.declarations, state), used: run.used, contained: run.contained.bind(run), use: run.use.bind(run) };
  const call = run.prepare(request);
  const outcome = run.decideOn(call, history);
  const one = { set: loaded.set, call, outcome, history, prepare: run.prepare.bind(run), decide: run.decideOn.bind(run) };
  return documentOf(loaded, explainCall(of, one, NO_HISTORY), { event: null, showArguments });
}

/** Explains an event of a trace on the history that the policies' own decisions made (design 7.5). */
export async function explainEvent(loaded: PolicySet, of: { readonly id: string; readonly files: readonly TraceFile[]; readonly showArguments: boolean }): Promise<ExplainResult> {
  const walk = new TraceWalk(loaded.set);
  const context = explaining(loaded.set, loaded.documents, new SourceLines(loaded.sources));
  let found: ReturnType<typeof flippable> | undefined;
  let other = false;
  await eachEvent(of.files, (event) => {
    const here = event.id === of.id;
    if (here && event.type === "call") {
      walk.run.observe(event.session, event.time);
      const call = walk.run.prepare(event.request);
      found = flippable(context, { call, outcome: walk.run.decide(call), run: walk.run });
      return true;
    }
    other ||= here;
    walk.take(event);
    return false;
  });
  if (found === undefined) throw other ? new UserError("no-call", `the event \`${of.id}\` is no call, so nothing was decided`) : await noSuchEvent(of.id, of.files, "event");
  const past = new StateHistoryWalk(loaded.set, found.call);
  await eachEvent(of.files, (event) => {
    if (event.id !== of.id) past.take(event);
    return event.id === of.id;
  });
  return documentOf(loaded, explainCall(context, found, past.history), { event: of.id, showArguments: of.showArguments });
}
