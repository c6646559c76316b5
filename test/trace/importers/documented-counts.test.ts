import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expandInputs } from "../../../src/node/inputs.ts";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { importFiles } from "./import-all.ts";
import { lacks } from "../../needs.ts";

const root = resolve(import.meta.dirname, "../../..");
const traces = resolve(root, "../shared/traces");
const folder = mkdtempSync(join(tmpdir(), "agentz-counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the counting script of a format's page says of files. */
function counted(format: string, files: readonly string[]): number {
  const script =
    /```js\n([\s\S]*?)```/.exec(
      readFileSync(join(root, `docs/importers/${format}.md`), "utf8"),
    )?.[1] ?? "";
  const path = join(folder, `${format}.mjs`);
  writeFileSync(path, script);
  return Number(execFileSync(process.execPath, [path, ...files], { encoding: "utf8" }));
}

test("every format has a page with what it does not record and a counting script", () => {
  for (const name of [...ALL_IMPORTERS.map((importer) => importer.name), "generic"]) {
    const page = readFileSync(join(root, `docs/importers/${name}.md`), "utf8");
    expect(page, name).toMatch(
      /## What the format does not record[\s\S]*## How to check the count[\s\S]*```js/,
    );
  }
});

describe.skipIf(lacks("shared"))(
  "recorded files: the importer and the page's own script count the same, and `auto` tells the format",
  () => {
    beforeAll(
      () =>
        void execFileSync("tar", [
          "-xzf",
          join(traces, "claude-code/claude-code-sessions.tar.gz"),
          "-C",
          folder,
        ]),
    );
    const list = (path: string, fits: RegExp): string[] =>
      readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((name) => fits.test(name))
        .sort()
        .map((name) => join(path, name));

    test.each([
      [
        "claude-code",
        (): string[] => [
          ...list(join(traces, "claude-code"), /\.jsonl$/),
          ...list(join(folder, "real_projects"), /\.jsonl$/),
        ],
        270,
      ],
      ["langfuse", (): string[] => list(join(traces, "langfuse"), /\.json$/), 11],
      ["otel", (): string[] => list(join(traces, "otel-genai"), /otlp\.json$/), 4],
      ["managed-agents", (): string[] => list(join(traces, "managed-agents"), /\.jsonl$/), 4],
      ["mcp", (): string[] => list(join(traces, "mcp"), /\.json$/), 1],
    ] as const)("%s", async (format, files, calls) => {
      const inputs = await expandInputs(files(), ["json", "jsonl"]);
      const importer = ALL_IMPORTERS.find(({ name }) => name === format) ?? autoImporter([]);
      const { report } = await importFiles(importer, inputs);
      expect([report.calls, counted(format, files())]).toEqual([calls, calls]);
      expect((await importFiles(autoImporter(ALL_IMPORTERS), inputs)).report.calls).toBe(calls);
    });

    test("claude-code: sub-agents are delegation, rejections recorded denies, prompts approvals", async () => {
      const { calls } = await importFiles(
        ALL_IMPORTERS.find(({ name }) => name === "claude-code") ?? autoImporter([]),
        await expandInputs(
          [join(folder, "real_projects"), join(traces, "claude-code")],
          ["json", "jsonl"],
        ),
      );
      const effects = calls.flatMap(({ decision }) =>
        decision === undefined ? [] : [`${Object(decision).effect} ${Object(decision).pdp}`],
      );
      expect(effects.filter((effect) => effect === "deny user")).toHaveLength(3);
      expect(effects.filter((effect) => effect === "require_approval claude-code")).toHaveLength(5);
      expect(
        calls.filter(({ context }) => Object(context).delegation.length > 0).length,
      ).toBeGreaterThan(40);
    });

    test("hooks: one call a file", async () => {
      const { report } = await importFiles(
        ALL_IMPORTERS.find(({ name }) => name === "claude-code") ?? autoImporter([]),
        await expandInputs([join(traces, "claude-code-hooks")], ["json", "jsonl"]),
      );
      expect(report).toMatchObject({ files: 15, calls: 15, unreadable: [] });
    });
  },
);
