// Writes dist/types/: the declarations that src/index.ts promises, and those that they name. Each
// file is declared alone, without its program, so that a build does not wait for a type check.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  declaration: true,
  isolatedDeclarations: true,
  stripInternal: true,
};
const IMPORTED = /((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]+)\.ts"/g;

/** The declaration of a file; what needs a program to be declared is an error that names it. */
function declarationOf(root, file) {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(
    readFileSync(join(root, file), "utf8"),
    { fileName: file, compilerOptions: OPTIONS, reportDiagnostics: true },
  );
  const [first] = diagnostics;
  if (first !== undefined)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
  return outputText;
}

/** Writes the declarations below `root`/dist/types; gives the names of their sources. */
export function emitTypes(root) {
  const [waiting, known] = [["src/index.ts"], new Set(["src/index.ts"])];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const declaration = declarationOf(root, file);
    for (const [, , path] of declaration.matchAll(IMPORTED)) {
      const imported = normalize(join(dirname(file), `${path}.ts`));
      if (known.has(imported)) continue;
      known.add(imported);
      waiting.push(imported);
    }
    const target = join(root, "dist/types", relative("src", file).replace(/\.ts$/, ".d.ts"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, declaration.replace(IMPORTED, '$1$2.js"'));
  }
  return [...known].sort();
}
