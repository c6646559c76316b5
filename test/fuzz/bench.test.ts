import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../e2e/agentz.ts";
import type { Event } from "../reference/request.ts";
import { agreed } from "./written.ts";

const CALLS = 800;

/** What the benchmark decides: a set after its n-th edit, and the first calls of its trace. */
function measured(
  variant: string,
  edit: number,
): { readonly texts: readonly string[]; readonly events: readonly Event[] } {
  const script = `import { generate } from "./scripts/bench/generate.mjs";
      import { textsOf } from "./scripts/bench/sets.mjs";
    process.stdout.write(JSON.stringify({ texts: textsOf("${variant}",
      ${edit}).map(([, text]) => text), events: [...generate(${CALLS})].map((event) => ({ ...event,
      time: Date.parse(event.time) })) }));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    }),
  );
}

describe("what the benchmark measures", () => {
  it.each([
    ["stateless", 0],
    ["stateless", 1],
    ["session", 0],
    ["session", 1],
  ] as const)(
    "%s after edit %i is decided as the reference interpreter decides it",
    (variant, edit) => {
      const { texts, events } = measured(variant, edit);
      const decisions = agreed(texts, events);
      const lacking = decisions.filter(({ missing }) => missing.length > 0).length;
      expect([
        decisions.length,
        lacking > CALLS / 100,
        new Set(decisions.map(({ effect }) => effect)).size,
      ]).toEqual([CALLS, true, 3]);
    },
  );
});
