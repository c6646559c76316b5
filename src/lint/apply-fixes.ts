import type { Source } from "../text/span.ts";
import type { Finding } from "./finding.ts";
import type { Edit } from "./rule.ts";

/** Texts with their edits made, and how many fixes that were. */
export interface Fixed {
  readonly sources: readonly Source[];
  readonly fixes: number;
}

function overlaps(edit: Edit, taken: readonly Edit[]): boolean {
  return taken.some((other) => edit.file === other.file && edit.span.start < other.span.end && other.span.start < edit.span.end);
}

/** Fixes that do not touch each other; what is left out is found again in the next round. */
function chosen(findings: readonly Finding[]): { readonly edits: readonly Edit[]; readonly fixes: number } {
  const edits: Edit[] = [];
  let fixes = 0;
  for (const { fix } of findings) {
    if (fix === undefined || fix.some((edit) => overlaps(edit, edits))) continue;
    edits.push(...fix);
    fixes++;
  }
  return { edits, fixes };
}

function edited({ file, text }: Source, edits: readonly Edit[]): Source {
  const own = edits.filter((edit) => edit.file === file).sort((a, b) => b.span.start - a.span.start);
  return { file, text: own.reduce((left, { span, text: by }) => left.slice(0, span.start) + by + left.slice(span.end), text) };
}

/** The texts that change by the findings' fixes; all that the edits do not name stays as it was, byte for byte. */
export function applyFixes(findings: readonly Finding[], sources: readonly Source[]): Fixed {
  const { edits, fixes } = chosen(findings);
  const files = new Set(edits.map((edit) => edit.file));
  return { sources: sources.filter((source) => files.has(source.file)).map((source) => edited(source, edits)), fixes };
}
