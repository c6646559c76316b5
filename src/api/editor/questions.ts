/** What an editor asks about a set of documents: offsets in, values out. */
export { completionsAt } from "../../editor/completion.ts";
export type { Completion } from "../../editor/completion-item.ts";
export { configCompletionsAt, configHoverAt } from "../../editor/configuration.ts";
export { conditionTokensOf, TOKEN_KINDS } from "../../editor/condition-tokens.ts";
export type { EditorFile, EditorSet } from "../../editor/editor-set.ts";
export { hoverAt, type Hover } from "../../editor/hover.ts";
export { outlineOf, type OutlineEntry } from "../../editor/outline.ts";
export { renamableAt, renameEdits, type TextEdit } from "../../editor/rename.ts";
export { suiteTestsOf } from "../../editor/suite-tests.ts";
export { suppressEdit } from "../../editor/suppress.ts";
export { definitionsOf, mentionAt, referencesOf } from "../../editor/symbols.ts";
