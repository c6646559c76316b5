import { markdownText as text } from "../markdown.ts";

/** Ids that a shell takes as one word, as they stand. */
const PLAIN = /^[\w./:@%+,][\w./:@%+,-]*$/;

/** The command that explains a call, as code that can be copied where the id is a plain word. */
export function explainText(id: string): string {
  return PLAIN.test(id) && id.length <= 120
    ? `\`agentz explain ${id}\``
    : `\`agentz explain\` ${text(id)}`;
}
