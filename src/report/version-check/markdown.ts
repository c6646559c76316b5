import type { VersionCheckResult } from "../../documents/version-result.ts";
import { markdownSentence, markdownTable, markdownText as text } from "../markdown.ts";
import { uncomparedText, versions } from "./words.ts";

/** One table for a pull request, what changed below it. */
export function markdownVersionCheck(result: VersionCheckResult): string {
  const changed = result.documents.filter((document) => document.changed || !document.ok);
  const rows = changed.map((document) => [
    document.ok ? "ok" : "**failed**",
    text(`${document.kind} ${document.name}`),
    text(versions(document)),
    document.required,
  ]);
  const why = changed.flatMap((document) =>
    document.why.map((one) => `- ${text(`${document.name}: ${one}`, 1000)}`),
  );
  const body =
    rows.length === 0
      ? ["No document changed in meaning."]
      : [...markdownTable(["", "document", "version", "needs"], rows), "", ...why];
  const uncompared = uncomparedText(result);
  return `${[
    `### agentz version check: ${result.ok ? "ok" : "not ok"}`,
    "",
    ...body,
    ...(uncompared === undefined ? [] : [`- ${markdownSentence(uncompared, 600)}`]),
    ...result.notes.map((note) => `- ${text(note, 500)}`),
  ].join("\n")}\n`;
}
