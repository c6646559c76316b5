import { quoted } from "../policy/log.ts";
import { memberPath } from "../policy/node.ts";
import { member, type Json, type JsonObject } from "../request/json.ts";
import { REQUEST_PARTS } from "../request/request.ts";
import { slippedFrom } from "../text/slip.ts";
import { listedWords, type InputProblem } from "./input-problem.ts";
import { parsePath } from "../request/attribute-path.ts";

/** What a path of `complete` or `unrecorded` may begin with. */
const ROOTS: readonly string[] = [...REQUEST_PARTS, "session", "parent", "time"];

/** A path that a call lists under `complete` or `unrecorded`, and where it is written. */
export interface WrittenPath {
  readonly written: string;
  readonly path: string;
}

/** The paths that a call lists of itself. */
export function writtenPaths(call: JsonObject, path: string): readonly WrittenPath[] {
  return (["complete", "unrecorded"] as const).flatMap((name) => {
    const list = member(call, name);
    const at = memberPath(path, name);
    if (!Array.isArray(list)) return [];
    return list.flatMap((written: Json, i) =>
      typeof written === "string" ? [{ written, path: `${at}[${i}]` }] : [],
    );
  });
}

/**
 * Why a path names nothing of any call: it says nothing as it stands. Undefined where it begins
 * with a part of one.
 */
export function pathRootProblem({ written, path }: WrittenPath): InputProblem | undefined {
  const [root = ""] = parsePath(written);
  if (ROOTS.includes(root)) return undefined;
  const meant = slippedFrom(root, ROOTS);
  const help =
    meant === undefined
      ? listedWords("a path begins with one of", ROOTS)
      : `did you mean ${quoted(meant)}?`;
  return {
    code: "unknown-input",
    severity: "error",
    path,
    part: "value",
    message: `${quoted(written)} is not a path of a call`,
    help,
  };
}
