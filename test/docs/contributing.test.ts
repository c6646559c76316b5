import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../e2e/agentz.ts";

const page = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
const manifest = readFileSync(join(ROOT, "package.json"), "utf8");

test("every file and folder that CONTRIBUTING.md names is there", () => {
  const named = [...page.matchAll(/`((?:src|test|docs|scripts)\/[^`<]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("every npm script that CONTRIBUTING.md names is there", () => {
  const named = [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !manifest.includes(`"${name}":`))).toEqual([]);
});

const copy = mkdtempSync(join(tmpdir(), "agentz-new-"));
afterAll(() => rmSync(copy, { recursive: true }));

function begin(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
} {
  const done = spawnSync(process.execPath, ["scripts/new.mjs", ...args], {
    cwd: copy,
    encoding: "utf8",
  });
  return { status: done.status, out: done.stdout + done.stderr };
}

describe("`npm run new` begins what is green as it stands", () => {
  const written: string[] = [];
  beforeAll(() => {
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    for (const file of files
      .split("\n")
      .filter((name) => name !== "" && existsSync(join(ROOT, name))))
      cpSync(join(ROOT, file), join(copy, file));
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    symlinkSync(join(ROOT, "dist"), join(copy, "dist"));
  });

  test.each([
    [["rule", "empty-name"], "src/lint/rules/empty-name.ts"],
    [["importer", "paper-log"], "docs/importers/paper-log.md"],
    [["reporter", "diff", "csv"], "src/report/diff/csv.ts"],
  ])("npm run new %j", (args, path) => {
    const begun = begin(...args);
    expect(begun).toEqual({ status: 0, out: expect.stringContaining(`  ${path}\n`) });
    written.push(...[...begun.out.matchAll(/^ {2}(\S+)$/gm)].map(([, name = ""]) => name));
  });

  test.each([
    [[], "what to begin?"],
    [["rule"], "the code is missing"],
    [["rule", "Bad Name"], "`Bad Name` is no code"],
    [["rule", "../x"], "`../x` is no code"],
    [["rule", "missing-owner"], "src/lint/rules/missing-owner.ts exists already"],
    [["reporter", "nothing", "csv"], "src/report/formats.ts has no document `nothing`"],
  ])("npm run new %j is refused", (args, message) => {
    expect(begin(...args)).toEqual({ status: 2, out: expect.stringContaining(message) });
  });

  test("types, layers and layout hold, and their tests pass", () => {
    const code = written.filter((path) => path.endsWith(".ts"));
    const begun = code.filter((path) => path.startsWith("test/") && !existsSync(join(ROOT, path)));
    // what does not change with them is checked by the project's own checks
    writeFileSync(
      join(copy, "tsconfig.new.json"),
      JSON.stringify({ extends: "./tsconfig.json", include: [], files: code }),
    );
    const run = (command: string, ...args: readonly string[]): unknown => {
      const path = join(ROOT, "node_modules/.bin", command);
      const { status, stdout } = spawnSync(path, args, { cwd: copy, encoding: "utf8" });
      return [command, status === 0 ? "passed" : stdout];
    };
    const checked = [
      run("tsc", "-p", "tsconfig.new.json"),
      run(
        "depcruise",
        "--config",
        ".dependency-cruiser.mjs",
        ...code.filter((path) => path.startsWith("src/")),
      ),
      run("biome", "format", ...code),
      run("vitest", "run", "test/lint/pages.test.ts", ...begun),
    ];
    expect(checked).toEqual(
      ["tsc", "depcruise", "biome", "vitest"].map((command) => [command, "passed"]),
    );
  }, 300_000);
});
