import { loadDocuments } from "../policy/load.ts";
import type { Source } from "../text/span.ts";
import type { SourceOf } from "./policy-changes.ts";

/**
 * The text without what all its lines are indented by, the first aside: it starts where its node
 * does.
 */
function dedented(text: string): string {
  const [first = "", ...rest] = text.trimEnd().split("\n");
  const indents = rest
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const cut = indents.length === 0 ? 0 : Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(cut))].join("\n");
}

type Find = (file: string, start: number) => string | undefined;

/** Finds the source of a rule by where its name stands. */
function finderOf(sources: readonly Source[]): Find {
  const found = new Map<string, string>();
  for (const source of sources) {
    const { documents, locate } = loadDocuments([source]);
    for (const document of documents) {
      for (const { place } of document.kind === "Policy" ? document.rules : []) {
        const { span } = locate(document, place.path);
        found.set(
          `${place.file}\u0000${place.span.start}`,
          dedented(source.text.slice(span.start, span.end)),
        );
      }
    }
  }
  return (file, start) => found.get(`${file}\u0000${start}`);
}

/** The sources of rules in two versions of a set. */
export function ruleSources(before: readonly Source[], after: readonly Source[]): SourceOf {
  const finders = { before: finderOf(before), after: finderOf(after) };
  return (place, version) => finders[version](place.file, place.span.start);
}
