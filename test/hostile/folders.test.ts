import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as corpus from "./corpus.ts";
import { folderOf, runIn } from "./run-case.ts";
import { lacks } from "../needs.ts";

test("links that lead in circles are not followed, links to files of the folder are read", async () => {
  const folder = folderOf({
    "set/deep/x.txt": "",
    "set/.kept/desk.yaml": corpus.BASELINE,
    "traces/a.jsonl": corpus.TRACE,
  });
  try {
    for (const [i, name] of ["one", "two", "three"].entries()) {
      symlinkSync(join(folder, "set"), join(folder, "set/deep", name));
      symlinkSync(join(folder, i === 0 ? "traces" : "."), join(folder, "traces", name));
    }
    symlinkSync(join(folder, "set/.kept/desk.yaml"), join(folder, "set/linked.yaml"));
    mkdirSync(join(folder, "set/folder.yaml"));
    const { status, stderr } = await runIn(folder, [
      "replay",
      "--candidate",
      "set",
      "--baseline",
      "set",
      "--trace",
      "@/traces",
    ]);
    expect([status, stderr]).toEqual([0, ""]);
    writeFileSync(join(folder, "set/second.yaml"), "kind: nothing");
    symlinkSync(join(folder, "nowhere"), join(folder, "set/broken.yaml"));
    expect((await runIn(folder, ["lint", "set"])).status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(lacks("linux"))(
  "a folder that cannot be read as a whole is refused, not an internal error",
  async () => {
    const folder = folderOf({});
    // parts of it are denied to everybody
    for (const argv of [
      ["lint", "/proc/self/task"],
      ["import", "chat", "/proc/self/task"],
    ]) {
      const { status, stderr } = await runIn(folder, argv);
      expect([argv[0], status, stderr.startsWith("agentz: ")]).toEqual([argv[0], 2, true]);
    }
    rmSync(folder, { recursive: true });
  },
);
