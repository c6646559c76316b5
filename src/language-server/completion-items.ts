import {
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type ClientCapabilities,
  type CompletionItem,
} from "vscode-languageserver/node";
import type { Completion } from "../api/editor/questions.ts";
import type { Positions } from "./positions.ts";

const KINDS: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  field: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  attribute: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  name: CompletionItemKind.Reference,
  snippet: CompletionItemKind.Snippet,
};

/** What an editor can do with texts that it is given. */
export interface EditorAbilities {
  /** It knows tab stops. */
  readonly snippets: boolean;
  /** It can be told whether it indents further lines by itself. */
  readonly textModes: readonly InsertTextMode[];
  /** It takes edits with tab stops (LSP 3.18). */
  readonly snippetEdits: boolean;
  /** It opens a document that it is asked to show. */
  readonly showsDocuments: boolean;
}

export function editorAbilities({
  textDocument,
  workspace,
  window,
}: ClientCapabilities): EditorAbilities {
  const item = textDocument?.completion?.completionItem;
  const edits = workspace?.workspaceEdit;
  return {
    snippets: item?.snippetSupport === true,
    textModes: item?.insertTextModeSupport?.valueSet ?? [],
    snippetEdits: edits?.documentChanges === true && edits.snippetEditSupport === true,
    showsDocuments: window?.showDocument?.support === true,
  };
}

/**
 * How a text of several lines is taken. WHY: lines of snippets are indented by the editor, whatever
 * it does with other texts; those have all their blanks.
 */
function written(
  { kind, insert }: Completion,
  { textModes }: EditorAbilities,
): Pick<CompletionItem, "insertTextFormat" | "insertTextMode"> {
  const isSnippet = kind === "snippet";
  const mode = isSnippet ? InsertTextMode.adjustIndentation : InsertTextMode.asIs;
  return {
    ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(insert.includes("\n") && textModes.includes(mode) ? { insertTextMode: mode } : {}),
  };
}

/** Things that may be written, as editors list them. */
export function completionItems(
  completions: readonly Completion[],
  { positions, abilities }: { readonly positions: Positions; readonly abilities: EditorAbilities },
): CompletionItem[] {
  const known = completions.filter(({ kind }) => abilities.snippets || kind !== "snippet");
  return known.map((completion) => {
    const { label, kind, detail, about, insert, replace, rank } = completion;
    return {
      label,
      kind: KINDS[kind],
      ...(detail === undefined ? {} : { detail }),
      ...(about === undefined ? {} : { documentation: about }),
      // WHY: editors compare it with the text that is replaced, quotes included
      filterText: kind === "snippet" ? label : insert,
      sortText: `${rank} ${label}`,
      textEdit: { range: positions.range(replace), newText: insert },
      ...written(completion, abilities),
    };
  });
}
