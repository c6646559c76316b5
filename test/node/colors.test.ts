import { expect, test } from "vitest";
import { isColored } from "../../src/node/output.ts";

test.each([
  // FORCE_COLOR, NO_COLOR, where the result goes: coloured
  [undefined, undefined, "terminal", true],
  [undefined, undefined, "pipe", false],
  [undefined, "1", "terminal", false],
  [undefined, "", "terminal", true],
  ["1", undefined, "pipe", true],
  ["", undefined, "pipe", false],
  ["1", "1", "pipe", true],
  ["0", undefined, "terminal", false],
  ["false", undefined, "terminal", false],
  ["1", undefined, "file", false],
])("FORCE_COLOR %s, NO_COLOR %s, to a %s: %s", (force, no, to, colored) => {
  const isTTY = to === "terminal";
  const env = {
    ...(force !== undefined && { FORCE_COLOR: force }),
    ...(no !== undefined && { NO_COLOR: no }),
  };
  const io = {
    cwd: "/",
    env,
    stdout: { write: () => undefined, isTTY, columns: 80 },
    stderr: { write: () => undefined, isTTY },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  };
  expect(isColored(io, to === "file" ? "out.txt" : undefined)).toBe(colored);
});
