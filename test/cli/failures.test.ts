import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tellFailure } from "../../src/cli/main.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";

interface Told {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function tell(
  error: unknown,
  argv: readonly string[],
  onWrite: (text: string) => void = () => undefined,
): Told {
  let [out, err] = ["", ""];
  const stdout = {
    write: (text: string) => {
      onWrite(text);
      out += text;
    },
    isTTY: false,
    columns: 100,
  };
  const status = tellFailure(error, argv, {
    stdout,
    stderr: { write: (text) => void (err += text), isTTY: false },
  });
  return { status, out, err };
}

function systemError(): unknown {
  try {
    return readFileSync("/nowhere/\u001b[2Jtrace.jsonl");
  } catch (cause) {
    return cause;
  }
}

describe("what ends a command line (design 11.3)", () => {
  it("the system's refusals that no command foresaw are status 2, and say which file", () => {
    const { status, err } = tell(systemError(), []);
    expect([status, err]).toEqual([
      2,
      "agentz: `/nowhere/\\u{1b}[2Jtrace.jsonl` cannot be used: it does not exist (open)\n",
    ]);
    expect(JSON.parse(tell(systemError(), ["replay", "--format", "json"]).out)).toMatchObject({
      command: "replay",
      error: { code: "system" },
    });
  });

  it("a standard output that fails as well is told on standard error, once", () => {
    let writes = 0;
    const full = (): void => {
      if (++writes === 1)
        throw new UserError("unwritable", "standard output cannot be written: the disk is full");
    };
    expect(tell(new Error("x"), ["lint", "--format", "json"], full)).toMatchObject({
      status: 2,
      err: "agentz: standard output cannot be written: the disk is full\n",
    });
  });

  it("anything else is status 3", () => expect(tell(new TypeError("x"), []).status).toBe(3));
});
