import { runReplay } from "./replay/replay-job.ts";
import { RecordedFields } from "../trace-editing/recorded-fields.ts";
import { recordFields } from "../trace-editing/record-fields.ts";
import type { RecordField, RecordPlanResult } from "../documents/record-plan-result.ts";
import { expandInputs, rereadable, TRACE_ENDINGS } from "../node/inputs.ts";
import { VERSION } from "../node/version.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { readTrace } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import { Policies } from "./policies.ts";
import type { PolicySet } from "./policy-set.ts";
import { replayJobOf } from "./replay-call.ts";
import { refuseUnreadable } from "./vacuity.ts";

/** Which versions are to decide what a gateway records, and a trace that it recorded. */
export interface RecordQuestion {
  readonly candidate: PolicySet;
  readonly baseline: PolicySet | undefined;
  /** Files, folders and patterns of a trace. */
  readonly trace: readonly string[] | undefined;
}

const PEOPLE = "context.on_behalf_of.";

/** Whether some record of the set's catalogs gives what stands at a path (design 2.5). */
function givesPath({ catalog }: PolicySet["set"], path: string): boolean {
  const [root = "", name = ""] = path.split(".");
  if (path.startsWith(PEOPLE)) return catalog.people.size > 0;
  if (root === "subject" || root === "action" || root === "resource")
    return catalog.names[root].has(name);
  return false;
}

/** Of what is needed only of some calls, and of what any argument is, nothing is counted. */
function isCounted({ path, only }: RecordField): boolean {
  return only === null && !path.endsWith("*");
}

type FromTrace = Pick<RecordPlanResult, "always" | "fields" | "trace">;

async function heldAgainstTrace(
  question: RecordQuestion & { readonly trace: readonly string[] },
  plan: Pick<RecordPlanResult, "always" | "fields">,
): Promise<FromTrace> {
  const counted = new RecordedFields([...plan.always, ...plan.fields]);
  const files = rereadable(await expandInputs(question.trace, TRACE_ENDINGS));
  const reading = { reorder: DEFAULT_REORDER, report: new ReadReport() };
  for await (const batch of readTrace(files, reading))
    for (const event of batch) if (event.type === "call") counted.add(event);
  const { candidate, trace } = question;
  const job = await replayJobOf(
    { candidate: new Policies(candidate), baseline: "recorded", trace },
    {},
  );
  const { result } = await runReplay(job);
  refuseUnreadable(result);
  const lacking = new Map(result.missing.map(({ attribute, calls }) => [attribute, calls]));
  const held = (field: RecordField): RecordField => ({
    ...field,
    recorded: isCounted(field) ? counted.recorded(field.path) : null,
    indeterminate: lacking.get(field.path) ?? 0,
  });
  const { shown, more } = counted.unneeded();
  return {
    always: plan.always.map(held),
    fields: plan.fields.map(held),
    trace: {
      calls: result.trace.calls,
      indeterminate: result.decisions.candidate.indeterminate,
      missing: result.missing,
      unneeded: shown,
      unneededMore: more,
    },
  };
}

/**
 * Which fields a gateway has to record so that its trace can be replayed by these policies, and in
 * which form each is enough; with a trace, what it lacks and what it has beyond. A trace of which
 * nothing can be read is a `UserError`.
 */
export async function recordPlanDocument(question: RecordQuestion): Promise<RecordPlanResult> {
  const { candidate, baseline, trace } = question;
  const sets = baseline === undefined ? [candidate] : [candidate, baseline];
  const plan = recordFields(sets.flatMap(({ documents }) => documents));
  const withCatalog = (field: RecordField): RecordField => ({
    ...field,
    fromCatalog: sets.every(({ set }) => givesPath(set, field.path)),
  });
  const planned = {
    always: plan.always.map(withCatalog),
    fields: plan.fields.map(withCatalog),
  };
  return {
    schemaVersion: 1,
    command: "record-plan",
    tool: { version: VERSION },
    candidate: candidate.info,
    baseline: baseline?.info ?? null,
    complete: plan.complete,
    ...(trace === undefined
      ? { ...planned, trace: null }
      : await heldAgainstTrace({ ...question, trace }, planned)),
  };
}
