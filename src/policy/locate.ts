import type { Place } from "./model.ts";
import type { Node } from "./node.ts";

/** The path one level up: `$.rules[3]` of `$.rules[3].when`; undefined above the root. */
function parentPath(path: string): string | undefined {
  const cut = /(\.[A-Za-z_][\w-]*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path);
  if (cut !== null) return path.slice(0, cut.index);
  return path === "$" ? undefined : "$";
}

function index(node: Node, into: Map<string, Place>): void {
  into.set(node.place.path, node.place);
  if (node.kind === "list") for (const item of node.items) index(item, into);
  if (node.kind === "map") for (const entry of node.entries) index(entry.value, into);
}

/** Finds places by YAML path: that of the node itself, else of its nearest ancestor. The tree is indexed at the first question. */
export function nodeLocator(root: Node): (path: string) => Place {
  let places: Map<string, Place> | undefined;
  return (path) => {
    if (places === undefined) index(root, (places = new Map<string, Place>()));
    for (let at: string | undefined = path; at !== undefined; at = parentPath(at)) {
      const place = places.get(at);
      if (place !== undefined) return place;
    }
    return root.place;
  };
}
