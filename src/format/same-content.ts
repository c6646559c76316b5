import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit, type Node } from "yaml";
import { formatExpression } from "../condition/format-expression.ts";
import { suppressionsOf } from "../lint/suppressions.ts";
import { yamlComments } from "../policy/yaml-comments.ts";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Source } from "../text/span.ts";

/** A node of a text. In the order of the text, nodes tell the whole tree. */
interface Seen {
  /** Tag, anchor and kind; of a scalar whether it is in quotes. */
  readonly kind: string;
  /** What it holds: the text of a scalar, how many nodes, or what an alias names. */
  readonly content: string;
  /** The line it starts on, from 1. */
  readonly line: number;
}

/**
 * Why one text must not replace another: besides its layout, its content, a comment, or what an
 * `agentz-ignore` suppresses would change. Undefined: only the layout differs.
 */
export function changedContent(before: Source, after: Source): string | undefined {
  const [old, now] = [seenNodes(before.text), seenNodes(after.text)];
  if (old.length !== now.length || !old.every((one, i) => isSame(one, now[i])))
    return "its content would change";
  if (!sameList(commentTexts(before.text), commentTexts(after.text)))
    return "a comment would be lost";
  if (!sameList(suppressedNodes(before, old), suppressedNodes(after, now)))
    return "an `agentz-ignore` would suppress findings of other fields; break the lines around it by hand";
  return undefined;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** A condition may be laid out otherwise, and then quoted otherwise. */
function isSame(a: Seen, b: Seen | undefined): boolean {
  if (b === undefined) return false;
  if (a.content === b.content && a.kind === b.kind) return true;
  const laid = formatExpression(a.content, Infinity);
  return laid !== undefined && laid === formatExpression(b.content, Infinity);
}

function seenNodes(text: string): readonly Seen[] {
  const starts = lineStarts(text);
  const seen: Seen[] = [];
  for (const document of parseAllDocuments(text, { schema: "failsafe" })) {
    if (!("contents" in document)) continue;
    visit(document, {
      Node(_, node) {
        seen.push({ ...describe(node), line: positionAt(starts, node.range?.[0] ?? 0).line });
      },
    });
  }
  return seen;
}

function describe(node: Node): Pick<Seen, "kind" | "content"> {
  if (isAlias(node)) return { kind: "alias", content: node.source };
  const named = `${node.tag ?? ""} ${"anchor" in node ? String(node.anchor) : ""}`;
  if (isScalar(node)) {
    const style = node.type === "PLAIN" ? "plain" : "quoted";
    return { kind: `${style} ${named}`, content: String(node.value) };
  }
  const size = isMap(node) || isSeq(node) ? node.items.length : 0;
  return { kind: `${isMap(node) ? "map" : "list"} ${named}`, content: String(size) };
}

function commentTexts(text: string): readonly string[] {
  return [...yamlComments(text)].map((comment) => comment.text.trimEnd()).sort();
}

/** For each `agentz-ignore`: the numbers of the nodes that start on the line it is for. */
function suppressedNodes(source: Source, nodes: readonly Seen[]): readonly string[] {
  return suppressionsOf(source).map(({ line }) =>
    nodes.flatMap((node, i) => (node.line === line ? [i] : [])).join(" "),
  );
}
