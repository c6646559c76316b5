import type { Node } from "../policy/node.ts";
import { HOST_SERVER } from "../request/host-server.ts";
import type { Step } from "./cursor.ts";

/** The node at a path below another one; undefined: it has none there. */
export function nodeBelow(node: Node, path: readonly Step[]): Node | undefined {
  let at: Node | undefined = node;
  for (const step of path) {
    if (at?.kind === "list" && typeof step === "number") at = at.items[step];
    else at = at?.kind === "map" ? at.entries.find(({ key }) => key === step)?.value : undefined;
  }
  return at;
}

/** The text of a member of a map; undefined: it has none. */
export function memberText(node: Node | undefined, key: string): string | undefined {
  const value = node === undefined ? undefined : nodeBelow(node, [key]);
  return value?.kind === "scalar" ? String(value.value) : undefined;
}

/** A tool as `server/name`; of a tool without a server, that of the host. */
export function toolText(server: string | undefined, name: string): string {
  return `${server ?? HOST_SERVER}/${name}`;
}

/** The tool that a map declares or names by `name` and `server`; undefined: it has no name. */
export function toolOf(node: Node | undefined): string | undefined {
  const name = memberText(node, "name");
  return name === undefined ? undefined : toolText(memberText(node, "server"), name);
}

/** The texts of a list that is a member of a map. */
export function memberTexts(node: Node | undefined, key: string): readonly string[] | undefined {
  const list = node === undefined ? undefined : nodeBelow(node, [key]);
  if (list?.kind !== "list") return undefined;
  return list.items.flatMap((item) => (item.kind === "scalar" ? [String(item.value)] : []));
}
