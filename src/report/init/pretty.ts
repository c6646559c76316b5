import type { InitResult } from "../../documents/init-result.ts";
import { printable } from "../escape.ts";

/** What was written and what to do next. */
export function prettyInit({ written, kept }: InitResult): string {
  const lines = [
    ...written.map((path) => `wrote ${printable(path)}`),
    ...kept.map((path) => `kept  ${printable(path)}, which exists already`),
    ...(written.length === 0
      ? []
      : [
          "",
          "next: agentz lint, " +
            `${written.some((path) => path.startsWith("tests/")) ? "agentz test, " : ""}agentz ` +
            "replay --baseline recorded",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
