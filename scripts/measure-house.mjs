// What a reader meets in src/: `node scripts/measure-house.mjs [folder]` prints a table of tokens a
// line, long lines, tokens a function, docstrings, `any`, `!`, `as`, parameters called `of`, and
// cycles of imports. Tokens, not lines: a formatter decides the layout, so lines can be bought.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const root = resolve(process.argv[2] ?? "src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".wasm.ts"))
  .map((name) => join(root, name))
  .sort();

const totals = {
  lines: 0,
  tokens: 0,
  over100: 0,
  over120: 0,
  over140: 0,
  longest: 0,
  exports: 0,
  documented: 0,
  any: 0,
  bang: 0,
  as: 0,
  parameters: 0,
  of: 0,
  moreThanFour: 0,
};
const functions = [];
const imports = new Map();

/** The tokens of a node by the tree, in which templates and regular expressions are counted right. */
function tokensOf(node, source) {
  if (node.getChildCount(source) === 0) return node.getWidth(source) === 0 ? 0 : 1;
  return node
    .getChildren(source)
    .filter((child) => !ts.isJSDoc(child))
    .reduce((sum, child) => sum + tokensOf(child, source), 0);
}

function isDocumented(node) {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function isExported(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function measureFunction(node, source) {
  if (node.body === undefined) return;
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return;
  functions.push({
    tokens: tokensOf(node, source),
    lines: source.text.slice(node.getStart(source), node.getEnd()).split("\n").length,
  });
}

function visit(node, source) {
  if (ts.isFunctionLike(node)) {
    measureFunction(node, source);
    if (node.parameters.length > 4) totals.moreThanFour++;
  }
  if (ts.isParameter(node)) {
    totals.parameters++;
    if (ts.isIdentifier(node.name) && node.name.text === "of") totals.of++;
  }
  if (node.kind === ts.SyntaxKind.AnyKeyword) totals.any++;
  if (ts.isNonNullExpression(node)) totals.bang++;
  if (ts.isAsExpression(node) && node.type.getText(source) !== "const") totals.as++;
  ts.forEachChild(node, (child) => visit(child, source));
}

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const code = text.split("\n").filter((line) => line.trim() !== "");
  const bare = code.filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line));
  totals.lines += bare.length;
  totals.tokens += tokensOf(source, source);
  for (const { length } of code) {
    if (length > 100) totals.over100++;
    if (length > 120) totals.over120++;
    if (length > 140) totals.over140++;
    totals.longest = Math.max(totals.longest, length);
  }
  for (const statement of source.statements) {
    if (!isExported(statement)) continue;
    totals.exports++;
    if (isDocumented(statement)) totals.documented++;
  }
  imports.set(
    file,
    source.statements.flatMap(({ moduleSpecifier }) =>
      moduleSpecifier !== undefined && moduleSpecifier.text.startsWith(".")
        ? [resolve(dirname(file), moduleSpecifier.text)]
        : [],
    ),
  );
  visit(source, source);
}

/** How many files import themselves by others (types count). */
function filesInCycles() {
  const reaches = (from) => {
    const seen = new Set();
    const open = [...(imports.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === from) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(imports.get(next) ?? []));
    }
    return false;
  };
  return files.filter(reaches).length;
}

const at = (values, share) => values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;
const spread = (values) => `${at(values, 0.5)} / ${at(values, 0.9)} / ${at(values, 1 - 1e-9)}`;
const rows = [
  ["files", files.length],
  ["tokens", totals.tokens],
  ["lines of code", totals.lines],
  ["tokens a line", (totals.tokens / totals.lines).toFixed(2)],
  ["lines over 100 / 120 / 140", `${totals.over100} / ${totals.over120} / ${totals.over140}`],
  ["share over 140", percent(totals.over140, totals.lines)],
  ["longest line", totals.longest],
  ["tokens a function: median / p90 / most", spread(functions.map(({ tokens }) => tokens))],
  ["lines a function: median / p90 / most", spread(functions.map(({ lines }) => lines))],
  ["exports with a docstring", percent(totals.documented, totals.exports)],
  ["`any`, `!`, `as` but `as const`", `${totals.any}, ${totals.bang}, ${totals.as}`],
  ["functions of more than four parameters", totals.moreThanFour],
  ["parameters called `of`", totals.of],
  ["files in a cycle of imports", filesInCycles()],
];
for (const [name, value] of rows) process.stdout.write(`${name.padEnd(40)} ${value}\n`);
