import { CompletionItemKind, type CompletionItem } from "vscode-languageserver/node";
import type { Completion } from "../api/editor/questions.ts";
import type { Positions } from "./positions.ts";

const KINDS: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  field: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  attribute: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  name: CompletionItemKind.Reference,
};

/** Things that may be written, as editors list them. */
export function completionItems(
  completions: readonly Completion[],
  positions: Positions,
): CompletionItem[] {
  return completions.map(({ label, kind, detail, about, insert, replace, rank }) => ({
    label,
    kind: KINDS[kind],
    ...(detail === undefined ? {} : { detail }),
    ...(about === undefined ? {} : { documentation: about }),
    // WHY: editors compare it with the text that is replaced, quotes included
    filterText: insert,
    sortText: `${rank} ${label}`,
    textEdit: { range: positions.range(replace), newText: insert },
  }));
}
