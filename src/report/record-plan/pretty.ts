import type { ChalkInstance } from "chalk";
import { Chalk } from "chalk";
import type {
  RecordField,
  RecordPlanResult,
  RecordPlanTrace,
} from "../../documents/record-plan-result.ts";
import { count } from "../../text/count.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { someListed } from "../../text/listed.ts";

const SHOWN = 12;
const SHOWN_TEXTS = 6;

interface Shown {
  readonly paint: ChalkInstance;
  readonly details: boolean;
}

function line(depth: number, text: string): string {
  return `${" ".repeat(depth)}${printableWhole(text)}`;
}

/** Words one after the other; whoever shows the line wraps it. */
function listed(depth: number, words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [line(depth, words.join(", "))];
}

function some(items: readonly string[], { details }: Shown): string {
  return someListed(items, details ? items.length : SHOWN_TEXTS);
}

/** What has to be recorded of a field, in words. */
export function formText(field: RecordField, shown: Shown): string {
  const { as, bounds, except, exceptData } = field;
  if (as === "presence") return "whether it is present";
  if (as === "value") return "its value";
  if (as === "range" && bounds.length === 0)
    return "any number if it is a number, a digest if it is a text";
  if (as === "range") return `its range; ranges end at ${some(bounds.map(String), shown)}`;
  const kept = [
    ...except.map((text) => JSON.stringify(text)),
    ...exceptData.map((name) => `what is in data.${name}`),
  ];
  return kept.length === 0 ? "a keyed digest" : `a keyed digest, except ${some(kept, shown)}`;
}

function fieldLines(field: RecordField, shown: Shown): readonly string[] {
  const { path, readBy, only, fromCatalog, recorded, indeterminate } = field;
  const notes = [
    ...(only === null ? [] : [`only ${only}`]),
    ...(fromCatalog ? ["where the catalog does not give it"] : []),
  ];
  const head = `${path}: ${formText(field, shown)}${notes.map((note) => ` (${note})`).join("")}`;
  const traced =
    recorded === null
      ? []
      : [`recorded by ${count(recorded, "call")}`].concat(
          indeterminate === null || indeterminate === 0
            ? []
            : [`its absence leaves ${count(indeterminate, "call")} indeterminate`],
        );
  return [
    line(2, head),
    ...listed(6, [`read by ${readBy[0] ?? ""}`, ...readBy.slice(1)]),
    ...(traced.length === 0 ? [] : [line(6, traced.join("; "))]),
  ];
}

function traceLines(trace: RecordPlanTrace, shown: Shown): readonly string[] {
  const { calls, indeterminate, missing, unneeded, unneededMore } = trace;
  const fields = shown.details ? unneeded : unneeded.slice(0, SHOWN);
  const rest = unneeded.length - fields.length + unneededMore;
  const title = (text: string): string => shown.paint.bold(line(0, text));
  return [
    "",
    title(`the trace: ${count(calls, "call")}, ${indeterminate} indeterminate`),
    ...missing.map((one) =>
      line(
        2,
        `${one.attribute} is unrecorded in ${count(one.calls, "call")}; ` +
          `${some(one.rules, shown)} ${one.rules.length === 1 ? "needs" : "need"} it`,
      ),
    ),
    ...(fields.length === 0 ? [] : ["", title("recorded, and read by no policy")]),
    ...fields.map((one) => line(2, `${one.path}: ${count(one.calls, "call")}`)),
    ...(rest > 0 ? [line(2, `… and ${rest} more (--details)`)] : []),
  ];
}

/** What a gateway has to record, for a terminal: what each event needs, then what policies read. */
export function prettyRecordPlan(result: RecordPlanResult, options: ReportOptions): string {
  const { always, fields, complete, trace } = result;
  const shown = {
    paint: new Chalk({ level: options.color ? 1 : 0 }),
    details: options.details,
  };
  const lines = [
    shown.paint.bold("every event needs these, if it has them"),
    ...listed(
      2,
      always.map(({ path }) => path),
    ),
    "",
    shown.paint.bold(
      fields.length === 0 ? "these policies read no other field" : "these policies also read",
    ),
    ...fields.flatMap((field) => fieldLines(field, shown)),
    ...(complete.length === 0
      ? []
      : ["", line(0, `list in \`complete\` what you record completely: ${complete.join(", ")}`)]),
    ...(trace === null ? [] : traceLines(trace, shown)),
  ];
  return `${lines.join("\n")}\n`;
}
