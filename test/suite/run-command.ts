import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Io } from "../../src/node/io.ts";
import { main } from "../../src/cli/main.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder with files in it, removed after the tests. */
export function folderWith(files: { readonly [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), "agentz-suite-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Runs a command line in this process, in a folder. */
export async function run(folder: string, ...argv: readonly string[]): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (stderr += text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.UTC(2026, 5, 1),
  };
  const status = await main(argv, io);
  return { status, stdout, stderr };
}
