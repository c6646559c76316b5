import type { MapNode, Node, ScalarNode } from "../policy/node.ts";
import type { Step } from "./cursor.ts";
import { memberText, memberTexts, nodeBelow, toolText } from "./node-parts.ts";

/** What a call of a suite, or an example of a rule, names by a text of its own. */
export interface CalledName {
  readonly kind: "tool" | "agent" | "person" | "role";
  /** A tool is `server/name`. */
  readonly name: string;
}

const EXAMPLES: ReadonlySet<unknown> = new Set(["match", "not_match"]);
/** A fixture may use another one, and that one the first. */
const MOST_FIXTURES = 20;

/** The part of a path that leads to the call, fixture or example in which it goes on; undefined: to none. */
export function callPath(path: readonly Step[]): readonly Step[] | undefined {
  if (path[0] === "fixtures") return path.length > 2 ? path.slice(0, 2) : undefined;
  if (path[0] === "rules") return EXAMPLES.has(path[2]) ? path.slice(0, 4) : undefined;
  const at = path[0] === "tests" ? path.indexOf("call") : -1;
  return at < 0 || at === path.length - 1 ? undefined : path.slice(0, at + 1);
}

/** A text of a call, of which a fixture gives what the call does not say. */
function saidText(
  root: MapNode,
  call: Node | undefined,
  [first, ...rest]: readonly [string, ...string[]],
): string | undefined {
  const path = [first, ...rest];
  let from = call;
  for (let i = 0; from !== undefined && i < MOST_FIXTURES; i++) {
    const said = memberText(nodeBelow(from, path.slice(0, -1)), path.at(-1) ?? first);
    if (said !== undefined) return said;
    const use = memberText(from, "use");
    from = use === undefined ? undefined : nodeBelow(root, ["fixtures", use]);
  }
  return undefined;
}

/** The tool that a call is of, as `server/name`; undefined: it names none. */
function calledTool(root: MapNode, call: Node | undefined): string | undefined {
  const name = saidText(root, call, ["action", "name"]);
  return name && toolText(saidText(root, call, ["action", "server"]), name);
}

/** The tools of the call at a path, as patterns of actions; undefined: any. */
export function calledActions(root: MapNode, path: readonly Step[]): readonly string[] | undefined {
  const tool = calledTool(root, nodeBelow(root, path));
  if (tool !== undefined) return [tool];
  return path[0] === "rules"
    ? memberTexts(nodeBelow(root, path.slice(0, 2)), "actions")
    : undefined;
}

/** Where the caller, or the person for whom it acts, stands in a call. */
function callerPath(part: readonly Step[]): readonly [string, ...string[]] | undefined {
  if (part[0] === "subject") return ["subject"];
  const isFor = part[0] === "context" && part[1] === "on_behalf_of";
  return isFor ? ["context", "on_behalf_of"] : undefined;
}

/** What a scalar at a path of a document names as a part of a call; undefined: nothing. */
export function calledName(
  root: MapNode,
  path: readonly Step[],
  { value }: ScalarNode,
): CalledName | undefined {
  const at = callPath(path);
  if (at === undefined || typeof value !== "string") return undefined;
  const part = path.slice(at.length);
  const call = nodeBelow(root, at);
  if (part.length === 2 && part[0] === "action" && part[1] === "name") {
    const tool = calledTool(root, call);
    return tool === undefined ? undefined : { kind: "tool", name: tool };
  }
  const caller = callerPath(part);
  if (caller === undefined) return undefined;
  const [field, item] = part.slice(caller.length);
  if (field === "roles" && typeof item === "number") return { kind: "role", name: value };
  if (field !== "id" || item !== undefined) return undefined;
  const type = saidText(root, call, [...caller, "type"]);
  if (type === "agent") return { kind: "agent", name: value };
  return type === "human" ? { kind: "person", name: value } : undefined;
}
