import type { InitResult } from "../../documents/init-result.ts";
import { printable } from "../escape.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";

/** What was written and what to do next. */
function prettyInit({ written, kept }: InitResult): string {
  const lines = [
    ...written.map((path) => `wrote ${printable(path)}`),
    ...kept.map((path) => `kept  ${printable(path)}, which was there already`),
    ...(written.length === 0
      ? []
      : [
          "",
          `next: agentz lint, ${written.some((path) => path.startsWith("tests/")) ? "agentz test, " : ""}agentz replay --baseline recorded`,
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Reporters of `agentz init` by `--format`. */
export const INIT_REPORTERS: ReadonlyMap<string, Reporter<InitResult>> = new Map<
  string,
  Reporter<InitResult>
>([
  ["pretty", prettyInit],
  ["json", jsonReporter],
]);
