import type { Source } from "../text/span.ts";
import { spliced } from "../text/splice.ts";
import type { Finding } from "./finding.ts";
import type { Edit } from "./rule.ts";

/** Texts with their edits made, and how many fixes that were. */
export interface Fixed {
  readonly sources: readonly Source[];
  readonly fixes: number;
}

/** Edits of one file that do not touch each other, by their place. */
class FileEdits {
  /** In the order of the text. */
  readonly edits: Edit[] = [];

  /** The index of the first edit that ends behind `offset`. */
  #behind(offset: number): number {
    let [low, high] = [0, this.edits.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.edits[middle]?.span.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  isFree({ span }: Edit): boolean {
    const next = this.edits[this.#behind(span.start)];
    return next === undefined || next.span.start >= span.end;
  }

  add(edit: Edit): void {
    this.edits.splice(this.#behind(edit.span.start), 0, edit);
  }
}

/** Fixes that do not touch each other; what is left out is found again in the next round. */
function chosen(findings: readonly Finding[]): {
  readonly files: ReadonlyMap<string, FileEdits>;
  readonly fixes: number;
} {
  const files = new Map<string, FileEdits>();
  const editsOf = (file: string): FileEdits => {
    const known = files.get(file) ?? new FileEdits();
    files.set(file, known);
    return known;
  };
  let fixes = 0;
  for (const { fix } of findings) {
    if (fix === undefined || !fix.every((edit) => editsOf(edit.file).isFree(edit))) continue;
    for (const edit of fix) editsOf(edit.file).add(edit);
    fixes++;
  }
  return { files, fixes };
}

function edited({ file, text }: Source, { edits }: FileEdits): Source {
  const spans = edits.map(({ span, text: by }) => ({ ...span, by }));
  return { file, text: spliced(text, spans, ({ by }) => by) };
}

/**
 * The texts that change by the findings' fixes; all that the edits do not name stays as it was,
 * byte for byte.
 */
export function applyFixes(findings: readonly Finding[], sources: readonly Source[]): Fixed {
  const { files, fixes } = chosen(findings);
  const changed = sources.flatMap((source) => {
    const edits = files.get(source.file);
    return edits === undefined || edits.edits.length === 0 ? [] : [edited(source, edits)];
  });
  return { sources: changed, fixes };
}
