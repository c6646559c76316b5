import type { IndexStats, ReplayStats } from "../../documents/replay-result.ts";
import { printable } from "../escape.ts";
import { count } from "../../text/count.ts";

const USED = {
  none: "not used",
  columns: "the trace was read from the index",
} as const;

function indexText({ used, written, why }: IndexStats): string {
  return `index: ${USED[used]}${why === null ? "" : `: ${why}`}${written ? "; written" : ""}`;
}

function wayText({ why, calls, kinds }: ReplayStats): string {
  const way = why === null ? "" : " from beginning to end";
  const decided = `${count(calls, "call")} of ${count(kinds, "kind")}, each kind decided once`;
  return `${decided}; read by columns${way}`;
}

function handedTexts({ handed }: ReplayStats): readonly string[] {
  return handed.map(({ why, calls }) => `decided one by one: ${count(calls, "call")}: ${why}`);
}

function againTexts({ again }: ReplayStats): readonly string[] {
  return again === 0 ? [] : [`counted as an earlier replay decided: ${count(again, "call")}`];
}

/** Which way a replay went, a line each. */
export function statsText(stats: ReplayStats): string {
  const lines = [
    `walk: ${wayText(stats)}`,
    ...againTexts(stats),
    ...handedTexts(stats),
    indexText(stats.index),
  ];
  return lines.map((line) => `${printable(line, 500)}\n`).join("");
}
