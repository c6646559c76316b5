import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import type { ReportOptions } from "../reporter.ts";
import { headline, SHOWN, text, undecidedLines } from "../trace-stats/words.ts";
import { count } from "../../text/count.ts";

function undecidedEvents(document: ValidateResult, { details }: ReportOptions): readonly string[] {
  const shown = details ? document.undecidedEvents : document.undecidedEvents.slice(0, SHOWN);
  return [
    ...undecidedLines(document.trace),
    ...shown.map(({ file, line, type }) => `  ${file}:${line}: type ${type}`),
  ];
}

/** Events that something is wrong with, and the first of them. */
function suchEvents(
  { count: events, first }: ValidateResult["missingParents"],
  what: string,
): readonly string[] {
  return events > 0
    ? [`${count(events, "event")} with ${what}, such as ${first.slice(0, 3).join(", ")}`]
    : [];
}

function malformedLines(document: ValidateResult, { details }: ReportOptions): readonly string[] {
  const shown = details ? document.malformed : document.malformed.slice(0, SHOWN);
  const { malformed } = document.trace;
  return [
    ...(malformed > 0 ? [count(malformed, "malformed line")] : []),
    ...shown.map(({ file, line, cause }) => `  ${file}:${line}: ${cause}`),
  ];
}

/** Whether a trace is sound, for a person. */
export function prettyValidate(document: ValidateResult, options: ReportOptions): string {
  const { disorder, repeatedIds, missingParents, unknownMembers } = document;
  return text([
    `${document.valid ? "valid" : "not valid"}: ${headline(document.trace)}`,
    ...malformedLines(document, options),
    ...undecidedEvents(document, options),
    ...suchEvents(repeatedIds, "the id of an earlier event"),
    ...suchEvents(missingParents, "a parent that does not occur before"),
    ...(disorder === null ? [] : [disorder, "  help: sort the trace with `agentz trace sort`"]),
    ...unknownMembers.map(({ name, count: events, meant, help }) => {
      const advice = help ?? (meant === undefined ? undefined : `did you mean \`${meant}\`?`);
      const way = advice === undefined ? "" : `; ${advice}`;
      return `  the unknown member \`${name}\`, in ${count(events, "event")}${way}`;
    }),
  ]);
}
