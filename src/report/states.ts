import type { ChalkInstance } from "chalk";
import type { ChangeGroup } from "../documents/replay-result.ts";

/** What becomes of a call between two versions (design 7.4). */
export type ChangeState = ChangeGroup["class"] | "unchanged";

interface Shown {
  /** One column wide; it tells the state where colours are not seen. */
  readonly sign: string;
  readonly color: "magenta" | "cyan" | "yellow" | "gray" | "reset";
}

/**
 * The sign and the colour of each state, the same everywhere. WHY these: people who do not tell red
 * from green tell them apart, and red and green stay free for failed and passed.
 */
export const STATES: Readonly<Record<ChangeState, Shown>> = {
  widened: { sign: "▲", color: "magenta" },
  narrowed: { sign: "▼", color: "cyan" },
  indeterminate: { sign: "?", color: "yellow" },
  unreachable: { sign: "⊘", color: "gray" },
  unchanged: { sign: "=", color: "reset" },
};

/** A text in the colour of its state, with its sign before it. */
export function stateText(paint: ChalkInstance, state: ChangeState, text: string): string {
  const { sign, color } = STATES[state];
  return paint[color](`${sign} ${text}`);
}
