import type { Entry, MapNode, Node, ScalarNode } from "../policy/node.ts";
import type { Span } from "../text/span.ts";
import type { Step } from "./cursor.ts";
import type { EditorFile } from "./editor-set.ts";

/** What stands at an offset of a file that can be read. */
export interface NodeAt {
  readonly root: MapNode;
  readonly path: readonly Step[];
  /** The member whose name stands there; undefined: a value does. */
  readonly key: Entry | undefined;
  readonly node: Node;
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function within(node: Node, offset: number, found: Omit<NodeAt, "node">): NodeAt {
  if (node.kind === "list") {
    const at = node.items.findIndex(({ place }) => holds(place.span, offset));
    const item = node.items[at];
    if (item !== undefined) return within(item, offset, { ...found, path: [...found.path, at] });
  }
  for (const entry of node.kind === "map" ? node.entries : []) {
    const path = [...found.path, entry.key];
    if (holds(entry.keyPlace.span, offset))
      return { ...found, path, key: entry, node: entry.value };
    if (holds(entry.value.place.span, offset))
      return within(entry.value, offset, { ...found, path });
  }
  return { ...found, node };
}

/** What stands at an offset; undefined: no document that can be read does. */
export function nodeAt(file: EditorFile, offset: number): NodeAt | undefined {
  const here = file.loaded.roots.find(({ span }) => holds(span, offset));
  if (here?.root.kind !== "map") return undefined;
  return within(here.root, offset, { root: here.root, path: [], key: undefined });
}

/** The offset of a scalar's text that stands at one of the file. */
export function textOffset(node: ScalarNode, length: number, offset: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (node.toFile(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
