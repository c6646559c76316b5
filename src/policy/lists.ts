import { SUBJECT_TYPES } from "./closed-lists.ts";
import { mapNode, readFields, type Decode, type Fields, type Shape } from "./fields.ts";
import { actionGlobFault, entityGlobFault } from "./glob.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type { Entry, ListNode, MapNode, Node } from "./node.ts";
import { invalid, text, wrongType } from "./scalars.ts";

function listNode(node: Node, log: DiagnosticSink): ListNode | undefined {
  if (node.kind === "list") return node;
  const help =
    node.kind === "scalar" && node.value !== null
      ? `write it as a list: [${node.source.includes("\n") ? "…" : node.source}]`
      : node.kind === "map"
        ? "begin each item with `- `"
        : undefined;
  return wrongType(node, "a list", log, help);
}

/**
 * A list of which every item is sound; one broken item breaks it, since a pattern less would be
 * another rule.
 */
export function listOf<T>(decode: Decode<T>): Decode<readonly T[]> {
  return (node, log) => {
    const list = listNode(node, log);
    if (list === undefined) return undefined;
    const items = list.items.map((item) => decode(item, log)).filter((item) => item !== undefined);
    return items.length === list.items.length ? items : undefined;
  };
}

/** As {@link listOf}, and not empty: `why` says what an empty one would do. */
export function someOf<T>(decode: Decode<T>, why: string): Decode<readonly T[]> {
  const whole = listOf(decode);
  return (node, log) => {
    if (node.kind !== "list" || node.items.length > 0) return whole(node, log);
    return invalid(
      node,
      `the list is empty: ${why}`,
      log,
      "leave out the field, or list at least one",
    );
  };
}

/** The sound items of a list; a broken one does not hide its neighbours. */
export function eachOf<T>(decode: Decode<T>): Decode<readonly T[]> {
  return (node, log) =>
    listNode(node, log)
      ?.items.map((item) => decode(item, log))
      .filter((item) => item !== undefined);
}

/** A closed record; `finish` joins its fields and reports what does not go together. */
export function recordOf<S extends Shape, T>(
  what: string,
  shape: S,
  finish: (fields: Fields<S>, node: MapNode, log: DiagnosticSink) => T | undefined,
): Decode<T> {
  return (node, log) => {
    const reading = readFields(node, shape, what, log);
    return reading?.whole === undefined ? undefined : finish(reading.whole, reading.node, log);
  };
}

/** A map with free keys; the sound entries of it. */
export function entriesOf<T>(
  what: string,
  decode: (entry: Entry, log: DiagnosticSink) => T | undefined,
): Decode<readonly T[]> {
  return (node, log) =>
    mapNode(node, what, log)
      ?.entries.map((entry) => decode(entry, log))
      .filter((entry) => entry !== undefined);
}

interface GlobKind {
  readonly fault: (pattern: string) => string | undefined;
  readonly help: string;
  /** What a pattern with a fault most likely means. */
  readonly meant?: (pattern: string) => string | undefined;
}

function glob({ fault, help, meant }: GlobKind): Decode<string> {
  return (node, log) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") return text(node, log);
    const why = fault(node.value);
    if (why === undefined) return node.value;
    const message = `the pattern ${quoted(node.value)} fits nothing: ${why}`;
    const instead = meant?.(node.value);
    const sound =
      instead === undefined || fault(instead) !== undefined
        ? help
        : `did you mean ${quoted(instead)}?`;
    log.add({ code: "invalid-glob", place: node.place, message, help: sound });
    return undefined;
  };
}

/**
 * `agent/support`, `agent.support`: a type of subject, and what stands behind another sign than
 * `:`.
 */
function typedEntity(pattern: string): string | undefined {
  const [, type, id] = /^([a-z]+)[/.@#](.+)$/.exec(pattern) ?? [];
  return SUBJECT_TYPES.some((known) => known === type) && id !== undefined
    ? `${type}:${id}`
    : undefined;
}

/** A pattern on `type:id` (design 2.4). */
export const entityGlob = glob({
  fault: entityGlobFault,
  help: "write it as `type:id`, with `*` and `**` in it; `**` alone fits everything",
  meant: typedEntity,
});

/** A pattern on `server/name` (design 2.4). */
export const actionGlob = glob({
  fault: actionGlobFault,
  help: "write it as `server/name`, or as a tool's name on any server; `**` fits every tool",
});

/** One who approves or is told: `role:name`, or a pattern on `type:id`. */
export const personGlob = glob({
  fault: entityGlobFault,
  help: "write `role:<name>`, or a pattern on `type:id` such as `human:jane`",
  meant: typedEntity,
});
