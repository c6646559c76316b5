import type { Span } from "../text/span.ts";
import type { EditorFile } from "./editor-set.ts";
import type { SymbolKind } from "./mentions.ts";
import { suiteTestsOf } from "./suite-tests.ts";

/** What a file declares, for its outline. */
export interface OutlineEntry {
  readonly name: string;
  readonly kind: SymbolKind | "test";
  readonly span: Span;
}

/** Rules, state, tools, agents, data and tests of a file, in the order of the text. */
export function outlineOf(file: EditorFile): readonly OutlineEntry[] {
  const declared = file
    .mentions()
    .filter(({ isDefinition, kind }) => isDefinition && kind !== "role");
  const tests = suiteTestsOf(file).map(({ name, span }) => ({ name, span, kind: "test" as const }));
  return [...declared, ...tests]
    .map(({ name, kind, span }) => ({ name, kind, span }))
    .sort((a, b) => a.span.start - b.span.start);
}
