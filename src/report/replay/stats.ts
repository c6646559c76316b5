import type { IndexStats, ReplayStats } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import { count } from "../../text/count.ts";

const USED = {
  none: "not used",
  columns: "the trace was read from the index",
  keys: "the trace was read from the index, and which calls are alike",
} as const;

function indexText({ used, written, why }: IndexStats): string {
  return `index: ${USED[used]}${why === null ? "" : `: ${why}`}${written ? "; written" : ""}`;
}

function wayText({ walk, why, calls, kinds, keyed }: ReplayStats): string {
  const decided = count(calls, "call");
  if (walk === "events") return `event by event, ${decided}: ${why ?? ""}`;
  const way = keyed === null ? "rules first" : `calls by key, because ${keyed}`;
  return `by columns, ${way}: ${decided} of ${count(kinds ?? 0, "kind")}, each decided once`;
}

function handedTexts({ handed }: ReplayStats): readonly string[] {
  return handed.map(({ why, calls }) => `decided one by one: ${count(calls, "call")}: ${why}`);
}

/** Which way a replay went, a line each. */
export function statsText(stats: ReplayStats): string {
  const lines = [`walk: ${wayText(stats)}`, ...handedTexts(stats), indexText(stats.index)];
  return lines.map((line) => `${printable(line, 500)}\n`).join("");
}
