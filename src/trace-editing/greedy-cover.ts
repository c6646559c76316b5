import { MinHeap } from "../trace/min-heap.ts";
import type { Show } from "./session-shows.ts";

/** A session with what of it nobody chosen before shows, and its place among all. */
interface Open {
  readonly show: Show;
  readonly at: number;
  left: number;
}

/**
 * A session as it stood when it was put on the heap; what it shows alone may be less by now, never
 * more.
 */
interface Waiting {
  readonly open: Open;
  readonly left: number;
}

/** Most that is still missing for each call first; of equal ones the first of the trace. */
function before(a: Waiting, b: Waiting): number {
  return b.left / b.open.show.calls - a.left / a.open.show.calls || a.open.at - b.open.at;
}

function byFeature(all: readonly Open[]): Map<number, Open[]> {
  const shown = new Map<number, Open[]>();
  for (const open of all) {
    for (const feature of open.show.features) {
      const others = shown.get(feature);
      if (others === undefined) shown.set(feature, [open]);
      else others.push(open);
    }
  }
  return shown;
}

/**
 * Sessions that together show every feature of all: greedily the one that shows most of what is
 * still missing for its number of calls. What is missing of each session is kept up to date feature
 * by feature, so that the work grows with what there is to show, and not with how many are chosen.
 */
export function greedyCover(shows: readonly Show[]): readonly Show[] {
  const all = shows.map((show, at): Open => ({ show, at, left: show.features.length }));
  const missing = byFeature(all);
  const heap = new MinHeap<Waiting>(before);
  for (const open of all) heap.push({ open, left: open.left });
  const chosen: Show[] = [];
  for (let next = heap.pop(); next !== undefined && missing.size > 0; next = heap.pop()) {
    const { open, left } = next;
    if (open.left < left) {
      if (open.left > 0) heap.push({ open, left: open.left });
      continue;
    }
    chosen.push(open.show);
    for (const feature of open.show.features) {
      for (const other of missing.get(feature) ?? []) other.left--;
      missing.delete(feature);
    }
  }
  return chosen;
}
