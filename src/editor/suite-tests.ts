import type { Node } from "../policy/node.ts";
import { headSpan } from "../policy/node.ts";
import type { Span } from "../text/span.ts";
import type { EditorFile } from "./editor-set.ts";
import { memberText, nodeBelow } from "./node-parts.ts";

/** A test of a suite, where its name stands. */
export interface SuiteTest {
  readonly suite: string;
  readonly name: string;
  readonly span: Span;
}

function testsIn(root: Node): readonly SuiteTest[] {
  const suite = memberText(root, "name");
  const tests = nodeBelow(root, ["tests"]);
  if (memberText(root, "kind") !== "Suite" || suite === undefined || tests?.kind !== "list")
    return [];
  return tests.items.flatMap((item) => {
    const name = memberText(item, "name");
    return name === undefined ? [] : [{ suite, name, span: headSpan(item) }];
  });
}

/** The tests of the suites of a file that can be read. */
export function suiteTestsOf({ loaded }: EditorFile): readonly SuiteTest[] {
  return loaded.roots.flatMap(({ root }) => testsIn(root));
}
