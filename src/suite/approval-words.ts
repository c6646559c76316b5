import { didYouMean, quoted, type DiagnosticSink } from "../policy/log.ts";
import { entryOf, type Node } from "../policy/node.ts";
import { invalid } from "../policy/scalars.ts";

/** Where a call says how an approval was decided; `*` is any item of a list. */
const DECISION = ["context", "approvals", "*", "decision"];
const WORDS = ["granted", "refused"];
const MEANT: ReadonlyMap<string, string> = new Map([
  ["denied", "refused"],
  ["deny", "refused"],
  ["rejected", "refused"],
  ["reject", "refused"],
  ["declined", "refused"],
  ["false", "refused"],
  ["no", "refused"],
  ["approved", "granted"],
  ["approve", "granted"],
  ["accepted", "granted"],
  ["allow", "granted"],
  ["true", "granted"],
  ["yes", "granted"],
]);

function checkWord(node: Node, log: DiagnosticSink): void {
  if (
    node.kind === "broken" ||
    (node.kind === "scalar" && WORDS.some((word) => word === node.value))
  )
    return;
  const written = node.kind === "scalar" ? String(node.value) : "";
  const meant = MEANT.get(written.toLowerCase());
  const help =
    meant === undefined ? didYouMean(written.toLowerCase(), WORDS) : `did you mean \`${meant}\`?`;
  invalid(
    node,
    `the decision ${quoted(written)} of an approval is neither \`granted\` nor \`refused\``,
    log,
    help,
  );
}

/**
 * Reports every decision of an approval, in the part of a call that stands at a path of it, which
 * is neither `granted` nor `refused`: no other word decides anything (design 6.2).
 */
export function checkApprovalWords(node: Node, path: readonly string[], log: DiagnosticSink): void {
  if (!path.every((key, i) => DECISION[i] === "*" || DECISION[i] === key)) return;
  const next = DECISION[path.length];
  if (next === undefined) checkWord(node, log);
  else if (next === "*" && node.kind === "list")
    node.items.forEach((item, i) => checkApprovalWords(item, [...path, String(i)], log));
  else if (node.kind === "map") {
    const inner = entryOf(node, next)?.value;
    if (inner !== undefined) checkApprovalWords(inner, [...path, next], log);
  }
}
