import type { DocumentCheck } from "../../documents/version-result.ts";

export function versions({ declared: { from, to } }: DocumentCheck): string {
  if (from === null) return `new in ${to ?? "no version"}`;
  return to === null ? `removed, was ${from}` : from === to ? from : `${from} -> ${to}`;
}

export function verdict(document: DocumentCheck): string {
  if (!document.changed) return "has the same meaning";
  return document.ok
    ? `${document.required} change`
    : `needs a ${document.required === "none" ? "higher" : document.required} version`;
}
