import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT, scratch } from "./agentz.ts";
import { packedPackage } from "./packed.ts";

let tarball = "";
let home = "";
beforeAll(() => {
  tarball = packedPackage();
  home = join(scratch(), "home");
  mkdirSync(home);
  const flags = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
  execFileSync("npm", ["install", ...flags, tarball], { cwd: home, stdio: "pipe" });
  execFileSync(process.execPath, [join(home, "node_modules/agentz/bin/agentz.js"), "init"], {
    cwd: home,
    stdio: "pipe",
  });
}, 120_000);

const PAGE = readFileSync(join(ROOT, "docs/library.md"), "utf8");
const SHOWN = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);

const SEAMS = readFileSync(join(ROOT, "docs/seams/README.md"), "utf8");
const [, FIFTEEN_LINES = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(SEAMS) ?? [];

const libraries = new Map<string, ts.SourceFile | undefined>();

/** Reads sources as a compiler does, the library of the language once. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getCurrentDirectory: () => home,
    getSourceFile: (name, version) => {
      if (!/[/]typescript[/]lib[/]/.test(name)) return host.getSourceFile(name, version);
      if (!libraries.has(name)) libraries.set(name, host.getSourceFile(name, version));
      return libraries.get(name);
    },
  };
}

const RESOLUTIONS = {
  node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
  bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
};

/** What a strict consumer is told of its sources, as `line code`; their JavaScript stands in `out/`. */
function compiled(
  files: Readonly<Record<string, string>>,
  resolution: keyof typeof RESOLUTIONS,
): readonly string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: [],
    rootDir: home,
    outDir: join(home, "out"),
    ...RESOLUTIONS[resolution],
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  const names = Object.keys(files).map((name) => join(home, name));
  const program = ts.createProgram(names, options, hostOf(options));
  program.emit();
  return ts.getPreEmitDiagnostics(program).map(({ file, start, code, messageText }) => {
    const at = file === undefined ? undefined : ts.getLineAndCharacterOfPosition(file, start ?? 0);
    return at === undefined
      ? ts.flattenDiagnosticMessageText(messageText, " ")
      : `${at.line + 1} TS${code}`;
  });
}

describe("the packed package, as a TypeScript program sees it", () => {
  test.each(["node16", "bundler"] as const)(
    "compiles and runs what docs/library.md shows (%s)",
    { timeout: 60_000 },
    (resolution) => {
      const files = Object.fromEntries(SHOWN.map((code, i) => [`shown-${i}.mts`, code]));
      expect(compiled({ ...files, "seam.mts": FIFTEEN_LINES }, resolution)).toEqual([]);
      const said = Object.keys(files).map((name) =>
        execFileSync(process.execPath, [join("out", name.replace(".mts", ".mjs"))], {
          cwd: home,
          encoding: "utf8",
        }),
      );
      expect(said).toEqual(["stopped: require_approval, by notes/mail-others\n", "allow\n"]);
    },
  );

  test("the first of them is no longer than fifteen lines", () => {
    const lines = (SHOWN[0] ?? "").split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  test("its types tell a slip before it runs", { timeout: 60_000 }, () => {
    const slips = `import { decide, loadPolicies, openSession } from "agentz";
const policies = await loadPolicies("policies");
decide(policies, { subjekt: {} });
decide(policies, {}).decision.permited;
if (decide(policies, {}).decision.effect === "alow") openSession({});
`;
    expect(compiled({ "slips.mts": slips }, "node16")).toEqual([
      "3 TS2561",
      "4 TS2551",
      "5 TS2367",
      "5 TS2345",
    ]);
  });

  test("publint and are-the-types-wrong have nothing to say", { timeout: 60_000 }, async () => {
    const own = join(home, "node_modules/agentz");
    const { messages, pkg } = await publint({ pkgDir: own, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const checked = await checkPackage(
      createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
    );
    if (!checked.types) throw new Error("the package has no types");
    // the package is ESM alone, so a CommonJS program has to import it dynamically
    const problems = checked.problems.filter(
      (problem) =>
        problem.kind !== "CJSResolvesToESM" &&
        !("resolutionKind" in problem && problem.resolutionKind === "node10"),
    );
    expect(problems).toEqual([]);
  });
});
