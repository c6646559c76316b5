import { escapeCommands, escapeControls } from "./format.ts";
import { hideSecrets } from "../text/hide-secrets.ts";

/**
 * Lines for people. WHY: messages quote file names, flags and documents, and end in CI logs.
 * Secrets in them are stars.
 */
export function inertText(text: string): string {
  return escapeCommands(hideSecrets(text).split("\n").map(escapeControls).join("\n"));
}
