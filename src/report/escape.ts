import { escapeCommands, escapeControls } from "../diagnostics/format.ts";
import { hiddenStart, hideSecrets } from "../text/hide-secrets.ts";

/** As {@link printable}, with the secrets in it: for values that were asked for. */
export function printableAsIs(text: string, limit = 200): string {
  const shown = escapeCommands(escapeControls(text.slice(0, limit * 2)));
  return shown.length > limit || text.length > limit * 2 ? `${shown.slice(0, limit - 1)}…` : shown;
}

/**
 * Text of a trace or a document made safe to show on a terminal or in a log (design 11.5): what is
 * invisible or moves the cursor is written out as `\\u{..}`, so is what a CI runner would take for
 * a command, secrets are stars, and the whole is cut to `limit` characters.
 */
export function printable(text: string, limit = 200): string {
  return printableAsIs(
    text.length > limit * 2 ? `${hiddenStart(text, limit * 2)}…` : hideSecrets(text),
    limit,
  );
}

/** As {@link printable}, whole: what a person reads on a terminal is wrapped, and never cut (design 11.7). */
export function printableWhole(text: string): string {
  return printable(text, Number.POSITIVE_INFINITY);
}
