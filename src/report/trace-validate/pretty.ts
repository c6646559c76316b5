import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import type { ReportOptions } from "../reporter.ts";
import { headline, SHOWN, text, undecidedLines } from "../trace-stats/words.ts";
import { count } from "../../text/count.ts";

/** Whether a trace is sound, for a person. */
export function prettyValidate(document: ValidateResult, options: ReportOptions): string {
  const shown = options.details ? document.malformed : document.malformed.slice(0, SHOWN);
  const { repeatedIds, missingParents } = document;
  return text([
    `${document.valid ? "valid" : "not valid"}: ${headline(document.trace)}`,
    ...(document.trace.malformed > 0 ? [count(document.trace.malformed, "malformed line")] : []),
    ...shown.map(({ file, line, cause }) => `  ${file}:${line}: ${cause}`),
    ...undecidedLines(document.trace),
    ...(options.details ? document.undecidedEvents : document.undecidedEvents.slice(0, SHOWN)).map(
      ({ file, line, type }) => `  ${file}:${line}: type ${type}`,
    ),
    ...(repeatedIds.count > 0
      ? [
          `${count(repeatedIds.count, "event")} with the id of an earlier event, such as ` +
            `${repeatedIds.first.slice(0, 3).join(", ")}`,
        ]
      : []),
    ...(missingParents.count > 0
      ? [
          `${count(missingParents.count, "event")} with a parent that does not occur before, ` +
            `such as ${missingParents.first.slice(0, 3).join(", ")}`,
        ]
      : []),
    ...(document.disorder === null
      ? []
      : [document.disorder, "  help: sort the trace with `agentz trace sort`"]),
    ...document.unknownMembers.map(
      ({ name, count }) =>
        `  the unknown member \`${name}\`, in ${count} ${count === 1 ? "event" : "events"}`,
    ),
  ]);
}
