import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "agentz-replay-page-"));
for (const name of ["policies", "traces", "agentz.yaml"])
  cpSync(join(root, name), join(folder, name), { recursive: true });
// traces are found from where the process stands
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(root);
  rmSync(folder, { recursive: true });
});

const commands = [
  ...readFileSync(join(root, "docs/replay.md"), "utf8").matchAll(/^\| `agentz ([^`]+)` \|/gm),
].map(([, line]) => line ?? "");

async function run(
  argv: readonly string[],
): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  let [out, err] = ["", ""];
  const status = await main(argv, {
    cwd: folder,
    env: { XDG_CACHE_HOME: join(folder, "cache") },
    stdout: { write: (text) => void (out += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (err += text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  });
  return { status, out, err };
}

describe("every command of docs/replay.md runs", () => {
  test("there are six", () => expect(commands).toHaveLength(6));

  test("and all give the same replay; the index is built where it is asked for", async () => {
    const outputs: string[] = [];
    for (const line of commands) {
      const { status, out, err } = await run(line.split(" "));
      const told = line.includes("--stats")
        ? expect.stringMatching(/^walk: .*\n(decided one by one: .*\n)*index: .*\n$/)
        : "";
      expect([line, status, err]).toEqual([line, 0, told]);
      if (!line.startsWith("trace")) outputs.push(out);
    }
    expect(new Set(outputs).size).toBe(1);
    expect(readdirSync(join(folder, "cache/agentz/index")).sort()).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}\.azx$/),
      "index.key",
    ]);
  });

  test("off the index it is the same replay", async () => {
    const [off, without] = [
      await run(["replay", "--format", "json"]),
      await run(["replay", "--format", "json", "--no-index"]),
    ];
    expect([off.status, off.out]).toEqual([0, without.out]);
  });
});
