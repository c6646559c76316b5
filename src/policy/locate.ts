import type { Place } from "./model.ts";
import type { Node } from "./node.ts";

/** The path one level up: `$.rules[3]` of `$.rules[3].when`; undefined above the root. */
function parentPath(path: string): string | undefined {
  const cut = /(\.[A-Za-z_][\w-]*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path);
  if (cut !== null) return path.slice(0, cut.index);
  return path === "$" ? undefined : "$";
}

interface Located {
  readonly value: Place;
  /** Of a member of a map: where its name stands. */
  readonly key: Place;
}

function index(node: Node, key: Place, into: Map<string, Located>): void {
  into.set(node.place.path, { value: node.place, key });
  if (node.kind === "list") for (const item of node.items) index(item, item.place, into);
  if (node.kind === "map")
    for (const entry of node.entries) index(entry.value, entry.keyPlace, into);
}

/** What of a member of a map is meant: its name, or what stands under it. */
export type Part = "key" | "value";

/** Finds places by YAML path. */
export type Locator = (path: string, part?: Part) => Place;

/**
 * Finds places by YAML path: that of the node itself, else of its nearest ancestor. The tree is
 * indexed at the first question.
 */
export function nodeLocator(root: Node): Locator {
  let places: Map<string, Located> | undefined;
  return (path, part = "value") => {
    if (places === undefined) index(root, root.place, (places = new Map<string, Located>()));
    for (let at: string | undefined = path; at !== undefined; at = parentPath(at)) {
      const found = places.get(at);
      if (found !== undefined) return found[part];
    }
    return root.place;
  };
}
