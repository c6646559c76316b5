import { expect, test } from "vitest";
import { isColored } from "../../src/node/output.ts";

test.each([
  // FORCE_COLOR, NO_COLOR, terminal, file: coloured
  [undefined, undefined, true, undefined, true],
  [undefined, undefined, false, undefined, false],
  [undefined, "1", true, undefined, false],
  [undefined, "", true, undefined, true],
  ["1", undefined, false, undefined, true],
  ["", undefined, false, undefined, false],
  ["1", "1", false, undefined, true],
  ["0", undefined, true, undefined, false],
  ["false", undefined, true, undefined, false],
  ["1", undefined, true, "out.txt", false],
])("FORCE_COLOR %s, NO_COLOR %s, terminal %s, file %s: %s", (force, no, isTTY, file, colored) => {
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
  expect(isColored(io, file)).toBe(colored);
});
