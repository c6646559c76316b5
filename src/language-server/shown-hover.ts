import type { Hover as Shown } from "vscode-languageserver/node";
import type { RecordedValue } from "../api/editor/trace-values.ts";
import type { Hover } from "../api/editor/questions.ts";
import { codeBlock, plainMarkdown } from "./markdown.ts";
import type { Positions } from "./positions.ts";

/** What is told of a place, as Markdown in which every text stands as it is. */
export function shownHover(
  hover: Hover,
  value: RecordedValue | undefined,
  positions: Positions,
): Shown {
  const told = [
    codeBlock("cel", hover.code),
    ...hover.sentences.map(plainMarkdown),
    ...(value === undefined
      ? []
      : [
          `${plainMarkdown(`In event ${value.event} of the trace:`)}\n\n${codeBlock("json", value.json)}`,
        ]),
  ];
  return {
    contents: { kind: "markdown", value: told.join("\n\n") },
    range: positions.range(hover.span),
  };
}
