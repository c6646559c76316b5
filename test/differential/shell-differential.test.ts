import { describe, expect, it } from "vitest";
import { compareShells } from "./compare.ts";
import { installedShells, Sandbox } from "./sandbox.ts";
import { lacks } from "../needs.ts";

const shells = installedShells();

describe.skipIf(lacks("shells"))("commands() beside real shells (needs bash and dash)", () => {
  it.each(shells)("$name runs a line where each program only records its words", async (shell) => {
    const sandbox = new Sandbox();
    try {
      const runs = await sandbox.run(["ls -l 'a b' && sh -c evil", "false || git $n"], shell, {
        seconds: 20,
        pause: 0,
      });
      expect(runs).toEqual([[["ls", "-l", "a b"], ["sh", "-c", "evil"], ["evil"]], [["git", "1"]]]);
    } finally {
      sandbox.remove();
    }
  });

  it("every program that runs is in the list, or the line is an error (design 3.7)", async () => {
    const { lines, read, programs, differences } = await compareShells({
      lines: 300,
      seed: 17,
      recorded: [],
      shells,
    });
    expect(differences).toEqual([]);
    // so that it cannot slide into lines that nobody reads
    expect([lines, read > 75, programs > 150]).toEqual([300, true, true]);
  });
});
