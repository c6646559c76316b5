import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fastGlob from "fast-glob";
import { expect, onTestFinished, test } from "vitest";
import { filesBelow, yamlBelow } from "../../src/node/folders.ts";

const FILES = [
  "a.yaml",
  "B.YML",
  "c.yaml.txt",
  ".hidden.yaml",
  "yaml",
  "d/e/f.yml",
  "d/.g/h.yaml",
  "d/node_modules/i.yaml",
  "Node_Modules/j.yaml",
  "node_modules.yaml",
  "k.yaml/l.yaml",
  "[m]/n (1).yaml",
  "o\\p.yaml",
  "q\nr.yaml",
];

test(
  "the YAML files of a folder are those that the pattern finds, whatever names, links and hidden " +
    "folders there are",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentz-folders-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of FILES) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), "");
    }
    mkdirSync(join(folder, "empty"));
    symlinkSync("a.yaml", join(folder, "to-file.yaml"));
    symlinkSync("nothing", join(folder, "to-nothing.yaml"));
    symlinkSync("..", join(folder, "d", "to-folder.yaml"));
    symlinkSync("d", join(folder, "to-folder"));
    const either = await fastGlob("**/*.{yaml,yml}", {
      cwd: folder,
      caseSensitiveMatch: false,
      ignore: ["**/node_modules/**"],
      followSymbolicLinks: false,
    });
    const found = [...(await yamlBelow(folder))].sort();
    expect(found).toEqual([...either, "to-file.yaml", "to-nothing.yaml"].sort());
    expect(found).toEqual(
      expect.arrayContaining(
        (await filesBelow(folder, "**/*.yaml", "node_modules")).filter(
          (name) => !name.startsWith("Node_Modules/"),
        ),
      ),
    );
    expect(found).toContain("k.yaml/l.yaml");
  },
);

test("a folder that is none is refused", async () => {
  await expect(yamlBelow(join(tmpdir(), "agentz-no-such-folder"))).rejects.toThrow();
});
