import { isPlainWord } from "../../text/shell-word.ts";
import { markdownText as text } from "../markdown.ts";

/** The command that explains a call, as code that can be copied where the id is a plain word. */
export function explainText(id: string): string {
  return isPlainWord(id) && id.length <= 120
    ? `\`agentz explain ${id}\``
    : `\`agentz explain\` ${text(id)}`;
}
