import { escapeCommands, escapeControls } from "../diagnostics/format.ts";

/**
 * Text of a trace or a document made safe to show on a terminal or in a log (design 11.5): what is invisible or moves
 * the cursor is written out as `\\u{..}`, so is what a CI runner would take for a command, and the whole is cut to `limit`
 * characters.
 */
export function printable(text: string, limit = 200): string {
  const shown = escapeCommands(escapeControls(text.slice(0, limit * 2)));
  return shown.length > limit || text.length > limit * 2 ? `${shown.slice(0, limit - 1)}…` : shown;
}
