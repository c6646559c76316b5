/** What an editor asks about a set of documents: offsets in, values out. */
export { completionsAt } from "../../editor/completion.ts";
export type { Completion } from "../../editor/completion-item.ts";
export type { EditorFile, EditorSet } from "../../editor/editor-set.ts";
export { hoverAt, type Hover } from "../../editor/hover.ts";
