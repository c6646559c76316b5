import { hideSecrets } from "../../text/hide-secrets.ts";
import { DEFAULT_WIDTH, formatText } from "../fmt.ts";

/**
 * A document that agentz drafted, as it is written for somebody: without the secrets in names, and
 * laid out as `agentz fmt` does, so that the first run of it changes nothing.
 */
export async function finishedDraft(text: string): Promise<string> {
  const shown = hideSecrets(text);
  const formatted = await formatText({ file: "draft.yaml", text: shown }, DEFAULT_WIDTH);
  return formatted.text ?? shown;
}
