import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { TODAY } from "./pages.ts";

const ROOT = fileURLToPath(new URL("../../policies/", import.meta.url));

function yamlFiles(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .flatMap((name) => yamlFiles(join(path, name)))
    .filter((name) => /\.ya?ml$/.test(name));
}

function codes(...paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => yamlFiles(join(ROOT, path)));
  const readBeside = (
    file: string,
    path: string,
  ): { source: { file: string; text: string } } | { fault: string } => {
    const full = join(dirname(file), path);
    return existsSync(full)
      ? { source: { file: full, text: readFileSync(full, "utf8") } }
      : { fault: "it cannot be read" };
  };
  const assembled = assembleSet(
    files.map((file) => ({ file, text: readFileSync(file, "utf8") })),
    { readBeside, sha256: (text) => createHash("sha256").update(text).digest("hex") },
  );
  return runLint(assembled, { levels: new Map(), today: TODAY }).findings.map(
    ({ file, code, message }) => `${file.slice(ROOT.length)} ${code}: ${message}`,
  );
}

describe("quiet where nothing is wrong", () => {
  test("the sample", () => {
    expect(codes("catalog.yaml", "candidate")).toEqual([]);
  });

  test.each(["balanced", "request"].filter((level) => existsSync(join(ROOT, "agentdojo", level))))(
    "the AgentDojo pack, %s",
    (level) => {
      expect(codes("agentdojo/catalog", `agentdojo/${level}`)).toEqual([]);
    },
  );
});
