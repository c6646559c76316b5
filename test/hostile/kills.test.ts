import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/command-list.ts";
import { main } from "../../src/cli/main.ts";
import { WRITERS } from "./kills.ts";
import { hostileRun } from "./main.ts";

test(
  "ten kills of commands that write leave whole files, and nothing that the next run does not " +
    "remove (scripts/hostile-fuzz.mjs --kind kill goes on)",
  async () => {
    const counts = await hostileRun({ seed: 1, cases: 10, kind: "kill", say: () => undefined });
    expect([counts.found, counts.kinds["kill"]]).toEqual([[], 10]);
  },
);

/** Options that name a file to write, and commands that write without one. */
const WRITING = /^\s+(?:-o, )?--(?:output|decisions|report|payload|signature|pin|fix) /m;

test("every command that has an option for a file to write is among those that are killed", async () => {
  const out: string[] = [];
  const io = {
    cwd: "/",
    env: {},
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
    stdout: { write: (text: string) => void out.push(text), isTTY: false, columns: 100 },
    stderr: { write: () => undefined, isTTY: false },
  };
  const help = async (...argv: readonly string[]): Promise<string> => {
    out.length = 0;
    await main([...argv, "--help"], io);
    return out.join("");
  };
  const names = (text: string): readonly string[] =>
    [...(text.split("\nCommands:\n")[1] ?? "").matchAll(/^ {2}([a-z][a-z-]*)/gm)]
      .flatMap(([, name]) => name ?? [])
      .filter((name) => name !== "help");
  const missing: string[] = [];
  for (const { name } of COMMANDS) {
    const own = await help(name);
    for (const path of names(own).length === 0
      ? [[name]]
      : names(own).map((below) => [name, below])) {
      const killed = WRITERS.some(({ argv }) => path.every((part, i) => argv[i] === part));
      if (!killed && WRITING.test(await help(...path))) missing.push(path.join(" "));
    }
  }
  expect(missing).toEqual([]);
});
